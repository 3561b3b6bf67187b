"""Reading from Slack what was said in a channel: pages, threads, one message alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk

PAGE = 200
"""conversations.history and .replies: "recommended no more than 200 results at a time"."""
MOST_WAITS = 10
GONE = frozenset({"thread_not_found", "message_not_found"})

Found = Mapping[str, Any]


class Undecided(Exception):
    """Slack answered without the message that was asked for, and without saying that it is gone."""


@dataclass(frozen=True)
class Page:
    """Part of a channel or thread, whole between two moments.

    Everything Slack shows that was said after `after` and until `until` (each a `ts`, None: without end) is
    in `messages`. `is_limited`: Slack hides older messages, so what is missing may still be there.
    """

    messages: list[Found]
    after: str | None
    until: str | None
    is_limited: bool = False


class Reader:
    """Reads one channel."""

    def __init__(self, desk: Desk, channel_id: str) -> None:
        self._desk = desk
        self._channel_id = channel_id

    async def history(self, since: str) -> AsyncIterator[Page]:
        """What was said in the channel since then; of threads the roots alone.

        In whichever direction Slack pages: newest first, or, with `oldest` alone, "closest to oldest" first
        as channels.history did ("Navigating through collections of messages"). The last two pages are empty:
        the stretches before the first message and after the last.

        Raises:
            Refused: the channel cannot be read.
            TryLater: Slack cannot be asked now.
        """
        lowest = highest = since  # the stretch that was read: after the one, until the other
        is_limited = False
        async for messages, _, answer in self._pages("conversations_history", oldest=since):
            is_limited = is_limited or bool(answer.get("is_limited"))
            ts = sorted(str(message["ts"]) for message in messages)
            if not ts:
                continue
            if highest == since:
                lowest, highest = just_before(ts[0]), ts[-1]
                yield Page(messages, lowest, highest, is_limited)
            elif ts[0] > highest:
                yield Page(messages, highest, ts[-1], is_limited)
                highest = ts[-1]
            else:
                yield Page(messages, just_before(ts[0]), lowest, is_limited)
                lowest = just_before(ts[0])
        yield Page([], since, lowest, is_limited)
        yield Page([], highest, None, is_limited)

    async def thread(self, root_ts: str) -> AsyncIterator[Page]:
        """The replies of a thread, oldest pages first; an empty page when the thread is gone.

        Raises:
            Refused, TryLater: as `history`.
        """
        after = root_ts
        try:
            async for messages, is_last, _ in self._pages("conversations_replies", ts=root_ts):
                replies = [message for message in messages if message["ts"] != root_ts]
                until = None if is_last else max((str(reply["ts"]) for reply in replies), default=after)
                yield Page(replies, after, until)
                after = until or after
        except Refused as refusal:
            if refusal.error not in GONE:
                raise
            yield Page([], after, None)

    async def one(self, ts: str, thread_ts: str | None) -> Found | None:
        """One message as it is now; None when it was deleted.

        Raises:
            Undecided: the answer holds another message, or none.
            Refused, TryLater: as `history`.
        """
        is_reply = thread_ts is not None and thread_ts != ts
        alone = {"ts": thread_ts, "oldest": ts, "latest": ts, "inclusive": True} if is_reply else {"ts": ts}
        try:
            answer = await self._call("conversations_replies", limit=PAGE if is_reply else 1, **alone)
        except Refused as refusal:
            if refusal.error in GONE:
                return None
            raise
        messages = answer.get("messages") or []
        for message in messages:
            if message.get("ts") == ts:
                found: Found = message
                return None if found.get("subtype") == "tombstone" else found
        is_whole = not answer.get("has_more")
        if is_reply and is_whole and any(message.get("ts") == thread_ts for message in messages):
            return None  # the thread, asked for this one moment, holds nothing but its root
        raise Undecided

    async def reactors(self, message: Found) -> Mapping[str, frozenset[str]] | None:
        """Everybody who reacts to a message, by emoji name; None when Slack does not list them all.

        Raises:
            Refused, TryLater: as `history`.
        """
        if not lists_all_reactors(message):
            answer = await self._call("reactions_get", timestamp=message["ts"], full=True)
            message = answer.get("message") or {}
            if not message or not lists_all_reactors(message):
                return None
        return {
            str(reaction["name"]): frozenset(map(str, reaction.get("users") or ()))
            for reaction in message.get("reactions") or ()
        }

    async def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Wait out a rate limit where it strikes: beginning a long history anew would strike it again."""
        for _ in range(MOST_WAITS):
            try:
                return await self._desk.slack.call(method, channel=self._channel_id, **arguments)
            except TryLater as limited:
                if limited.after is None:
                    raise
                await asyncio.sleep(limited.after)
        return await self._desk.slack.call(method, channel=self._channel_id, **arguments)

    async def _pages(
        self, method: str, **arguments: Any
    ) -> AsyncIterator[tuple[list[Found], bool, Mapping[str, Any]]]:
        cursor: dict[str, str] = {}
        while True:
            answer = await self._call(method, limit=PAGE, **arguments, **cursor)
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            yield list(answer.get("messages") or ()), not following, answer
            if not following:
                return
            cursor = {"cursor": str(following)}


def lists_all_reactors(message: Found) -> bool:
    """Whether every reaction lists as many users as it counts; `users` may be cut short."""
    return all(
        len(reaction.get("users") or ()) >= int(reaction.get("count") or 0)
        for reaction in message.get("reactions") or ()
    )


def just_before(ts: str) -> str:
    """The last moment before a `ts`, to the microsecond."""
    seconds, _, micros = ts.partition(".")
    before = int(seconds) * 1_000_000 + int(micros.ljust(6, "0")[:6]) - 1
    return f"{before // 1_000_000}.{before % 1_000_000:06d}"
