"""What became of the messages that an incident took from other channels, while nobody heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import structlog
from sqlalchemy import Connection

from bot.incidents import source_message
from bot.incidents.channels import shown_in
from bot.incidents.message_events import MessageReread
from bot.slack.calls import DEAD_TOKEN, Refused
from bot.slack.catch_up.reading import MessageNotShown, Reader
from bot.slack.message_events import spoken_in
from bot.slack.services import Services
from bot.text.well_formed import table
from storage import taken
from storage.record import load_state, write_changes
from storage.tables import Incident, Message

log = structlog.get_logger()

NOT_SHOWN = "channel_not_found"


async def follow_elsewhere(services: Services, incident: Incident) -> None:
    """Compare them with what Slack shows; of a channel that is private, or without Scribe, a link stays."""
    async with services.database.read() as session:
        messages = await taken.of_incident(session, incident)
    for channel_id, of_channel in groupby(messages, key=lambda message: message.channel_id):
        try:
            where = await _withdrawn_to(services, channel_id)
            if where:
                now, url = services.clock.now(), services.workspace.url
                async with services.database.write() as session:
                    await source_message.withdraw(session, incident.team_id, channel_id, where, url, now=now)
            else:
                await _read_again(services, channel_id, list(of_channel))
        except Refused as refusal:
            if refusal.error in DEAD_TOKEN:
                raise
            log.warning("catch_up.elsewhere", channel=channel_id, why=str(refusal))


async def _withdrawn_to(services: Services, channel_id: str) -> str | None:
    """What a link calls the channel, where nothing but a link may stay of its messages."""
    try:
        channel = table((await services.slack.call("conversations_info", channel=channel_id)).get("channel"))
    except Refused as refusal:
        if refusal.error != NOT_SHOWN:
            raise
        return source_message.PRIVATELY
    if shown_in(channel, by="").is_private is not False:  # also where Slack does not say
        return source_message.PRIVATELY
    return None if channel.get("is_member") else f"<#{channel_id}>"


async def _read_again(services: Services, channel_id: str, messages: Sequence[Message]) -> None:
    reader = Reader(services, channel_id)
    for message in messages:
        if message.deleted_ts or not message.is_known:
            continue
        key = (message.team_id, channel_id, message.ts)
        try:
            found = await reader.one(message.ts, message.thread_ts)
        except MessageNotShown:
            continue
        reread = MessageReread(key, spoken_in(key, found) if found else None, message.version_ts)
        await _write(services, reread)


async def _write(services: Services, reread: MessageReread) -> None:
    def work(connection: Connection) -> bool:
        changes = services.recording.decide(load_state(connection, [reread.key]), [reread])
        write_changes(connection, changes, services.clock.now())
        return bool(changes.asks)

    if await services.database.write_batch(work, is_aside=True):
        services.database.outbox_touched()
