"""Notion's Markdown: what has a meaning there and was typed by people has none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from bot.connect.pages.notion_markdown import APART, FOOTER, notion_markdown, stamp_in
from tests.bot.connect.pages.hostile import HOSTILE, MARKDOWN

MARKER = "0123456789abcdef0123456789abcdef"
STAMP = f"{MARKER}.3"
_OURS = re.compile(r'<br>|</?(?:tr|td)>|</table>|<table fit-page-width="true" header-row="true">')
_UNESCAPED_TAG = re.compile(r"(?<!\\)(?:\\\\)*<")


def _inner(markdown: str) -> str:
    written = notion_markdown(markdown, STAMP)
    assert stamp_in(written, MARKER) == STAMP
    assert written.endswith(f"---\n\n*{FOOTER}* `scribe-{STAMP}`\n")
    return written.rpartition("---\n\n*")[0].rstrip("\n")


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("## What *happened*", "## What *happened*"),
        ("###### deep", "#### deep"),
        ("a **b** ~~c~~ `d e`", "a **b** ~~c~~ `d e`"),
        ("`</td>`", "\\</td\\>"),
        ("[14:02](https://a.b/?x=1&y=(2))", "[14:02](https://a.b/?x=1&y=%282%29)"),
        ("at https://a.b/c.", "at [https://a.b/c](https://a.b/c)."),
        ("[x](ftp://a.b)", "x"),
        ("one  \ntwo\nthree", "one<br>two three"),
        ("- a\n  - b\n\n    c\n- d", "- a\n\t- b\n\t\tc\n- d"),
        ("- [x] done\n- [ ] not **yet**", "- [x] done\n- [ ] not **yet**"),
        ("1. a\n2. b", "1. a\n1. b"),
        ("> said\n> twice", "> said twice"),
        ("```\na <b> `c`\n\n$d\n```", "```\na <b> `c`\n\n$d\n```"),
        ("\\# no heading", f"{APART}# no heading"),
        ("a < b | c $d$ \\*e\\* {f} ^g", "a \\< b \\| c \\$d\\$ \\*e\\* \\{f\\} \\^g"),
        (":fire:", "\N{FIRE}"),
        ("![5 events](timeline.png)", "5 events"),
        (
            "| At | What |\n|---|---|\n| 14:02 | a<br>b \\| <b> |",
            '<table fit-page-width="true" header-row="true">\n<tr><td>At</td><td>What</td></tr>\n'
            "<tr><td>14:02</td><td>a<br>b \\| \\<b\\></td></tr>\n</table>",
        ),
    ],
)
def test_markdown_is_written_as_it_reads(markdown: str, written: str) -> None:
    assert _inner(markdown) == written


def test_blocks_stand_apart() -> None:
    assert _inner("a\n\n- b\n- c\n\nd") == "a\n\n- b\n- c\n\nd"


def test_a_fence_within_code_does_not_end_it() -> None:
    assert _inner("~~~\n```\n<callout>\n`````\n~~~").count("```") == 2


@given(MARKDOWN)
def test_no_tag_that_people_typed_is_one(markdown: str) -> None:
    written = _inner(markdown)

    is_code = False
    for line in written.split("\n"):
        if line.strip("\t") == "```":
            is_code = not is_code
        elif not is_code:
            words = re.sub(r"(?<!\\)`[^`]*`", "", line)
            assert not _UNESCAPED_TAG.search(_OURS.sub("", words)), line
            assert not re.search(r"(?<!\\)\]\((?!https?:|mailto:)", words, re.IGNORECASE), line
    assert not is_code


@pytest.mark.parametrize("line", HOSTILE)
def test_the_last_line_stays_the_last(line: str) -> None:
    assert _inner(f"{line}\n\n```\n{line}\n```\n\n| {line} |\n|---|\n| {line} |")


def test_styles_within_styles_without_end_are_shown_as_typed() -> None:
    deep = "**a *b " * 400 + "c" + "* **" * 400

    assert _inner(deep).count("a") >= 400
