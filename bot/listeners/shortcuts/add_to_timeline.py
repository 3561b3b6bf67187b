"""*Add to timeline*: a message, with its words, its time and its kind, or what somebody says instead."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.clock import said_at
from bot.incidents.actions.timeline import MessageTaken, TakeMessage, take_message
from bot.incidents.errors import ScribeError
from bot.incidents.views.source import source_view
from bot.incidents.vocabulary import EventKind, MarkSection
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, View, on_submit
from bot.listeners.moments import moment_of, written
from bot.listeners.scribe import Scribe
from bot.listeners.shortcuts.chosen import Chosen, offered, opens
from bot.listeners.source import as_it_stands
from bot.slack.blocks.answers import added, edited
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.message_form import (
    INCIDENT,
    KIND,
    TEXT,
    TIME,
    TIMELINE_FORM,
    Held,
    Origin,
    changed,
    chosen_incident,
    timeline_form,
)
from bot.slack.names import names_in
from bot.slack.showing.timeline import shown_text
from bot.text.form_text import encoded
from bot.text.when import UnreadableTime


def register(app: AsyncApp, scribe: Scribe) -> None:
    emoji = scribe.settings.emoji_names[MarkSection.TIMELINE]
    instead = f"Put a :{emoji}: on the message instead, or say `/timeline add 14:05 Rolled back`."
    app.shortcut("add_to_timeline")(**opens(scribe, _filled, _empty, instead))
    on_submit(app, scribe, TIMELINE_FORM, partial(_take, scribe=scribe), lambda _: TEXT)


async def _filled(chosen: Chosen, scribe: Scribe) -> View:
    view = await source_view(scribe.work, chosen.actor, chosen.source)
    zone = await scribe.directory.zone(chosen.actor.user_id, scribe.settings.zone)
    event = view.event
    held = Held(
        text=event.text if event else (chosen.words if view.is_copied else ""),
        time=written(event.occurred_at if event else said_at(chosen.source.ts), zone),
        kind=event.kind if event else _kind(chosen),
        is_copied=view.is_copied,
        event=event.number if event else None,
    )
    origin = Origin(chosen.source, chosen.response_url)
    return timeline_form(view.number, await offered(scribe, view.offered), origin, held)


def _empty(chosen: Chosen, scribe: Scribe) -> View:
    held = Held(chosen.words if not chosen.source.is_private else "", "", _kind(chosen))
    return timeline_form(None, [], Origin(chosen.source, chosen.response_url), held)


def _kind(chosen: Chosen) -> EventKind:
    return EventKind.ALERT if chosen.source.is_bots else EventKind.MESSAGE


async def _take(body: Body, scribe: Scribe) -> None:
    number, origin = unpacked(body["view"]["private_metadata"], Origin)
    values = body["view"]["state"]["values"]
    number = number or chosen_incident(values)
    actor = submitted_by(body, origin.source.channel_id, origin.response_url)
    if number is None:
        raise FieldsUnread({INCIDENT: "Say which incident, by its number alone, for example 7."})
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    source = await as_it_stands(origin.source, scribe, kept_in=incident.channel_id)
    fields = changed(values, origin)
    try:
        moment = await moment_of(fields[TIME], actor.user_id, scribe) if fields.get(TIME) else None
    except (ScribeError, UnreadableTime) as problem:
        raise FieldsUnread({TIME: problem.sentence}) from problem
    text = encoded(fields.get(TEXT, ""))
    await names_in(scribe.directory, [text], asks_slack=False)  # the answer waits for none

    async def answer(taken: MessageTaken) -> str:
        stands = taken.stands
        text = await shown_text(scribe, stands, waits=False)
        say = edited if taken.stood_before else added
        return say(stands.number, stands.event, stands.occurred_at, text)

    work = scribe.work.replying(origin.response_url, f"taken:{actor.key}", answer)
    kind = EventKind(fields[KIND]) if fields.get(KIND) else None
    await take_message(work, actor, TakeMessage(source, text, moment, number, kind))
