"""A page of the timeline in every state, and the form of one event: see golden_timeline_page/."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.incidents.views.timeline import ALL, EventView, Rows, TimelinePage, count_of, part_of
from bot.slack.blocks import Surface, shortened_mrkdwn
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.event_form import KIND, TEXT, TIME, VALUE, Held, Origin, changed, event_form, held_of
from bot.slack.blocks.timeline_page import KINDS, RowChoice, ShownEvent, timeline_page
from sandbox.blocks import checked_content, view_problems
from storage.vocabulary import EventKind
from tests.bot.slack.golden_files import assert_form, assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_timeline_page"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C0OPS/p1694354400000100"
ORIGIN = Origin("C0OPS", "https://hooks.slack.example/actions/1", 3, Rows(2, EventKind.NOTE))


def events(count: int) -> list[ShownEvent]:
    texts = ("Deploy of `orders_v2` began", "Error rate at 34%", "Rolled back &amp; watching")
    kinds = (EventKind.DEPLOY, EventKind.ALERT, EventKind.MESSAGE)
    return [
        ShownEvent(
            number=number + 1,
            occurred_at=TWO + timedelta(minutes=5 * number),
            is_approximate=number % 3 == 1,
            text=texts[number % 3],
            author="Watchtower" if number % 3 == 1 else "<@U0ANA>",
            permalink=None if number % 3 == 2 else LINK,
            kind=kinds[number % 3],
        )
        for number in range(count)
    ]


def shown(
    on_it: Sequence[ShownEvent], rows: Rows = ALL, *, number: int = 7, removed: int = 0, said: str = ""
) -> Surface:
    """One page of a whole timeline."""
    counts = {kind: sum(one.kind == kind for one in on_it) for kind in EventKind}
    counts = {kind: many for kind, many in counts.items() if many}
    count = count_of(rows, counts, removed)
    page, pages, part = part_of(rows.page, count)
    wanted = [one for one in on_it if rows.kind in (None, one.kind)]
    held = TimelinePage(number, [], replace(rows, page=page), pages, counts, removed)
    return timeline_page(held, wanted[part.start : part.stop], "pushpin", said)


SURFACES = {
    "empty": shown([]),
    "one-event": shown(events(1)),
    "one-page": shown(events(4)),
    "first-page": shown(events(61)),
    "middle-page": shown(events(61), Rows(3)),
    "last-page": shown(events(61), Rows(5)),
    "of-a-kind": shown(events(8), Rows(kind=EventKind.ALERT)),
    "none-of-a-kind": shown(events(1), Rows(kind=EventKind.DECISION)),
    "taken-off": shown(events(2), Rows(is_removed=True), removed=2),
    "only-taken-off": shown([], removed=1),
    "after-an-action": shown(events(2), said="Event 3 is off the timeline.", removed=1),
}
FORMS = {
    "form": event_form(7, ORIGIN, Held("Rolled back & watching", "2023-09-10 14:05", EventKind.NOTE)),
    "form-of-another-kind": event_form(7, ORIGIN, Held("sev1", "2023-09-10 14:05", EventKind.SEVERITY)),
    "form-unfilled": event_form(7, ORIGIN, Held()),
}


@pytest.mark.parametrize("name", SURFACES)
def test_a_page(name: str) -> None:
    assert_surface(GOLDEN, name, SURFACES[name])


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert_form(GOLDEN, name, FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert_none_left_over(GOLDEN, SURFACES.keys() | FORMS.keys())


def test_every_kind_has_a_name_of_its_own() -> None:
    assert KINDS.keys() == set(EventKind)
    assert len(set(KINDS.values())) == len(KINDS)


@pytest.mark.parametrize("rows", [ALL, Rows(kind=EventKind.MILESTONE), Rows(is_removed=True)])
def test_a_page_of_the_longest_lines_is_one_that_slack_takes(rows: Rows) -> None:
    link = f"{LINK}?thread_ts=1694354400.000100&cid=C0OPS0OPS0OPS"
    words = shortened_mrkdwn("&amp;" * 999, 300)
    long = [
        ShownEvent(number, TWO, True, words, "<@U0ANAANAANA>", link, EventKind.MILESTONE)
        for number in range(100_000, 110_000)
    ]

    surface = shown(long, replace(rows, page=340), number=1_000_000, removed=10_000, said="word " * 1000)

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})


@settings(deadline=None)
@given(st.integers(-5, 20), st.integers(0, 100))
def test_any_page_can_be_asked_for(page: int, count: int) -> None:
    surface = shown(events(count), Rows(page))

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})


def test_turning_the_pages_shows_every_event_once() -> None:
    seen: list[int] = []
    rows: Rows | None = ALL
    while rows is not None:
        blocks = shown(events(50), rows).blocks
        seen += [int(number) for number in re.findall(r"\*#(\d+)\*", str(blocks))]
        buttons = blocks[-1].get("elements", [])
        later = [one for one in buttons if one.get("action_id") == "timeline_page_later"]
        rows = subject_in(later[0]["value"], Rows)[1] if later else None

    assert seen == list(range(1, 51))


def test_a_row_knows_the_page_it_stands_on() -> None:
    row = shown(events(61), Rows(2)).blocks[2]

    carried = [subject_in(one["value"], RowChoice) for one in row["accessory"]["options"]]

    assert {(number, choice.event, choice.rows) for number, choice in carried} == {(7, 16, Rows(2))}


# --- the form ------------------------------------------------------------------------------------------


def submitted(text: str, time: str, kind: str) -> dict[str, dict[str, dict[str, object]]]:
    return {
        TEXT: {VALUE: {"value": text}},
        TIME: {VALUE: {"value": time}},
        KIND: {VALUE: {"selected_option": {"value": kind}}},
    }


def test_only_the_fields_that_changed_are_said() -> None:
    view = event_form(7, ORIGIN, Held("Rolled back", "2023-09-10 14:05", EventKind.NOTE))
    origin = subject_in(view["private_metadata"], Origin)[1]

    assert changed(submitted("Rolled back ", "2023-09-10 14:05", "note"), origin) == {}
    assert changed(submitted("Rolled back", "14:07", "decision"), origin) == {TIME: "14:07", KIND: "decision"}
    assert changed(submitted("", "2023-09-10 14:05", "note"), origin) == {TEXT: ""}


@pytest.mark.parametrize("text", ["", "W" * 40_000, "&lt;b&gt; &amp; <@U0ANA>", "عطل في الدفع" * 30])
@pytest.mark.parametrize("kind", EventKind)
def test_a_form_that_holds_anything_is_one_that_slack_takes(text: str, kind: EventKind) -> None:
    event = EventView(1_000_000, TWO, True, text, None, None, None, kind=kind)

    view = event_form(1_000_000, ORIGIN, held_of(event, "~2023-09-10 14:05 UTC"))

    assert view_problems(view) == []
