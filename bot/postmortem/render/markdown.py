"""Inline Markdown that shows people's words and their styles, and nothing that was typed as markup.

Written against CommonMark 0.31 with GFM's tables and strikethrough. A character is escaped only where it
could begin or end something, so that `snake_case`, `a -> b` and addresses stay readable in the source, and
removing the backslashes gives the typed text again. A style that Markdown cannot express where it stands,
such as bold punctuation within a word, is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Prose,
    Strike,
    Strong,
    Styled,
    Text,
    as_lines,
)

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PUNCTUATION = r"!-/:-@\[-`{-~"
_SPECIAL = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|\s*$)"  # a backslash that would escape something
    r"|[`*\[\]]"
    r"|(?<!/)~|~(?![^\W_])"  # but not in https://host/~user
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word an underscore is no emphasis
    r"|<(?=[A-Za-z/!?])|<$"
    r"|&(?=#?\w+;)|&$"
)
_MAY_BE_SPECIAL = re.compile(r"[\\`*\[\]~_<&\0]")
"""What all that is special holds; most texts hold nothing of it."""
_LINE_START = re.compile(
    r"(?P<sign>#{1,6}(?=[ \t]|$)|[-+](?=[ \t]|$)|>|=+[ \t]*$|[-:|](?=[-:| \t]*$))"
    r"|(?P<number>\d{1,9})(?P<after>[.)])(?=[ \t]|$)"
)
_FENCE_WITHIN = "``"
_CODE_UNDOES = re.compile(rf"\\(?:[{_PUNCTUATION}]|$)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:")
_LEADS = re.compile(r"(?:https?|mailto|tel|slack):", re.IGNORECASE)
_NOT_BARE = re.compile(r"[\s\x00-\x1f\x7f<>|\\`\"]")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f<>|\\`\"()]")

_MARKS: Mapping[type[Styled], str] = {Strong: "**", Emphasis: "_", Strike: "~~"}
_ENTITY_BEGINS = re.compile(r"&#?[0-9A-Za-z]*$")
_ENTITY_ENDS = re.compile(r"#?[0-9A-Za-z]*;")


def escape(text: str) -> str:
    """One line of text, inert wherever inline Markdown is read; pipes are for `in_cell` to escape."""
    return _escaped_line(" ".join(_lines(text)))


def _lines(text: str) -> list[str]:
    # what is printable ends no line
    return [text] if text.isprintable() else _LINE_END.split(text)


def _escaped_line(line: str) -> str:
    if not _MAY_BE_SPECIAL.search(line):
        return f"\\{line}" if line.startswith(">") else line
    escaped = _SPECIAL.sub(r"\\\g<0>", _visible(line))
    # of a typed tag both ends are escaped, for readability; a lone `>` needs no escape
    head, opening, tail = escaped.partition("\\<")
    escaped = head + opening + tail.replace(">", "\\>")
    return f"\\{escaped}" if escaped.startswith(">") else escaped


def guard_line_start(line: str) -> str:
    """An escaped line that cannot become a heading, list, quote, rule or table where it stands alone.

    White space around it is removed: Markdown would drop it, or make code or a hard break of it.
    """
    line = line.strip(" \t")
    start = _LINE_START.match(line)
    if start is None:
        return line
    if start["sign"]:
        return f"\\{line}"
    return f"{start['number']}\\{start['after']}{line[start.end() :]}"


def in_cell(markdown: str) -> str:
    """Inline Markdown as the content of a table's cell, where a pipe would end it, in code as well."""
    return markdown.replace("|", "\\|")


def code_span(code: str) -> str:
    """Code within a line.

    Some code is written as escaped text between the backticks it was typed with: blank code, which a span
    cannot hold; code with a backslash before punctuation, which would be lost when the backslashes are
    removed from the source; code with several backticks in a row, whose span would look like a fence.
    """
    is_text = not code.strip() or ("\\" in code and _CODE_UNDOES.search(code)) or _FENCE_WITHIN in code
    return escape(f"`{code}`") if is_text else _spanned(code)


def code_lines(code: str) -> list[str]:
    """A code block where only inline Markdown can stand: each line a span, empty lines kept."""
    lines = (line if line.strip() else "" for line in _LINE_END.split(code))
    return [_spanned(line) if line and _FENCE_WITHIN not in line else escape(line) for line in lines]


