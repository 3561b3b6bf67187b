"""Reading Slack's message text, and writing it so that it notifies nobody and no link misleads.

Only what Slack encodes for certain is interpreted: `&amp; &lt; &gt;`, mentions and links in angle brackets,
and code between closed backticks (docs.slack.dev/messaging/formatting-message-text). `*`, `_`, `~` and a
leading `>` stay the characters that were typed: text of a message does not tell emphasis from `snake_case`,
`*.log` or `~34%`, and a record must not lose what was typed to a guess.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from bot.text import slack_text
from bot.text.prose import Code, CodeBlock, Inline, LineBreak, Link, Paragraph, Prose, Text, plain_text
from bot.text.slack_text import escape

__all__ = ["KnownNames", "Names", "escape", "inert", "inert_line", "plain", "read"]

PRIVATE_CHANNEL = "(a private channel)"
_FENCE = re.compile(r"```(?:\n)?(?!`)(?=\s*[^\s`])(.+?)\n?```(?!`)", re.DOTALL)
_TOKEN = re.compile(r"<(?P<entity>[^<>\n]+)>|(?<!`)`(?P<code>[^`\n]+)`(?!`)")
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
    """Slack text as words: paragraphs and code blocks. Nothing that was typed is lost.

    Text without any visible character gives no words at all.
    """
    text = _LINE_END.sub("\n", text)
    words: list[Prose] = []
    end = 0
    for fence in _FENCE.finditer(text):
        words.extend(_paragraphs(text[end : fence.start()], names))
        words.append(CodeBlock(_resolved(fence[1], names)))
        end = fence.end()
    words.extend(_paragraphs(text[end:], names))
    return tuple(words)


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


def _paragraphs(text: str, names: Names) -> Iterable[Paragraph]:
    for part in _PARAGRAPH_END.split(text.strip("\n")):
        if part.strip():
            yield Paragraph(tuple(_merged(_inlines(part, names))))


def _inlines(text: str, names: Names) -> Iterable[Inline]:
    end = 0
    for token in _TOKEN.finditer(text):
        yield from _lines(_unescaped(text[end : token.start()]))
        if token["code"] is not None:
            yield Code(_resolved(token["code"], names))
        else:
            yield from _entity(token["entity"], names)
        end = token.end()
    yield from _lines(_unescaped(text[end:]))


def _lines(text: str) -> Iterable[Inline]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield LineBreak()
        if line:
            yield Text(line)


def _merged(inlines: Iterable[Inline]) -> Iterable[Inline]:
    """Neighbouring texts joined to one, since what must be escaped depends on the characters beside it."""
    waiting = ""
    for inline in inlines:
        if isinstance(inline, Text):
            waiting += inline.text
            continue
        if waiting:
            yield Text(waiting)
            waiting = ""
        yield inline
    if waiting:
        yield Text(waiting)


def _entity(entity: str, names: Names) -> Iterable[Inline]:
    """What stands between `<` and `>`, as words; what is no entity of Slack's stays as it was typed."""
    target, _, label = entity.partition("|")
    target, label = _unescaped(target), _unescaped(label).strip()
    if target.startswith("@") and len(target) > 1:
        name = names.person(target[1:]) or label.removeprefix("@") or target[1:]
        yield Text(f"@{name}")
    elif target.startswith("#") and len(target) > 1:
        yield Text(_channel(target[1:], label, names))
    elif target.startswith("!") and len(target) > 1:
        yield Text(_special(target[1:], label, names))
    elif _ADDRESS.fullmatch(target):
        yield from _link(target, label)
    else:
        yield Text(_unescaped(f"<{entity}>"))


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


def _link(url: str, label: str) -> Iterable[Inline]:
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
    for entity in _ENTITY.finditer(text):
        parts.append(_unescaped(text[end : entity.start()]))
        parts += (_typed(inline) for inline in _entity(entity[1], names))
        end = entity.end()
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
    return _ESCAPED.sub(lambda match: _UNESCAPED[match[1]], text)
