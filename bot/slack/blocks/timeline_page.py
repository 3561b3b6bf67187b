"""A page of the timeline, as `/timeline` shows it: a menu at each row, a filter by kind, and other pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.incidents.views.timeline import Rows, TimelinePage
from bot.slack.blocks import (
    Block,
    Surface,
    actions,
    button,
    context,
    option,
    overflow,
    plain,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.text.moments import shown
from storage.vocabulary import EventKind

SHOW_ACTION = "show_timeline"
"""The button of other messages that shows the first page."""
PAGE_ACTION, FILTER_ACTION, ROW_ACTION = "timeline_page", "timeline_filter", "timeline_row"
KINDS: Mapping[EventKind, str] = {
    EventKind.MESSAGE: "Messages",
    EventKind.NOTE: "Notes",
    EventKind.DECISION: "Decisions",
    EventKind.ALERT: "Alerts",
    EventKind.DEPLOY: "Deploys",
    EventKind.STATUS: "Status",
    EventKind.SEVERITY: "Severity",
    EventKind.ROLE: "Roles",
    EventKind.MILESTONE: "Milestones",
}
"""What several events of a kind are called."""
LONGEST_SAID = 500
UNNAMED = frozenset({EventKind.MESSAGE, EventKind.NOTE})
"""Kinds that a row does not name: most rows are of them."""


class Do(StrEnum):
    """What the menu of a row does with it."""

    EDIT = "edit"
    SECTION = "section"
    REMOVE = "remove"
    RESTORE = "restore"
    HISTORY = "history"


DOES: Mapping[Do, str] = {
    Do.EDIT: "Edit text, time, kind…",
    Do.SECTION: "Put into section…",
    Do.REMOVE: "Take off the timeline",
    Do.RESTORE: "Put back",
    Do.HISTORY: "History",
}


@dataclass(frozen=True)
class RowChoice:
    """What a row's menu says: what to do with which event, and the page it stands on, as `Rows` has it."""

    event: int
    do: Do
    page: int
    kind: EventKind | None
    is_removed: bool

    @property
    def rows(self) -> Rows:
        return Rows(self.page, self.kind, self.is_removed)


@dataclass(frozen=True)
class ShownEvent:
    """One event; `text` is inert Slack text on one line."""

    number: int
    occurred_at: datetime
    is_approximate: bool
    text: str
    author: str
    permalink: str | None
    kind: EventKind = EventKind.MESSAGE


def timeline_page(page: TimelinePage, events: Sequence[ShownEvent], emoji: str, said: str = "") -> Surface:
    """The page of an incident's timeline, in the order things happened; `said` is what was just done with it.

    Each event keeps the number it was recorded under, so that a number somebody read a minute ago still means
    the same event.
    """
    number, rows = page.number, page.rows
    lead: list[Block] = [context(shortened_mrkdwn(said, LONGEST_SAID))] if said else []
    if not page.counts and not rows.is_removed:
        text = (
            f"The timeline of INC-{number} is empty. React with :{emoji}: to a message, "
            f"or say `/timeline INC-{number} add 14:05 Rolled back`."
        )
        return Surface(text, [*lead, section(text), *([actions([_filter(page)])] if page.removed else [])])
    counted = f"{page.count:,} event" + ("s" if page.count != 1 else "")
    which = f", {_name(rows).lower()}" if rows.kind or rows.is_removed else ""
    where = f", page {rows.page:,} of {page.pages:,}" if page.pages > 1 else ""
    blocks: list[Block] = [
        *lead,
        section(f"*Timeline of INC-{number}* ({counted}{which}{where})"),
        actions([_filter(page)]),
        *(_row(number, event, rows) for event in events),
    ]
    if not events:
        blocks.append(section("Nothing of this kind stands on the timeline. Choose another above."))
    blocks.append(context(f"Add to it: `/timeline INC-{number} add 14:05 Rolled back`"))
    blocks += _turns(page)
    return Surface(f"Timeline of INC-{number}: {counted}{which}", blocks)


def too_late(number: int, said: str) -> str:
    """What was done with an event, to somebody whose list cannot be brought up to date any more."""
    return f"{said} `/timeline INC-{number}` shows a new list; the one above is from before."


def _name(rows: Rows) -> str:
    if rows.is_removed:
        return "Taken off"
    return KINDS[rows.kind] if rows.kind else "All"


def _filter(page: TimelinePage) -> Block:
    """A menu of the kinds there are, each with how many, and of what was taken off."""
    choices = [(Rows(), sum(page.counts.values()))]
    choices += [(Rows(kind=kind), page.counts[kind]) for kind in EventKind if kind in page.counts]
    choices += [(Rows(is_removed=True), page.removed)] if page.removed else []
    chosen = Rows(kind=page.rows.kind, is_removed=page.rows.is_removed)
    if chosen not in (rows for rows, _ in choices):
        choices.append((chosen, 0))
    options = {rows: option(f"{_name(rows)} ({many:,})", packed(page.number, rows)) for rows, many in choices}
    return {
        "type": "static_select",
        "action_id": FILTER_ACTION,
        "placeholder": plain("Which events?"),
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


def _row(number: int, event: ShownEvent, rows: Rows) -> Block:
    does = [Do.RESTORE, Do.HISTORY] if rows.is_removed else [Do.EDIT, Do.REMOVE, Do.HISTORY]
    if event.permalink and not rows.is_removed:  # of words without a message no section is made
        does.insert(1, Do.SECTION)
    choices = {do: RowChoice(event.number, do, rows.page, rows.kind, rows.is_removed) for do in does}
    menu = overflow(ROW_ACTION, [option(DOES[do], packed(number, one)) for do, one in choices.items()])
    return {**section(event_line(event)), "accessory": menu}


def _turns(page: TimelinePage) -> list[Block]:
    """To the first page, one back, one on, to the last; those there are."""
    at, pages = page.rows.page, page.pages
    ways = [("First", 1), ("Earlier", at - 1), ("Later", at + 1), ("Last", pages)]
    buttons = []
    for label, to in ways:
        is_far = label not in ("First", "Last") or abs(to - at) > 1
        if is_far and 1 <= to <= pages and to != at:
            rows = Rows(to, page.rows.kind, page.rows.is_removed)
            buttons.append(button(f"{PAGE_ACTION}_{label.lower()}", label, packed(page.number, rows)))
    return [actions(buttons)] if buttons else []


def event_line(event: ShownEvent) -> str:
    """An event in one line, with its number, when it happened, who said it and where."""
    about = "~" if event.is_approximate else ""
    evidence = f" (<{event.permalink}|message>)" if event.permalink else ""
    kind = "" if event.kind in UNNAMED else f" · _{event.kind}_"
    return (
        f"*#{event.number}*  {about}{shown(event.occurred_at)}  {event.text} — {event.author}{evidence}{kind}"
    )
