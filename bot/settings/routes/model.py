"""What a file of routes says: what comes of which alerts, and which messages are events."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.text.of_programs import inert_words, plain_words
from bot.text.wildcard import is_like, is_said_in

Then = Literal["declare", "attach", "remember"]
"""What comes of an alert."""
DECLARE: Then = "declare"
ATTACH: Then = "attach"
REMEMBER: Then = "remember"
Becomes = Literal["alert", "deploy"]
"""What a message is on the timeline."""
SERVICE = "service"
"""Where `to` says so, or nothing, the open incident of the alert's service is meant."""
LONGEST_TITLE = 200
FIELDS = ("title", "service", "severity", "source", "sender")
"""What a title can name in braces, besides `labels.NAME`."""
LABEL = "labels."
MARK = re.compile(r"\{([^{}]*)\}")

Words = tuple[str, ...]
"""Patterns of which one must fit; none: whatever is there fits, and nothing too."""


class Routed(Protocol):
    """What a route asks of an alert."""

    @property
    def severity(self) -> str | None: ...

    @property
    def service(self) -> str | None: ...

    @property
    def labels(self) -> Mapping[str, str]: ...


class TitleFields(Protocol):
    """What a title can say of a delivery; its `title` is Slack text."""

    @property
    def source(self) -> str: ...

    @property
    def sender(self) -> str: ...

    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class Route:
    """What comes of the alerts that it takes; `line` is where it begins in the file, 0 where that is unclear.

    `as_severity`, `title`, `invite` and `template` are those of an incident that it declares. `to` is a
    channel's name or id, or `SERVICE`; where no incident is open there, it does `otherwise`.
    """

    name: str
    line: int
    then: Then
    source: Words = ()
    severity: Words = ()
    service: Words = ()
    labels: Mapping[str, Words] = field(default_factory=dict)
    as_severity: str | None = None
    title: str | None = None
    invite: Words = ()
    template: str | None = None
    to: str = SERVICE
    otherwise: Then = REMEMBER

    @property
    def takes_everything(self) -> bool:
        return not (self.source or self.severity or self.service or self.labels)

    @property
    def declares(self) -> bool:
        """Whether an alert that fires may declare by it."""
        return DECLARE in (self.then, self.otherwise if self.then == ATTACH else "")

    def takes(self, source: str, alert: Routed) -> bool:
        """Whether it is the route of an alert from this hook."""
        return (
            _fits(self.source, source)
            and _fits(self.severity, plain_words(alert.severity or ""))
            and _fits(self.service, alert.service)
            and all(_fits(words, alert.labels.get(label)) for label, words in self.labels.items())
        )

    def title_for(self, told: TitleFields, alert: Routed) -> str | None:
        """The title of an incident, as inert Slack text; None without one, or where a field is not there."""
        if self.title is None:
            return None
        known = {
            "title": plain_words(told.title),
            "service": alert.service or "",
            "severity": plain_words(alert.severity or ""),
            "source": told.source,
            "sender": plain_words(told.sender),
            **{f"{LABEL}{name}": value for name, value in alert.labels.items()},
        }
        named = [mark.strip() for mark in MARK.findall(self.title)]
        if not all(known.get(name) for name in named):
            return None
        return inert_words(MARK.sub(lambda mark: known[mark[1].strip()], self.title), LONGEST_TITLE) or None


@dataclass(frozen=True)
class MessageRule:
    """Which messages of apps are events of an incident's timeline by themselves.

    `bot` holds names and ids of apps, `channel` names and ids of channels, `text` what is said somewhere in
    the message.
    """

    name: str
    line: int
    becomes: Becomes
    bot: Words = ()
    channel: Words = ()
    text: Words = ()

    def takes(self, bot: Sequence[str], channel: Sequence[str], text: str) -> bool:
        """By the names and ids of the app and of the channel."""
        return (
            _fits_one(self.bot, bot)
            and _fits_one(self.channel, channel)
            and (not self.text or any(is_said_in(text, pattern) for pattern in self.text))
        )


@dataclass(frozen=True)
class Routes:
    """All that a file says; of several that take something the first counts."""

    routes: tuple[Route, ...] = ()
    messages: tuple[MessageRule, ...] = ()

    def route_of(self, source: str, alert: Routed) -> Route | None:
        """The first route that takes an alert."""
        return next((route for route in self.routes if route.takes(source, alert)), None)


def _fits(words: Words, said: str | None) -> bool:
    """What asks for something takes nothing that says nothing, not even by a star alone."""
    return not words or bool(said and any(is_like(said, pattern) for pattern in words))


def _fits_one(words: Words, names: Sequence[str]) -> bool:
    return not words or any(_fits(words, name) for name in names)
