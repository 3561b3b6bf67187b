"""Buttons on a post-mortem's way: I have reviewed it, snooze, how to publish."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents import intents, lifecycle
from bot.incidents.errors import ScribeError
from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.listeners.about import caller_of
from bot.listeners.actions.button import (
    TRY_AGAIN,
    Body,
    incident_of,
    key_of,
    on_press,
    presser,
    value_of,
)
from bot.listeners.attempt import once_transaction, within_ack_window
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks import nudges, review
from bot.slack.summarise import draft_link
from storage import drafts, outbox, postmortems
from storage.vocabulary import PostmortemState


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(
        app,
        review.REVIEWED_ACTION,
        partial(_note_reviewed, scribe=scribe),
        partial(_show_reviewed, scribe=scribe),
    )
    for length, days in nudges.DAYS.items():
        on_press(
            app,
            f"{nudges.SNOOZE_ACTION}_{length}",
            partial(_snooze, scribe=scribe, days=days),
            partial(_show_snoozed, scribe=scribe, days=days),
        )

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def say_how(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            sentence = await within_ack_window(lambda: _how_to_publish(body, scribe))
        except ScribeError as problem:
            sentence = problem.sentence
        except RECORD_TROUBLE:
            sentence = TRY_AGAIN
        await respond(**answer_arguments(sentence), replace_original=False)

    app.action(nudges.PUBLISH_ACTION)(ack=acknowledge, lazy=[say_how])


async def _how_to_publish(body: Body, scribe: Scribe) -> str:
    number, _, channel_id = value_of(body).partition("|")
    async with scribe.database.read() as session:
        incident = await meant(session, scribe.workspace.team_id, channel_id, int(number))
    await scribe.permission.check(caller_of(body), incident)
    check_stands(incident)
    return nudges.how_to_publish(incident.number)


async def _note_reviewed(body: Body, scribe: Scribe) -> None:
    """A reviewer who presses below somebody else's request is thanked; the request stays."""
    incident_id, asked_id = _request(body)
    user_id = presser(body)
    incident = await incident_of(body, incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        now = scribe.clock.now()
        await lifecycle.note_reviewed(session, incident_id, user_id, now)
        url = str(body.get("response_url") or "")
        if user_id != asked_id and url:
            thanks = intents.reply(url, review.thanks(incident.number), key_of(body))
            await outbox.ask(session, [thanks], asked_at=now)


async def _show_reviewed(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    incident_id, asked_id = _request(body)
    if presser(body) != asked_id:
        return
    incident = await incident_of(body, incident_id, scribe)
    async with scribe.database.read() as session:
        reviewer = await postmortems.reviewer(session, incident_id, asked_id)
        draft = await drafts.newest_delivered(session, incident_id)
    if reviewer and reviewer.reviewed_at:
        link = draft_link(scribe.workspace, incident, draft) if draft else None
        surface = review.reviewed(incident.number, asked_id, reviewer.reviewed_at, link)
        await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)


async def _snooze(body: Body, scribe: Scribe, days: int) -> None:
    incident_id = int(value_of(body))
    await incident_of(body, incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        await lifecycle.snooze(session, incident_id, scribe.clock.now() + timedelta(days=days))


async def _show_snoozed(body: Body, respond: AsyncRespond, scribe: Scribe, days: int) -> None:
    incident = await incident_of(body, int(value_of(body)), scribe)
    async with scribe.database.read() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
    if postmortem is None or postmortem.state == PostmortemState.PUBLISHED:
        sentence = nudges.no_more_nudges(incident.number)
    else:
        sentence = nudges.snoozed(incident.number, scribe.clock.now() + timedelta(days=days))
    await respond(text=sentence, blocks=[], replace_original=True)


def _request(body: Body) -> tuple[int, str]:
    incident_id, _, user_id = value_of(body).partition("|")
    return int(incident_id), user_id
