"""The draft as a thread of Slack messages, for when Slack accepts no canvas.

Slack recommends at most 4,000 characters of text in a message (docs.slack.dev/reference/methods/
chat.postMessage); the limit here leaves room, and is counted after escaping.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from markdown_it.token import Token

from bot.postmortem.document import (
    Block,
    Bullets,
    Chart,
    CheckItem,
    Checklist,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.quotes import GOES_ON, ROW, quoted
from bot.postmortem.render import timeline, written
from bot.postmortem.render.addresses import is_page
from bot.text import slack_text, spans
from bot.text.prose import (
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Prose,
    Quotation,
    Strike,
    Strong,
    Text,
    as_lines,
)

MAX_CHARACTERS = 3_800

_HEADING = re.compile(r"^#{1,3}[ \t]+")
_ITEM = re.compile(r"^(?P<indent> *)[-*+] (?P<box>\[[ xX]\] )?")
_LINK = re.compile(r"(?<![!\\])\[(?P<label>[^\[\]\\]+)\]\((?P<url>https?://[^\s()<>\\]+)\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORD = re.compile(r"\s*\S+|\s+$")
_MAX_INDENT = 20
# the longest escape, `&amp;`, is five characters for one
_PIECE = MAX_CHARACTERS // 8
_CODE_PIECE = MAX_CHARACTERS // 6
_ROOM = 202
"""Characters of a message that are left for a link to what it quotes, where a quote is cut."""
_LONGEST = MAX_CHARACTERS - _ROOM
_BY = "— "
_SEVERAL_APART = re.compile(f"{slack_text.APART}{{2,}}")

_Row = list[str]
"""A line of the draft as pieces that must not be cut: words, links, code."""


def render(document: Document) -> list[str]:
    """The texts of the messages, in order, in Slack mrkdwn; the first is a short header.

    To be sent as `text` with `mrkdwn` on, `link_names` and unfurling off.
    """
    rows: list[_Row] = []
    for section in document.sections:
        content = [_told_apart(row) for block in section.blocks for row in _rows(block, document.zone)]
        # the heading sticks to the first line below it
        head = ["\n", *_told_apart([slack_text.strong(section.heading)])]
        rows += [[*head, "\n", *content[0]], *content[1:]] if content else [head]
    return [*_packed(_header(document)), *_packed(rows)]


def _header(document: Document) -> list[_Row]:
    title = f"Post-mortem draft of {document.title}"
    bold = slack_text.strong(title)
    opening = [row for block in document.opening for row in _rows(block, document.zone)]
    return [_told_apart(row) for row in ([bold] if len(bold) <= MAX_CHARACTERS else _words(title), *opening)]


def _told_apart(row: _Row) -> _Row:
    """A row behind the sign that one begins, which nothing in it looks like."""
    kept = [ROW]
    for piece in row:
        one = _SEVERAL_APART.sub(slack_text.APART, piece)
        follows = len(kept) > 1 and kept[-1].endswith(slack_text.APART)
        if one := one.removeprefix(slack_text.APART) if follows else one:
            kept.append(one)
    return kept


def _rows(block: Block, zone: ZoneInfo) -> list[_Row]:
    match block:
        case Paragraph() | CodeBlock():
            return [_prose((block,))]
        case Remark():
            return [_remark(block)]
        case Bullets(items):
            return [["• ", *_remark(item)] for item in items]
        case FactList(facts):
            return [[slack_text.strong(f"{fact.label}:"), " ", *_value(fact)] for fact in facts]
        case TimelineTable():
            return list(_timeline(block, zone))
        case Checklist(items):
            return [_check_item(item) for item in items]
        case Chart():
            return [_words(block.alt) if "_" in block.alt else ["_", *_words(block.alt.strip()), "_"]]
        case Written(text):
            return [row for part in written.blocks(text) for row in _written(part)]


def _check_item(item: CheckItem) -> _Row:
    row = ["☑ " if item.is_done else "☐ ", *_remark(item.remark)]
    for number, fact in enumerate(item.details):
        row += ["; " if number else " · ", *_words(f"{fact.label}: "), *_value(fact)]
    return row


def _value(fact: Fact) -> _Row:
    value = list(_pieces(Link(fact.value, fact.value))) if is_page(fact.value) else _words(fact.value)
    if fact.evidence is None or fact.evidence.permalink is None:
        return value
    return [*value, " (", slack_text.link("message", fact.evidence.permalink), ")"]


def _written(part: Token | str) -> list[_Row]:
    """What people wrote in Markdown, line by line; markup that mrkdwn has as well is translated."""
    if isinstance(part, str):
        return [_written_line(line) for line in part.split("\n") if line.strip()]
    code = part.content.removesuffix("\n")
    return [*([_words(part.info)] if part.info.strip() else ()), _code_block(code)]


def _written_line(line: str) -> _Row:
    if heading := _HEADING.match(line):
        title = _plain(line[heading.end() :])
        bold = slack_text.strong(title)
        return [bold] if len(bold) <= MAX_CHARACTERS else _words(title)
    if item := _ITEM.match(line):
        sign = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}.get(item["box"] or "", "•")
        return [f"{item['indent'][:_MAX_INDENT]}{sign} ", *_linked(line[item.end() :])]
    return _linked(line)


def _linked(line: str) -> _Row:
    """A line of Markdown with its simple links in Slack's format; there are none in code."""
    if "`" in line:
        return _words(line)
    row: _Row = []
    start = 0
    for link in _LINK.finditer(line):
        row += [*_words(_plain(line[start : link.start()])), *_pieces(Link(link["label"], link["url"]))]
        start = link.end()
    return [*row, *_words(_plain(line[start:]))]


