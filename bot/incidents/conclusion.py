"""How an incident is said to have ended; every earlier conclusion stays in its history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from bot.incidents.help_asked import plain
from bot.incidents.quoted import quoted
from bot.incidents.status import check_stands, keep_unnoted
from bot.incidents.which import DASH
from storage import changes
from storage.tables import Incident, IncidentChange
from storage.vocabulary import ChangeKind, IncidentStatus

EXAMPLE = "/incident conclusion The rollback helped"
_NUMBERS = re.compile(rf"(?:(?:#|inc{DASH}?)?\d{{1,9}}[\s,.!]*)+", re.IGNORECASE)


class NoConclusion(ScribeError):
    """A number alone is no conclusion: it was meant for an incident."""

    def __init__(self, said: str, command: str) -> None:
        number = re.findall(r"\d+", said)[0]
        super().__init__(
            f"{quoted(said)} is no conclusion, so nothing was done. Name an incident like "
            f"`{command} INC-{number}`, or conclude in words, like `{command} The rollback helped`."
        )


VERBS_ALONE = frozenset(
    {
        "status",
        "cancel",
        "reopen",
        "undo",
        "rename",
        "list",
        "show",
        "start",
        "edit",
        "delete",
        "remove",
        "update",
    }
    | {"severity", "role", "roles", "task", "tasks", "search", "draft", "publish", "view", "info", "options"}
    | {
        "version",
        "commands",
        "usage",
        "docs",
        "manual",
        "menu",
        "examples",
        "example",
        "explain",
        "documentation",
        "owner",
        "abort",
    }
)
"""Words that are a wish where they stand alone: nobody's incident ended by `status`."""


class VerbAlone(ScribeError):
    """A word that commands know was said where a conclusion is: somebody wished for something else."""

    def __init__(self, said: str, command: str) -> None:
        super().__init__(
            f"{quoted(said)} is no conclusion, so nothing was done. `/incident help` lists what there is; "
            f"to end an incident conclude in words, like `{command} The rollback helped`."
        )


class NotConcludedYet(ScribeError):
    """It is open: `/resolve` takes its conclusion. The sentence repeats the words so that none is lost."""

    def __init__(self, number: int, unsaved: str) -> None:
        lost = f" Your text was not recorded: {unsaved}" if unsaved else ""
        super().__init__(
            f"INC-{number} is open. `/resolve The rollback helped` ends it with a conclusion, which "
            f"`/incident conclusion` can then change.{lost}"
        )


def check_words(text: str, command: str) -> None:
    """Whether this may be a conclusion.

    Raises:
        NoConclusion: it is a number, or several.
        VerbAlone: it is a word that commands know, and nothing else.
    """
    if _NUMBERS.fullmatch(text):
        raise NoConclusion(text, command)
    word = plain(text).strip(" .,:;!…`*_~\"'")
    if word in VERBS_ALONE or re.fullmatch(r"--?[a-z][a-z-]*", word):
        raise VerbAlone(text, command)


async def conclude(
    session: AsyncSession, incident: Incident, text: str, *, by: str, now: datetime
) -> str | None:
    """Change the conclusion of an incident that is over, and return the one before.

    Raises:
        NotConcludedYet: it is open.
        IncidentCancelled: it was declared by mistake.
    """
    incident_id = await changes.take(session, incident)
    check_stands(incident)
    if incident.status == IncidentStatus.OPEN:
        raise NotConcludedYet(incident.number, text)
    old = incident.conclusion
    if old != text:
        if old and incident.resolved_by:
            await keep_unnoted(session, incident, by=incident.resolved_by, at=now)
        incident.conclusion = text
        session.add(incident)
        await note_and_tell(session, incident_id, ChangeKind.CONCLUSION, old, text, by=by, at=now)
    return old


def concluded_by(history: Sequence[IncidentChange], otherwise: str | None) -> str | None:
    """Who wrote the conclusion that stands."""
    written = [change for change in history if change.what == ChangeKind.CONCLUSION]
    return written[-1].changed_by if written else otherwise
