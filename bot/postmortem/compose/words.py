"""What people said, as parts of a document with their evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.postmortem.document import Evidence, Remark, TimelineRow
from bot.postmortem.facts import Quote, TimelineEntry
from bot.text.prose import (
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Listing,
    Paragraph,
    Prose,
    Strike,
    Strong,
    Text,
    plain_text,
)
from bot.text.rich_text import Said

Read = Callable[[Said], tuple[Prose, ...]]
"""How text as Slack sent or showed it becomes words."""

_END = re.compile(r"[.!?…]+[\"”’)\]]*(?=\s|$)")
_ENDED = re.compile(r"[.!?…][\"”’)\]]*$")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|no|nr|fig|dr|mr|mrs|ms|[a-z])\.$", re.I
)
DELETED, DELETED_KEPT = "message deleted in Slack", "(this message was deleted in Slack)"


def remark(said: Quote, read: Read) -> Remark:
    """What somebody said, with the link to where they did."""
    return Remark(words(said, read), evidence(said), said.permalink or said.known_as, of=said.of)


def evidence(said: Quote) -> Evidence:
    """Who said it and where."""
    return Evidence(said.author, link(said), files=() if said.is_deleted else said.files)


def row(entry: TimelineEntry, read: Read) -> TimelineRow:
    """A line of the timeline."""
    said = entry.said
    until = entry.occurred_until
    return TimelineRow(
        occurred_at=entry.occurred_at,
        # an end that is not after its beginning is of no use to readers
        occurred_until=until if until and until - entry.occurred_at > timedelta(0) else None,
        is_approximate=entry.is_approximate,
        text=words(said, read),
        author=said.author,
        permalink=link(said),
        files=() if said.is_deleted else said.files,
        kind=entry.kind,
        id=_known_as(entry),
        of=said.of,
    )


def _known_as(entry: TimelineEntry) -> str:
    """The id that the line is merged by: the event's number, and the number of its follow-up."""
    known = str(entry.number) if entry.number else entry.said.permalink or ""
    return f"{known}.{entry.follow_up}" if entry.follow_up else known


def first_sentence(words: Sequence[Prose]) -> tuple[Prose, ...]:
    """The first whole sentence, which a new line ends too; all of a text that begins with code."""
    if not words or isinstance(words[0], CodeBlock):
        return tuple(words)
    first = words[0].items[0] if isinstance(words[0], Listing) else words[0]
    kept: list[Inline] = []
    for part in first.inlines:
        if isinstance(part, LineBreak):
            break
        ends = _END.finditer(part.text) if isinstance(part, Text) else ()
        end = next((one.end() for one in ends if not _ABBREVIATION.search(one.string[: one.end()])), None)
        if isinstance(part, Text) and end is not None:
            kept.append(Text(part.text[:end]))
            break
        kept.append(part)
        if isinstance(part, Strong | Emphasis | Strike) and _ENDED.search(plain_text((Paragraph((part,)),))):
            break
    return (Paragraph(tuple(kept)),)


def words(said: Quote, read: Read) -> tuple[Prose, ...]:
    """The words, or a note that there are none or that they were deleted."""
    if said.is_deleted:
        kept = read(said.words) if said.is_kept else ()
        return (*kept, Paragraph((Text(DELETED_KEPT if kept else DELETED),)))
    missing = "(no text, see the file)" if said.files else "(no text)"
    return read(said.words) or (Paragraph((Text(missing),)),)


def link(said: Quote) -> str | None:
    """Where it was said; the link of a deleted message leads nowhere."""
    return None if said.is_deleted else said.permalink
