"""The Markdown that people wrote into a canvas, made safe to stand within a section of a draft.

Their blocks stay as they are, except for what would affect the rest of the draft: headings become lower than
the section's, fences are closed, HTML (which a canvas shows as text) and reference definitions (which other
readers hide) are escaped. A block that the target cannot hold becomes plain paragraphs with all its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.postmortem.render import markdown

MAX_CELLS = 300
_MAX_NESTING = 20

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("reference")
_WITHOUT_HTML = (
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
)
_ENDS_WITH_BLANK = frozenset({"bullet_list_open", "ordered_list_open", "blockquote_open"})
"""Blocks that would continue with the next line if no blank line followed."""

_CONTAINERS = r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*"
_NESTED = re.compile(rf"^{_CONTAINERS}")
_NEST = re.compile(r">|[-*+]|\d+[.)]")
_ATX = re.compile(rf"^({_CONTAINERS})#{{1,6}}(?=[ \t]|$)")
_BEGINS = re.compile(r"[-#>*+=_|~`]|\d{1,9}[.)]")
_FENCE_WITHIN = re.compile(rf"^{_CONTAINERS}(?:```|~~~)", re.MULTILINE)
_UNDERLINE = re.compile(r"^([ \t]*)(?==+[ \t]*$|[-: \t]*\|[-:| \t]*$)", re.MULTILINE)
_DEEP = re.compile(r"(?<=\n)(?: {4}| {0,3}\t).*")
_DEFINITION = re.compile(rf"^({_CONTAINERS})(?=\[[^\]]*\]:)", re.MULTILINE)
_TAG = re.compile(
    r"\\.|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)(?P=ticks)(?!`)"  # escaped, or code
    r"|<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>"  # an address
    r"|<br ?/?>"
    r"|(?P<tag><(?=[A-Za-z/!?]))"
)
_BREAK = re.compile(r"<br ?/?>")
_LINE_ENDS = re.compile(r"\r\n?")


def for_file(text: str) -> str:
    """As Markdown (CommonMark with GFM's tables) for a file."""
    return _tamed(text, _is_safe, keeps_code=True)


def for_canvas(text: str) -> str:
    """As Markdown that a canvas takes (docs.slack.dev/surfaces/canvases)."""
    return _tamed(text, _fits_a_canvas, keeps_code=False)


def blocks(text: str) -> list[Token | str]:
    """Its code blocks as tokens, and whatever stands between them as Markdown of `for_file`."""
    source = for_file(text)
    lines = source.split("\n")
    found: list[Token | str] = []
    start = 0
    for token in _PARSER.parse(source):
        if token.level == 0 and token.type in ("fence", "code_block") and token.map:
            found += ["\n".join(lines[start : token.map[0]]), token]
            start = token.map[1]
    return [*found, "\n".join(lines[start:])]


def as_paragraphs(text: str) -> str:
    """Every line as a paragraph of escaped text: nothing in it is markup any more."""
    lines = (line.strip() for line in text.split("\n"))
    return "\n\n".join(markdown.guard_line_start(markdown.escape(line)) for line in lines if line)


def _tamed(text: str, is_fit: Callable[[Sequence[Token]], bool], *, keeps_code: bool) -> str:
    text = _LINE_ENDS.sub("\n", text).replace("\0", "\ufffd").strip("\n")
    if not text.strip():
        return ""
    lines = text.split("\n")
    if any(len(_NEST.findall(_NESTED.findall(line)[0])) >= _MAX_NESTING // 2 for line in lines):
        return as_paragraphs(text)
    parts: list[str] = []
    end, before = 0, ""
    for token in _WITHOUT_HTML.parse(text):
        if token.level or token.map is None or token.nesting < 0:
            continue
        start, stop = token.map
        parts += lines[end:start]
        if before in _ENDS_WITH_BLANK and parts[-1].rsplit("\n", 1)[-1].strip():
            parts.append("")
        before = token.type
        parts.append(_block(token, "\n".join(lines[start:stop]), is_fit, keeps_code))
        end = stop
    whole = "\n".join([*parts, *lines[end:]]).strip("\n")
    return whole if whole.strip() else ""


def _block(token: Token, source: str, is_fit: Callable[[Sequence[Token]], bool], keeps_code: bool) -> str:
    if token.type == "code_block" and not keeps_code:
        return f"\n{fenced(token.content.removesuffix(chr(10)))}\n"
    if token.type in ("fence", "code_block"):
        return source if token.type == "code_block" else _closed(source, token.markup)
    if token.type == "table_open" and _NESTED.findall(source)[0].strip():
        return f"\n{as_paragraphs(source)}\n"  # other readers take it for a list or a quote
    tamed = _with_low_headings(_TAG.sub(_inert_tag, _DEFINITION.sub(r"\1\\", source)))
    if not keeps_code:
        if token.type in ("paragraph_open", "blockquote_open"):
            tamed = _DEEP.sub(_flush, tamed)
        if token.type != "table_open":
            tamed = _UNDERLINE.sub(r"\1\\", tamed)  # some readers would take it for a heading or a table
        if _FENCE_WITHIN.search(tamed):
            return f"\n{as_paragraphs(source)}\n"
    tokens = _PARSER.parse(tamed)
    is_whole = token.type != "blockquote_open" or sum(not one.level for one in tokens) == 2
    return tamed if is_whole and is_fit(tokens) else f"\n{as_paragraphs(source)}\n"


def _flush(deep: re.Match[str]) -> str:
    """A deeply indented line of a paragraph as text: not indented, it might begin a list or the like."""
    line = deep[0].strip()
    return markdown.guard_line_start(markdown.escape(line)) if _BEGINS.match(line) else line


def _inert_tag(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found["tag"] else found[0]


def _closed(source: str, fence: str) -> str:
    others = source.split("\n")[1:]
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*")
    return source if others and closing.fullmatch(others[-1]) else f"{source}\n{fence}"


def fenced(code: str) -> str:
    """A code block, fenced by more backticks than it holds."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    # other line ends would leave the fence once the block is indented
    return f"{fence}\n{_LINE_ENDS.sub(chr(10), code)}\n{fence}"


def _with_low_headings(source: str) -> str:
    """Every heading as one of the third level, also within lists and quotes; a section's is of the second."""
    lines: list[str | None] = list(source.split("\n"))
    tokens = _PARSER.parse(source)
    for number, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None:
            continue
        start, stop = token.map
        first = lines[start] or ""
        if token.markup.startswith("#"):
            lines[start] = _ATX.sub(r"\1###", first)
        else:  # underlined, over one line or more
            content = " ".join(tokens[number + 1].content.split("\n"))
            lead = _NESTED.findall(first)[0]
            lines[start:stop] = [f"{lead}### {content}", *[None] * (stop - start - 1)]
    return "\n".join(line for line in lines if line is not None)


def _is_safe(tokens: Sequence[Token]) -> bool:
    """Whether nothing in it is HTML or a heading above the third level."""
    return not any(
        token.type == "html_block"
        or (token.type == "heading_open" and token.tag in ("h1", "h2"))
        or any(
            child.type == "html_inline" and not _BREAK.fullmatch(child.content)
            for child in token.children or ()
        )
        for token in tokens
    )


def _fits_a_canvas(tokens: Sequence[Token]) -> bool:
    if not _is_safe(tokens):
        return False
    around: list[str] = []
    cells = 0
    for token in tokens:
        if not _may_stand(token, around):
            return False
        cells += token.type in ("th_open", "td_open")
        if token.nesting > 0:
            around.append(token.type)
        elif token.nesting < 0:
            around.pop()
    return cells <= MAX_CELLS


def _may_stand(token: Token, around: Sequence[str]) -> bool:
    """Whether a canvas accepts a block there: in quotes text, in lists text and lists of their kind."""
    if token.nesting < 0 or token.type == "inline" or not around:
        return True
    if "blockquote_open" in around:
        return token.type == "paragraph_open"
    lists = [name for name in around if name in ("bullet_list_open", "ordered_list_open")]
    if not lists:
        return True
    return token.type in ("list_item_open", "paragraph_open", lists[-1])