def _plain(line: str) -> str:
    """A line of Markdown without the backslashes of escapes; in code they are content."""
    return line if "`" in line else _ESCAPED.sub(r"\1", line)


def _timeline(block: TimelineTable, zone: ZoneInfo) -> Iterator[_Row]:
    """The lines of the timeline, below one that names the zone and says what the signs mean."""
    about = f"Times in {timeline.zone_in_head(block.rows, zone)}"
    yield _words(" · ".join(part for part in (about, timeline.legend(block)) if part))
    for day, row in timeline.by_day(block.rows, zone):
        if day:
            yield [slack_text.strong(day)]
        yield _timeline_row(row, zone)


def _timeline_row(row: TimelineRow, zone: ZoneInfo) -> _Row:
    when = spans.clocks(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    line = [slack_text.link(when, row.permalink) if row.permalink else when]
    if sign := timeline.sign(row):
        line += [" ", sign]
    if row.label:
        line += [" ", slack_text.strong(row.label)]
    return [*line, " ", *_remark(Remark(row.text, Evidence(row.author, files=row.files)))]


def _remark(remark: Remark) -> _Row:
    label = [slack_text.strong(f"{remark.label}:"), " "] if remark.label else []
    row = [*label, *_prose(remark.words)]
    by = _attribution(remark.evidence) if remark.evidence else []
    if not by:
        return row
    is_below = bool(remark.words) and not isinstance(remark.words[-1], Paragraph)
    return [*row, "\n" if is_below else " ", _BY, *by]


def _attribution(evidence: Evidence) -> _Row:
    author = evidence.author or ("message" if evidence.permalink else "")
    row = list(_pieces(Link(author, evidence.permalink))) if evidence.permalink else _words(author)
    for number, file in enumerate(evidence.files):
        row += [", " if number else " (" if row else "(", *_file(file)]
    return [*row, ")"] if evidence.files else row


def _file(file: FileRef) -> _Row:
    return list(_pieces(Link(file.name, file.url))) if file.url else _words(file.name)


def _prose(words: Iterable[Prose]) -> _Row:
    row: _Row = []
    is_after_paragraph = True
    for block in words:
        is_paragraph = isinstance(block, Paragraph)
        if row:
            row.append("\n\n" if is_paragraph and is_after_paragraph else "\n")
        match block:
            case CodeBlock(code):
                row += _code_block(code)
            case Quotation(inlines):
                # a quote begins its line
                row += [*(() if row else ("\n",)), slack_text.QUOTE, *_quoted(inlines)]
            case _:
                row += [piece for part in slack_text.settled(as_lines(block)) for piece in _pieces(part)]
        is_after_paragraph = is_paragraph
    return row


def _quoted(inlines: Sequence[Inline]) -> Iterator[str]:
    for part in slack_text.settled(inlines):
        yield from _pieces(part)
        if isinstance(part, LineBreak):
            yield slack_text.QUOTE


def _pieces(part: Inline) -> Iterator[str]:
    match part:
        case Text(text):
            yield from _words(text)
        case Code(code) if _is_too_long(part):
            yield from (slack_text.inline(Code(piece)) for piece in _cut(code, _CODE_PIECE))
        case Link(label, url) if _is_too_long(part):
            # too long for one message as a link, so it is shown as text
            yield from _words(url if label == url else f"{label} {url}")
        case Strong(children) | Emphasis(children) | Strike(children) if _is_too_long(part):
            for child in children:
                yield from _pieces(child)
        case _:
            yield slack_text.inline(part)


def _is_too_long(part: Inline) -> bool:
    return len(slack_text.inline(part)) > _LONGEST


def _words(text: str) -> _Row:
    """Text as escaped words, each with the white space before it; very long words are cut."""
    return [
        slack_text.escape(piece)
        for word in _WORD.findall(slack_text.defused(text))
        for piece in _cut(word, _PIECE)
    ]


def _code_block(code: str) -> _Row:
    """A code block as one fence or, when it is too long for one message, as several."""
    if "```" in code:
        return _words(code)
    held: list[str] = []
    fences: _Row = []
    for line in (piece for whole in code.split("\n") for piece in _cut(whole, _CODE_PIECE)):
        if held and len(slack_text.fenced("\n".join([*held, line]))) > _LONGEST:
            fences += [slack_text.fenced("\n".join(held)), "\n"]
            held = []
        held.append(line)
    return [*fences, slack_text.fenced("\n".join(held))]


def _cut(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def _source(row: _Row, at: int) -> str:
    """A link to the message that the pieces of a row from `at` quote; empty where they quote none."""
    first = max((number for number, piece in enumerate(row) if piece == ROW), default=-1) + 1
    candidates = (*row[first : first + 1], *_attributions(row[at:]), *reversed(row[at:]))
    linked = next((piece for piece in candidates if piece.startswith("<") and quoted(piece)), "")
    source = f" <{linked[1:].partition('|')[0]}{GOES_ON}"
    return source if linked and len(source) <= _ROOM else ""


def _attributions(pieces: _Row) -> list[str]:
    return [link for by, link in pairwise(pieces) if by == _BY]


def _packed(rows: Iterable[_Row]) -> list[str]:
    """Pack rows into as few messages as possible; only a row too long for one is cut, between its pieces.

    Each message then links to what it quotes, so that the words are found again when that is deleted.
    """
    messages = [""]
    for row in rows:
        joined = f"{messages[-1]}\n{''.join(row)}"
        if len(joined) <= MAX_CHARACTERS:
            messages[-1] = joined
            continue
        messages.append("")
        is_cut = sum(map(len, row)) > MAX_CHARACTERS
        begins_at = 0
        for at, piece in enumerate(row):
            if len(messages[-1]) + len(piece) + is_cut * _ROOM > MAX_CHARACTERS and messages[-1]:
                messages[-1] += f"{_source(row, at - 1)}{ROW}"
                messages.append("")
                begins_at = at
            messages[-1] += piece
        if begins_at:
            is_named = any(map(quoted, _attributions(row[begins_at:])))
            messages[-1] += ROW if is_named else f"{_source(row, begins_at)}{ROW}"
    return [message.strip("\n") for message in messages if message.strip()]
