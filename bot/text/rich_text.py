"""Reading Slack's rich text: the blocks of a message that say exactly how it was formatted.

Slack sends them with everything that a person types (docs.slack.dev/reference/block-kit/blocks/
rich-text-block); the `text` beside them says the same words in mrkdwn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.text import emoji, mrkdwn
from bot.text.direction import unsteered
from bot.text.mrkdwn import Names
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Inline,
    LineBreak,
    Link,
    Listing,
    ListItem,
    Paragraph,
    Prose,
    Quotation,
    Text,
)
from bot.text.styles import BOLD, ITALIC, PLAIN, STRIKE, Run, nested
from bot.text.well_formed import number, table, tables, text

FORMATTED = re.compile(r"[*_~`]|^(?:&gt;|\s*(?:[•◦▪‣-]|\w{1,5}[.)])\s)", re.MULTILINE)
"""What a text holds in which Slack showed anything formatted; elsewhere the text alone says it all."""
_STYLES = {"bold": BOLD, "italic": ITALIC, "strike": STRIKE}
_ENTITY = re.compile(r"<([@#!][^<>|]+)(\|[^<>]*)?>")
_LINES = re.compile(r"(\n)")
_BREAK: Run = (LineBreak(), PLAIN)


@dataclass(frozen=True, slots=True)
class RichText:
    """Slack text, of which `blocks` say how Slack showed all but the `rest`, its end."""

    text: str
    blocks: Sequence[Mapping[str, object]]
    rest: str = ""


class _Unknown(Exception):
    """The block holds something that is not known here."""


def rich_text(said: str, message: Mapping[str, object]) -> RichText | None:
    """What a message says with its formatting, if it has any; `said` is its text as it is recorded."""
    own, blocks = text(message.get("text")), tables(message.get("blocks"))
    if not own.strip() or any(block.get("type") != "rich_text" for block in blocks):
        return None
    if not any(block.get("elements") for block in blocks):
        return None
    if said == own:
        return RichText(said, blocks)
    return RichText(said, blocks, said[len(own) + 1 :]) if said.startswith(f"{own}\n") else None


def read(said: str | RichText, names: Names) -> tuple[Prose, ...]:
    """Slack text as words, by its rich text where that is known."""
    if isinstance(said, str):
        return mrkdwn.read(said, names)
    try:
        words = _Reading(said.text, names).words(said.blocks)
    except _Unknown:
        words = ()
    return (*words, *mrkdwn.read(said.rest, names)) if words else mrkdwn.read(said.text, names)


class _Reading:
    """Reads the rich text of one message."""

    def __init__(self, said: str, names: Names) -> None:
        self._names = names
        # the label of a mention stands in the text alone
        self._labels = {found[1]: found[2] or "" for found in _ENTITY.finditer(said)}

    def words(self, blocks: Iterable[Mapping[str, object]]) -> tuple[Prose, ...]:
        parts = [part for block in blocks for part in tables(block.get("elements"))]
        found: list[Prose] = []
        for is_list, held in groupby(parts, lambda part: part.get("type") == "rich_text_list"):
            if is_list:
                listed = tuple(self._items(held))
                found += [Listing(listed)] if listed else []
                continue
            for part in held:
                found += self._block(part)
        return tuple(found)

    def _block(self, part: Mapping[str, object]) -> Iterator[Prose]:
        match part.get("type"):
            case "rich_text_section":
                yield from map(Paragraph, _paragraphs(self._runs(part)))
            case "rich_text_quote":
                runs = _trimmed(list(self._runs(part)))
                if runs:
                    yield Quotation(nested(runs))
            case "rich_text_preformatted":
                code = unsteered("".join(self._code(one) for one in tables(part.get("elements"))))
                if code.strip():
                    yield CodeBlock(code.removesuffix("\n"))
            case _:
                raise _Unknown

    def _items(self, lists: Iterable[Mapping[str, object]]) -> Iterator[ListItem]:
        for part in lists:
            is_numbered = part.get("style") == "ordered"
            first, indent = 1 + number(part.get("offset")), max(number(part.get("indent")), 0)
            for place, item in enumerate(tables(part.get("elements")), start=first):
                if item.get("type") != "rich_text_section":
                    raise _Unknown
                runs = _trimmed(list(self._runs(item)))
                yield ListItem(nested(runs), min(indent, 8), place if is_numbered else None)

    def _runs(self, part: Mapping[str, object]) -> Iterator[Run]:
        for element in tables(part.get("elements")):
            shown = table(element.get("style"))
            styles = sum(style for name, style in _STYLES.items() if shown.get(name) is True)
            if element.get("type") == "text" and shown.get("code") is True:
                yield from _lines(text(element.get("text")), styles, Code)
                continue
            for one in self._element(element):
                if isinstance(one, Text):
                    yield from _lines(one.text, styles, Text)
                else:
                    yield one, styles

    def _element(self, element: Mapping[str, object]) -> Iterable[Text | Link | Emoji]:
        match element.get("type"):
            case "text":
                return (Text(text(element.get("text"))),)
            case "link":
                return mrkdwn.link(text(element.get("url")), unsteered(text(element.get("text"))).strip())
            case "user":
                return self._entity(f"@{element.get('user_id')}")
            case "channel":
                return self._entity(f"#{element.get('channel_id')}")
            case "usergroup":
                return self._entity(f"!subteam^{element.get('usergroup_id')}")
            case "broadcast":
                return self._entity(f"!{element.get('range')}")
            case "emoji":
                tone = number(element.get("skin_tone"))
                name = f":{text(element.get('name'))}:"
                name = f"{name}:skin-tone-{tone}:" if tone else name
                return (emoji.known(name) or Text(name),)
            case "date":
                shown = text(element.get("fallback"))
                return (Text(shown),) if shown else self._entity(f"!date^{element.get('timestamp')}")
            case "color":
                return (Text(text(element.get("value"))),)
            case _:
                raise _Unknown

    def _entity(self, target: str) -> Iterable[Text | Link]:
        return mrkdwn.entity(f"{target}{self._labels.get(target, '')}", self._names)

    def _code(self, element: Mapping[str, object]) -> str:
        if element.get("type") == "link":
            return text(element.get("text")) or text(element.get("url"))
        return "".join(
            one.name if isinstance(one, Emoji) else one.text
            for one in self._element(element)
            if not isinstance(one, Link)
        )


def _lines(words: str, styles: int, kind: type[Text] | type[Code]) -> Iterator[Run]:
    for line in _LINES.split(mrkdwn.with_plain_line_ends(unsteered(words))):
        if line == "\n":
            yield _BREAK
        elif line:
            yield (kind(line) if line.strip() else Text(line)), styles


def _paragraphs(runs: Iterable[Run]) -> Iterator[tuple[Inline, ...]]:
    """The lines between empty ones."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if isinstance(run[0], LineBreak):
            lines.append([])
        else:
            lines[-1].append(run)
    for is_empty, held in groupby(lines, _is_empty):
        if not is_empty:
            yield nested([run for line in held for run in (_BREAK, *line)][1:])


def _is_empty(runs: Iterable[Run]) -> bool:
    """Whether nothing in it is visible."""
    return all(
        isinstance(part, LineBreak) or (isinstance(part, Text) and not part.text.strip()) for part, _ in runs
    )


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without what is not visible at both ends."""
    while runs and _is_empty(runs[:1]):
        del runs[0]
    while runs and _is_empty(runs[-1:]):
        del runs[-1]
    return runs
