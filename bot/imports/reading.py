"""Reading a channel's history from files: an export of Slack's or slackdump's, or a file of messages.

`find` looks for the channel, whatever the layout; what it finds is read entry by entry, so that one that
cannot be read costs that one, and is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import just_after
from bot.imports.entries import Entry, Unread, message_of, user_of
from bot.imports.errors import CannotImport
from bot.imports.layouts import Found, find

__all__ = ["CannotImport", "History", "Skipped", "read"]


@dataclass(frozen=True)
class Skipped:
    """A file or an entry of one that was left out, and why."""

    where: str
    why: str


@dataclass(frozen=True)
class History:
    """What was said in one channel, oldest first, each as Slack would have written it down.

    `notices` counts what Slack itself said about the channel (joins, topics), `guessed` the messages whose
    time was not written as Slack writes it, so that a link to them may miss.
    """

    channel_id: str
    channel_name: str
    is_private: bool
    messages: Sequence[Mapping[str, Any]]
    users: Sequence[Mapping[str, Any]]
    team_id: str | None
    skipped: Sequence[Skipped]
    notices: int = 0
    guessed: int = 0


def read(path: Path, *, channel: str | None = None, channel_id: str | None = None) -> History:
    """The history of a channel from a folder, a .zip or a file.

    `channel` names the one that is meant where there are several; `channel_id` says its id where the files
    do not.

    Raises:
        CannotImport: it is none of these, is broken, or does not say which channel it is.
    """
    if not path.exists():
        raise CannotImport(f"There is no {path}. An example that works: scribe import export/ --channel ops")
    return _history(find(path, channel, channel_id))


def _history(found: Found) -> History:
    messages: dict[str, Mapping[str, Any]] = {}
    skipped = [Skipped(where, why) for where, why in found.unread]
    authors: dict[str, Mapping[str, Any]] = {}
    notices = guessed = 0
    read: list[tuple[str, Entry]] = []
    for entry in found.entries:
        try:
            one = message_of(entry.content)
        except Unread as problem:
            skipped.append(Skipped(entry.where, str(problem)))
            continue
        notices += one.is_notice
        if not one.is_notice:
            read.append((entry.where, one))
    # a time that is only about right gives way to those that are exact
    for where, one in sorted(read, key=lambda one: one[1].is_guessed):
        ts, message = one.ts, one.message
        if one.is_guessed:
            while ts in messages and not _is_same(messages[ts], message):
                ts = just_after(ts)
            message = {**message, "ts": ts}
        elif ts in messages and not _is_same(messages[ts], message):
            if message.get("user") != messages[ts].get("user"):
                skipped.append(Skipped(where, f"another message has its time, {ts}"))
                continue
            message = max(messages[ts], message, key=_edited_at)  # one message, before and after an edit
        guessed += one.is_guessed
        messages[ts] = message
        if one.author:
            authors[str(one.author["id"])] = one.author
    users = [user for user in map(user_of, found.users) if user]
    members = [user for user in map(user_of, found.members) if user]
    return History(
        channel_id=found.channel_id,
        channel_name=found.channel_name,
        is_private=found.is_private,
        messages=[messages[ts] for ts in sorted(messages, key=_moment)],
        # who wrote, as exports say it beside each message: for people whom `users.json` lacks
        users=[*authors.values(), *users],
        team_id=None if found.is_shared else found.team_id or _team(members or users, [*messages.values()]),
        skipped=skipped,
        notices=notices,
        guessed=guessed,
    )


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two entries hold one message: exports that overlap do."""
    parts = ("user", "bot_id", "text", "attachments", "blocks", "files")
    return all(one.get(part) == other.get(part) for part in parts)


def _edited_at(message: Mapping[str, Any]) -> str:
    edited = message.get("edited")
    return str(edited.get("ts", "")) if isinstance(edited, Mapping) else ""


def _moment(ts: str) -> tuple[int, str]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), micros


def _team(users: Sequence[Mapping[str, Any]], messages: Sequence[Mapping[str, Any]]) -> str | None:
    """The workspace most of its people are of; None where that is no clear answer.

    Guests and people of connected companies carry their own; on a tie nobody can tell.
    """
    members = [user for user in users if not (user["is_bot"] or user["is_guest"] or user["is_deleted"])]
    for teams in (
        [user.get("team_id") for user in members],
        [message.get("team") for message in messages],
    ):
        counted = Counter(str(team) for team in teams if team).most_common(2)
        if len(counted) == 1 or (len(counted) == 2 and counted[0][1] > counted[1][1]):
            return counted[0][0]
    return None
