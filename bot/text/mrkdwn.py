"""Reading Slack's message text, and writing it so that it notifies nobody and no link misleads.

What Slack encodes for certain is interpreted: `&amp; &lt; &gt;`, mentions and links in angle brackets, and
code between closed backticks (docs.slack.dev/messaging/formatting-message-text); and emphasis, as far as it
cannot be meant otherwise (`bot.text.emphasis`). Where the rich text of a message is known, that is read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Protocol
from urllib.parse import urlsplit

from bot.text import emoji, emphasis, slack_text
from bot.text.direction import unsteered
from bot.text.prose import (
    Code,
    CodeBlock,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Prose,
    Quotation,
    Text,
    plain_text,
)
from bot.text.slack_text import escape
from bot.text.styles import PLAIN, Run, nested

__all__ = ["KnownNames", "Names", "escape", "inert", "inert_line", "plain", "read"]

PRIVATE_CHANNEL = "(a private channel)"
_FENCE = re.compile(r"```(?:\n)?(?!`)(?=\s*[^\s`])(.+?)\n?```(?!`)", re.DOTALL)
_HOLE = "\ufffc"
"""Stands for a link, code or a mention while styles are looked for (the object replacement character)."""
_QUOTE = "&gt; "
"""What begins a line that Slack shows as a quote; without the space it may be a sign, as in `&gt;100`."""
_TOKEN = re.compile(rf"<(?P<entity>[^<>\n]+)>|(?<!`)`(?P<code>[^`\n]+)`(?!`)|{_HOLE}")
_MEANS_MORE = re.compile(rf"[<&`*_~:{_HOLE}]")
"""What a line holds that may be more than the words that stand there; most lines hold nothing of it."""
_PIECE = re.compile(rf"([{_HOLE}\n])")
_ENTITY = re.compile(r"<([^<>\n]+)>")
_ESCAPED = re.compile(r"&(amp|lt|gt);")
_UNESCAPED = {"amp": "&", "lt": "<", "gt": ">"}
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PARAGRAPH_END = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LINKED = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
_NOT_IN_HOST = re.compile(r"[^\w.-]+")


class Names(Protocol):
    """Who and what Slack's ids stand for; None when it is not known."""

    def person(self, user_id: str) -> str | None:
        """The display name, without the @."""

    def channel(self, channel_id: str) -> str | None:
        """The channel's name, without the #."""

    def hides_channel(self, channel_id: str) -> bool:
        """Whether the channel is private, so that its name must not be shown."""

    @property
    def trusts_labels(self) -> bool:
        """Whether an unknown channel is shown by the label that the text gives it."""

    def group(self, group_id: str) -> str | None:
        """The user group's handle, without the @."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names from mappings of id to name."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    bots: frozenset[str] = frozenset()
    private_channels: frozenset[str] = frozenset()
    trusts_labels: bool = True
    """Whether an unknown channel is shown by the label that the text gives it."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """The IANA zone of each person of whom it is known."""

    def is_person(self, user_id: str) -> bool:
        """Whether this is known to be a human being."""
        return user_id in self.people and user_id not in self.bots

    def person(self, user_id: str) -> str | None:
        return self.people.get(user_id)

    def channel(self, channel_id: str) -> str | None:
        return self.channels.get(channel_id)

    def hides_channel(self, channel_id: str) -> bool:
        return channel_id in self.private_channels

    def group(self, group_id: str) -> str | None:
        return self.groups.get(group_id)


def read(text: str, names: Names) -> tuple[Prose, ...]:
    """Slack text as words: paragraphs, quotes and code blocks. Nothing that can be seen is lost.

    Text without any visible character gives no words at all.
    """
    if text.isprintable() and not _MEANS_MORE.search(text):
        return (Paragraph((Text(text),)),) if text.strip() else ()
    text = with_plain_line_ends(unsteered(text))
    words: list[Prose] = []
    end = 0
    for fence in _FENCE.finditer(text):
        words.extend(_paragraphs(text[end : fence.start()], names))
        words.append(CodeBlock(_resolved(fence[1], names)))
        end = fence.end()
    words.extend(_paragraphs(text[end:], names))
    return tuple(words)


def with_plain_line_ends(text: str) -> str:
    """The text with a line feed for every character that ends a line."""
    return _LINE_END.sub("\n", text)


def plain(text: str, names: Names) -> str:
    """Slack text on one line, without any markup: for canvas titles, logs and plain_text objects."""
    return plain_text(read(text, names))


def inert(text: str, names: Names) -> str:
    """Slack text that can be posted again: it notifies nobody, and no link pretends to be another.

    Mentions become names, special mentions plain words; links keep working, with their address visible
    where their label looks like a different one.
    """
    return slack_text.write(read(text, names))


def inert_line(text: str, names: Names) -> str:
    """Like `inert`, on one line: for titles and the lines of a listing."""
    return " ".join(slack_text.write_line(read(text, names)).split())


def _paragraphs(text: str, names: Names) -> Iterable[Paragraph | Quotation]:
    for part in _PARAGRAPH_END.split(text.strip("\n")):
        if not part.strip():
            continue
        for is_quoted, lines in (
            groupby(part.split("\n"), _is_quoted) if _QUOTE in part else [(False, [part])]
        ):
            shown = "\n".join(line.removeprefix(_QUOTE) if is_quoted else line for line in lines)
            if is_quoted:
                yield Quotation(nested(_runs(shown, names)))
            elif shown.strip():  # blanks beside a quotation are no paragraph
                yield Paragraph(nested(_runs(shown, names)))


def _is_quoted(line: str) -> bool:
    return line.startswith(_QUOTE) and bool(line.removeprefix(_QUOTE).strip())


def _runs(text: str, names: Names) -> Iterable[Run]:
    """The parts of a paragraph with their styles; a mark within code, a link or a mention is none."""
    shown: list[str] = []
    held: list[list[Text | Code | Link]] = []
    end = 0
    for token in _TOKEN.finditer(text):
        shown += [_unescaped(text[end : token.start()]), _HOLE]
        if token["code"] is not None:
            held.append([Code(_resolved(token["code"], names))])
        elif token["entity"] is not None:
            held.append(list(entity(token["entity"], names)))
        else:
            held.append([Text(_HOLE)])
        end = token.end()
    shown.append(_unescaped(text[end:]))
    return _styled("".join(shown), iter(held), PLAIN)


def _styled(text: str, held: Iterator[list[Text | Code | Link]], styles: int) -> Iterator[Run]:
    """A text in which each hole stands for the next of `held`, with these styles and those that it has."""
    end = 0
    for found in emphasis.stretches(text):
        yield from _lines(text[end : found.start()], held, styles)
        style = emphasis.STYLES[found[0][0]]
        yield from _styled(found[0][1:-1], held, styles | style)
        end = found.end()
    yield from _lines(text[end:], held, styles)


def _lines(text: str, held: Iterator[list[Text | Code | Link]], styles: int) -> Iterator[Run]:
    for part in _PIECE.split(text):
        if part == _HOLE:
            yield from ((one, styles) for one in next(held))
        elif part == "\n":
            yield LineBreak(), styles
        elif part:
            yield from ((one, styles) for one in emoji.parts(part))


def entity(sent: str, names: Names) -> Iterable[Text | Link]:
    """What stands between `<` and `>`, as words; what is no entity of Slack's stays as it was typed."""
    target, _, label = sent.partition("|")
    target, label = _unescaped(target), _unescaped(label).strip()
    if target.startswith("@") and len(target) > 1:
        name = names.person(target[1:]) or label.removeprefix("@") or target[1:]
        yield Text(f"@{name}")
    elif target.startswith("#") and len(target) > 1:
        yield Text(_channel(target[1:], label, names))
    elif target.startswith("!") and len(target) > 1:
        yield Text(_special(target[1:], label, names))
    elif _ADDRESS.fullmatch(target):
        yield from link(target, label)
    else:
        yield Text(_unescaped(f"<{sent}>"))


