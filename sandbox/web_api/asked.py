"""One Web API call: its arguments, decoded leniently as Slack does, and checked strictly."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from sandbox.clock import ts_order
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Canvas, Channel, Message, Person
from sandbox.state import State

SCOPES: dict[str, dict[str, tuple[str, ...]]] = {
    "read": {"channel": ("channels:read",), "group": ("groups:read",), "im": ("im:read",)},
    "history": {"channel": ("channels:history",), "group": ("groups:history",), "im": ("im:history",)},
    "manage": {"channel": ("channels:manage",), "group": ("groups:write",), "im": ("im:write",)},
    "invite": {
        "channel": ("channels:manage", "channels:write.invites"),
        "group": ("groups:write", "groups:write.invites"),
        "im": ("im:write",),
    },
    "topic": {
        "channel": ("channels:manage", "channels:write.topic"),
        "group": ("groups:write", "groups:write.topic"),
        "im": ("im:write.topic",),
    },
}
"""Scopes of the conversations methods by purpose and kind of channel (docs.slack.dev/reference/scopes)."""


def scopes_for(purpose: str) -> tuple[str, ...]:
    """Every scope that opens a conversations method, whatever the channel."""
    return tuple(scope for scopes in SCOPES[purpose].values() for scope in scopes)


@dataclass(frozen=True)
class Asked:
    """What the app asks of the workspace: a method's arguments."""

    workspace: State
    args: Mapping[str, object]
    token: str | None = None

    def text(self, name: str) -> str | None:
        """An argument as text; numbers are written out. Nothing if it was not given."""
        value = self.args.get(name)
        if value is None:
            return None
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """An argument that must be given, though it may be empty.

        Raises:
            Refusal: `invalid_arguments`.
        """
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: `true`, `1` or JSON's true."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def parsed(self, name: str, error: str) -> object:
        """An argument that is JSON, or JSON inside of a form.

        Raises:
            Refusal: the given error, if it is text that is not JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as bad:
            raise Refusal(error) from bad

    def ids(self, name: str) -> list[str]:
        """A list of ids, separated by commas or as JSON."""
        value = self.args.get(name)
        if isinstance(value, str):
            is_json = value.startswith("[")
            value = self.parsed(name, "invalid_arguments") if is_json else value.split(",")
        return [str(one).strip() for one in value if str(one).strip()] if isinstance(value, list) else []

    def limit(self, default: int, maximum: int) -> int:
        """How many items a page holds.

        Raises:
            Refusal: `invalid_limit`, outside 1 to the maximum or not a number.
        """
        value = self.text("limit")
        if value is None or value == "" or value == "0":
            return default
        if not value.isdecimal() or int(value) > maximum:
            raise Refusal("invalid_limit")
        return int(value)

    def bound(self, name: str) -> Decimal | None:
        """A time bound of history, exact.

        Raises:
            Refusal: `invalid_ts_latest` or `invalid_ts_oldest`.
        """
        value = self.text(name)
        if value is None or value in ("", "0"):
            return None
        try:
            return ts_order(value)
        except ValueError as bad:
            raise Refusal(f"invalid_ts_{name}") from bad

    def channel(
        self, name: str = "channel", *, purpose: str | None = None, as_member: bool = False
    ) -> Channel:
        """The conversation an argument names, if the bot may know of it.

        Raises:
            Refusal: `channel_not_found` (also for private channels the bot is not in), `missing_scope`
                for a kind of channel that no scope covers, `not_in_channel` if it must be a member.
        """
        channel = self.workspace.channels.get(self.required(name))
        bot = self.workspace.bot_user_id
        if channel is None or (channel.is_private and bot not in channel.members):
            raise Refusal("channel_not_found")
        if purpose is not None:
            self.require_scope(*SCOPES[purpose][channel.kind])
        if as_member and bot not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def message(self, channel: Channel, name: str = "ts", error: str = "message_not_found") -> Message:
        """The message an argument names, compared as text."""
        message = channel.messages.get(self.required(name))
        if message is None:
            raise Refusal(error)
        return message

    def person(self, name: str = "user") -> Person:
        """The member an argument names."""
        person = self.workspace.people.get(self.required(name))
        if person is None:
            raise Refusal("user_not_found")
        return person

    def canvas(self, name: str = "canvas_id") -> Canvas:
        """The canvas an argument names, unless it is hidden from the bot."""
        canvas = self.workspace.canvases.get(self.required(name))
        if canvas is None:
            raise Refusal("canvas_not_found")
        return canvas

    def require_scope(self, *any_of: str) -> None:
        """Refuse unless the token has one of these scopes.

        Raises:
            Refusal: `missing_scope` with `needed` and `provided`
                (docs.slack.dev/reference/methods/auth.test#errors).
        """
        if any_of and not self.workspace.scopes.intersection(any_of):
            provided = ",".join(sorted(self.workspace.scopes))
            raise Refusal("missing_scope", needed=",".join(any_of), provided=provided)


Handler: TypeAlias = Callable[[Asked], JsonObject]


@dataclass(frozen=True)
class Method:
    """A Web API method: who may call it and what it does."""

    name: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    token: str = "bot"
    """`bot`, `app` (Socket Mode's token) or `none`."""


def missing(name: str, pointer: str = "") -> Refusal:
    """The refusal of a call without a required argument."""
    where = f" [json-pointer:{pointer}]" if pointer else ""
    return Refusal("invalid_arguments", messages=[f"missing required field: {name}{where}"])


def invalid(problem: str, pointer: str) -> Refusal:
    """The refusal of an argument that does not fit Slack's schema."""
    return Refusal("invalid_arguments", messages=[f"{problem} [json-pointer:{pointer}]"])


def cursor_to(key: str) -> str:
    """An opaque cursor that names the first item of the next page."""
    return base64.b64encode(f"next:{key}".encode()).decode()


def key_of(cursor: str | None) -> str | None:
    """The item a cursor names.

    Raises:
        Refusal: `invalid_cursor`.
    """
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as bad:
        raise Refusal("invalid_cursor") from bad
    if not text.startswith("next:"):
        raise Refusal("invalid_cursor")
    return text.removeprefix("next:")


def page_of(asked: Asked, ids: Sequence[str], *, default: int, maximum: int) -> tuple[list[str], str]:
    """One page of a list of ids, and the cursor to the next or an empty text.

    Raises:
        Refusal: `invalid_limit`, `invalid_cursor`.
    """
    limit = asked.limit(default, maximum)
    key = key_of(asked.text("cursor"))
    if key is not None and key not in ids:
        raise Refusal("invalid_cursor")
    start = 0 if key is None else list(ids).index(key)
    end = start + limit
    return list(ids[start:end]), cursor_to(ids[end]) if end < len(ids) else ""
