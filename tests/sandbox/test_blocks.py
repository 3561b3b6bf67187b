"""Block Kit's limits, each with a block just inside and one just outside."""

from typing import Any

import pytest

from sandbox import blocks
from sandbox.json_types import JsonObject


def plain(text: str = "x") -> JsonObject:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> JsonObject:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> JsonObject:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def actions(*elements: JsonObject) -> JsonObject:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> JsonObject:
    return {"type": "section", **more}


def option(label: str = "x", value: str = "v") -> JsonObject:
    return {"text": plain(label), "value": value}


def select(*options: JsonObject) -> JsonObject:
    return {"type": "static_select", "action_id": "s", "options": list(options)}


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (
            section(text=mrkdwn("x" * 3001)),
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section(), "missing required field: text or fields [json-pointer:/blocks/0]"),
        (section(text="x"), "must be an object [json-pointer:/blocks/0/text]"),
        (
            section(text={"type": "html", "text": "x"}),
            "unsupported type: html [json-pointer:/blocks/0/text/type]",
        ),
        (section(fields=[mrkdwn()] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
        (
            section(fields=[mrkdwn("x" * 2001)]),
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        (
            section(text=mrkdwn(), colour="red"),
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        (
            section(text=mrkdwn(), block_id="x" * 256),
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (
            {"type": "header", "text": plain("x" * 151)},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        (
            {"type": "context", "elements": [mrkdwn()] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "context", "elements": []},
            "no less than 1 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "context", "elements": [button()]},
            "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            actions(*[button(action_id=str(n)) for n in range(26)]),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions(button(text=plain("x" * 76))),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(button(action_id="x" * 256)),
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            actions(button(value="x" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions(button(style="green")),
            "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (actions(button(), button()), "action_id already exists: a [json-pointer:/blocks/0/elements]"),
        (
            actions(select(*[option(value=str(n)) for n in range(101)])),
            "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(select(option("x" * 76))),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        ),
        (
            actions({"type": "static_select", "action_id": "s"}),
            "must have exactly one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
        ),
        (
            {"type": "image", "alt_text": "x"},
            "must have exactly one of: image_url, slack_file [json-pointer:/blocks/0]",
        ),
        (
            {"type": "markdown", "text": "x" * 12_001},
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        ({"type": "quote"}, "unsupported type: quote [json-pointer:/blocks/0/type]"),
        ({"text": plain()}, "missing required field: type [json-pointer:/blocks/0]"),
        ("divider", "must be an object [json-pointer:/blocks/0]"),
    ],
)
def test_a_block_beyond_a_limit_is_pointed_at(block: object, problem: str) -> None:
    assert blocks.message_problems([block]) == [problem]


@pytest.mark.parametrize(
    "block",
    [
        section(text=mrkdwn("x" * 3000)),
        section(fields=[mrkdwn("x" * 2000)] * 10),
        section(text=plain(), accessory=button(style="danger", confirm={
            "title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()
        })),
        {"type": "header", "text": plain("x" * 150)},
        {"type": "context", "elements": [mrkdwn()] * 10},
        {"type": "divider", "block_id": "x" * 255},
        actions(*[button(action_id=str(n)) for n in range(25)]),
        actions(select(*[option("x" * 75, str(n)) for n in range(100)])),
        actions({"type": "overflow", "action_id": "o", "options": [option()]}),
        actions({"type": "datepicker", "action_id": "d", "initial_date": "2023-09-10"}),
        {"type": "image", "alt_text": "x", "image_url": "https://example.com/x.png"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "markdown", "text": "**x**"},
    ],
)  # fmt: skip
def test_a_block_inside_of_its_limits_passes(block: JsonObject) -> None:
    assert blocks.message_problems([block]) == []


def test_a_message_holds_fifty_blocks_with_ids_of_their_own() -> None:
    divider = {"type": "divider"}
    assert blocks.message_problems([divider] * 50) == []
    assert blocks.message_problems([divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert blocks.message_problems([{**divider, "block_id": "b"}] * 2) == [
        "block_id already exists: b [json-pointer:/blocks]"
    ]


def modal(**more: Any) -> JsonObject:
    return {"type": "modal", "title": plain("Title"), "blocks": [section(text=mrkdwn())], **more}


def entry(element: JsonObject, **more: Any) -> JsonObject:
    return {"type": "input", "label": plain(), "element": element, **more}


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (
            modal(blocks=[{"type": "divider"}] * 101),
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        (
            modal(blocks=[{"type": "markdown", "text": "x"}]),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (
            modal(blocks=[entry({"type": "plain_text_input"})]),
            "missing required field: submit [json-pointer:/view]",
        ),
        (
            modal(submit=plain(), blocks=[entry(button())]),
            "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
        ),
        (
            modal(submit=plain(), blocks=[{"type": "input", "label": plain()}]),
            "missing required field: element [json-pointer:/view/blocks/0]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "datepicker", "initial_date": "28.2.2026"})]),
            "must have the form YYYY-MM-DD [json-pointer:/view/blocks/0/element/initial_date]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "timepicker", "initial_time": "25:00"})]),
            "must have the form HH:mm [json-pointer:/view/blocks/0/element/initial_time]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "datetimepicker", "initial_date_time": 1})]),
            "must be at least 1000000000 [json-pointer:/view/blocks/0/element/initial_date_time]",
        ),
        (
            modal(
                submit=plain(),
                blocks=[
                    entry({"type": "radio_buttons", "options": [option()], "initial_option": option("z")})
                ],
            ),
            "initial option must be one of the options [json-pointer:/view/blocks/0/element]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "email_text_input", "multiline": True})]),
            "invalid additional property: multiline [json-pointer:/view/blocks/0/element]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "plain_text_input", "max_length": 3001})]),
            "must be at most 3000 [json-pointer:/view/blocks/0/element/max_length]",
        ),
        (
            modal(
                submit=plain(),
                blocks=[entry({"type": "plain_text_input", "focus_on_load": True}) for _ in range(2)],
            ),
            "only one element may have focus_on_load [json-pointer:/view/blocks]",
        ),
        (
            modal(submit=plain(), blocks=[entry({"type": "external_select"})]),
            "unsupported type: external_select [json-pointer:/view/blocks/0/element/type]",
        ),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        (
            {"type": "home", "blocks": [section(text=mrkdwn())], "title": plain()},
            "invalid additional property: title [json-pointer:/view]",
        ),
        ({"type": "dialog"}, "unsupported type: dialog [json-pointer:/view/type]"),
    ],
)
def test_a_view_beyond_a_limit_is_pointed_at(view: JsonObject, problem: str) -> None:
    assert problem in blocks.view_problems(view)


@pytest.mark.parametrize(
    "element",
    [
        {"type": "plain_text_input", "multiline": True, "max_length": 3000},
        select(option()),
        {"type": "multi_static_select", "options": [option()]},
        {"type": "radio_buttons", "options": [option()], "initial_option": option()},
        {"type": "checkboxes", "options": [option()]},
        {"type": "datepicker"},
        {"type": "timepicker", "initial_time": "14:05"},
        {"type": "users_select"},
        {"type": "multi_users_select"},
        {"type": "conversations_select", "default_to_current_conversation": True},
        {"type": "channels_select"},
        {"type": "number_input", "is_decimal_allowed": False},
    ],
)
def test_the_inputs_a_modal_may_hold(element: JsonObject) -> None:
    assert blocks.view_problems(modal(submit=plain(), blocks=[entry(element, optional=True)])) == []


def typed(**more: Any) -> JsonObject:
    return modal(submit=plain(), blocks=[entry({"type": "plain_text_input", "action_id": "t", **more})])


def chosen(**more: Any) -> JsonObject:
    return modal(submit=plain(), blocks=[entry({"action_id": "c", **more})])


ELEMENT = "[json-pointer:/view/blocks/0/element"


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (
            chosen(type="radio_buttons", options=[option("x", "v"), option("y", "v")]),
            f"option value already exists: v {ELEMENT}]",
        ),
        (
            chosen(
                type="static_select",
                option_groups=[
                    {"label": plain(), "options": [option()]},
                    {"label": plain(), "options": [option()]},
                ],
            ),
            f"option value already exists: v {ELEMENT}]",
        ),
        (
            chosen(
                type="multi_static_select",
                options=[option("x", "v"), option("y", "w")],
                initial_options=[option("x", "v"), option("y", "w")],
                max_selected_items=1,
            ),
            f"no more than 1 items allowed {ELEMENT}]",
        ),
        (
            chosen(type="multi_users_select", initial_users=["U1", "U2"], max_selected_items=1),
            f"no more than 1 items allowed {ELEMENT}]",
        ),
        (
            typed(initial_value="x" * 6, max_length=5),
            f"must be less than 6 characters {ELEMENT}/initial_value]",
        ),
        (typed(min_length=6, max_length=5), f"min_length must not exceed max_length {ELEMENT}]"),
        (
            typed(dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
            "must be one of on_enter_pressed, on_character_entered "
            f"{ELEMENT}/dispatch_action_config/trigger_actions_on/0]",
        ),
        (
            chosen(type="datepicker", initial_date="2023-02-30"),
            f"must have the form YYYY-MM-DD {ELEMENT}/initial_date]",
        ),
        (
            chosen(type="timepicker", timezone="Mars/Olympus"),
            f"must be a valid timezone {ELEMENT}/timezone]",
        ),
        (
            chosen(type="conversations_select", filter={"include": ["everything"]}),
            f"must be one of im, mpim, private, public {ELEMENT}/filter/include/0]",
        ),
    ],
)
def test_what_an_element_says_of_itself_agrees(view: JsonObject, problem: str) -> None:
    assert blocks.view_problems(view) == [problem]


def test_a_button_leads_to_an_address() -> None:
    link = actions(button(url="canvas of the incident"))

    assert blocks.message_problems([link]) == [
        "must have the form of an address [json-pointer:/blocks/0/elements/0/url]"
    ]
    assert blocks.message_problems([actions(button(url="https://acme.slack.com/docs/T1/F1"))]) == []