def _channel(channel_id: str, label: str, names: Names) -> str:
    """The channel's name; the label is what the author saw, so it may be a name that readers must not see."""
    if names.hides_channel(channel_id):
        return PRIVATE_CHANNEL
    label = label.removeprefix("#") if names.trusts_labels else ""
    return f"#{names.channel(channel_id) or label or channel_id}"


def _special(command: str, label: str, names: Names) -> str:
    name, *arguments = command.split("^")
    if name in ("here", "channel", "everyone"):
        return f"@{name}"
    if name == "subteam" and arguments:
        group = names.group(arguments[0]) or label.removeprefix("@") or arguments[0]
        return f"@{group}"
    if label:
        return label
    if name == "date" and arguments and arguments[0].isascii() and arguments[0].isdigit():
        return _date_in_words(int(arguments[0])) or f"<!{command}>"
    return f"<!{command}>"


def _date_in_words(seconds: int) -> str | None:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return None


def link(url: str, label: str) -> Iterable[Text | Link]:
    """A link, with its address visible where the label reads as another one."""
    if not _LINKED.fullmatch(url):
        # other schemes may run something when they are clicked, so they are only shown
        yield Text(f"{label} ({url})" if label and label != url else url)
    elif not label or label == url:
        yield Link(url, url)
    elif _pretends(label, url):
        yield Text(f"{label} (")
        yield Link(url, url)
        yield Text(")")
    else:
        yield Link(label, url)


def _pretends(label: str, url: str) -> bool:
    """Whether the label reads as an address other than the one the link leads to."""
    shown = unicodedata.normalize("NFKC", label).casefold()
    if "." not in shown and "://" not in shown:
        return False
    if "://" in shown:
        return shown.rstrip("/") != url.casefold().rstrip("/")
    try:
        host = urlsplit(url).hostname or urlsplit(url).path.rpartition("@")[2]
    except ValueError:
        return True
    real = host.casefold().removeprefix("www.")
    named = (token.strip(".-").removeprefix("www.") for token in _NOT_IN_HOST.split(shown))
    return any(_looks_like_host(token) and token != real for token in named)


def _looks_like_host(token: str) -> bool:
    name, _, last = token.rpartition(".")
    return bool(name) and len(last) > 1 and last.isalpha()


def _resolved(text: str, names: Names) -> str:
    """Text in code: Slack makes links of addresses there too, so each becomes what was typed again."""
    parts: list[str] = []
    end = 0
    for found in _ENTITY.finditer(text):
        parts.append(_unescaped(text[end : found.start()]))
        parts += (_typed(inline) for inline in entity(found[1], names))
        end = found.end()
    return "".join([*parts, _unescaped(text[end:])])


def _typed(inline: Inline) -> str:
    match inline:
        case Link(label, url):
            is_whole = label in (url, url.partition("://")[2], url.removeprefix("mailto:"))
            return label if is_whole else f"{label} ({url})"
        case Text(text) | Code(text):
            return text
        case _:
            return ""


def _unescaped(text: str) -> str:
    # one pass, so that what was typed as `&lt;` (sent as `&amp;lt;`) stays what was typed
    return _ESCAPED.sub(lambda match: _UNESCAPED[match[1]], text) if "&" in text else text
