"""Whatever people type comes out of Markdown as Slack showed it, and does nothing else."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.postmortem.document import Remark
from bot.postmortem.render import markdown, markdown_blocks, written
from bot.text.mrkdwn import KnownNames, escape, read
from bot.text.prose import Code, CodeBlock, Inline, LineBreak, Link, Paragraph, Prose, Text
from tests import published
from tests.sampling import tries

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

SIGNS = "*_`~[]()<>#|\\!&;:-+=.1 \n\t/'\"{}^@$"
FRAGMENTS = [
    *SIGNS, "a", "bc", "é", "ツ", "  ", "\n\n", "\n    ", "\r\n", "\u2028",
    "<br>", "</td>", "<!-- x -->", "<b onclick=x>", "&amp;", "&#35;", "&copy", "![x](y)", "[a]: /u", "[x]",
    "https://x.test/a_b/~c?d=1&e=2#f", "https://x.test/_a_*b*", "<https://x.test>", "www.x.test", "a@b.test",
    "```", "~~~", "***", "---", "===", "1. ", "12) ", "# ", "###### ", "> ", "- [ ] ",
    "| a | b |", "--- | ---", ":-:|:-:", "a\\|b", "[^1]", "->", "C:\\temp\\",
    "snake_case", "__init__", "~34%", "**Detection:**", "*.log", "¯\\_(ツ)_/¯",
]  # fmt: skip
TYPED = st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), st.text(max_size=40))
URLS = st.lists(st.sampled_from([*"/_*~()[]|&;#?=.-%'!\\`$", "a", "b1", "&lt;"]), max_size=10).map(
    lambda parts: "https://x.test/" + "".join(parts)
)
INLINES = st.one_of(
    TYPED.map(Text),
    TYPED.map(lambda code: Code(" ".join(code.split()))),
    st.builds(Link, TYPED.map(lambda label: f"x{label}"), URLS),
    URLS.map(lambda url: Link(url, url)),
    st.just(LineBreak()),
)


def visible(inlines: tuple[Inline, ...]) -> str:
    parts = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                parts.append(text)
            case Link(label, _):
                parts.append(label)
            case _:
                parts.append("\n")
    return "".join(parts)


def squeezed(text: str) -> str:
    return " ".join(text.replace("\0", "\ufffd").split())


def without_backticks(text: str) -> str:
    """For comparing code, which keeps its backticks only where it cannot be a span; without white space."""
    return "".join(squeezed(text.replace("`", "")).split())


def without_marks(text: str) -> str:
    """For comparing words whose styles have other marks in Slack; without white space."""
    return re.sub("[*_~`]", "", without_backticks(text))


def shown(tokens: list[Token], links: list[str]) -> str:
    """The text a reader sees in inline tokens; fails on anything but text, styles, code, breaks and links."""
    parts = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "html_inline":
                assert token.content == "<br>"
                parts.append("\n")
            case "link_open":
                links.append(str(token.attrs["href"]))
            case other:
                assert other == "link_close" or other.startswith(("strong_", "em_", "s_")), other
    return "".join(parts)


def cell_of(source: str, links: list[str]) -> str:
    """What the second cell of a row shows, once it is checked that the row is still a row of three."""
    head = "\n".join(markdown_blocks.head(["Time", "What happened", "Who"]))
    tokens = PARSER.parse(f"{head}\n| when | {source} | who |")
    assert [token.type for token in tokens].count("td_open") == 3
    assert [token.type for token in tokens if token.level == 0] == ["table_open", "table_close"]
    cells = [token for token in tokens if token.type == "inline"][3:]
    assert [cells[0].content, cells[2].content] == ["when", "who"]
    return shown(cells[1].children or [], links)


def item_of(source: str, links: list[str]) -> str:
    """What the only item of a list shows, once it is checked that it holds nothing but paragraphs."""
    tokens = PARSER.parse(source)
    kinds = [token.type for token in tokens]
    assert (kinds[:2], kinds[-2:]) == (
        ["bullet_list_open", "list_item_open"],
        ["list_item_close", "bullet_list_close"],
    )
    assert set(kinds[2:-2]) <= {"paragraph_open", "inline", "paragraph_close"}
    return "\n".join(shown(token.children or [], links) for token in tokens if token.type == "inline")


def unescaped(source: str) -> str:
    """What somebody gets who only takes the backslashes away and the breaks apart."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", source.replace("<br>", "\n"))


@settings(max_examples=tries(600))
@given(TYPED)
def test_typed_text_shows_unharmed_in_a_cell(text: str) -> None:
    links: list[str] = []
    assert squeezed(cell_of(markdown.cell((Paragraph((Text(text),)),)), links)) == squeezed(text)
    assert links == []


