"""Messages of apps that are on the timeline by themselves, since one of the team's rules takes them.

The event stands on its message as if somebody had put it there, with ✅ below it; edits and deletion follow.
It is made once, and by any text that the message ever had, so that the order in which texts come does not
matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.clock import said_at
from bot.incidents import intents
from bot.incidents.belonging import under_way
from bot.incidents.message_events import MessagePosted
from bot.incidents.message_rows import MessageRows
from bot.settings.routes import MessageRule
from bot.text.of_programs import plain_words
from bot.text.well_formed import table, text
from storage.record import IncidentSpan
from storage.record_rows import EventRow
from storage.vocabulary import EventKind, EventSource

MOST_NUMBERS = 1_000
"""A timeline that holds so many gets no more events by rules: an app may post without end."""
NOBODY = "USLACKBOT"
"""Who stands for an app that has no user."""


def follow_rules(
    rows: MessageRows, rules: Sequence[MessageRule], here: Sequence[IncidentSpan], spoken: MessagePosted
) -> None:
    """Put an app's message on the timeline of the incident that was open in its channel, if a rule takes it.

    What stands there because somebody marked it stands by the rule from then on; what people put there
    themselves, or took off, stays as they left it.
    """
    if not rules or not spoken.bot_name or not here:
        return
    incident = under_way(here, said_at(rows.key[2]))
    rule = _rule_for(rules, spoken, rows.key[1], here)
    if incident is None or rule is None:
        return
    by = spoken.user_id or NOBODY
    event = rows.event
    if event is None:
        if rows.state.last_number.get(incident.incident_id, 0) < MOST_NUMBERS:
            rows.keep_event(_event(rows, incident.incident_id, EventKind(rule.becomes), by))
            rows.ask(intents.confirm_mark(rows.key))
    elif not event["is_explicit"]:
        removed_at = event["removed_at"] if rows.standing_marks() else None
        kind = EventKind(rule.becomes)
        rows.keep_event(
            {**event, "kind": kind, "added_by": by, "is_explicit": True, "removed_at": removed_at}
        )
        rows.ask(intents.confirm_mark(rows.key))


def _rule_for(
    rules: Sequence[MessageRule], spoken: MessagePosted, channel_id: str, here: Sequence[IncidentSpan]
) -> MessageRule | None:
    app = table(spoken.payload.get("bot_profile"))
    ids = (spoken.payload.get("bot_id"), spoken.payload.get("app_id"), app.get("app_id"), spoken.user_id)
    bot = [spoken.bot_name or "", *filter(None, map(text, ids))]
    channel = [channel_id, *(one.channel_name for one in here)]
    said = plain_words(spoken.text)
    return next((rule for rule in rules if rule.takes(bot, channel, said)), None)


def _event(rows: MessageRows, incident_id: int, kind: EventKind, by: str) -> EventRow:
    return EventRow(
        incident_id=incident_id,
        team_id=rows.key[0],
        number=rows.next_number(incident_id),
        kind=kind,
        source=EventSource.RULE,
        channel_id=rows.key[1],
        message_ts=rows.key[2],
        occurred_at=said_at(rows.key[2]),
        occurred_until=None,
        is_approximate=False,
        recorded_at=rows.now,
        text=None,
        author_id=None,
        added_by=by,
        is_explicit=True,
        removed_at=None,
    )
