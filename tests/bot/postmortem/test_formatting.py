"""What was formatted comes out of every renderer with the same words and the same formatting.

What a renderer writes is read by a parser that is not Scribe's, and compared character by character.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.postmortem.document import Block, Bullets, Document, Remark, Section
from bot.postmortem.merge.items import Kind
from bot.postmortem.render import (
    canvas,
    html,
    json_document,
    markdown,
    markdown_blocks,
    markdown_file,
)
from bot.text import slack_text
from bot.text.prose import (
    Code,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Listing,
    ListItem,
    Paragraph,
    Quotation,
    Strong,
    Text,
)
from bot.text.styles import BOLD, ITALIC, PLAIN, STRIKE, Run, flat, nested
from tests.bot.postmortem.shown import thread_texts
from tests.bot.text import slack_display
from tests.bot.text.slack_display import Shown
from tests.sampling import tries

EXAMPLES = settings(max_examples=tries(300), deadline=None)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TAGS = {"strong": "bold", "em": "italic", "s": "strike", "code": "code", "pre": "code"}

SIGNS = """* _ ~ ` < > & | \\ [ ] ( ) ! : . - # a b1 ツ é ** ~~ <br> &lt; <@U1> <!here> *a* _b_ ~c~ `d`
https://x.test/_a_ [x](https://y.test) -> 🔥 ![a](b)"""
TYPED = st.lists(
    st.sampled_from(SIGNS.split()),
    min_size=1,
    max_size=5,
).map("".join)
"""A word as somebody may type it, with whatever could be taken for markup."""
WORDS = st.sampled_from(["down", "the", "pool.", "was", "5xx", "snake_case", "naïve", "(all)", "a&b", "<b>"])
CODE = st.sampled_from(["ls", "x | y", "<b>", "a b"]).map(Code)
LINKS = st.builds(Link, st.sampled_from(["docs", "the graph"]), st.just("https://x.test/d_1"))
STYLES = st.integers(0, 7)


def apart(runs: Iterable[Run]) -> tuple[Inline, ...]:
    """Runs with white space between them, which has no style."""
    return nested([one for run in runs for one in (run, (Text(" "), PLAIN))])


def formatted(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[Run]]:
    parts = st.one_of(words.map(Text), CODE, LINKS, st.just(LineBreak()))
    return st.lists(st.tuples(parts, STYLES), min_size=1, max_size=6)


def meant(inlines: Sequence[Inline], styles: frozenset[str] = frozenset()) -> Shown:
    """The characters of a tree with their formatting, as it should come out."""
    found: Shown = []
    for part in inlines:
        match part:
            case Text(text):
                found += visible(text, styles)
            case Code(text):
                found += visible(text, styles | {"code"})
            case Link(label, url):
                found += visible(label, styles | {url})
            case Emoji(name, _):
                found += visible(name, styles)
            case LineBreak():
                pass
            case _:
                name = {"Strong": "bold", "Emphasis": "italic", "Strike": "strike"}[type(part).__name__]
                found += meant(part.children, styles | {name})
    return found


def visible(text: str, styles: frozenset[str]) -> Shown:
    return [(one, styles) for one in text if not one.isspace()]


def in_tokens(tokens: Iterable[Token]) -> Shown:
    found: Shown = []
    styles: list[str] = []
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if token.type == "code_inline":
            found += visible(token.content, frozenset({*styles, "code"}))
        elif token.type == "link_open":
            styles.append(str(token.attrs["href"]))
        elif end == "open":
            styles.append(TAGS[name])
        elif end == "close":
            styles.pop()
        elif token.type == "text":
            found += visible(token.content, frozenset(styles))
        else:
            assert token.type in ("softbreak", "hardbreak") or token.content == "<br>", token
    return found


def in_markdown(source: str) -> Shown:
    return [
        one
        for token in PARSER.parse(source)
        if token.type == "inline"
        for one in in_tokens(token.children or [])
    ]


def of_cell(inlines: tuple[Inline, ...]) -> Shown:
    cell = markdown.cell((Paragraph(inlines),))
    tokens = PARSER.parse(f"| a | b |\n| - | - |\n| {cell} | x |")
    assert [token.type for token in tokens].count("td_open") == 2
    cells = [token for token in tokens if token.type == "inline"]
    assert cells[3].content == "x"
    return in_tokens(cells[2].children or [])


def of_bullet(inlines: tuple[Inline, ...]) -> Shown:
    source = markdown_blocks.short_bullet(Remark((Paragraph(inlines),)))
    assert [token.type for token in PARSER.parse(source)].count("list_item_open") == 1
    return in_markdown(source)


def of_paragraph(inlines: tuple[Inline, ...]) -> Shown:
    return in_markdown(markdown_blocks.paragraph(inlines))


class Page(HTMLParser):
    """The formatted characters of a page's only section, without its heading."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Shown = []
        self.around: list[str] = []
        self._is_within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "meta", "input"):
            self.around.append(str(dict(attrs)["href"]) if tag == "a" else tag)

    def handle_endtag(self, tag: str) -> None:
        self.around.pop()
        if tag in ("h2", "section"):
            self._is_within = tag == "h2"

    def handle_data(self, data: str) -> None:
        styles = {TAGS.get(name, name) for name in self.around}
        known = styles & {"bold", "italic", "strike", "code", "blockquote"}
        if self._is_within:
            self.found += visible(data, frozenset(known | {one for one in styles if "://" in one}))


def document(*blocks: Block) -> Document:
    return Document("t", (), (Section("s", blocks, "s"),), ZoneInfo("UTC"))


def of_page(inlines: tuple[Inline, ...]) -> Shown:
    page = Page()
    page.feed(html.render(document(Paragraph(inlines))))
    return page.found


def of_json(inlines: tuple[Inline, ...]) -> Shown:
    content = json.loads(json_document.render(document(Paragraph(inlines))))
    return in_json(content["sections"][0]["blocks"][0]["inlines"], frozenset())


def in_json(parts: list[dict[str, Any]], styles: frozenset[str]) -> Shown:
    found: Shown = []
    for part in parts:
        match part["type"]:
            case "text":
                found += visible(part["text"], styles)
            case "code":
                found += visible(part["text"], styles | {"code"})
            case "link":
                found += visible(part["label"], styles | {part["url"]})
            case "strong" | "emphasis" | "strike" as name:
                names = {"strong": "bold", "emphasis": "italic"}
                found += in_json(part["children"], styles | {names.get(name, name)})
    return found


def of_message(inlines: tuple[Inline, ...]) -> Shown:
    return slack_display.shown(slack_text.write((Paragraph(inlines),)))


def of_thread(inlines: tuple[Inline, ...]) -> Shown:
    text = thread_texts(document(Bullets((Remark((Paragraph((Text("x "), *inlines)),)),))))[1]
    return slack_display.shown(text.removeprefix("*s*\n• x"))


EVERYWHERE = [of_cell, of_bullet, of_paragraph, of_page, of_json, of_message, of_thread]


@pytest.mark.parametrize("rendered", EVERYWHERE)
@EXAMPLES
@given(formatted(WORDS))
def test_words_keep_their_formatting(
    rendered: Callable[[tuple[Inline, ...]], Shown], runs: list[Run]
) -> None:
    inlines = apart(runs)
    assert rendered(inlines) == meant(inlines)


@pytest.mark.parametrize("rendered", EVERYWHERE)
@EXAMPLES
@given(formatted(TYPED))
def test_whatever_was_typed_gets_no_formatting_that_it_had_not(
    rendered: Callable[[tuple[Inline, ...]], Shown], runs: list[Run]
) -> None:
    for inlines in (apart(runs), nested(runs)):
        found, expected = rendered(inlines), meant(inlines)
        if rendered not in (of_page, of_json):  # code that cannot be code keeps its backticks
            found, expected = without_backticks(found), without_backticks(expected)
        assert "".join(one for one, _ in found) == "".join(one for one, _ in expected)
        for (_, shown), (_, styles) in zip(found, expected, strict=True):
            # Slack knows no way to show two backticks in a line otherwise than as code
            allowed = {"code"} if rendered in (of_message, of_thread) else frozenset[str]()
            assert shown - allowed <= styles


@EXAMPLES
@given(formatted(TYPED))
def test_a_tree_of_styles_is_the_same_for_what_looks_the_same(runs: list[Run]) -> None:
    inlines = nested(runs)
    assert nested(flat(inlines)) == inlines
    assert meant(inlines) == [one for part, styles in runs for one in meant((part,), names_of(styles))]


def without_backticks(characters: Shown) -> Shown:
    return [(one, styles) for one, styles in characters if one != "`"]


