"""What a reader sees of a rendering, and whether it is made of nothing but what Scribe puts into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.postmortem.document import (
    Block,
    Bullets,
    Chart,
    Checklist,
    Document,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    TimelineTable,
    Written,
)
from bot.postmortem.render import thread
from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Prose,
    Strike,
    Strong,
    Text,
)

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_MARKUP = {"amp", "nbsp", "lt", "br", "x"}
"""What is no word in Markdown: names of entities, a line break, a ticked box."""


def squeezed(text: str) -> str:
    """Letters and digits alone: what no renderer may lose, whatever it does with the rest."""
    return alphanumeric(unquote(text))


def alphanumeric(text: str) -> str:
    """Letters and digits as they stand, those of percent-encoding as well."""
    return "".join(filter(str.isalnum, text))


def atoms(document: Document) -> Iterator[str]:
    """Every text of a draft, as far as a reader of any rendering has to find it."""
    yield document.title
    for block in document.opening:
        yield from _block(block)
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph() | CodeBlock():
            yield from _prose((block,))
        case Remark():
            yield from _remark(block)
        case Bullets(items):
            for item in items:
                yield from _remark(item)
        case FactList(facts):
            yield from _facts(facts)
        case TimelineTable(rows):
            for row in rows:
                yield row.label
                yield from _prose(row.text)
                yield from _evidence(Evidence(row.author, row.permalink, files=row.files))
        case Checklist(items):
            for check in items:
                yield from _remark(check.remark)
                yield from _facts(check.details)
        case Chart():
            yield block.alt
        case Written(text):
            yield from (word for word in re.findall(r"[^\W\d_]+", text) if word not in _MARKUP)


def _facts(facts: Sequence[Fact]) -> Iterator[str]:
    for fact in facts:
        yield from (fact.label, fact.value)
        if fact.evidence and fact.evidence.permalink:
            yield fact.evidence.permalink


def _remark(remark: Remark) -> Iterator[str]:
    yield remark.label
    yield from _prose(remark.words)
    if remark.evidence:
        yield from _evidence(remark.evidence)


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield evidence.author
    yield evidence.permalink or ""
    yield from _files(evidence.files)


def _files(files: Sequence[FileRef]) -> Iterator[str]:
    for file in files:
        yield from (file.name, file.url or "")


def _prose(words: Sequence[Prose]) -> Iterator[str]:
    for block in words:
        if isinstance(block, CodeBlock):
            yield from block.text.splitlines()
        else:
            held = block.items if isinstance(block, Listing) else (block,)
            for inline in (part for one in held for part in one.inlines):
                yield from _inline(inline)


def _inline(inline: Inline) -> Iterator[str]:
    match inline:
        case Text(text) | Code(text):
            yield from text.splitlines()
        case Link(label, url):
            yield from (label, url)
        case Strong(children) | Emphasis(children) | Strike(children):
            for child in children:
                yield from _inline(child)
        case LineBreak() | Emoji():
            pass


def in_markdown(source: str) -> str:
    """All text that Markdown shows, and the addresses it leads to."""
    return " ".join(_of_tokens(MARKDOWN.parse(source)))


def _of_tokens(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        yield "".join(_of_inline(token.children)) if token.children else f"{token.info} {token.content}"
        yield from (
            str(child.attrGet(name) or "") for child in token.children or () for name in ("href", "src")
        )


def _of_inline(children: Sequence[Token]) -> Iterator[str]:
    for child in children:
        yield f" {child.attrGet('title') or ''} "
        yield "".join(_of_inline(child.children)) if child.children else child.content


def thread_texts(document: Document) -> list[str]:
    """A draft in a thread, as the texts of its messages."""
    return [part.text for part in thread.render(document)]


def in_thread(messages: Sequence[str]) -> str:
    """All text of a thread, and the addresses it leads to."""
    entities = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
    text = re.sub("&(?:amp|lt|gt);", lambda found: entities[found[0]], " ".join(messages))
    return text.replace("\u200b", "")


OURS = frozenset(
    {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "dl",
        "dt",
        "dd",
        "div",
        "ul",
        "ol",
        "li",
        "pre",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "time",
        "a",
        "strong",
        "em",
        "s",
        "blockquote",
        "hr",
        "br",
        "input",
        "figure",
        "figcaption",
        "span",
    }
)
PICTURE = frozenset(
    {
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "polygon",
        "polyline",
        "g",
        "use",
        "rect",
        "text",
        "tspan",
        "path",
        "circle",
        "line",
    }
)
ATTRIBUTES = frozenset(
    {
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "scope",
        "colspan",
        "data-label",
        "datetime",
        "href",
        "rel",
        "type",
        "disabled",
        "checked",
        "style",
        "start",
    }
)
VOID = frozenset({"meta", "br", "hr", "input"})
SCHEMES = ("http", "https", "mailto")


class Page(HTMLParser):
    """A page read strictly: each element is one of Scribe's and ends where it should."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}
        self.parts: list[str] = []
        self.ids: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        is_drawn = tag == "svg" or "svg" in self.open
        assert tag in (PICTURE if is_drawn else OURS), tag
        for name, value in attrs:
            assert not name.startswith("on")
            assert is_drawn or name in ATTRIBUTES, name
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and not is_drawn:
                assert urlsplit(value or "").scheme in SCHEMES
                self.parts.append(value or "")
            elif name == "href":
                assert (value or "").startswith("#")
            elif name == "style":
                assert "url" not in (value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            assert "url(" not in data
            assert "@import" not in data
        if not {"svg", "style"} & set(self.open):
            self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment hides what it holds")

    @property
    def text(self) -> str:
        """All text the page shows, and the addresses it leads to."""
        return " ".join(self.parts)
