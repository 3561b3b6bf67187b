"""What every adapter of a tool that tells Scribe something is: how a request of its is read and known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import structlog

from bot.connect.verify import TokenCheck, Verdict
from bot.incidents.alerts import Incoming
from bot.incidents.deploys import IncomingDeploy
from bot.incidents.tickets.contract import SeenTicket
from bot.settings.hooks import HookSettings

log = structlog.get_logger()

Item = TypeVar("Item")
Said = TypeVar("Said")

MOST_ALERTS = 5_000
"""Of one delivery; a body of 1 MiB holds no more that are told apart."""
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
"""Of a form."""


class Unreadable(Exception):
    """There is nothing in a body that could be read, or ever will be; the text says why, in one sentence."""


class Dropped(Exception):
    """It is well, and nothing to keep: an event of a kind that Scribe does not know."""


@dataclass(frozen=True)
class Delivery:
    """What a tool sent: `headers` by their names in lower case, and the body as it came."""

    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """What the body holds; in a form its field `payload` does, GitHub's own choice.

        Raises:
            Unreadable: it is no JSON.
        """
        try:
            return json.loads(self._in_form() or self.body)
        except (ValueError, RecursionError) as problem:
            raise Unreadable(f"The body is no JSON ({type(problem).__name__}).") from problem

    def _in_form(self) -> str | None:
        """The JSON in a form; None where it is none: curl calls every body one."""
        is_form = self.headers.get("content-type", "").lower().startswith(FORM)
        if not is_form or self.body.lstrip()[:1] in (b"{", b"["):
            return None
        fields = dict(parse_qsl(self.body.decode(), max_num_fields=MOST_FIELDS))
        return fields.get("payload")

    def object(self) -> dict[str, Any]:
        """The JSON object in the body.

        Raises:
            Unreadable: there is none.
        """
        found = self.json()
        if not isinstance(found, dict):
            raise Unreadable("The body is no JSON object.")
        return found


@dataclass(frozen=True)
class TicketsTold:
    """Not alerts: how tickets stand, told by the tracker of this name."""

    tracker: str
    seen: Sequence[SeenTicket]


@dataclass(frozen=True)
class DeploysTold:
    """What was brought into the world, and the alerts that came in the same delivery."""

    deploys: Sequence[IncomingDeploy]
    alerts: Sequence[Incoming] = ()


Told = Sequence[Incoming] | TicketsTold | DeploysTold
Read = Callable[[Delivery], Told]
"""Reads a delivery; raises `Unreadable` or `Dropped`."""
Check = Callable[[Mapping[str, str], bytes | None, float], Verdict]
"""Says of headers, and of the body once it is there, whether they are the tool's; at a Unix time."""


def read_each(items: Iterable[Item], read: Callable[[Item], Said]) -> list[Said]:
    """What each of a delivery's items tells; one that cannot be read costs itself alone.

    Raises:
        Unreadable: none of them can be.
    """
    found, problems = [], list[Unreadable]()
    for one in items:
        try:
            found.append(read(one))
        except Unreadable as problem:
            problems.append(problem)
    if problems and not found:
        raise problems[0]
    if problems:
        log.warning("hook.unreadable_items", count=len(problems), why=str(problems[0]))
    return found


@dataclass(frozen=True)
class Adapter:
    """One tool: `name` is that of its hook, `sender` what people call it.

    `is_repeated`: it sends a delivery again that was answered with 503.

    `check` makes of the settings what says whether a delivery is the tool's.
    """

    name: str
    sender: str
    read: Read
    example: Mapping[str, Any]
    check: Callable[[HookSettings], Check] = lambda settings: TokenCheck(settings.hooks_token)
    is_repeated: bool = True
