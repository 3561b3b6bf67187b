"""Every element of a form: what its state says, and what Slack's client would not let people put in."""

from __future__ import annotations

import pytest

from sandbox import views
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.records import SubmitAnswer
from tests.sandbox.conftest import Bot, Room
from tests.sandbox.test_views import modal


def words(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": words(name), "value": name} for name in ("a", "b")]


def entry(kind: str, *, is_optional: bool = False, **more: object) -> JsonObject:
    """A form's block around an element."""
    element = {"type": kind, "action_id": "it", **more}
    block = {"type": "input", "block_id": "in", "label": words("L"), "element": element}
    return block | ({"optional": True} if is_optional else {})


async def opened(room: Room, *blocks: JsonObject) -> str:
    """A form that Ana has open."""
    trigger_id = views.new_trigger(room.workspace, room.ana.id)
    view = modal(blocks=list(blocks), submit=words("Go"))
    return str((await room.call("views.open", trigger_id=trigger_id, view=view))["view"]["id"])


async def submitted(room: Room, bot: Bot, block: JsonObject, value: object) -> JsonObject:
    """The state that the app is told when the form is submitted with this value in it."""
    seen: list[JsonObject] = []

    @bot.app.view("c")
    async def take(ack: object, view: JsonObject) -> None:
        seen.append(view["state"]["values"]["in"]["it"])
        await ack()  # type: ignore[operator]

    answer = await answered(room, block, value)
    assert answer.closed, answer
    return seen[0]


async def answered(room: Room, block: JsonObject, value: object) -> SubmitAnswer:
    view_id = await opened(room, block)
    values = {} if value is None else {"in": {"it": value}}
    return await room.workspace.submit_view(room.ana.id, view_id, values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("block", "value", "state"),
    [
        (entry("plain_text_input"), "x", {"value": "x"}),
        (entry("plain_text_input", initial_value="as it was"), None, {"value": "as it was"}),
        (entry("plain_text_input", is_optional=True), None, {"value": None}),
        (entry("number_input", is_decimal_allowed=True), "1.5", {"value": "1.5"}),
        (entry("email_text_input"), "ana@example.com", {"value": "ana@example.com"}),
        (entry("url_text_input"), "https://example.com", {"value": "https://example.com"}),
        (entry("datepicker"), "2026-02-28", {"selected_date": "2026-02-28"}),
        (entry("datepicker", is_optional=True), None, {"selected_date": None}),
        (entry("timepicker", timezone="UTC"), "23:59", {"selected_time": "23:59", "timezone": "UTC"}),
        (entry("datetimepicker"), "1694347200", {"selected_date_time": 1694347200}),
        (
            entry("datetimepicker", initial_date_time=1694347200),
            None,
            {"selected_date_time": 1694347200},
        ),
        (entry("static_select", options=OPTIONS), "a", {"selected_option": OPTIONS[0]}),
        (
            entry("static_select", option_groups=[{"label": words("G"), "options": OPTIONS}]),
            "b",
            {"selected_option": OPTIONS[1]},
        ),
        (
            entry("static_select", options=OPTIONS, initial_option=OPTIONS[1]),
            None,
            {"selected_option": OPTIONS[1]},
        ),
        (entry("radio_buttons", options=OPTIONS), "b", {"selected_option": OPTIONS[1]}),
        (entry("checkboxes", options=OPTIONS), ["a", "b"], {"selected_options": OPTIONS}),
        (
            entry("checkboxes", options=OPTIONS, initial_options=OPTIONS[:1]),
            None,
            {"selected_options": OPTIONS[:1]},
        ),
        (entry("checkboxes", options=OPTIONS, is_optional=True), [], {"selected_options": []}),
        (entry("multi_static_select", options=OPTIONS), ["b"], {"selected_options": OPTIONS[1:]}),
        (entry("users_select"), "ANA", {"selected_user": "ANA"}),
        (entry("multi_users_select"), ["ANA", "BEN"], {"selected_users": ["ANA", "BEN"]}),
        (entry("conversations_select"), "OPS", {"selected_conversation": "OPS"}),
        (entry("multi_conversations_select"), ["OPS"], {"selected_conversations": ["OPS"]}),
        (entry("channels_select"), "OPS", {"selected_channel": "OPS"}),
        (entry("multi_channels_select"), ["OPS"], {"selected_channels": ["OPS"]}),
        (entry("multi_channels_select", is_optional=True), None, {"selected_channels": []}),
    ],
)
async def test_the_state_of_every_input(
    room: Room, bot: Bot, block: JsonObject, value: object, state: JsonObject
) -> None:
    ids = {"ANA": room.ana.id, "BEN": room.ben.id, "OPS": room.ops.id}

    def real(given: object) -> object:
        if isinstance(given, list):
            return [real(one) for one in given]
        return ids.get(given, given) if isinstance(given, str) else given

    expected = {key: real(one) for key, one in state.items()}
    assert await submitted(room, bot, block, real(value)) == {"type": block["element"]["type"], **expected}


@pytest.mark.parametrize(
    ("block", "value", "problem"),
    [
        (entry("plain_text_input"), None, "complete this required field"),
        (entry("plain_text_input", min_length=3), "xy", "at least 3"),
        (entry("plain_text_input", max_length=3), "wxyz", "no more than 3"),
        (entry("number_input", is_decimal_allowed=False), "1.5", "whole number"),
        (entry("number_input", is_decimal_allowed=False), "soon", "enter a number"),
        (entry("number_input", is_decimal_allowed=False), "NaN", "enter a number"),
        (entry("number_input", is_decimal_allowed=False, min_value="5"), "4", "at least 5"),
        (entry("number_input", is_decimal_allowed=False, max_value="5"), "6", "no more than 5"),
        (entry("email_text_input"), "ana at example", "email"),
        (entry("url_text_input"), "example.com", "URL"),
        (entry("checkboxes", options=OPTIONS), [], "complete this required field"),
        (entry("datepicker"), None, "complete this required field"),
    ],
)
async def test_what_the_client_asks_for_before_the_app_is_told(
    room: Room, block: JsonObject, value: object, problem: str
) -> None:
    answer = await answered(room, block, value)
    assert not answer.closed
    assert problem in answer.errors["in"]


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (entry("static_select", options=OPTIONS), "c"),
        (entry("radio_buttons", options=OPTIONS), "c"),
        (entry("multi_static_select", options=OPTIONS, max_selected_items=1), ["a", "b"]),
        (entry("users_select"), "U00000000"),
        (entry("channels_select"), "C00000000"),
        (entry("datepicker"), "2026-02-30"),
        (entry("datepicker"), "tomorrow"),
        (entry("timepicker"), "24:00"),
        (entry("datetimepicker"), "2026-02-28 14:05"),
    ],
)
async def test_what_nobody_could_choose(room: Room, block: JsonObject, value: object) -> None:
    with pytest.raises(SandboxError, match=r"offer|at most"):
        await answered(room, block, value)


