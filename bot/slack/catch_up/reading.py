"""Reading from Slack what was said in a channel: pages, threads, one message alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.calls import Refused, TryLater
from bot.slack.message_events import WITHHELD, reactors_of
from bot.slack.services import Services
from bot.text.well_formed import items, table, tables, text, ts_or_none

PAGE = 200
"""conversations.history and .replies: "recommended no more than 200 results at a time"."""
MOST_WAITS = 10
GONE = frozenset({"thread_not_found", "message_not_found"})

Found = Mapping[str, Any]


class MessageNotShown(Exception):
    """Slack answered without the message that was asked for, and without saying that it is gone."""


@dataclass(frozen=True)
class Unread:
    """An item of a channel that cannot be read, and why.

    One without a `ts` is known by that of the item before it (`is_near`), and by its place after that.
    """

    ts: str
    why: str
    is_near: bool = False
    place: int = 0


@dataclass(frozen=True)
class Page:
    """Part of a channel or thread, whole between two moments.

    Everything Slack shows that was said after `after` and until `until` (each a `ts`, None: without end) is
    in `messages`, each with its `ts`, or in `unread`. `is_limited`: Slack hides older messages, so what is
    missing may still be there.
    """

    messages: list[Found]
    after: str | None
    until: str | None
    is_limited: bool = False
    unread: Sequence[Unread] = ()


class Reader:
    """Reads one channel."""

    def __init__(self, services: Services, channel_id: str) -> None:
        self._services = services
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
        async for found, _, answer in self._pages("conversations_history", oldest=since):
            is_limited = is_limited or bool(answer.get("is_limited"))
            messages, unread = readable(found, since)
            ts = sorted(str(message["ts"]) for message in messages)
            if not ts:
                if unread:
                    yield Page([], highest, highest, is_limited, unread)
            elif highest == since:
                lowest, highest = just_before(ts[0]), ts[-1]
                yield Page(messages, lowest, highest, is_limited, unread)
            elif ts[0] > highest:
                yield Page(messages, highest, ts[-1], is_limited, unread)
                highest = ts[-1]
            else:
                yield Page(messages, just_before(ts[0]), lowest, is_limited, unread)
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
            async for found, is_last, _ in self._pages("conversations_replies", ts=root_ts):
                messages, unread = readable(found, after)
                replies = [message for message in messages if message["ts"] != root_ts]
                until = None if is_last else max((str(reply["ts"]) for reply in replies), default=after)
                yield Page(replies, after, until, unread=unread)
                after = until or after
        except Refused as refusal:
            if refusal.error not in GONE:
                raise
            yield Page([], after, None)

    async def one(self, ts: str, thread_ts: str | None) -> Found | None:
        """One message as it is now; None when it was deleted.

        Raises:
            MessageNotShown: the answer holds another message, or none.
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
        messages = tables(answer.get("messages"))
        for message in messages:
            if message.get("ts") == ts and text(message.get("subtype")) in WITHHELD:
                raise MessageNotShown
            if message.get("ts") == ts:
                return None if message.get("subtype") == "tombstone" else message
        is_whole = not answer.get("has_more")
        if is_reply and is_whole and any(message.get("ts") == thread_ts for message in messages):
            return None  # the thread, asked for this one moment, holds nothing but its root
        raise MessageNotShown

    async def reactors(self, message: Found) -> Mapping[str, frozenset[str]] | None:
        """Everybody who reacts to a message, by emoji name; None when Slack does not list them all.

        Raises:
            Refused, TryLater: as `history`.
        """
        if not lists_all_reactors(message):
            answer = await self._call("reactions_get", timestamp=message["ts"], full=True)
            message = table(answer.get("message"))
            if not message or not lists_all_reactors(message):
                return None
        return {emoji: frozenset(users) for emoji, (users, _) in reactors_of(message).items()}

    async def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Wait for a rate limit to end here: starting a long history again would meet the same limit."""
        for _ in range(MOST_WAITS):
            try:
                return await self._services.slack.call(method, channel=self._channel_id, **arguments)
            except TryLater as limited:
                if limited.after is None:
                    raise
                await asyncio.sleep(limited.after)
        return await self._services.slack.call(method, channel=self._channel_id, **arguments)

    async def _pages(
        self, method: str, **arguments: Any
    ) -> AsyncIterator[tuple[list[object], bool, Mapping[str, Any]]]:
        cursor: dict[str, str] = {}
        while True:
            answer = await self._call(method, limit=PAGE, **arguments, **cursor)
            following = text(table(answer.get("response_metadata")).get("next_cursor"))
            is_last = not following or following == cursor.get("cursor")
            yield items(answer.get("messages")), is_last, answer
            if is_last:
                return
            cursor = {"cursor": following}


def lists_all_reactors(message: Found) -> bool:
    """Whether every reaction lists as many users as it counts; `users` may be cut short."""
    return all(len(users) >= count for users, count in reactors_of(message).values())


def readable(found: Sequence[object], after: str) -> tuple[list[Found], list[Unread]]:
    """The messages of a page, and its items that are none; `after` is where the page begins."""
    messages: list[Found] = []
    unread: list[Unread] = []
    near = after
    for place, item in enumerate(found):
        ts = ts_or_none(table(item).get("ts"))
        if ts is None:
            why = "its ts is no time of Slack's" if isinstance(item, Mapping) else "it is no message"
            unread.append(Unread(near, why, is_near=True, place=place))
        else:
            messages.append(table(item))
            near = ts
    return messages, unread


def just_before(ts: str) -> str:
    """The last moment before a `ts`, to the microsecond."""
    seconds, _, micros = ts.partition(".")
    before = int(seconds) * 1_000_000 + int(micros.ljust(6, "0")[:6]) - 1
    return f"{before // 1_000_000}.{before % 1_000_000:06d}"
