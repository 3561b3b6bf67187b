"""A canvas given back as Markdown, written differently than it was sent, as Slack does.

Slack keeps blocks, not Markdown, and generates Markdown when it is asked for
(docs.slack.dev/reference/methods/canvases.getContent). It does not promise in which style, so the sandbox
changes everything that has the same meaning: markers of lists, padding of tables, blank lines, needless
escapes, emphasis.
"""

import re
from collections.abc import Sequence

from sandbox.records import Section

_BULLET = re.compile(r"^(?P<indent> *)[-+*](?P<gap>[ \t]+|$)")
_NUMBER = re.compile(r"^(?P<indent> *)(?P<number>\d{1,9})[.)](?P<gap>[ \t]+|$)")
_CELL = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^:?-+:?$")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_NEEDLESS = re.compile(r"(?<=[^\s\\])\\([.!()\-+#:=~{}&,;/?@^%$'\"])")
_EMPHASIS = re.compile(r"(?<![\w\\*_])_(?=\S)([^_*`<>\[\]]*?\S)_(?![\w*_])")
_FENCE = re.compile(r"^ *(`{3,}|~{3,})")


def shown(sections: Sequence[Section]) -> str:
    """The whole text as `canvases.getContent` gives it back."""
    text = ""
    for before, section in zip([None, *sections], sections, strict=False):
        if before is not None:
            text += _gap(before.kind, section.kind)
        text += _written(section)
    return text


def _gap(before: str, after: str) -> str:
    """The line breaks between two blocks: a list directly follows its heading, lists and tables need more."""
    if after == "list" and before in ("h1", "h2", "h3"):
        return "\n"
    return "\n\n\n" if before in ("list", "table") else "\n\n"


def _written(section: Section) -> str:
    lines = section.markdown.split("\n")
    if section.kind == "code":
        return section.markdown
    if section.kind == "table":
        return _table(lines)
    if section.kind == "divider":
        return "***"
    if section.kind == "list":
        return _list(lines)
    return "\n".join(map(_inline, lines))


def _list(lines: Sequence[str]) -> str:
    """Every item with the same marker, and no blank lines between them; code is unchanged."""
    found = []
    fence = ""
    for position, line in enumerate(lines):
        opened = _FENCE.match(line)
        if fence or opened:
            found.append(line)
            if opened:
                fence = "" if fence else opened[1]
            continue
        following = lines[position + 1] if position + 1 < len(lines) else ""
        if not line.strip() and (_BULLET.match(following) or _NUMBER.match(following)):
            continue
        line = _BULLET.sub(r"\g<indent>* ", line)
        found.append(_inline(_NUMBER.sub(r"\g<indent>\g<number>. ", line)))
    return "\n".join(found)


def _table(lines: Sequence[str]) -> str:
    rows = [[_inline(cell.strip()) for cell in _cells(line)] for line in lines]
    columns = max(map(len, rows))
    rows = [row + [""] * (columns - len(row)) for row in rows]
    widths = [
        max(3, *(len(row[column]) for row in rows if not _DELIMITER.match(row[column])), 0)
        for column in range(columns)
    ]
    found = []
    for row in rows:
        is_delimiter = all(_DELIMITER.match(cell) for cell in row)
        cells = [
            "-" * width if is_delimiter else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        found.append(f"| {' | '.join(cells)} |")
    return "\n".join(found)


def _cells(line: str) -> list[str]:
    text = line.strip().removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return _CELL.split(text)


def _inline(line: str) -> str:
    """One line without needless escapes, in one style of emphasis; code is unchanged."""
    found, end = "", 0
    if line.endswith("  "):
        line = line.rstrip() + "\\"
    for code in _CODE.finditer(line):
        found += _plain(line[end : code.start()]) + code[0]
        end = code.end()
    return (found + _plain(line[end:])).rstrip(" ")


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"*\1*", _NEEDLESS.sub(r"\1", text))
