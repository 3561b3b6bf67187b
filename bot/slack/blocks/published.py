"""What the incident's channel reads when its post-mortem is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.slack.blocks import LONGEST_SECTION, Block, Surface, context, section, shortened_mrkdwn
from bot.slack.blocks.summary import Summary
from bot.text.moments import shown
from bot.text.mrkdwn import escape
from bot.text.slack_text import link

MOST_ITEMS = 20


class Source(Enum):
    """Where the published text is from."""

    READ_NOW = "the canvas, read back"
    COMPILED = "the record, since the canvas cannot be read"
    GONE = "the record, since the canvas was deleted"
    EMPTIED = "the record, since nothing stands in the canvas"
    NOBODY_EDITS = "the record: the draft is no canvas"


@dataclass(frozen=True)
class OpenItem:
    """Follow-up work that is still open; `text` is inert Slack text on one line, `owner` a name."""

    number: int
    text: str
    owner: str | None
    due: str | None
    ticket_url: str | None


def published(
    facts: Summary,
    by: str,
    at: datetime,
    items: Sequence[OpenItem],
    *,
    source: Source,
    read_at: datetime | None,
    files: str | None,
) -> Surface:
    """The summary line, the draft, the open action items, and where its files are; it pings nobody.

    `by` is a name.
    `source` says what the stored text was made from, `read_at` when people's words in it were read.
    `files` is the sentence about the export, if there is one.
    """
    name = f"post-mortem of INC-{facts.number}"
    linked = f"<{facts.draft_link}|{name}>" if facts.draft_link else name
    head = f":books: The {linked} was published by {escape(by)} {shown(at)}."
    blocks: list[Block] = [section(head), section(shortened_mrkdwn(_summary_line(facts), LONGEST_SECTION))]
    if items:
        lines = [_item(item) for item in items[:MOST_ITEMS]]
        if len(items) > MOST_ITEMS:
            lines.append(f"and {len(items) - MOST_ITEMS} more: `/incident tasks INC-{facts.number}`")
        listed = "\n".join(lines)
        blocks.append(section(shortened_mrkdwn(f"*Open action items*\n{listed}", LONGEST_SECTION)))
    if source in (Source.COMPILED, Source.GONE):
        blocks.append(context(_compiled(source, read_at)))
    if source is Source.EMPTIED:
        blocks.append(context("Nothing stands in the canvas, so the text kept is compiled from the record."))
    if files:
        blocks.append(context(files))
    return Surface(f"The {name} is published.", blocks)


def _compiled(source: Source, read_at: datetime | None) -> str:
    """Why the stored text is not that of the canvas, and which of people's words are in it."""
    is_gone = source is Source.GONE
    why = "The draft's canvas was deleted" if is_gone else "Slack did not let me read the draft back"
    said = f"{why}, so the text kept is compiled from the record"
    if read_at:
        return f"{said}, with what people had written into the draft as I last read it {shown(read_at)}."
    return f"{said}." if is_gone else f"{said}; what people wrote into the draft stands there alone."


def _summary_line(facts: Summary) -> str:
    severity = f" ({escape(facts.severity)})" if facts.severity else ""
    line = f"*{escape(facts.title)}*{severity}"
    if facts.duration:
        line += f", {facts.duration}"
    if facts.resolved_at:
        line += f", resolved {shown(facts.resolved_at)}"
        line += f" by {facts.resolved_by}" if facts.resolved_by else ""
    return f"{line}.\n{facts.conclusion}" if facts.conclusion else f"{line}."


def _item(item: OpenItem) -> str:
    parts = [f"• {item.text}"]
    if item.owner:
        parts.append(escape(item.owner))
    if item.due:
        parts.append(f"due {item.due}")
    line = ", ".join(parts)
    return f"{line} ({link('ticket', item.ticket_url)})" if item.ticket_url else line


def files_written(folder: str) -> str:
    return f"Its files are in {escape(folder)}."


def files_not_written() -> str:
    return "Its files could not be written to EXPORT_DIR; Scribe's log says why."
