"""The form that declares an incident and the question it may ask, in every state: golden_declare_form/."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.incidents.actions.declare import DeclaredBefore, NotOpenAnyMore
from bot.incidents.source_message import OwnMessage, SourceMessage
from bot.slack.blocks import Surface, section
from bot.slack.blocks.alike import ShownIncident, alike_question, joined, question_blocks
from bot.slack.blocks.carried import packed
from bot.slack.blocks.declare_form import (
    HERE,
    LONGEST_TITLE,
    NEW_PRIVATE,
    Choices,
    Filled,
    Origin,
    declare_form,
    filled,
    title_from,
    told,
)
from bot.slack.blocks.source import declared_as, declared_from
from sandbox.blocks import view_problems
from tests.bot.slack.golden_files import assert_form, assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_declare_form"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
URL = "https://hooks.slack.example/commands/1"
LINK = "https://acme.slack.com/archives/C0OPS/p1694354400000100"
ORIGIN = Origin("C0OPS", "ops", URL)
CHOICES = Choices({"sev1": "Customers cannot work", "sev2": None}, is_announcing=True)
SAID = Filled("Checkout is down", "sev1", NEW_PRIVATE, "14:00", "U0ANA", is_announced=False, is_drill=True)
ONE = ShownIncident(7, "Checkout &amp; payments", "C0INC", TWO)
OPENING = ShownIncident(8, "Checkout again", None, TWO)


def source(channel: str = "C0OPS", name: str = "ops", *, is_followed: bool = True) -> SourceMessage:
    return SourceMessage(channel, name, "1694354400.000100", None, is_followed=is_followed)


FORMS = {
    "form": declare_form(ORIGIN, CHOICES),
    "form-here": declare_form(ORIGIN, CHOICES, Filled(place=HERE)),
    "form-said": declare_form(ORIGIN, CHOICES, SAID),
    "form-nowhere": declare_form(Origin("", "", ""), Choices({"sev1": None})),
    "form-direct": declare_form(Origin("D0ANA", "directmessage", URL), Choices({"sev1": None})),
    "form-group": declare_form(Origin("C0GROUP", "mpdm-ana--ben--cleo-1", URL), Choices({"sev1": None})),
    "form-from-message": declare_form(Origin("C0OPS", "ops", URL, source()), CHOICES),
    "form-from-unheard": declare_form(Origin("C0OPS", "ops", URL, source(is_followed=False)), CHOICES),
    "form-from-private": declare_form(
        Origin("G0FEW", "privategroup", URL, source("G0FEW", "privategroup")),
        CHOICES,
        Filled(place=NEW_PRIVATE),
    ),
    "form-asks": declare_form(ORIGIN, CHOICES, SAID, question=question_blocks([ONE, OPENING])),
    "told": told("INC-8 is open: *Checkout is down*."),
}
MESSAGES = {
    "question": alike_question([ONE], packed(None)),
    "question-several": alike_question([ONE, OPENING], packed(None)),
    "declared_from": declared_from(LINK, "C0OPS"),
    "declared_from-private": declared_from(LINK, None),
    "declared_as": declared_as(7, "C0INC"),
    "declared_as-private": declared_as(7, None),
}
TEXTS = {
    "joined": joined(7, "Checkout", "C0INC"),
    "joined-opening": joined(8, "Checkout", None),
    "error-NotOpenAnyMore": NotOpenAnyMore(7).sentence,
    "error-DeclaredBefore": DeclaredBefore().sentence,
    "error-OwnMessage": OwnMessage().sentence,
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_as_its_file_has_it(name: str) -> None:
    assert_form(GOLDEN, name, FORMS[name])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_as_its_file_has_it(name: str) -> None:
    assert_surface(GOLDEN, name, MESSAGES[name])


@pytest.mark.parametrize("name", TEXTS)
def test_an_answer_is_as_its_file_has_it(name: str) -> None:
    assert_surface(GOLDEN, name, Surface(TEXTS[name], [section(TEXTS[name])]))


def test_no_file_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*FORMS, *MESSAGES, *TEXTS})


def test_the_longest_choices_are_a_form_that_slack_takes() -> None:
    many = Choices({f"{number:075}": "m" * 200 for number in range(100)}, is_announcing=True)
    said = Filled("ש" * 300, since="x" * 300)

    view = declare_form(
        Origin("C0OPS", "ops", URL, source()), many, said, question=question_blocks([ONE] * 3)
    )

    assert view_problems({**view, "blocks": [one for one in view["blocks"] if one["type"] == "input"]}) == []


def test_what_is_asked_again_keeps_what_was_filled_in() -> None:
    view = FORMS["form-asks"]
    element = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}

    state = {
        "title": {"value": {"value": element["title"]["initial_value"]}},
        "severity": {"value": {"selected_option": element["severity"]["initial_option"]}},
        "place": {"value": {"selected_option": element["place"]["initial_option"]}},
        "since": {"value": {"value": element["since"]["initial_value"]}},
        "commander": {"value": {"selected_user": element["commander"]["initial_user"]}},
        "more": {"value": {"selected_options": element["more"]["initial_options"]}},
    }

    assert filled(state) == SAID


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Checkout is down\nsince ten", "Checkout is down"),
        ("\n\n  Payments fail ", "Payments fail"),
        ("", ""),
        ("x" * 200, "x" * (LONGEST_TITLE - 1) + "…"),
    ],
)
def test_a_title_is_the_first_line_of_a_message(words: str, title: str) -> None:
    assert title_from(words) == title