def _spanned(code: str) -> str:
    code = " ".join(_lines(_visible(code)))
    fence = "``" if "`" in code else "`"
    is_padded = code.startswith("`") or code.endswith("`") or code[0] == code[-1] == " "
    pad = " " if is_padded else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def link(label: str, url: str, *, is_bare: bool = True) -> str:
    """A link; an address that is its own label is written as it was typed, which readers link by themselves.

    With `is_bare` false it is written as a link also then: marks of a style may touch it.

    An address that is not of the web or of mail stays text.
    """
    if not _LEADS.match(url):
        return escape(label if label == url else f"{label} ({url})")
    if is_bare and label == url and not _NOT_BARE.search(url) and not _ENTITY.search(url):
        if escape(url) == url:
            return url
        if _SCHEME.match(url) and "%" not in url:  # some renderers decode the address that they show
            return f"<{url}>"
    shown = escape(" ".join(label.split())) or escape(url)
    return f"[{shown}]({address(url)})"


def address(url: str) -> str:
    """Where a link leads, percent-encoded where Markdown would end it early."""
    encoded = _NOT_IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    return _ENTITY.sub(r"\\&", encoded) if "&" in encoded else encoded


def inline_lines(
    inlines: Sequence[Inline], before: str = "", after: str = "", *, is_styled: bool = False
) -> list[str]:
    """Inlines as escaped lines; what a line may begin with is not guarded yet.

    `before` and `after` are what stands on both sides of them in their line, `is_styled` whether they are
    within a style.
    """
    lines: list[str] = []
    line = ""
    for place, part in enumerate(inlines):
        others: Sequence[str] = ()
        if isinstance(part, Text) and part.text.isprintable():
            first = _escaped_line(part.text)
        elif isinstance(part, Styled):
            following = _first(inlines[place + 1]) if place + 1 < len(inlines) else after
            first = _styled(part, line[-2:] or before, following, is_styled=is_styled)
        else:
            first, *others = _pieces(part, line, is_styled=is_styled)
        if line.endswith("!") and first.startswith("["):
            line = f"{line[:-1]}\\!"  # or the link would become a picture
        if "&" in line and _ENTITY_BEGINS.search(line) and _ENTITY_ENDS.match(first):
            first = first.replace(";", "\\;", 1)  # `&` and what follows would become another character
        line += first
        if others:
            lines += (line, *others[:-1])
            line = others[-1]
    return [*lines, line]


def _pieces(part: Text | Code | Link | Emoji | LineBreak, before: str, *, is_styled: bool) -> list[str]:
    match part:
        case Text(text):
            return [_escaped_line(line) for line in _lines(text)]
        case Code(text):
            # the backticks of two adjacent spans would be read as one run
            return [escape(f"`{text}`") if before.endswith("`") else code_span(text)]
        case Link(label, url):
            return [link(label, url, is_bare=not is_styled)]
        case Emoji(name, _):
            return [escape(name)]
        case LineBreak():
            return ["", ""]


def _first(part: Inline) -> str:
    """What the Markdown of a part begins with, as far as it matters to a mark before it."""
    match part:
        case Text(text):
            return _LINE_END.sub(" ", text[:1])
        case LineBreak():
            return " "
        case Strong(children) | Emphasis(children) | Strike(children):
            return _first(children[0]) if children else ""  # where its mark may be left out
        case _:
            return "["


def _styled(part: Styled, before: str, after: str, *, is_styled: bool) -> str:
    """Words in a style, unless the marks would be read otherwise there (CommonMark 6.2, delimiter runs)."""
    mark = _MARKS[type(part)]
    if mark == "_" and (_is_of_word(before[-1:]) or _is_of_word(after[:1])):
        mark = "*"  # within a word an underscore is no mark
    inner = " ".join(inline_lines(part.children, mark, mark, is_styled=True))
    if inner and inner == inner.strip():
        touches = before.endswith(mark[0]) and not before.endswith(f"\\{mark[0]}")
        opens = inner[0].isalnum() or not _is_of_word(before[-1:])
        closes = inner[-1].isalnum() or not _is_of_word(after[:1])
        if opens and closes and not touches:
            return f"{mark}{inner}{mark}"
    return " ".join(inline_lines(part.children, before, after, is_styled=is_styled))


def _is_of_word(character: str) -> bool:
    """Whether it is neither white space nor punctuation, or may not be taken for such by every reader."""
    return (
        bool(character) and not character.isspace() and not (character.isascii() and not character.isalnum())
    )


def cell(words: Iterable[Prose]) -> str:
    """People's words in one cell of a table, lines joined by `<br>`."""
    lines: list[str] = []
    is_after_paragraph = False
    for block in words:
        if isinstance(block, CodeBlock):
            lines += code_lines(block.text)
        else:
            is_paragraph = isinstance(block, Paragraph)
            lines += [""] * (is_paragraph and is_after_paragraph) + inline_lines(as_lines(block))
        is_after_paragraph = isinstance(block, Paragraph)
    return in_cell("<br>".join(line.strip(" \t") for line in lines))


def _visible(text: str) -> str:
    # CommonMark replaces NUL as well, for security
    return text.replace("\0", "\ufffd")
