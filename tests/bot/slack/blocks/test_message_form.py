"""The forms behind a message's menu, in every state: golden_message_form/."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.incidents.action_items import ActionItemDetails
from bot.incidents.source_message import LinkAlone, SourceMessage
from bot.incidents.views.source import NowhereToPut
from bot.slack.blocks import Surface, action_item_form, section
from bot.slack.blocks.message_form import (
    FIRST_SECTION,
    INCIDENT,
    KIND,
    SECTION,
    TEXT,
    TIME,
    Held,
    Offered,
    Origin,
    changed,
    chosen_incident,
    chosen_section,
    incident_field,
    section_form,
    timeline_form,
)
from bot.text.form_text import fingerprint
from sandbox.blocks import view_problems
from storage.vocabulary import EventKind, MarkSection
from tests.bot.slack.golden_files import assert_form, assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_message_form"
URL = "https://hooks.slack.example/actions/1"
SOURCE = SourceMessage("C0OPS", "ops", "1694354400.000100", "1694354300.000100", is_followed=True)
ORIGIN = Origin(SOURCE, URL)
HELD = Held("Rolled back &lt;now&gt;", "2023-09-10 14:00", EventKind.MESSAGE)
TWO = [Offered(7, "Checkout & payments"), Offered(3, "Queue (resolved)")]
EMOJI = {section: str(section) for section in MarkSection}

ITEM = ActionItemDetails(text="We must add an index")
ITEM_ORIGIN = action_item_form.Origin("C0OPS", URL, incident=None, source=SOURCE)
FORMS = {
    "timeline": timeline_form(7, [], ORIGIN, HELD),
    "timeline-chosen": timeline_form(None, TWO, ORIGIN, HELD),
    "timeline-typed": timeline_form(None, [], ORIGIN, Held("", "", EventKind.ALERT)),
    "timeline-stands": timeline_form(7, [], ORIGIN, Held("Rolled back", "14:00", EventKind.STATUS, event=3)),
    "timeline-link": timeline_form(None, TWO, ORIGIN, Held("", "14:00", EventKind.MESSAGE, is_copied=False)),
    "timeline-severity": timeline_form(7, [], ORIGIN, Held("sev1", "14:00", EventKind.SEVERITY, event=4)),
    "section": section_form(7, [], ORIGIN, EMOJI),
    "section-chosen": section_form(None, TWO, ORIGIN, EMOJI),
    "item-chosen": action_item_form.action_item_form(ITEM_ORIGIN, ITEM, asked=incident_field(None, TWO)),
}
ERRORS = {"error-LinkAlone": LinkAlone().sentence, "error-NowhereToPut": NowhereToPut().sentence}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_as_its_file_has_it(name: str) -> None:
    assert_form(GOLDEN, name, FORMS[name])


@pytest.mark.parametrize("name", ERRORS)
def test_an_answer_is_as_its_file_has_it(name: str) -> None:
    assert_surface(GOLDEN, name, Surface(ERRORS[name], [section(ERRORS[name])]))


def test_no_file_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*FORMS, *ERRORS})


def test_the_longest_message_and_a_hundred_incidents_are_a_form_that_slack_takes() -> None:
    many = [Offered(10**6 + number, "ש" * 300) for number in range(100)]
    held = Held("&amp;" * 4000, "x" * 100, EventKind.MESSAGE)

    assert view_problems(timeline_form(None, many, ORIGIN, held)) == []
    assert view_problems(section_form(None, many, ORIGIN, EMOJI)) == []


def test_what_is_sent_as_it_stands_says_nothing_anew() -> None:
    held = {
        TEXT: fingerprint("Rolled back <now>"),
        TIME: fingerprint("2023-09-10 14:00"),
        KIND: fingerprint("message"),
    }
    origin = Origin(SOURCE, URL, held)
    state = {
        TEXT: {"value": {"value": "Rolled  back <now>\n"}},
        TIME: {"value": {"value": "2023-09-10 14:00"}},
        KIND: {"value": {"selected_option": {"value": "message"}}},
    }

    assert changed(state, origin) == {}
    state[KIND] = {"value": {"selected_option": {"value": "deploy"}}}
    assert changed(state, origin) == {"kind": "deploy"}


@pytest.mark.parametrize(
    ("state", "number"),
    [
        ({"selected_option": {"value": "7"}}, 7),
        ({"value": "12"}, 12),
        ({"value": None}, None),
        ({"value": "seven"}, None),
        ({"value": "-1"}, None),
        ({"value": "9" * 30}, None),
    ],
)
def test_an_incident_is_chosen_or_typed(state: dict[str, object], number: int | None) -> None:
    assert chosen_incident({INCIDENT: {"value": state}}) == number
    assert chosen_incident({}) is None


def test_the_section_that_stands_first_is_one_that_may_be_chosen() -> None:
    element = FORMS["section"]["blocks"][0]["element"]

    assert element["initial_option"]["value"] == FIRST_SECTION
    assert "timeline" not in [one["value"] for one in element["options"]]
    assert chosen_section({SECTION: {"value": {"selected_option": {"value": "lesson"}}}}) == "lesson"
