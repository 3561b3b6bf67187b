"""Markdown as a canvas gives it back, as lines of inert Slack text: bold stays bold, and nothing pings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text import mrkdwn, slack_text
from bot.text.mrkdwn import Names
from bot.text.prose import Code, Emphasis, Inline, LineBreak, Link, Strike, Strong, Styled, Text

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_STYLES: Mapping[str, type[Styled]] = {"strong_open": Strong, "em_open": Emphasis, "s_open": Strike}
_MOST_NESTED = 8


def lines(markdown: str, names: Names) -> list[str]:
    """One line for each paragraph, item and row; `names` are of the people whom it mentions."""
    found: list[str] = []
    depth, bullet = 0, ""
    for token in _PARSER.parse(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            bullet = f"{'    ' * min(depth - 1, _MOST_NESTED)}• "
        elif token.type == "inline":
            text = slack_text.written(_inlines(iter(token.children or ()), names))
            if text.strip():
                found.append(f"{bullet}{text}")
            bullet = ""
        elif token.type in ("fence", "code_block") and token.content.strip():
            found.append(slack_text.fenced(token.content.rstrip("\n")))
    return found


def mentioned(markdown: str) -> set[str]:
    """The ids of the people whom a canvas mentions (docs.slack.dev/surfaces/canvases, Markdown)."""
    return {
        source[1:]
        for token in _PARSER.parse(markdown)
        for child in token.children or ()
        if (source := _mention(child))[:2] in ("@U", "@W")
    }


def _inlines(tokens: Iterator[Token], names: Names, closing: str = "") -> Sequence[Inline]:
    found: list[Inline] = []
    for token in tokens:
        if token.type == closing:
            break
        match token.type:
            case "text" | "html_inline":
                found.append(Text(token.content))
            case "code_inline":
                found.append(Code(token.content))
            case "softbreak" | "hardbreak":
                found.append(LineBreak())
            case "image":
                found += _image(token, names)
            case "link_open":
                label = "".join(one.content for one in _until(tokens, "link_close"))
                found += mrkdwn.link(str(token.attrGet("href") or ""), label)
            case "strong_open" | "em_open" | "s_open":
                children = tuple(_inlines(tokens, names, token.type.replace("_open", "_close")))
                found += [_STYLES[token.type](children)] if children else []
            case _:
                continue
    return found


def _until(tokens: Iterator[Token], closing: str) -> Iterator[Token]:
    for token in tokens:
        if token.type == closing:
            return
        yield token


def _image(token: Token, names: Names) -> Iterator[Inline]:
    source = _mention(token)
    if source[:1] == "@":
        yield Text(f"@{names.person(source[1:]) or source[1:]}")
    elif source[:1] == "#":
        yield Text("a channel")
    elif source.startswith(("http://", "https://")):
        yield Link(token.content or "picture", source)
    else:
        yield Text(token.content)


def _mention(token: Token) -> str:
    return str(token.attrGet("src") or "") if token.type == "image" else ""