def names_of(styles: int) -> frozenset[str]:
    names = {BOLD: "bold", ITALIC: "italic", STRIKE: "strike"}
    return frozenset(name for style, name in names.items() if styles & style)


QUOTED = Quotation((Text("it was "), Strong((Text("dark"),)), LineBreak(), LineBreak(), Text("- very")))
LISTED = Listing(
    (
        ListItem((Text("roll "), Emphasis((Text("back"),))), 0, 1),
        ListItem((Text("eu"),), 1),
        ListItem((Text("# us"), LineBreak(), Text("later")), 1),
        ListItem((Text("tell"),), 0, 2),
    )
)


def test_quotes_and_lists_are_blocks_of_markdown() -> None:
    assert markdown_blocks.prose((QUOTED, LISTED)) == [
        "> it was **dark**\n>\n> \\- very",
        "- 1\\. roll _back_\n  - eu\n  - \\# us  \n    later\n- 2\\. tell",
    ]
    items = tuple(item for item in LISTED.items if not item.indent)
    plain = (*items, ListItem((Text("done"),)))
    assert markdown_blocks.prose((Listing(plain),)) == ["1. roll _back_\n2. tell", "- done"]


def test_in_a_cell_and_in_an_item_they_are_lines() -> None:
    assert markdown.cell((QUOTED,)) == "\\> it was **dark**<br>\\><br>\\> - very"
    listed = "1. roll _back_<br>\u2003▪ eu<br>\u2003▪ # us<br>\u2003\u2003later<br>2. tell"
    assert markdown.cell((LISTED,)) == listed
    assert markdown_blocks.short_bullet(Remark((QUOTED,))) == (
        "- \\> it was **dark**  \n  \\>  \n  \\> - very"
    )