@settings(max_examples=tries(600))
@given(TYPED)
def test_typed_text_shows_unharmed_in_a_list(text: str) -> None:
    words: tuple[Prose, ...] = (Paragraph((Text(f"x{text}"),)), Paragraph((Text(text), Text("x"))))
    for bullet in (markdown_blocks.bullet, markdown_blocks.short_bullet):
        links: list[str] = []
        assert squeezed(item_of(bullet(Remark(words)), links)) == squeezed(f"x{text}\n{text}x")
        assert links == []


@settings(max_examples=tries(600))
@given(TYPED)
def test_typed_text_as_a_paragraph_and_a_heading_stays_what_it_is(text: str) -> None:
    tokens = PARSER.parse(markdown_blocks.paragraph((Text(f"{text}x"),)))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert squeezed(shown(tokens[1].children or [], [])) == squeezed(f"{text}x")

    tokens = PARSER.parse(markdown_blocks.heading(2, f"{text}x #"))
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert squeezed(shown(tokens[1].children or [], [])) == squeezed(f"{text}x #")


@settings(max_examples=tries(600))
@given(st.lists(INLINES, max_size=6).map(tuple))
def test_mixed_inlines_show_unharmed_and_only_links_link(inlines: tuple[Inline, ...]) -> None:
    allowed = sum(isinstance(inline, Link) for inline in inlines)
    expected = without_backticks(visible(inlines))
    in_cell: list[str] = []
    assert without_backticks(cell_of(markdown.cell((Paragraph(inlines),)), in_cell)) == expected
    assert len(in_cell) <= allowed

    in_list: list[str] = []
    source = markdown_blocks.short_bullet(Remark((Paragraph((Text("x"), *inlines)),)))
    assert without_backticks(item_of(source, in_list)) == f"x{expected}"
    assert len(in_list) <= allowed


@settings(max_examples=tries(600))
@given(TYPED.filter(lambda text: "<br>" not in text and "```" not in text))
def test_taking_the_backslashes_away_gives_the_typed_text_again(text: str) -> None:
    source = markdown.cell((Paragraph((Text(text),)),))
    assert squeezed(unescaped(source)) == squeezed(text)


@given(st.lists(st.sampled_from([*"`|\\ <>&*~#", "a", "\n", "```", "~~~", "<br>"]), max_size=15).map("".join))
def test_code_blocks_hold_exactly_their_text(code: str) -> None:
    code = f"a{code}z"
    (fence,) = PARSER.parse(written.fenced(code))
    assert (fence.type, fence.content) == ("fence", f"{code}\n")

    assert squeezed(cell_of(markdown.cell((CodeBlock(code),)), [])) == squeezed(code)


@pytest.mark.corpus
def test_published_texts_survive() -> None:
    for text in published.texts():
        words = read(escape(text), KnownNames())
        cell = markdown.cell(words)
        assert without_marks(unescaped(cell)) == without_marks(text)
        assert without_marks(cell_of(cell, [])) == without_marks(text)
        item = markdown_blocks.short_bullet(Remark(words))
        assert without_marks(item_of(item, [])) == without_marks(text)


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("orders_v2 is fine, a < b -> c & d", "orders_v2 is fine, a < b -> c & d"),
        ("*.log ~34% **Detection:**", r"\*.log \~34% \*\*Detection:\*\*"),
        ("¯\\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯"),
        ("see https://x.test/a_b/~ann?c=1&d=2", "see https://x.test/a_b/~ann?c=1&d=2"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[docs](https://x.test/a-b)", r"\[docs\](https://x.test/a-b)"),
    ],
)
def test_escaping_keeps_the_source_readable(typed: str, source: str) -> None:
    assert markdown.escape(typed) == source


@pytest.mark.parametrize(
    ("label", "url", "source"),
    [
        ("docs", "https://x.test/a", "[docs](https://x.test/a)"),
        ("https://x.test/a_b", "https://x.test/a_b", "https://x.test/a_b"),
        ("https://x.test/_a_", "https://x.test/_a_", "<https://x.test/_a_>"),
        ("a]b|c", "https://x.test/(a|b) c", r"[a\]b|c](https://x.test/%28a%7Cb%29%20c)"),
    ],
)
def test_a_link_leads_where_it_says(label: str, url: str, source: str) -> None:
    assert markdown.link(label, url) == source


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "vbscript:x"])
def test_an_address_that_could_do_something_is_text(url: str) -> None:
    tokens = PARSER.parse(markdown.link("docs", url))
    links: list[str] = []
    assert shown(tokens[1].children or [], links) == f"docs ({url})"
    assert links == []


def test_an_exclamation_before_a_link_makes_no_picture() -> None:
    source = markdown.cell((Paragraph((Text("Look!"), Link("graph", "https://x.test"))),))
    links: list[str] = []
    assert cell_of(source, links) == "Look!graph"
    assert links == ["https://x.test"]
