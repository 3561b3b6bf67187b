"""The draft as a Markdown file: CommonMark with GFM tables, for a repository or a wiki."""

from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    Block,
    Bullets,
    CodeBlock,
    Document,
    FactList,
    Paragraph,
    Question,
    Remark,
    TimelineTable,
)
from bot.postmortem.render import markdown_blocks as blocks


def render(document: Document) -> str:
    """The whole draft, ending with a newline."""
    parts = [blocks.heading(1, document.title), blocks.facts(document.facts)]
    for section in document.sections:
        parts.append(blocks.heading(2, section.heading))
        parts += (_block(block, document.zone) for block in section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, zone: ZoneInfo) -> str:
    match block:
        case Paragraph(inlines):
            return blocks.paragraph(inlines)
        case CodeBlock(code):
            return blocks.fenced(code)
        case Remark(words, evidence):
            return "\n\n".join(blocks.attributed(blocks.prose(words), words, evidence))
        case Bullets(items):
            return "\n".join(map(blocks.bullet, items))
        case FactList():
            return blocks.facts(block)
        case TimelineTable(rows):
            return blocks.table(rows, zone)
        case Question(text):
            return blocks.question(text)
