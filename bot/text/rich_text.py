"""Reading Slack's rich text: the blocks of a message that say exactly how it was formatted.

Slack sends them with everything that a person types (docs.slack.dev/reference/block-kit/blocks/
rich-text-block); the `text` beside them says the same words in mrkdwn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
_STYLES = (("bold", BOLD), ("italic", ITALIC), ("strike", STRIKE))
_ENTITY = re.compile(r"<([@#!][^<>|]+)(\|[^<>]*)?>")
_LINES = re.compile(r"(\n)")
_BREAK: Run = (LineBreak(), PLAIN)


@dataclass(frozen=True, slots=True)
class RichText:
    """Slack text, of which `blocks` say how Slack showed all but the `rest`, its end."""

    text: str
    blocks: Sequence[Mapping[str, object]]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class SentText:
    """Slack text with the `message` it is of, as JSON, which is decoded when the text is read.

    A draft holds thousands of these at once. Decoded, each would be dozens of objects, which the garbage
    collector goes through again and again.
    """

    text: str
    message: str


Said = str | RichText | SentText
"""Slack text, alone or with what says how Slack showed it."""


class _Unknown(Exception):
    """The block holds something that is not known here."""


def may_be_rich(message: str) -> bool:
    """Whether a message, as JSON, may say how Slack showed its text."""
    return '"rich_text"' in message


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


def read(said: Said, names: Names) -> tuple[Prose, ...]:
    """Slack text as words, by its rich text where that is known."""
    if isinstance(said, SentText):
        said = rich_text(said.text, table(json.loads(said.message))) or said.text
    if isinstance(said, str):
        return mrkdwn.read(said, names)
    try:
        words = _Reading(said.text, names).words(said.blocks)
    except _Unknown:
        words = ()
    if not words:
        return mrkdwn.read(said.text, names)
    return (*words, *mrkdwn.read(said.rest, names)) if said.rest else words


class _Reading:
    """Reads the rich text of one message."""

    def __init__(self, said: str, names: Names) -> None:
        self._said = said
        self._names = names

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        """The labels of mentions, which stand in the text alone."""
        return {found[1]: found[2] or "" for found in _ENTITY.finditer(self._said)}

    def words(self, blocks: Iterable[Mapping[str, object]]) -> tuple[Prose, ...]:
        parts = [part for block in blocks for part in tables(block.get("elements"))]
        found: list[Prose] = []
        lists: list[Mapping[str, object]] = []
        for part in parts:
            if part.get("type") == "rich_text_list":
                lists.append(part)
                continue
            found += self._listing(lists)
            lists = []
            found += self._block(part)
        return (*found, *self._listing(lists))

    def _block(self, part: Mapping[str, object]) -> Iterable[Prose]:
        match part.get("type"):
            case "rich_text_section":
                return map(Paragraph, _paragraphs(self._runs(part)))
            case "rich_text_quote":
                runs = _trimmed(self._runs(part))
                return (Quotation(nested(runs)),) if runs else ()
            case "rich_text_preformatted":
                code = unsteered("".join(self._code(one) for one in tables(part.get("elements"))))
                return (CodeBlock(code.removesuffix("\n")),) if code.strip() else ()
            case _:
                raise _Unknown

    def _listing(self, lists: Sequence[Mapping[str, object]]) -> Sequence[Listing]:
        """Lists that follow each other, as one."""
        items = tuple(self._items(lists)) if lists else ()
        return (Listing(items),) if items else ()

    def _items(self, lists: Iterable[Mapping[str, object]]) -> Iterator[ListItem]:
        for part in lists:
            is_numbered = part.get("style") == "ordered"
            first, indent = 1 + number(part.get("offset")), max(number(part.get("indent")), 0)
            for place, item in enumerate(tables(part.get("elements")), start=first):
                if item.get("type") != "rich_text_section":
                    raise _Unknown
                runs = _trimmed(self._runs(item))
                yield ListItem(nested(runs), min(indent, 8), place if is_numbered else None)

    def _runs(self, part: Mapping[str, object]) -> list[Run]:
        runs: list[Run] = []
        for element in tables(part.get("elements")):
            shown = element.get("style")
            styles = _styles(table(shown)) if shown else PLAIN
            if element.get("type") == "text":
                is_code = shown and table(shown).get("code") is True
                _add_lines(runs, text(element.get("text")), styles, Code if is_code else Text)
                continue
            for one in self._element(element):
                if isinstance(one, Text):
                    _add_lines(runs, one.text, styles, Text)
                else:
                    runs.append((one, styles))
        return runs

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
        label = self._labels.get(target, "") if f"<{target}|" in self._said else ""
        return mrkdwn.entity(f"{target}{label}", self._names)

    def _code(self, element: Mapping[str, object]) -> str:
        if element.get("type") == "link":
            return text(element.get("text")) or text(element.get("url"))
        return "".join(
            one.name if isinstance(one, Emoji) else one.text
            for one in self._element(element)
            if not isinstance(one, Link)
        )


def _styles(shown: Mapping[str, object]) -> int:
    styles = PLAIN
    for name, style in _STYLES:
        if shown.get(name) is True:
            styles |= style
    return styles


def _add_lines(runs: list[Run], words: str, styles: int, kind: type[Text] | type[Code]) -> None:
    if words.isprintable():  # nothing in it ends a line or turns others round
        if words:
            runs.append(((kind(words) if words.strip() else Text(words)), styles))
        return
    for line in _LINES.split(mrkdwn.with_plain_line_ends(unsteered(words))):
        if line == "\n":
            runs.append(_BREAK)
        elif line:
            runs.append(((kind(line) if line.strip() else Text(line)), styles))


def _paragraphs(runs: list[Run]) -> Iterator[tuple[Inline, ...]]:
    """The lines between empty ones."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run is _BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    if len(lines) == 1:
        if not _is_empty(runs):
            yield nested(runs)
        return
    for is_empty, held in groupby(lines, _is_empty):
        if not is_empty:
            yield nested([run for line in held for run in (_BREAK, *line)][1:])


def _is_empty(runs: Iterable[Run]) -> bool:
    """Whether nothing in it is visible."""
    for part, _ in runs:
        if not (isinstance(part, LineBreak) or (isinstance(part, Text) and not part.text.strip())):
            return False
    return True


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without what is not visible at both ends."""
    while runs and _is_empty(runs[:1]):
        del runs[0]
    while runs and _is_empty(runs[-1:]):
        del runs[-1]
    return runs
