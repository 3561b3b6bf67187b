"""Slack's own text: whom it notifies, and how Slack's client writes what a person typed.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sandbox.json_types import JsonObject

_MENTION = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|!(?P<all>channel|here|everyone|group)|!subteam\^(?P<team>S[A-Z0-9]+))"
    r"(?:\|[^<>]*)?>"
)
_LOUD_NAME = re.compile(r"(?<![\w<@!])@(?P<name>[\w.-]+)")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_URL = re.compile(r"https?://[^\s<>|`]+")
_TYPED = re.compile(r"(?<![\w&/])(?P<sign>[@#])(?P<name>[\w][\w.-]*)")
_LOUD = ("channel", "here", "everyone")


def pings(
    text: str,
    blocks: Iterable[JsonObject] | None = None,
    attachments: Iterable[JsonObject] | None = None,
    *,
    names: Mapping[str, str] | None = None,
) -> frozenset[str]:
    """Whom a message notifies: ids of people and groups, and `channel`, `here`, `everyone`.

    With `link_names` or `parse=full`, `names` maps people's names to ids, and a bare @name counts.
    """
    found: set[str] = set()
    for part in [text, *_loud_texts(blocks), *_loud_texts(attachments)]:
        for match in _MENTION.finditer(part):
            found.add(match["user"] or match["all"] or match["team"])
        if names is not None:
            for match in _LOUD_NAME.finditer(part):
                name = match["name"]
                if name in _LOUD:
                    found.add(name)
                elif name in names:
                    found.add(names[name])
    return frozenset(found | set(_rich_mentions(blocks)))


def _loud_texts(value: object) -> Iterator[str]:
    """Every text in which Slack reads mentions; plain_text never notifies."""
    if isinstance(value, Mapping):
        if value.get("type") == "plain_text":
            return
        for key, inner in value.items():
            if key in ("text", "pretext", "value") and isinstance(inner, str):
                yield inner
            else:
                yield from _loud_texts(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _loud_texts(inner)


def _rich_mentions(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        kind = value.get("type")
        for name, key in (("user", "user_id"), ("broadcast", "range"), ("usergroup", "usergroup_id")):
            if kind == name and isinstance(value.get(key), str):
                yield value[key]
        for inner in value.values():
            yield from _rich_mentions(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _rich_mentions(inner)


def escape(text: str) -> str:
    """Write the three characters that mean something to Slack as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What a person reads where `escape` was used."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_typed(
    text: str, people: Mapping[str, str], channels: Mapping[str, str], *, with_labels: bool = False
) -> str:
    """What Slack's client sends for what a person typed.

    Entities for `& < >`, `<@U…>` for @name, `<#C…|name>` for #channel, `<!here>` for @here, `<…>`
    around addresses; code is only escaped. `people` and `channels` map names to ids. A slash command
    with `should_escape` also gets the person's name (`with_labels`).
    """
    parts = _CODE.split(text)
    return "".join(
        escape(part) if index % 2 else _typed_prose(part, people, channels, with_labels)
        for index, part in enumerate(parts)
    )


def _typed_prose(text: str, people: Mapping[str, str], channels: Mapping[str, str], with_labels: bool) -> str:
    written: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:!?)'\"")
        written.append(_typed_names(text[end : match.start()], people, channels, with_labels))
        written.append(f"<{escape(address)}>")
        end = match.start() + len(address)
    written.append(_typed_names(text[end:], people, channels, with_labels))
    return "".join(written)


def _typed_names(text: str, people: Mapping[str, str], channels: Mapping[str, str], with_labels: bool) -> str:
    def mention(match: re.Match[str]) -> str:
        for name in _shorter(match["name"]):
            rest = match["name"][len(name) :]
            known = name.lower()
            if match["sign"] == "#" and known in channels:
                return f"<#{channels[known]}|{known}>{rest}"
            if match["sign"] == "@" and known in people:
                label = f"|{known}" if with_labels else ""
                return f"<@{people[known]}{label}>{rest}"
            if match["sign"] == "@" and known in _LOUD:
                return f"<!{known}>{rest}"
        return match[0]

    return _TYPED.sub(mention, escape(text))


def _shorter(name: str) -> Iterator[str]:
    """The name, and then the name without a full stop or hyphen at its end."""
    yield name
    trimmed = name.rstrip(".-")
    if trimmed != name:
        yield trimmed
