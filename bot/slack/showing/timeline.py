"""A page of the timeline, the history of an event, what became of one, and what may belong on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.incidents import history
from bot.incidents.actions.timeline import StandingEvent
from bot.incidents.author import Author, author_of
from bot.incidents.history import EventChange
from bot.incidents.views.deploys import DeploysView
from bot.incidents.views.timeline import EventHistory, EventView, TimelinePage
from bot.incidents.views.unmarked import UnmarkedMessages
from bot.slack.blocks import Surface, shortened_mrkdwn
from bot.slack.blocks.event_history import ShownChange, event_history
from bot.slack.blocks.timeline_page import ShownEvent, timeline_page
from bot.slack.blocks.unmarked import ShownMessage, unmarked_messages
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.slack.showing.deploys import show_suggested
from bot.text.moments import shown
from bot.text.mrkdwn import KnownNames, inert_line
from bot.text.nobody import mention
from storage.vocabulary import MarkSection

LONGEST_EVENT, LONGEST_CHANGE = 300, 200
FIELDS = {"occurred_at": "its time", "occurred_until": "its end", "text": "the text", "kind": "its kind"}
MOMENTS = ("occurred_at", "occurred_until")


async def show_timeline(services: Services, page: TimelinePage, said: str = "") -> Surface:
    """A page of an incident's timeline; `said` is what was just done with it, as inert Slack text."""
    shown = await shown_events(services, page.events)
    return timeline_page(page, shown, services.settings.emoji_names[MarkSection.TIMELINE], said)


async def shown_events(services: Services, events: Sequence[EventView]) -> list[ShownEvent]:
    """These events, with the names that are known."""
    texts = [one.text for one in events]
    for one in events:
        if one.course:
            texts += [one.course.first or "", *(change.text for change in one.course.changes)]
    people = [one.author_id for one in events if one.author_id]
    names = await names_in(services.directory, texts, people, asks_slack=False)
    return [_event(one, names) for one in events]


async def show_unmarked(services: Services, view: UnmarkedMessages, deploys: DeploysView) -> Surface:
    """What may belong on an incident's timeline, with a button to add each and one to dismiss it."""
    shown = await shown_unmarked(services, view)
    return unmarked_messages(view.number, shown, more=view.more, deploys=show_suggested(deploys))


async def shown_unmarked(services: Services, view: UnmarkedMessages) -> list[ShownMessage]:
    """The same messages for a part of another surface (`bot.slack.blocks.unmarked.message_blocks`)."""
    authors = [one.author.user_id for one in view.messages if one.author.user_id]
    names = await names_in(services.directory, [one.text for one in view.messages], authors, asks_slack=False)
    return [
        ShownMessage(
            ts=one.ts,
            said_at=one.said_at,
            text=_short(one.text or "(no text)", names, LONGEST_EVENT),
            author=_named(one.author, names),
            permalink=one.permalink,
            why=[inert_line(why, names) for why in one.why],
        )
        for one in view.messages
    ]


async def show_history(services: Services, view: EventHistory) -> Surface:
    """What an event says now, and how it came to."""
    changes = view.changes
    texts = [view.text, *(change.old or "" for change in changes), *(change.new or "" for change in changes)]
    people = [change.by for change in changes if change.by]
    names = await names_in(services.directory, texts, people, asks_slack=False)
    return event_history(
        view.event,
        _short(view.text, names, LONGEST_CHANGE),
        [ShownChange(change.at, _by(change), _what(change, names)) for change in changes],
    )


async def shown_text(services: Services, event: StandingEvent, *, waits: bool = True) -> str:
    """The words of an event in one line of inert text; `waits` is for `names_in`."""
    names = await names_in(services.directory, [event.text], asks_slack=False, waits=waits)
    return inert_line(event.text, names)


def _event(event: EventView, names: KnownNames) -> ShownEvent:
    who = author_of(event.author_id, event.bot_name, names.is_person)
    return ShownEvent(
        number=event.number,
        occurred_at=event.occurred_at,
        is_approximate=event.is_approximate,
        text=_told(event, names) if who.is_app else _short(event.text, names, LONGEST_EVENT),
        author=_named(who, names),
        permalink=event.permalink,
        kind=event.kind,
    )


def _named(author: Author, names: KnownNames) -> str:
    if author.app_name:
        return inert_line(author.app_name, names)
    return mention(author.user_id) if author.user_id else "unknown"


def _told(event: EventView, names: KnownNames) -> str:
    """What an app said when it happened, and what became of it."""
    if event.course is None:
        return _short(event.text, names, LONGEST_EVENT)
    first = event.course.first or "(what it said at first is not known)"
    told = [_short(first, names, LONGEST_EVENT)]
    told += (
        f"({'~' if change.is_approximate else ''}{shown(change.at)} "
        f"{_short(change.in_words, names, LONGEST_EVENT)})"
        for change in event.course.changes
    )
    return " ".join(told)


def _by(change: EventChange) -> str | None:
    if change.by_app:
        return inert_line(change.by_app, KnownNames())
    return mention(change.by) if change.by else None


def _what(change: EventChange, names: KnownNames) -> str:
    if change.field == history.DELETED:
        return "The message was deleted in Slack."
    if change.field == history.MARK:
        return f"marked it with :{change.new}:" if change.new else f"took :{change.old}: off"
    if change.field == "removed_at":
        return "took it off the timeline" if change.new else "put it back"
    if change.field == "is_explicit":
        return "put it on the timeline"
    if change.field == "is_approximate":
        return f"says that its time is {'approximate' if change.new == 'true' else 'exact'}"
    told = _moment if change.field in MOMENTS else partial(_quoted, names=names)
    old, new = told(change.old), told(change.new)
    return f"changed {FIELDS.get(change.field, change.field)} from {old} to {new}"


def _moment(value: str | None) -> str:
    """A time as everything else shows it: in the reader's zone."""
    return shown(datetime.fromisoformat(value)) if value else "nothing"


def _quoted(value: str | None, names: KnownNames) -> str:
    return f"“{_short(value, names, LONGEST_CHANGE)}”" if value else "nothing"


def _short(text: str, names: KnownNames, longest: int) -> str:
    return inert_line(shortened_mrkdwn(text, longest), names)
