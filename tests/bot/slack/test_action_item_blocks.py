"""What is said about action items beside the common cases: see golden_action_items/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.action_items import (
    ActionItemDetails,
    ActionItemUnreadable,
    NoSuchActionItem,
    OneNumber,
    due_day,
    errors,
)
from bot.incidents.action_items.due_day import DayOnly, DayUnreadable, WhichYear
from bot.incidents.action_items.parse import EXAMPLE, LONGEST
from bot.incidents.errors import ScribeError
from bot.incidents.views.action_items import ActionItemView
from bot.incidents.vocabulary import ActionItemState
from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks.action_item_form import (
    CHOSEN,
    KIND,
    PRIORITY,
    VALUE,
    Origin,
    action_item_form,
    changed,
    holding,
)
from bot.slack.blocks.action_item_list import ShownItem, action_item_list, action_item_reminder, said
from bot.slack.blocks.carried import packed, unpacked
from sandbox.blocks import checked_content, view_problems

GOLDEN = Path(__file__).parent / "golden_action_items"
TICKET = "https://jira.test/OPS-1?a=1&b=2"
WHOLE = ActionItemDetails(
    "Add an index &amp; test it", "U0ANA", date(2023, 9, 15), "high", "prevent", "p99 &lt; 1 s", TICKET
)


def item(number: int, state: str = "open", **said: Any) -> ActionItemView:
    return ActionItemView(number, "", ActionItemState(state), ActionItemDetails(**said))


ANSWERS: Mapping[str, Answer] = {
    "action_item_list-details": action_item_list(
        7,
        [
            ShownItem(item(1, state="dropped"), "Blame nobody"),
            ShownItem(item(2, ticket_url=TICKET, done_when="x"), "Add an index", "p99 &lt; 1 s"),
            ShownItem(item(3, ticket_url=TICKET), "See <https://jira.test/OPS-1?a=1&amp;b=2>"),
            ShownItem(item(4), ""),
        ],
        "dart",
    ),
    "action_item_said-deleted": said("is done", 7, item(4, state="done"), ""),
}
FORMS: Mapping[str, Mapping[str, object]] = {
    "action_item_form-edit": action_item_form(
        holding(Origin("C0OPS", "https://hooks.slack.com/x", 2, 1), WHOLE), WHOLE
    ),
    "action_item_form-edit-unfilled": action_item_form(Origin("C0OPS", "https://hooks.slack.com/x", 2)),
}
ERRORS: Mapping[str, ScribeError] = {
    "ActionItemUnreadable": ActionItemUnreadable("It does not say yet what is to be done.", EXAMPLE),
    "NoSuchActionItem": NoSuchActionItem("7"),
    "NoSuchActionItem-none": NoSuchActionItem(""),
    "NoSuchActionItem-pinging": NoSuchActionItem("<!channel> `7`"),
    "OneNumber": OneNumber("done", 2),
    "DayUnreadable": DayUnreadable("next friday"),
    "DayUnreadable-none": DayUnreadable(" "),
    "DayOnly": DayOnly("friday 14:00"),
    "WhichYear": WhichYear("12 november", date(2024, 11, 12)),
}


def assert_golden(name: str, message: object) -> None:
    file = GOLDEN / f"{name}.json"
    written = json.dumps(message, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(name: str) -> None:
    arguments = answer_arguments(ANSWERS[name])

    checked_content(arguments)  # raises what Slack would refuse
    assert_golden(f"answer-{name}", arguments)


@pytest.mark.parametrize("name", ERRORS)
def test_the_answer_to_what_cannot_be_done(name: str) -> None:
    assert "<!" not in ERRORS[name].sentence
    assert_golden(f"error-{name}", answer_arguments(ERRORS[name].sentence))


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(name, FORMS[name])


def test_every_error_has_its_golden_and_none_is_left_over() -> None:
    named = {
        name
        for module in (errors, due_day)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, ScribeError) and kind.__module__ == module.__name__
    }

    assert named == {name.partition("-")[0] for name in ERRORS}
    expected = {f"answer-{name}" for name in ANSWERS} | {f"error-{name}" for name in ERRORS} | FORMS.keys()
    assert {file.stem for file in GOLDEN.iterdir()} == expected


# --- the limits of Slack -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "done", "dropped"])
def test_a_hundred_items_with_the_longest_words_are_a_list_that_slack_takes(state: str) -> None:
    long = [
        ShownItem(
            item(n, state=state, ticket_url="https://j.test/" + "x" * 3000), "&amp;" * 900, "&lt;" * 900
        )
        for n in range(1, 101)
    ]
    shown: list[str] = []
    page = 1
    while len(shown) < len(long):
        surface = action_item_list(7, long, "dart", page)
        checked_content(answer_arguments(surface))
        assert len(json.dumps(surface.blocks)) < 25_000
        texts = [block["text"]["text"] for block in surface.blocks[1:] if block["type"] == "section"]
        shown += [text.split("*")[1] for text in texts]
        turning = [element["text"]["text"] for element in surface.blocks[-1].get("elements", [])]
        assert turning == [*(["Previous"] if page > 1 else []), *(["Next"] if len(shown) < 100 else [])]
        page += 1
    assert shown == [str(n) for n in range(1, 101)]


def test_a_page_there_is_none_of_is_the_nearest_one() -> None:
    items = [ShownItem(item(n), f"Task {n}") for n in range(1, 31)]

    last = str(action_item_list(7, items, "dart", 2).blocks)

    assert str(action_item_list(7, items, "dart", 9).blocks) == last
    assert "page 2 of 2" in last
    assert "Task 30" in last


def test_the_longest_words_are_a_sentence_and_a_reminder_that_slack_takes() -> None:
    one = item(1, owner_id="U0ANA", due_on=date(2023, 9, 15), priority="high", kind="mitigate")

    checked_content(answer_arguments(said("is added", 7, one, "&amp;" * 3000)))
    assert "due 2023-09-15" in said("is added", 7, one, "&amp;" * 3000)
    surface = action_item_reminder(7, one, "&amp;" * 3000, today=date(2023, 9, 14))
    checked_content({"text": surface.text, "blocks": list(surface.blocks)})


@given(
    st.builds(ActionItemDetails, text=st.text(), done_when=st.text(max_size=4000), ticket_url=st.just(TICKET))
)
def test_a_form_that_holds_anything_is_one_that_slack_takes(said: ActionItemDetails) -> None:
    assert view_problems(action_item_form(holding(Origin("C0OPS", "x" * 500, 2, 1), said), said)) == []


def test_a_text_too_long_for_a_field_is_left_out_and_stays() -> None:
    long = replace(WHOLE, text="x" * (LONGEST + 1))
    origin = holding(Origin("C0OPS", "", 2, 1), long)

    assert view_problems(action_item_form(origin, long)) == []
    assert changed(submitted(replace(long, text="")), origin) == {}


# --- what comes back -----------------------------------------------------------------------------------


def submitted(said: ActionItemDetails, **other: str) -> dict[str, dict[str, dict[str, object]]]:
    """The values of a form in which all of this stands."""
    names = {
        "text": said.text.replace("&amp;", "&"),
        "owner": said.owner_id,
        "due": str(said.due_on) if said.due_on else None,
        PRIORITY: said.priority,
        KIND: said.kind,
        "done_when": (said.done_when or "").replace("&lt;", "<"),
        "ticket": said.ticket_url,
        **other,
    }
    values: dict[str, dict[str, dict[str, object]]] = {}
    for name, value in names.items():
        state: dict[str, object] = {CHOSEN.get(name, VALUE): value}
        if name in (PRIORITY, KIND):
            state = {"selected_option": {"value": value} if value else None}
        values[name] = {VALUE: state}
    return values


def test_only_the_fields_that_changed_are_said() -> None:
    held = holding(Origin("C0OPS", "https://hooks.slack.com/x", 2, 1), WHOLE)
    _, origin = unpacked(packed(1, held), Origin)

    assert changed(submitted(WHOLE), origin) == {}
    emptied = submitted(WHOLE, owner="", text="Add two  indexes ", priority="p1")
    assert changed(emptied, origin) == {"text": "Add two  indexes", "owner": "", PRIORITY: "p1"}


def test_of_a_new_item_every_field_that_is_filled_is_said() -> None:
    said = changed(submitted(ActionItemDetails("Add an index", kind="prevent")), Origin("C0OPS", ""))

    assert said == {"text": "Add an index", KIND: "prevent"}
