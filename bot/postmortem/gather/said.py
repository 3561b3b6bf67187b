"""What somebody said, from the row of a message or a timeline event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.clock import said_at
from bot.incidents import author
from bot.incidents.author import Author, kind_of
from bot.postmortem import facts as f
from bot.postmortem.document import FileRef
from bot.postmortem.gather.lookups import Lookups
from storage.tables import Message
from storage.timeline import EventMessage, ShownEvent, ShownLine
from storage.vocabulary import EventKind

UNREAD = "(Scribe has not read this message yet; the link leads to it)"


class Authored(Protocol):
    """A message, whole or in part."""

    @property
    def user_id(self) -> str | None: ...

    @property
    def bot_name(self) -> str | None: ...


def entry_of(line: ShownLine, lookups: Lookups) -> f.TimelineEntry:
    """A line of the timeline."""
    event = line.event
    return f.TimelineEntry(
        occurred_at=event.occurred_at,
        occurred_until=event.occurred_until,
        is_approximate=event.is_approximate,
        said=_event_said(event, line.message, lookups),
        kind=_kind(event, line.message, lookups),
        number=event.number,
    )


def _kind(event: ShownEvent, message: EventMessage | None, lookups: Lookups) -> EventKind:
    """What people called it; of what an app posted, what it is by who said it."""
    return kind_of(event.kind, _author(message, lookups)) if message and message.bot_name else event.kind


def _event_said(event: ShownEvent, message: EventMessage | None, lookups: Lookups) -> f.Quote:
    if message is None:
        author = lookups.name_of(event.author_id) if event.author_id else ""
        return f.Quote(event.text or "", author, event.recorded_at)
    said = said_of(message, lookups)
    if event.text is None:
        return said
    permalink = None if said.is_deleted else said.permalink
    return f.Quote(event.text, said.author, said.said_at, permalink, said.files)


def said_of(message: Message | EventMessage, lookups: Lookups) -> f.Quote:
    """A message."""
    is_deleted, is_kept = message.deleted_ts is not None, message.is_known and bool(message.text)
    return f.Quote(
        text=message.text if message.is_known else UNREAD,
        author=author_of(message, lookups),
        said_at=said_at(message.ts),
        permalink=lookups.link_to(message.channel_id, message.ts, message.thread_ts),
        files=tuple(file_of(file) for file in message.files),
        is_deleted=is_deleted,
        is_kept=is_kept,
        shown=lookups.rich_text_of(message),
        of=message.ts if is_kept or not is_deleted else "",
    )


def author_of(message: Authored, lookups: Lookups) -> str:
    """The name of whoever said it; the person's, when an app posted it for them; "" when nobody knows."""
    who = _author(message, lookups)
    return who.app_name or (lookups.name_of(who.user_id) if who.user_id else "")


def is_human(message: Authored, lookups: Lookups) -> bool:
    """Whether a person said it, be it through an app."""
    return not message.bot_name or not _author(message, lookups).is_app


def _author(message: Authored, lookups: Lookups) -> Author:
    return author.author_of(message.user_id, message.bot_name, lookups.is_person)


def file_of(file: Mapping[str, object]) -> FileRef:
    """A file as Slack described it."""
    url = file.get("permalink") or file.get("url_private")
    return FileRef(
        name=str(file.get("title") or file.get("name") or "file"),
        url=str(url) if url else None,
        is_image=str(file.get("mimetype") or "").startswith("image/"),
    )
