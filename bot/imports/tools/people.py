"""Who an incident of another tool names: somebody of the workspace where that is sure, else a name alone.

A name alone gets an id that leads to nobody in Slack, like that of a person who was purged, so that it is
shown, listed and purged like everybody's, and can never be notified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.imports.entries import user_of
from bot.imports.errors import CannotImport
from bot.imports.json_text import parsed
from bot.imports.tools.incident import Author
from bot.incidents.origins import TOOL_NAMES
from bot.slack.directory import person_of
from bot.text.direction import unsteered
from bot.text.nobody import id_of
from bot.text.well_formed import mend, table, tables, text
from storage.tables import Person
from storage.vocabulary import Origin

LARGEST = 100 * 1024 * 1024


@dataclass
class People:
    """Finds the id that somebody is stored under; `new` are those that may not be stored yet.

    `by_email` are the people of Slack's `users.json`, by the address that they have there.
    """

    team_id: str
    now: datetime
    by_email: Mapping[str, Person] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    """Ids that the record has met in this workspace."""
    new: dict[str, Person] = field(default_factory=dict)

    def id_of(self, origin: Origin, author: Author | None) -> str:
        """The id of a person; that of the tool where there is none."""
        if author is None:
            return self._named(TOOL_NAMES[origin], is_bot=True)
        if author.slack_id in self.known and author.slack_team_id == self.team_id:
            return str(author.slack_id)
        person = self.by_email.get(author.email) if author.email else None
        if person:
            self.new[person.user_id] = person
            return person.user_id
        return self._named(author.name)

    def _named(self, name: str, *, is_bot: bool = False) -> str:
        shown = unsteered(name)
        user_id = id_of(shown)
        if user_id not in self.new:
            self.new[user_id] = Person(
                team_id=self.team_id, user_id=user_id, name=shown, is_bot=is_bot, learned_at=self.now
            )
        return user_id


def by_email(path: Path, team_id: str) -> dict[str, Person]:
    """The people of a `users.json`, as Slack exports it or `users.list` answers, by their e-mail address.

    Raises:
        CannotImport: it is no such file.
    """
    if path.stat().st_size > LARGEST:
        raise CannotImport(f"{path} is larger than {LARGEST // 1024 // 1024} MB, which no users.json is.")
    content = mend(parsed(path.read_bytes(), str(path)))
    found: dict[str, Person] = {}
    listed: list[Mapping[str, Any]] = tables(content) or tables(table(content).get("members"))
    for one in listed:
        email, user = text(table(one.get("profile")).get("email")).strip().lower(), user_of(one)
        if email and user and user["team_id"] in (None, team_id):
            found[email] = person_of(team_id, user)
    if not found:
        raise CannotImport(
            f"{path} lists nobody of this workspace with an e-mail address; what is meant is the users.json "
            "of a Slack export."
        )
    return found