async def test_a_list_of_conversations_shows_what_the_person_sees_and_the_filter_lets_through(
    room: Room,
) -> None:
    workspace = room.workspace
    hidden = workspace.add_channel("hidden", is_private=True, members=[room.ben.id])
    mine = workspace.add_channel("mine", is_private=True, members=[room.ana.id])
    everywhere, public = (
        entry("conversations_select"),
        entry("conversations_select", filter={"include": ["public"]}),
    )
    for block, channel in ((everywhere, hidden), (public, mine)):
        with pytest.raises(SandboxError, match="does not offer"):
            await answered(room, block, channel.id)
    view_id = await opened(room, everywhere)
    await workspace.click(room.ana.id, view_id=view_id, action_id="it", value=mine.id)


@pytest.mark.parametrize("does_tell", [True, False])
async def test_an_input_is_told_at_once_only_if_it_says_so(room: Room, bot: Bot, does_tell: bool) -> None:
    seen: list[JsonObject] = []

    @bot.app.action("it")
    async def press(ack: object, body: JsonObject) -> None:
        seen.append(body["view"]["state"]["values"])
        await ack()  # type: ignore[operator]

    word = {**entry("plain_text_input"), "block_id": "word"}
    view_id = await opened(
        room, entry("static_select", options=OPTIONS) | {"dispatch_action": does_tell}, word
    )
    error = await room.workspace.click(
        room.ana.id,
        view_id=view_id,
        block_id="in",
        action_id="it",
        value="b",
        values={"word": {"it": "typed so far"}},
    )
    await room.box.settled()

    assert error is None
    state = {
        "in": {"it": {"type": "static_select", "selected_option": OPTIONS[1]}},
        "word": {"it": {"type": "plain_text_input", "value": "typed so far"}},
    }
    assert seen == ([state] if does_tell else [])
    (view,) = room.workspace.open_views(room.ana.id)
    assert view.values == state


