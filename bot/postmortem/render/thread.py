"""The draft as a thread of Slack messages, for when Slack accepts no canvas."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

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
from bot.postmortem.quotes import SaidWithin, is_attribution, passages, quoted, said_within
from bot.postmortem.render import timeline, written
from bot.postmortem.render.addresses import is_page
from bot.postmortem.render.thread_parts import MAX_CHARACTERS, Part, Run, joined
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

_HEADING = re.compile(r"^#{1,3}[ \t]+")
_ITEM = re.compile(r"^(?P<indent> *)[-*+] (?P<box>\[[ xX]\] )?")
_LINK = re.compile(r"(?<![!\\])\[(?P<label>[^\[\]\\]+)\]\((?P<url>https?://[^\s()<>\\]+)\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORD = re.compile(r"\s*\S+|\s+$")
_MAX_INDENT = 20
# the longest escape, `&amp;`, is five characters for one
_PIECE = MAX_CHARACTERS // 8
_CODE_PIECE = MAX_CHARACTERS // 6

_Pieces = list[str]
"""What must not be cut: words, links, code."""
_Row = list[Run]
"""A line of the draft, as such pieces."""


def render(document: Document) -> list[Part]:
    """The messages, in order, in Slack mrkdwn; the first is a short header."""
    rows: list[_Row] = []
    for section in document.sections:
        content = [row for block in section.blocks for row in _rows(block, document.zone)]
        # the heading sticks to the first line below it
        head = _own(["\n", slack_text.strong(section.heading)])
        rows += [[*head, Run("\n"), *content[0]], *content[1:]] if content else [head]
    return [*_packed(_header(document)), *_packed(rows)]


def _header(document: Document) -> list[_Row]:
    title = f"Post-mortem draft of {document.title}"
    bold = slack_text.strong(title)
    opening = [row for block in document.opening for row in _rows(block, document.zone)]
    return [_own([bold] if len(bold) <= MAX_CHARACTERS else _words(title)), *opening]


def _own(pieces: Iterable[str]) -> _Row:
    """What is Scribe's, or of somebody who can take it back only from Scribe."""
    return list(map(Run, pieces))


def _of(message: str, pieces: Iterable[str], left: str | None = None) -> _Row:
    """What goes with a message of Slack's; `left`, which stays in its place, stands first."""
    if not message:
        return _own(pieces)
    first, then = left, None if left is None else ""
    return [Run(piece, message, then if number else first) for number, piece in enumerate(pieces)]


def _at(permalink: str | None) -> str:
    """The `ts` of the message that a permalink leads to."""
    return next(iter(quoted(permalink or "")), "")


def _rows(block: Block, zone: ZoneInfo) -> list[_Row]:
    match block:
        case Paragraph() | CodeBlock():
            return [_own(_prose((block,)))]
        case Remark():
            return [_remark(block)]
        case Bullets(items):
            return [[Run("• "), *_remark(item)] for item in items]
        case FactList(facts):
            return [[*_own([slack_text.strong(f"{fact.label}:"), " "]), *_value(fact)] for fact in facts]
        case TimelineTable():
            return list(_timeline(block, zone))
        case Checklist(items):
            return [_check_item(item) for item in items]
        case Chart():
            alt = _words(block.alt.strip())
            return [_own(_words(block.alt) if "_" in block.alt else ["_", *alt, "_"])]
        case Written(text):
            return _written(text)


def _check_item(item: CheckItem) -> _Row:
    row = [Run("☑ " if item.is_done else "☐ "), *_remark(item.remark)]
    for number, fact in enumerate(item.details):
        row += [*_own(["; " if number else " · ", *_words(f"{fact.label}: ")]), *_value(fact)]
    return row


def _value(fact: Fact) -> _Row:
    value = _own(_pieces(Link(fact.value, fact.value)) if is_page(fact.value) else _words(fact.value))
    if fact.evidence is None or fact.evidence.permalink is None:
        return value
    link = slack_text.link("message", fact.evidence.permalink)
    return [*value, *_of(_at(fact.evidence.permalink), [" (", link, ")"], "")]


def _written(markdown: str) -> list[_Row]:
    """What people wrote in Markdown, line by line; markup that mrkdwn has as well is translated.

    Whose words they quote, their links say.
    """
    rows: list[_Row] = []
    code: _Row | None = None
    for part in written.blocks(markdown):
        if isinstance(part, str):
            for passage in passages(part.split("\n")):
                lines = [_written_line(line) for line in passage if line.strip()]
                rows += _by_links(lines, code if is_attribution(passage) else None)
                code = code if not lines else None
            continue
        code = _own(_code_block(part.content.removesuffix("\n")))
        rows += [*([_own(_words(part.info))] if part.info.strip() else ()), code]
    return rows


def _by_links(lines: list[_Pieces], code: _Row | None) -> list[_Row]:
    """Lines of one passage; between one link to a message and the next stand the words of the next one's."""
    said = list(said_within("\n".join(map("".join, lines))))
    if code and said:
        code[:] = [replace(run, of=said[0].of[-1]) for run in code]
    rows: list[_Row] = []
    at = 0
    for line in lines:
        row: _Row = []
        for piece in line:
            row += _divided(piece, at, said)
            at += len(piece)
        rows.append(row)
        at += 1
    return rows


