"""Commands as Slack sends them, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.incidents.actor import Actor
from bot.incidents.vocabulary import Door
from bot.incidents.which import Reading
from bot.slack.blocks import Surface
from bot.text.visible import without_unseen_end

Answer = str | Surface


@dataclass(frozen=True)
class Thread:
    """The message that began a thread: its `ts`, and who said it, None where Slack does not tell."""

    ts: str
    author_id: str | None = None


@dataclass(frozen=True)
class Command:
    """A slash command; `text` is Slack text, mentions escaped, without blanks around it.

    `number` is that of the incident it names as INC-n, which is then not in `text` any more. `thread` is
    what it was said in, as only a mention can be.
    """

    team_id: str
    channel_id: str
    channel_name: str
    user_id: str
    text: str
    response_url: str
    trigger_id: str
    number: int | None = None
    thread: Thread | None = None
    door: Door = Door.COMMAND

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Command:
        return cls(
            team_id=str(body["team_id"]),
            channel_id=str(body["channel_id"]),
            channel_name=str(body.get("channel_name") or ""),
            user_id=str(body["user_id"]),
            text=without_unseen_end(str(body.get("text") or "").replace("\0", "").strip()),
            response_url=str(body.get("response_url") or ""),
            trigger_id=str(body.get("trigger_id") or ""),
        )

    @property
    def actor(self) -> Actor:
        """Who says it."""
        return Actor(
            self.user_id,
            self.team_id,
            self.channel_id,
            key=f"command:{self.trigger_id}" if self.trigger_id else "",
            response_url=self.response_url or None,
            door=self.door,
        )

    def naming(self, reading: Reading) -> Command:
        """The same with the incident it names taken out of its text, unless that was found before."""
        if self.number is not None:
            return self
        named = reading(self.text)
        return replace(self, number=named.number, text=named.text)

    def verb(self) -> tuple[str, Command]:
        """The first word, in lower case, and the command without it."""
        first, rest = ([*self.text.split(maxsplit=1), "", ""])[:2]
        return first.lower(), replace(self, text=rest.strip())


_CALLS_ALL = re.compile(r"<!(?:subteam\^)?(\w+)(?:\|@?([^<>]*))?>")
"""Everybody of a channel or a group; a date is `<!date^…>`."""


def answer_arguments(answer: Answer) -> dict[str, Any]:
    """An answer as Slack takes it, visible to its person alone.

    A sentence may hold that person's own words, to be said again: whom those call is named and not called.
    """
    if isinstance(answer, str):
        text = _CALLS_ALL.sub(lambda called: f"@{called[2] or called[1]}", answer)
        return {"response_type": "ephemeral", "text": text}
    return {"response_type": "ephemeral", "text": answer.text, "blocks": list(answer.blocks)}
