"""What an operator has deleted for good, and what may not be: an incident on legal hold stays as it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.incidents import intents
from bot.incidents.message_events import MessageDeleted
from bot.incidents.record import Recording
from storage import audit, channels, outbox, purge_incident, purge_person
from storage.audit import By
from storage.cannot import Cannot
from storage.database import Database
from storage.record import MessageKey, load_state, write_changes
from storage.tables import Incident
from storage.vocabulary import IncidentStatus

AT_ONCE = 200
"""Rows per transaction, so that nobody waits for it."""
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}|U0IMPORTED[A-Z2-7]{1,200}")


class CannotPurge(Cannot):
    """Nothing was deleted; the text is one sentence for the operator."""


@dataclass(frozen=True)
class PersonPurged:
    """Under which id somebody's part of the record stands now, and how much of it there was.

    `still_named` are incidents whose published texts hold the name as people wrote it.
    """

    stands_as: str
    messages: int
    rows: int
    still_named: Sequence[int]


async def hold(session: AsyncSession, incident: Incident, by: By, now: datetime, *, is_held: bool) -> bool:
    """Put an incident on legal hold, or release it; returns whether that changed anything."""
    if (incident.held_since is not None) == is_held:
        return False
    incident.held_since = now if is_held else None
    session.add(incident)
    action = "hold" if is_held else "release"
    audit.note(session, by, action, at=now, team_id=incident.team_id, number=incident.number)
    return True


async def purge(session: AsyncSession, incident: Incident, by: By, now: datetime) -> None:
    """Delete all that is stored of an incident.

    Raises:
        CannotPurge: it is on legal hold, or open.
    """
    name = f"INC-{incident.number}"
    if incident.held_since is not None:
        raise CannotPurge(f"{name} is on legal hold: `scribe hold {name} --release` comes first.")
    if incident.status == IncidentStatus.OPEN:
        raise CannotPurge(f"{name} is open: resolve or cancel it first, so that nothing more comes in.")
    audit.note(session, by, "purge", at=now, team_id=incident.team_id, number=incident.number)
    await purge_incident.purge_incident(session, incident)


async def purge_user(database: Database, user_id: str, by: By, now: datetime) -> PersonPurged:
    """Take somebody out of the record: their messages as if deleted in Slack, their name, and their id.

    What they did stands, under an id that leads to nobody. Doing it again finds what came since, and goes on
    where it was interrupted.

    Raises:
        CannotPurge: it is nobody's id, nothing is stored of them, or they are in an incident on legal hold.
    """
    if not _PERSON.fullmatch(user_id):
        raise CannotPurge(
            f"{user_id!r} is nobody's id in Slack; one is U0123ABCD, as their profile shows it."
        )
    async with database.read() as session:
        said = await purge_person.said_by(session, user_id)
        rows = await purge_person.named_in(session, user_id)
        held = await purge_person.held(session, rows, said)
    if held:
        named = ", ".join(f"INC-{number}" for number in held)
        raise CannotPurge(
            f"{user_id} is in the record of {named}, which is on legal hold; nothing was changed."
        )
    if not rows:
        raise CannotPurge(f"Nothing is stored of {user_id}.")
    other_id = f"U0REMOVED{secrets.token_hex(4).upper()}"
    for start in range(0, len(said), AT_ONCE):
        async with database.write() as session:
            await _remove_words(session, said[start : start + AT_ONCE], now)
    for start in range(0, len(rows), AT_ONCE):
        async with database.write() as session:
            await purge_person.rename(session, rows[start : start + AT_ONCE], user_id, other_id)
    async with database.write() as session:
        names = await purge_person.forget_profile(session, other_id, {key[0] for key in said}, now)
        await purge_person.forget_names_in_threads(session, names)
        audit.note(session, by, "purge_user", at=now)
        still_named = await purge_person.published_naming(session, names)
    return PersonPurged(other_id, len(said), len(rows), still_named)


async def _remove_words(session: AsyncSession, keys: Sequence[MessageKey], now: datetime) -> None:
    """As when they are deleted in Slack: out of the record, and, by the outbox, out of every copy."""
    deleted_ts = ts_of(now)
    recording = Recording({}, lambda: now)
    connection = await session.connection()
    state = await connection.run_sync(load_state, keys)
    changes = recording.decide(state, [MessageDeleted(key, deleted_ts) for key in keys])
    await connection.run_sync(write_changes, changes, now)
    await purge_person.remove_words(session, keys, deleted_ts)
    for team_id, channel_id in sorted({key[:2] for key in keys}):
        about = await channels.incidents_of(session, team_id, channel_id)
        await outbox.ask(session, [intents.update_copies(one.pk) for one in about], asked_at=now)
