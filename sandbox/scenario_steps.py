"""The words of a scenario: who takes part, where, and what happens step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.json_types import JsonObject


class ScenarioError(Exception):
    """An invalid scenario; one sentence names the file, the step and what is wrong."""


@dataclass(frozen=True, slots=True)
class CastMember:
    """A person of the scenario; `tz` is an IANA zone."""

    key: str
    name: str
    real_name: str
    tz: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of the scenario; members are keys of people."""

    key: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    is_private: bool = False
    has_app: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A person says something. Verbatim text is only escaped: no mention, no link is made of it."""

    text: str
    key: str | None = None
    in_thread_of: str | None = None
    is_verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """Another app's bot posts; such bots often send an empty text."""

    text: str
    blocks: tuple[JsonObject, ...] = ()
    attachments: tuple[JsonObject, ...] = ()
    key: str | None = None
    in_thread_of: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A person corrects what they said; `of` is the message's key."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """A person takes back what they said."""

    of: str


@dataclass(frozen=True, slots=True)
class React:
    """A person reacts to a message; the emoji's name stands without colons."""

    of: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Unreact:
    """A person takes a reaction back."""

    of: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Command:
    """A person sends a slash command; `name` begins with the slash."""

    name: str
    text: str
    is_verbatim: bool = False


Action = Say | Alert | Edit | Delete | React | Unreact | Command


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; `who` and `room` are keys, `at` is aware UTC."""

    at: datetime
    who: str
    room: str
    action: Action


@dataclass(frozen=True, slots=True)
class Scenario:
    """An incident to be played: who takes part, where, and what happens in which order.

    Steps never go back in time. Keys of messages are unique and defined before they are used.
    """

    title: str
    slug: str
    zone: str
    people: Mapping[str, CastMember]
    bots: Mapping[str, str]
    rooms: Mapping[str, Room]
    steps: tuple[Step, ...]

    @property
    def began_at(self) -> datetime:
        """When the first thing happens, aware UTC."""
        return self.steps[0].at
