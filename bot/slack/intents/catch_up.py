"""Reading a channel's history to learn what was missed: before the declaration, or while Scribe was away.

It only ever adds: messages and replies that Scribe has not heard, newer texts, marks it does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.incidents.happenings import Deleted, MessageHappening, Reacted
from bot.incidents.record import Recording, ts_of
from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk, Note
from bot.slack.happenings import QUIET, spoken_in
from bot.slack.intents import subject
from storage import incidents, timeline
from storage.database import OUTBOX_TOUCHED
from storage.outbox import Waiting
from storage.record import load_state, write_changes
from storage.tables import Incident

UNSTATED = timedelta(hours=1)
"""How far before the declaration to look for marks when nobody said since when."""
PAGE = 200
"""conversations.history and .replies: "recommended no more than 200 results at a time"."""
MOST_WAITS = 10
NOT_HEARD = frozenset({"not_in_channel", "channel_not_found", "thread_not_found"})

Found = Mapping[str, Any]


async def catch_up(desk: Desk, intent: Waiting) -> Note | None:
    """Read the incident's channel from the start of its impact on, and write what was not known."""
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        started = (await incidents.milestones(session, incident.id or 0)).get("impact_started")
    if not incident.channel_id:
        return None
    since = min(started.at if started else incident.declared_at - UNSTATED, incident.declared_at)
    try:
        async for page in _pages(
            desk, "conversations_history", channel=incident.channel_id, oldest=ts_of(since)
        ):
            await _write(desk, incident, page)
            for root in page:
                await _catch_up_thread(desk, incident, root)
    except Refused as refusal:
        if refusal.error not in NOT_HEARD:
            raise
    return None


async def _catch_up_thread(desk: Desk, incident: Incident, root: Found) -> None:
    """Read a thread when its newest reply is newer than any that is known."""
    newest = root.get("latest_reply")
    if not newest:
        return
    key = (incident.team_id, str(incident.channel_id), str(root["ts"]))
    async with desk.database.read() as session:
        known = await timeline.latest_reply(session, key)
    if known and known >= str(newest):
        return
    oldest = {"oldest": known} if known else {}
    replies = _pages(desk, "conversations_replies", channel=incident.channel_id, ts=root["ts"], **oldest)
    async for page in replies:
        await _write(desk, incident, [message for message in page if message["ts"] != root["ts"]])


async def _pages(desk: Desk, method: str, **arguments: Any) -> AsyncIterator[list[Found]]:
    cursor: dict[str, str] = {}
    while True:
        answer = await _patiently(desk, method, limit=PAGE, **arguments, **cursor)
        yield list(answer.get("messages", []))
        following = (answer.get("response_metadata") or {}).get("next_cursor")
        if not following:
            return
        cursor = {"cursor": following}


async def _patiently(desk: Desk, method: str, **arguments: Any) -> Mapping[str, Any]:
    """Wait out a rate limit where it strikes: starting a long history anew would strike it again."""
    for _ in range(MOST_WAITS):
        try:
            return await desk.slack.call(method, **arguments)
        except TryLater as limited:
            if limited.after is None:
                raise
            await asyncio.sleep(limited.after)
    return await desk.slack.call(method, **arguments)


async def _write(desk: Desk, incident: Incident, messages: list[Found]) -> None:
    happenings = [happening for message in messages for happening in _happened(desk, incident, message)]
    if not happenings:
        return
    decide = Recording(desk.settings.sections, desk.clock.now).decide
    async with desk.database.write() as session:
        connection = await session.connection()
        state = await connection.run_sync(load_state, [happening.key for happening in happenings])
        changes = decide(state, happenings)
        await connection.run_sync(write_changes, changes, desk.clock.now())
        session.info[OUTBOX_TOUCHED] = bool(changes.asks)


def _happened(desk: Desk, incident: Incident, message: Found) -> Iterator[MessageHappening]:
    key = (incident.team_id, str(incident.channel_id), str(message["ts"]))
    if message.get("subtype") == "tombstone":
        yield Deleted(key, key[2])
        return
    own = message.get("user") == desk.workspace.bot_user_id or message.get("bot_id") == desk.workspace.bot_id
    if message.get("subtype") not in QUIET and not own:
        yield spoken_in(key, message)
    for reaction in message.get("reactions") or ():
        for user_id in reaction.get("users") or ():
            if user_id != desk.workspace.bot_user_id:
                # as old as its message, so that any event about this mark is newer and holds
                yield Reacted(key, str(user_id), str(reaction["name"]), key[2], is_set=True)
