"""A channel as plain text."""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from sandbox import mrkdwn
from sandbox.clock import moment_of
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Message
from sandbox.workspace import Workspace

_ENTITY = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_THREAD = "    "


def transcript(workspace: Workspace, channel_id: str, *, zone: str = "UTC") -> str:
    """The channel from its first message to its last; times in the IANA zone, below a line for each day.

    Replies are indented below their root. Reactions, edits and deletions are noted, and at the end
    stand the titles of the channel's canvases.
    """
    channel = workspace.channel(channel_id)
    writer = _Writer(workspace, channel, ZoneInfo(zone), zone)
    return "\n".join([*writer.head(), *writer.body(), *writer.foot()]) + "\n"


class _Writer:
    def __init__(self, workspace: Workspace, channel: Channel, zone: tzinfo, zone_name: str) -> None:
        self._workspace = workspace
        self._channel = channel
        self._zone = zone
        self._zone_name = zone_name

    def head(self) -> list[str]:
        lines = [f"#{self._channel.name} (times in {self._zone_name})"]
        if self._channel.topic:
            lines.append(f"Topic: {self._channel.topic}")
        return lines

    def body(self) -> list[str]:
        # A deleted root with replies stays as a tombstone; its last text is in `deleted`.
        everything = {message.ts: message for message in self._workspace.messages(self._channel.id)}
        everything |= self._channel.deleted
        ordered = sorted(everything.values(), key=lambda message: moment_of(message.ts))
        lines: list[str] = []
        day = ""
        for message in ordered:
            if message.is_reply and message.thread_ts in everything:
                continue
            said_on = self._moment(message).strftime("%A, %d %B %Y")
            if said_on != day:
                lines += ["", said_on, ""]
                day = said_on
            lines += self._message(message, "")
            for reply in ordered:
                if reply.is_reply and reply.thread_ts == message.ts:
                    lines += self._message(reply, _THREAD)
        return lines

    def foot(self) -> list[str]:
        titles = [self._workspace.canvases[canvas].title for canvas in self._channel.canvas_ids]
        return ["", *(f"Canvas: {title}" for title in titles)] if titles else []

    def _moment(self, message: Message) -> datetime:
        return moment_of(message.ts).astimezone(self._zone)

    def _message(self, message: Message, indent: str) -> list[str]:
        is_deleted = message.ts in self._channel.deleted
        notes = " (edited)" if message.edited and not is_deleted else ""
        if is_deleted:
            notes += " (deleted)"
        # People see an app's blocks; its text is for notifications. An alert may have neither.
        structure = _from_structure(message, self._plain)
        is_shown_as_text = message.text and (message.bot_id is None or not message.blocks)
        text = self._plain(message.text) if is_shown_as_text else structure or self._plain(message.text)
        first, *more = text.split("\n")
        start = f"{indent}{self._moment(message):%H:%M}  "
        rest = " " * len(start)
        lines = [
            f"{start}{self._author(message)}{notes}: {first}",
            *(f"{rest}{line}".rstrip() for line in more),
        ]
        lines += [f"{rest}[file: {file.name}]" for file in message.files]
        if message.reactions:
            shown = (
                f":{name}: {', '.join(self._person(user) for user in users)}"
                for name, users in message.reactions.items()
            )
            lines.append(f"{rest}[{'; '.join(shown)}]")
        return lines

    def _author(self, message: Message) -> str:
        if message.username:
            return message.username
        if message.user_id is not None:
            return self._person(message.user_id)
        return "somebody"

    def _person(self, user_id: str) -> str:
        person = self._workspace.people.get(user_id)
        return person.real_name if person is not None else user_id

    def _plain(self, text: str) -> str:
        return mrkdwn.unescape(_ENTITY.sub(self._entity, text))

    def _entity(self, match: re.Match[str]) -> str:
        target, label = match["target"], match["label"]
        match match["sign"]:
            case "@":
                return f"@{self._person(target)}"
            case "#":
                channel = self._workspace.channels.get(target)
                return f"#{channel.name if channel is not None else label or target}"
            case "!":
                return label or f"@{target}"
            case _:
                return f"{label} ({target})" if label and label != target else target


def _from_structure(message: Message, plain: Callable[[str], str]) -> str:
    """The words in blocks and attachments, for messages that have them nowhere else."""
    found = [plain(text) for part in (message.blocks, message.attachments) for text in _texts(part or [])]
    return "\n".join(found)


def _control(element: JsonObject) -> str:
    """A button or a menu as it is seen: what it carries, asks and offers comes when it is pressed."""
    label = element.get("text") or element.get("placeholder") or {}
    return f"[{label.get('text') or '…'}]"


def _texts(parts: list[JsonObject]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if part.get("type") == "actions":
            found.append(" ".join(_control(element) for element in part.get("elements") or []))
            continue
        if "action_id" in part:
            found.append(_control(part))
            continue
        for key, value in part.items():
            if key in ("text", "pretext", "title", "value") and isinstance(value, str) and value:
                found.append(value)
            elif isinstance(value, dict):
                found += _texts([value])
            elif isinstance(value, list):
                found += _texts([item for item in value if isinstance(item, dict)])
    return found