def test_in_a_canvas_each_item_of_a_list_is_one_that_is_merged() -> None:
    said = Remark(
        (
            Paragraph((Text("Next:"),)),
            Listing((ListItem((Text("a"),)), ListItem((Text("b"),)))),
        )
    )
    (_, section) = canvas.render_sections(document(said))
    assert [item.kind for item in section.items] == [Kind.BLOCK, Kind.BULLET, Kind.BULLET]
    assert section.markdown == "## s\n\nNext:\n\n- a\n- b"


def test_a_page_has_quotes_and_lists_of_its_own() -> None:
    page = str(html.render(document(Remark((QUOTED, LISTED)))))
    assert "<blockquote><p>it was <strong>dark</strong><br><br>- very</p></blockquote>" in page
    within = "<ul><li>eu</li><li># us<br>later</li></ul>"
    assert f'<ol start="1"><li>roll <em>back</em>{within}</li><li>tell</li></ol>' in page


def test_a_message_has_quotes_and_lists_as_slack_shows_them() -> None:
    assert slack_text.write((QUOTED,)) == "&gt; it was *dark*\n&gt; \n&gt; - very"
    assert thread_texts(document(Bullets((Remark((QUOTED, LISTED)),))))[1] == (
        "*s*\n• \n&gt; it was *dark*\n&gt; \n&gt; - very\n"
        "1. roll _back_\n\u2003▪ eu\n\u2003▪ # us\n\u2003\u2003later\n2. tell"
    )


def test_emoji_are_names_in_slack_and_characters_elsewhere() -> None:
    said = document(Remark((Paragraph((Text("on "), Emoji(":fire:", "🔥"), Text(" :party_parrot:"))),)))
    assert "on :fire: :party_parrot:" in canvas.render(said)
    assert "on :fire: :party_parrot:" in thread_texts(said)[1]
    assert "on 🔥 :party_parrot:" in markdown_file.render(said)
    assert "<p>on 🔥 :party_parrot:</p>" in html.render(said)
    assert json.loads(json_document.render(said))["sections"][0]["blocks"][0]["words"][0]["inlines"][1] == {
        "type": "emoji",
        "name": ":fire:",
        "character": "🔥",
    }
