"""What happens to the messages of a channel, as the record needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.record import MessageKey


@dataclass(frozen=True)
class Spoken:
    """A message as it stands at `version_ts`: said, edited, or fetched afterwards."""

    key: MessageKey
    version_ts: str
    text: str
    user_id: str | None
    bot_name: str | None = None
    thread_ts: str | None = None
    files: tuple[Mapping[str, Any], ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deleted:
    """A message was taken back at `deleted_ts`."""

    key: MessageKey
    deleted_ts: str


@dataclass(frozen=True)
class Reacted:
    """Somebody put a reaction on a message (`is_set`) or took it off, at `changed_ts`."""

    key: MessageKey
    user_id: str
    emoji: str
    changed_ts: str
    is_set: bool


MessageHappening = Spoken | Deleted | Reacted
