"""The draft as a Markdown file: CommonMark with GFM tables, for a repository or a wiki."""

from dataclasses import fields, is_dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    Block,
    Bullets,
    Chart,
    Checklist,
    Document,
    FactList,
    Remark,
    TimelineTable,
    Written,
)
from bot.postmortem.render import markdown_blocks as blocks
from bot.postmortem.render import written
from bot.text.prose import CodeBlock, Emoji, Paragraph, Text


def render(document: Document, *, chart_path: str | None = None) -> str:
    """The whole draft, ending with a newline; the picture is shown where it is, beside the file."""
    document = _with_characters(document)
    parts = [blocks.heading(1, document.title)]
    parts += (_block(block, document.zone, chart_path) for block in document.opening)
    for section in document.sections:
        parts.append(blocks.heading(2, section.heading))
        parts += (_block(block, document.zone, chart_path) for block in section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, zone: ZoneInfo, chart_path: str | None) -> str:
    match block:
        case Paragraph(inlines):
            return blocks.paragraph(inlines)
        case CodeBlock(code):
            return written.fenced(code)
        case Remark(words, evidence):
            return "\n\n".join(blocks.attributed(blocks.prose(words), words, evidence))
        case Bullets(items):
            return "\n".join(map(blocks.bullet, items))
        case FactList():
            return blocks.facts(block)
        case TimelineTable():
            return blocks.table(block, zone)
        case Checklist(items):
            return "\n".join(blocks.items_table(items, blocks.known_details(items)))
        case Chart():
            return blocks.picture(block, chart_path)
        case Written(text):
            return written.for_file(text)


def _with_characters(part: Any) -> Any:
    """The same part of a draft with characters for emoji, whose names only Slack shows as such."""
    if isinstance(part, Emoji):
        return Text(part.character)
    if isinstance(part, tuple):
        return tuple(map(_with_characters, part))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{one.name: _with_characters(getattr(part, one.name)) for one in fields(part)})
    return part