async def test_inputs_keep_what_is_in_them_when_the_view_changes_and_other_elements_do_not(
    room: Room,
) -> None:
    chosen = {
        "type": "actions",
        "block_id": "act",
        "elements": [{"type": "static_select", "action_id": "pick", "options": OPTIONS}],
    }
    view_id = await opened(room, entry("plain_text_input"), chosen)
    await room.workspace.click(room.ana.id, view_id=view_id, action_id="it", value="typed")
    await room.workspace.click(room.ana.id, view_id=view_id, action_id="pick", value="a")
    again = modal(blocks=[entry("plain_text_input", initial_value="other"), chosen], submit=words("Go"))
    await room.call("views.update", view_id=view_id, view=again)

    (view,) = room.workspace.open_views(room.ana.id)
    assert view.values == {"in": {"it": {"type": "plain_text_input", "value": "typed"}}}


async def test_what_is_chosen_in_a_message_is_each_persons_own(room: Room, bot: Bot) -> None:
    states: list[JsonObject] = []

    @bot.app.action("go")
    async def go(ack: object, body: JsonObject) -> None:
        states.append(body["state"]["values"])
        await ack()  # type: ignore[operator]

    @bot.app.action("pick")
    async def pick(ack: object) -> None:
        await ack()  # type: ignore[operator]

    elements = [
        {"type": "static_select", "action_id": "pick", "options": OPTIONS},
        {"type": "button", "action_id": "go", "text": words("Go")},
    ]
    posted = await room.call(
        "chat.postMessage",
        channel=room.ops.id,
        text="x",
        blocks=[{"type": "actions", "block_id": "b", "elements": elements}],
    )
    where = {"channel_id": room.ops.id, "message_ts": posted["ts"]}
    await room.workspace.click(room.ana.id, **where, action_id="pick", value="a")
    await room.workspace.click(room.ana.id, **where, action_id="go")
    await room.workspace.click(room.ben.id, **where, action_id="go")
    await room.box.settled()

    chosen = [state["b"]["pick"]["selected_option"] for state in states]
    assert chosen == [OPTIONS[0], None]
    assert "go" not in states[0]["b"]


async def test_a_home_is_pressed_and_not_submitted(room: Room, bot: Bot) -> None:
    bodies: list[JsonObject] = []

    @bot.app.action("go")
    async def go(ack: object, body: JsonObject, client: object) -> None:
        bodies.append(body)
        await ack()  # type: ignore[operator]
        await client.views_open(trigger_id=body["trigger_id"], view=modal())  # type: ignore[attr-defined]

    button = {"type": "button", "action_id": "go", "text": words("Go")}
    blocks = [{"type": "actions", "elements": [button]}]
    home = (await room.call("views.publish", user_id=room.ana.id, view={"type": "home", "blocks": blocks}))[
        "view"
    ]
    await room.workspace.click(room.ana.id, view_id=home["id"], action_id="go")
    await room.box.settled()
    with pytest.raises(SandboxError, match="no button to submit"):
        await room.workspace.submit_view(room.ana.id, home["id"], {})
    with pytest.raises(SandboxError, match="no view"):
        await room.workspace.click(room.ben.id, view_id=home["id"], action_id="go")

    assert bodies[0]["view"]["type"] == "home"
    assert bodies[0]["container"] == {"type": "view", "view_id": home["id"]}
    assert [view.title for view in room.workspace.open_views(room.ana.id)] == ["Title"]
