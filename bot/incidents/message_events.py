"""What happens to the messages of a channel, as the record needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.record import MessageKey


@dataclass(frozen=True)
class MessagePosted:
    """A message as it stands at `version_ts`: said, edited, or fetched afterwards.

    `is_unchanged` says that the event carries no new text or files (Slack unfurled a link, or counts a
    reply): it tells something only where the message was never heard. `is_recovered` says that catching up
    found it.
    """

    key: MessageKey
    version_ts: str
    text: str
    user_id: str | None
    bot_name: str | None = None
    thread_ts: str | None = None
    files: tuple[Mapping[str, Any], ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)
    edited_by: str | None = None
    is_unchanged: bool = False
    is_recovered: bool = False


@dataclass(frozen=True)
class MessageDeleted:
    """A message was taken back at `deleted_ts`."""

    key: MessageKey
    deleted_ts: str


@dataclass(frozen=True)
class ReactionChanged:
    """Somebody put a reaction on a message (`is_set`) or took it off, at `changed_ts`."""

    key: MessageKey
    user_id: str
    emoji: str
    changed_ts: str
    is_set: bool


@dataclass(frozen=True)
class MessageReread:
    """A message as Slack shows it now, read after the record said `known_version_ts` and `known_marks`.

    Where the record still says so when this is decided, nothing newer was heard meanwhile, and the reading
    holds although it carries no time of its own. Where it says something else by now, the reading may be
    the older of the two and is dropped.

    `spoken` None: Slack has the message no more. `marks`: (user_id, emoji) of everybody who reacts, None
    when they were not read or not all of them; `known_marks`: (user_id, emoji) to (changed_ts, is_set).
    """

    key: MessageKey
    spoken: MessagePosted | None
    known_version_ts: str | None
    marks: frozenset[tuple[str, str]] | None = None
    known_marks: Mapping[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)


MessageEvent = MessagePosted | MessageDeleted | ReactionChanged | MessageReread
