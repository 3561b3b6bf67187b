"""`/timeline history 3`: who changed an event, when, from which to which."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.incidents import history
from bot.incidents.errors import NoSuchEvent
from bot.incidents.history import EventChange
from bot.listeners.about import incident_meant
from bot.listeners.requests import Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, shortened_mrkdwn
from bot.slack.blocks.event_history import ShownChange, event_history
from bot.slack.names import names_in
from bot.text.moments import shown
from bot.text.mrkdwn import KnownNames, inert_line
from storage import history as stored_history
from storage import timeline as stored
from storage.record import MessageKey
from storage.timeline import Line

LONGEST_SHOWN = 200
FIELDS = {
    "occurred_at": "its time",
    "occurred_until": "its end",
    "text": "the text",
}

MOMENTS = ("occurred_at", "occurred_until")


async def show(command: Command, number: int, scribe: Scribe) -> Surface:
    """The history of an event, also of one that was taken off the timeline.

    Raises:
        NoIncidentHere: the channel keeps no incident.
        NoSuchEvent: its timeline never had such an event.
    """
    incident = await incident_meant(command, scribe)
    async with scribe.database.read() as session:
        line = await stored.by_number(session, incident.pk, number)
        if line is None:
            raise NoSuchEvent(str(number))
        past = await stored_history.past(session, line.event.pk, _key(line))
    changes = history.changes(line.message, past)
    text = _text(line)
    texts = [text, *(change.old or "" for change in changes), *(change.new or "" for change in changes)]
    people = [change.by for change in changes if change.by]
    names = await names_in(scribe.directory, texts, people, asks_slack=False)
    return event_history(
        number,
        _inert(text, names),
        [ShownChange(change.at, _by(change), _what(change, names)) for change in changes],
    )


def _key(line: Line) -> MessageKey | None:
    event = line.event
    if event.channel_id is None or event.message_ts is None:
        return None
    return event.team_id, event.channel_id, event.message_ts


def _text(line: Line) -> str:
    if line.event.text is not None:
        return line.event.text
    if line.message is None or not line.message.is_known:
        return "(not read from Slack yet)"
    return line.message.text or ("(message deleted in Slack)" if line.message.deleted_ts else "(no text)")


def _by(change: EventChange) -> str | None:
    if change.by_app:
        return inert_line(change.by_app, KnownNames())
    return f"<@{change.by}>" if change.by else None


def _what(change: EventChange, names: KnownNames) -> str:
    if change.field == history.DELETED:
        return "The message was deleted in Slack."
    if change.field == history.MARK:
        return f"marked it with :{change.new}:" if change.new else f"took :{change.old}: off"
    if change.field == "removed_at":
        return "took it off the timeline" if change.new else "put it back"
    if change.field == "is_approximate":
        return f"says that its time is {'approximate' if change.new == 'true' else 'exact'}"
    told = _moment if change.field in MOMENTS else partial(_quoted, names=names)
    old, new = told(change.old), told(change.new)
    return f"changed {FIELDS.get(change.field, change.field)} from {old} to {new}"


def _moment(value: str | None) -> str:
    """A time as everything else shows it: in the reader's zone."""
    return shown(datetime.fromisoformat(value)) if value else "nothing"


def _quoted(value: str | None, names: KnownNames) -> str:
    return f"“{_inert(value, names)}”" if value else "nothing"


def _inert(text: str, names: KnownNames) -> str:
    return inert_line(shortened_mrkdwn(text, LONGEST_SHOWN), names)
