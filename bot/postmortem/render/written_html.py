"""What people wrote, as HTML: pictures become links, since the page must not fetch anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from bot.postmortem.render import written

SCHEMES = frozenset({"http", "https", "mailto"})
_BOX = re.compile(r"^\[([ xX])\](?=[ \t])")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def render(text: str) -> Markup:
    """As HTML of headings of the third level, paragraphs, lists, quotes, tables, code and links."""
    return Markup(_PARSER.render(visible(written.for_file(text))))  # noqa: S704 - the parser escapes


def visible(text: str) -> str:
    """Without control characters, which HTML cannot hold (html.spec.whatwg.org, preprocessing the input)."""
    return _INVISIBLE.sub("", text)


def is_safe(url: str) -> bool:
    """Whether an address leads to a page or to mail, so that a click on it runs nothing."""
    try:
        return urlsplit(url.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


def _tidy(state: StateCore) -> None:
    for number, token in enumerate(state.tokens):
        if token.type != "inline" or not token.children:
            continue
        if number > 1 and state.tokens[number - 2].type == "list_item_open":
            first = token.children[0]
            first.content = _BOX.sub(lambda box: "☐" if box[1] == " " else "☑", first.content)
        token.children = _as_links(token.children)


def _as_links(children: Sequence[Token]) -> list[Token]:
    """Pictures as links, and the titles of links and pictures as text, so that they are printed as well."""
    found: list[Token] = []
    titles: list[str] = []
    for child in children:
        if child.type == "image":
            source, title = str(child.attrs["src"]), str(child.attrs.get("title", ""))
            link = Token("link_open", "a", 1, attrs={"href": source, "rel": "noreferrer noopener"})
            found += [link, *(child.children or (_text(source),)), Token("link_close", "a", -1)]
            found += [_text(f" ({title})")] if title else []
            continue
        if child.type == "link_open":
            titles.append(str(child.attrs.pop("title", "")))
            child.attrSet("rel", "noreferrer noopener")
        found.append(child)
        if child.type == "link_close" and (title := titles.pop()):
            found.append(_text(f" ({title})"))
    return found


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], number: int, options: OptionsDict, env: EnvType
) -> Markup:
    token = tokens[number]
    info = token.info.strip()
    language = Markup('<p class="language">{}</p>').format(info) if info else ""
    return Markup("{}<pre><code>{}</code></pre>\n").format(language, token.content)


def _only_breaks(
    renderer: RendererHTML, tokens: Sequence[Token], number: int, options: OptionsDict, env: EnvType
) -> Markup:
    source = tokens[number].content
    return Markup("<br>") if source.startswith("<br") else escape(source)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("reference")
    parser.core.ruler.push("tidy", _tidy)
    rules: dict[str, Callable[..., Markup]] = {
        "fence": _fence,
        "html_inline": _only_breaks,
        "html_block": _only_breaks,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    parser.validateLink = is_safe  # type: ignore[method-assign]  # the library means it to be replaced so
    return parser


_PARSER = _parser()
