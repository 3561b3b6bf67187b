"""The message whose menu somebody opened, and how each of its entries opens a form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.incidents.actor import Actor
from bot.incidents.errors import ScribeError
from bot.incidents.source_message import OwnMessage, SourceMessage
from bot.incidents.views.source import OfferedIncident
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View, filled_in_time, open_view
from bot.listeners.scribe import Scribe
from bot.listeners.source import as_it_stands
from bot.slack.blocks.message_form import Offered
from bot.slack.message_events import bot_name_of, is_own, spoken_in
from bot.slack.names import names_in
from bot.text.mrkdwn import plain
from bot.text.typed import typed
from bot.text.well_formed import table, text, ts_or_none


@dataclass(frozen=True)
class Chosen:
    """Who chose which message; `words` is what it says, as Slack text."""

    actor: Actor
    source: SourceMessage
    words: str

    @property
    def response_url(self) -> str:
        return self.actor.response_url or ""


Fill = Callable[[Chosen, Scribe], Awaitable[View]]
Empty = Callable[[Chosen, Scribe], View]


def chosen_in(body: Body, scribe: Scribe) -> Chosen:
    """The message of a shortcut's payload; whether Scribe hears what becomes of it is not known yet.

    Raises:
        OwnMessage: Scribe said it.
    """
    channel, message = table(body.get("channel")), table(body.get("message"))
    if is_own(message, scribe.workspace.bot_user_id, scribe.workspace.bot_id):
        raise OwnMessage
    actor = pressed_by(body)
    ts = ts_or_none(message.get("ts")) or str(body.get("message_ts") or "")
    source = SourceMessage(
        channel_id=actor.channel_id,
        channel_name=text(channel.get("name")),
        ts=ts,
        thread_ts=ts_or_none(message.get("thread_ts")),
        is_bots=bot_name_of(message) is not None,
    )
    words = spoken_in((scribe.workspace.team_id, actor.channel_id, ts), message).text
    return Chosen(actor, source, words)


async def followed(chosen: Chosen, scribe: Scribe) -> Chosen:
    """The same, with whether Scribe is in its channel."""
    return replace(chosen, source=await as_it_stands(chosen.source, scribe))


def opens(scribe: Scribe, fill: Fill, empty: Empty, instead: str) -> Mapping[str, Any]:
    """The listeners of an entry: it is acknowledged at once, and opens a form.

    `fill` makes the form with what the record holds, `empty` serves where that is slow; `instead` is what to
    say where Slack does not open it.
    """

    async def open_form(body: dict[str, Any]) -> None:
        actor = pressed_by(body)
        try:
            chosen = chosen_in(body, scribe)
            await scribe.permission.check_person(actor)
            view = await filled_in_time(_filled(chosen, scribe, fill)) or empty(chosen, scribe)
        except ScribeError as problem:
            await scribe.work.say(actor, problem.sentence)
            return
        await open_view(scribe, actor, str(body["trigger_id"]), view, instead)

    return {"ack": _acknowledge, "lazy": [open_form]}


async def _filled(chosen: Chosen, scribe: Scribe, fill: Fill) -> View:
    return await fill(await followed(chosen, scribe), scribe)


async def offered(scribe: Scribe, found: Sequence[OfferedIncident]) -> list[Offered]:
    """The incidents that may be chosen, with their titles as plain text."""
    names = await names_in(scribe.directory, [one.title for one in found], asks_slack=False)
    return [
        Offered(one.number, plain(one.title, names) + ("" if one.is_open else " (resolved)")) for one in found
    ]


async def typed_words(chosen: Chosen, scribe: Scribe) -> str:
    """What the message says, as people typed it."""
    return typed(chosen.words, await names_in(scribe.directory, [chosen.words], asks_slack=False))


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