def _divided(piece: str, at: int, said: Sequence[SaidWithin]) -> Iterator[Run]:
    """A piece that begins `at` a place of its passage, by whose words it holds."""
    end = at + len(piece)
    while at < end:
        within = next((one for one in said if one.start <= at < one.end), None)
        until = min([end, *(one.start for one in said if one.start > at)]) if within is None else within.end
        until = min(until, end)
        yield Run(
            piece[len(piece) - (end - at) : len(piece) - (end - until)], within.of[-1] if within else ""
        )
        at = until


def _written_line(line: str) -> _Pieces:
    if heading := _HEADING.match(line):
        title = _plain(line[heading.end() :])
        bold = slack_text.strong(title)
        return [bold] if len(bold) <= MAX_CHARACTERS else _words(title)
    if item := _ITEM.match(line):
        sign = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}.get(item["box"] or "", "•")
        return [f"{item['indent'][:_MAX_INDENT]}{sign} ", *_linked(line[item.end() :])]
    return _linked(line)


def _linked(line: str) -> _Pieces:
    """A line of Markdown with its simple links in Slack's format; there are none in code."""
    if "`" in line:
        return _words(line)
    row: _Pieces = []
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
    yield _own(_words(" · ".join(part for part in (about, timeline.legend(block)) if part)))
    for day, row in timeline.by_day(block.rows, zone):
        if day:
            yield _own([slack_text.strong(day)])
        yield _timeline_row(row, zone)


def _timeline_row(row: TimelineRow, zone: ZoneInfo) -> _Row:
    when = spans.clocks(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    source = _at(row.permalink)
    line = _of(source, [slack_text.link(when, row.permalink)], when) if row.permalink else [Run(when)]
    if sign := timeline.sign(row):
        line += _own([" ", sign])
    if row.label:
        line += _own([" ", slack_text.strong(row.label)])
    said = Remark(row.text, Evidence(row.author, files=row.files), of=row.of)
    return [*line, Run(" "), *_remark(said, source)]


def _remark(remark: Remark, source: str = "") -> _Row:
    """What somebody said; `source` is the message that its files are of, where no link says so."""
    row = _own([slack_text.strong(f"{remark.label}:"), " "] if remark.label else [])
    row += _of(remark.of, _prose(remark.words))
    if remark.evidence is None:
        return row
    is_below = bool(remark.words) and not isinstance(remark.words[-1], Paragraph)
    by = ["\n" if is_below else " ", "— "]
    return [*row, *_attribution(remark.evidence, by, _at(remark.evidence.permalink) or remark.of or source)]


def _attribution(evidence: Evidence, by: _Pieces, source: str) -> _Row:
    """Who said it, behind `by`, and its files. Of what is gone stays who said it."""
    row: _Row = []
    if evidence.author and evidence.permalink:
        name = "".join(_words(evidence.author))
        row = [*_own(by), *_of(source, _pieces(Link(evidence.author, evidence.permalink)), name)]
    elif evidence.author:
        row = _own([*by, *_words(evidence.author)])
    elif evidence.permalink:
        row = _of(source, [*by, slack_text.link("message", evidence.permalink)], "")
    files: _Pieces = []
    for number, file in enumerate(evidence.files):
        files += [", " if number else " (" if row else "".join([*by, "("]), *_file(file)]
    return [*row, *_of(source, [*files, ")"] if files else [], "")]


def _file(file: FileRef) -> _Pieces:
    return list(_pieces(Link(file.name, file.url))) if file.url else _words(file.name)


def _prose(words: Iterable[Prose]) -> _Pieces:
    row: _Pieces = []
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
    return len(slack_text.inline(part)) > MAX_CHARACTERS


def _words(text: str) -> _Pieces:
    """Text as escaped words, each with the white space before it; very long words are cut."""
    return [
        slack_text.escape(piece)
        for word in _WORD.findall(slack_text.defused(text))
        for piece in _cut(word, _PIECE)
    ]


def _code_block(code: str) -> _Pieces:
    """A code block as one fence or, when it is too long for one message, as several."""
    if "```" in code:
        return _words(code)
    held: list[str] = []
    fences: _Pieces = []
    for line in (piece for whole in code.split("\n") for piece in _cut(whole, _CODE_PIECE)):
        if held and len(slack_text.fenced("\n".join([*held, line]))) > MAX_CHARACTERS:
            fences += [slack_text.fenced("\n".join(held)), "\n"]
            held = []
        held.append(line)
    return [*fences, slack_text.fenced("\n".join(held))]


def _cut(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)] or [""]


def _packed(rows: Iterable[_Row]) -> list[Part]:
    """Pack rows into as few messages as possible; only a row too long for one is cut, between its pieces."""
    messages: list[_Row] = [[]]
    held = 0
    for row in rows:
        length = sum(len(run.text) for run in row)
        if held + 1 + length <= MAX_CHARACTERS:
            messages[-1] += [Run("\n"), *row]
            held += 1 + length
            continue
        messages.append([])
        held = 0
        for run in row:
            if held + len(run.text) > MAX_CHARACTERS:
                messages.append([])
                held = 0
            messages[-1].append(run)
            held += len(run.text)
    return [Part(runs) for message in messages if (runs := _stripped(message))]


def _stripped(message: _Row) -> tuple[Run, ...]:
    """Without the line breaks at its ends; nothing of one without words."""
    if not any(run.text.strip() for run in message):
        return ()
    filled = [number for number, run in enumerate(message) if run.text.strip("\n")]
    found = message[filled[0] : filled[-1] + 1]
    found[0] = replace(found[0], text=found[0].text.lstrip("\n"))
    found[-1] = replace(found[-1], text=found[-1].text.rstrip("\n"))
    return joined(found)
