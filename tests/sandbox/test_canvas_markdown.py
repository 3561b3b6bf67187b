"""The Markdown that canvases take, and the line that they don't."""

import pytest

from sandbox import canvas_markdown


def table(rows: int, columns: int = 4) -> str:
    row = "|" + " x |" * columns
    return "\n".join([row, "|" + " --- |" * columns, *[row] * (rows - 1)])


@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("# One\n\n#### Four", "line 3: Unsupported heading depth (4)"),
        ("###### Six", "line 1: Unsupported heading depth (6)"),
        ("- a\n  > quoted", "line 2: Unsupported block type (Blockquote) within list"),
        ("- > quoted", "line 1: Unsupported block type (Blockquote) within list"),
        ("1. # Heading", "line 1: Unsupported block type (Heading) within list"),
        ("- a\n\n  ```\n  code\n  ```", "line 3: Unsupported block type (Code) within list"),
        ("> - a", "line 1: Unsupported block type (List) within block quote"),
        ("> text\n> 1. a", "line 2: Unsupported block type (List) within block quote"),
        ("> > twice", "line 1: Unsupported block type (Blockquote) within block quote"),
        (">> twice", "line 1: Unsupported block type (Blockquote) within block quote"),
        ("> # Heading", "line 1: Unsupported block type (Heading) within block quote"),
        ("- a\n  1. b", "line 2: Unsupported block type (Ordered list) within bulleted list"),
        ("- 1. b", "line 1: Unsupported block type (Ordered list) within bulleted list"),
        ("1. a\n   - b", "line 2: Unsupported block type (Bulleted list) within ordered list"),
        ("- a\n  - b\n    1. c", "line 3: Unsupported block type (Ordered list) within bulleted list"),
        ("x\n\n" + table(76), "line 3: Unsupported table size (304 cells, at most 300)"),
    ],
)
def test_what_canvases_refuse(markdown: str, problem: str) -> None:
    assert canvas_markdown.problem(markdown) == problem


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "# One\n## Two\n### Three\ntext **bold** ~~gone~~ `code`",
        "- a\n  - b\n    - c\n- d\n\n  more of d",
        "1. a\n   1. b\n2. c",
        "- [ ] open\n- [x] done",
        "> quoted\nand on",
        "```\n#### in code\n> - quote\n```",
        "~~~\n> > x\n~~~",
        "- a\n\n1. b",
        r"\#### not a heading",
        r"\> \- escaped",
        "2023 was a year. 4) is no list",
        "text\n---\n\n***",
        "![](@U123) ![](#C123) [a](https://example.com)",
        table(75),
        "-5 degrees, #hashtag, >no quote?".replace(">", r"\>"),
    ],
)
def test_what_canvases_take(markdown: str) -> None:
    assert canvas_markdown.problem(markdown) is None


def test_each_block_is_a_section() -> None:
    top = "# Title\nText\nmore text\n\n- a\n- b\n\n"
    markdown = top + "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n```\ncode\n\n```\n> q"
    found = canvas_markdown.blocks(markdown)
    assert [(block.kind, block.line) for block in found] == [
        ("h1", 1),
        ("paragraph", 2),
        ("list", 5),
        ("table", 8),
        ("divider", 12),
        ("code", 13),
        ("quote", 17),
    ]
    assert found[1].markdown == "Text\nmore text"
    assert found[5].markdown == "```\ncode\n\n```"
