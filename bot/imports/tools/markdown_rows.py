"""A Markdown text as headings with the rows below them: the items of lists and the cells of tables, plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.imports.tools.fields import address

MOST_ROWS = 5_000
_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")


@dataclass(frozen=True)
class Row:
    """An item of a list (one cell), or a row of a table with the names of its columns."""

    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass
class Part:
    """What stands below one heading; `level` is 0 before the first."""

    level: int
    heading: str
    rows: list[Row] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Every line of its text, plain."""


def parts_of(text: str) -> list[Part]:
    """The parts of a text, one for each heading and one before them."""
    tokens = _PARSER.parse(text)
    parts = [Part(0, "")]
    columns: tuple[str, ...] = ()
    cells: list[tuple[str, list[str]]] = []
    item: list[tuple[str, list[str]]] = []
    depth = rows = 0
    is_heading = False
    for place, token in enumerate(tokens):
        part = parts[-1]
        match token.type:
            case "heading_open":
                parts.append(Part(int(token.tag[1:]), plain(tokens[place + 1])[0]))
            case "list_item_open":
                depth += 1
            case "list_item_close":
                depth -= 1
                if not depth and item and rows < MOST_ROWS:
                    rows += 1
                    words = "\n".join(said for said, _ in item)
                    part.rows.append(Row((words,), urls=tuple(url for _, urls in item for url in urls)))
                    item = []
            case "thead_open":
                is_heading = True
            case "thead_close":
                is_heading = False
            case "tr_open":
                cells = []
            case "tr_close":
                said = tuple(words for words, _ in cells)
                if is_heading:
                    columns = said
                elif rows < MOST_ROWS:
                    rows += 1
                    part.rows.append(Row(said, columns, tuple(url for _, urls in cells for url in urls)))
            case "inline" if place and tokens[place - 1].type in ("td_open", "th_open"):
                cells.append(plain(token))
            case "inline" if place and tokens[place - 1].type != "heading_open":
                found = plain(token)
                part.lines += found[0].split("\n")
                if depth:
                    item.append(found)
            case "fence" | "code_block" if depth:
                item.append((token.content.rstrip("\n"), []))
    return parts


def plain(token: Token) -> tuple[str, list[str]]:
    """The words of a line without its markup, with addresses behind their labels; and these addresses."""
    words: list[str] = []
    urls: list[str] = []
    inner: Sequence[Token] = token.children or ()
    label = ""
    link: str | None = None
    for child in inner:
        if child.type == "link_open":
            link, label = address(child.attrGet("href")), ""
        elif child.type == "link_close":
            if link:
                urls.append(link)
                if link not in label:
                    words.append(f" ({link})")
            link = None
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type in ("text", "code_inline", "html_inline"):
            label += child.content
            words.append(child.content)
        elif child.type == "image":
            words.append(child.content)
    return "".join(words).strip(), urls
