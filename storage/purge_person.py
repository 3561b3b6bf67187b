"""Taking a person out of what is stored: their words, their name, and their id wherever it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, String, Table, Text, and_, cast, delete, func, or_, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.sqltypes import AutoString

from storage.postmortem_tables import Draft, Publication
from storage.record import MessageKey
from storage.surface_tables import HomeShown
from storage.tables import Incident, Message, MessageVersion, Person

BESIDES = ("incident_id", "team_id", "channel_id")
"""What says of which incident a row is."""
NAME = "(a removed person)"
"""How whoever was removed is shown."""


@dataclass(frozen=True)
class Named:
    """A row that holds the person's id, by its table and key."""

    table: Table
    key: tuple[Any, ...]
    incident_id: int | None
    channel: tuple[str, str] | None


async def said_by(session: AsyncSession, user_id: str) -> list[MessageKey]:
    """Every message of theirs."""
    query = select(Message.team_id, Message.channel_id, Message.ts).where(Message.user_id == user_id)
    return [(team_id, channel_id, ts) for team_id, channel_id, ts in await session.exec(query)]


async def named_in(session: AsyncSession, user_id: str) -> list[Named]:
    """Every row in which their id stands."""
    found: list[Named] = []
    for table in SQLModel.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        likely = [cast(column, Text).like(f"%{user_id}%") for column in _columns(table)]
        if not likely:
            continue
        besides = [column for column in table.columns if column.name in BESIDES]
        for row in await session.exec(select(*keys, *_columns(table), *besides).where(or_(*likely))):
            if any(_is_named(row._mapping[one], user_id) for one in _columns(table)):
                found.append(_named(table, row, [one.name for one in keys]))
    return found


def _named(table: Table, row: Row[Any], keys: Sequence[str]) -> Named:
    values = row._asdict()
    team_id, channel_id = values.get("team_id"), values.get("channel_id")
    is_incident = table.name == Incident.__tablename__
    return Named(
        table,
        tuple(values[one] for one in keys),
        values["id"] if is_incident else values.get("incident_id"),
        (team_id, channel_id) if team_id and channel_id else None,
    )


async def held(session: AsyncSession, rows: Sequence[Named], said: Sequence[MessageKey]) -> list[int]:
    """The numbers of the incidents on legal hold that these are about."""
    ids = {row.incident_id for row in rows}
    channels = {row.channel for row in rows} | {key[:2] for key in said}
    found = await session.exec(
        select(Incident).where(col(Incident.held_since).is_not(None)).order_by(col(Incident.number))
    )
    return [one.number for one in found if one.id in ids or (one.team_id, one.channel_id) in channels]


async def rename(session: AsyncSession, rows: Sequence[Named], user_id: str, other_id: str) -> None:
    """Put another id in place of theirs in these rows."""
    for named in rows:
        table = named.table
        here = and_(*(one == value for one, value in zip(table.primary_key.columns, named.key, strict=True)))
        row = (await session.exec(select(*_columns(table)).where(here).with_for_update())).first()
        if row is None:
            continue
        stands = row._mapping
        changed = {
            one.name: _renamed(stands[one], user_id, other_id)
            for one in _columns(table)
            if _is_named(stands[one], user_id)
        }
        if changed:
            await session.exec(update(table).where(here).values(changed))


async def remove_words(session: AsyncSession, keys: Sequence[MessageKey], deleted_ts: str) -> None:
    """Remove the words of these messages, also where those of deleted messages are kept."""
    for key in keys:
        await session.exec(delete(MessageVersion).where(_at(MessageVersion, key)))
        is_deleted = func.coalesce(col(Message.deleted_ts), deleted_ts)
        nothing: dict[str, Any] = {"text": "", "files": [], "payload": {}, "deleted_ts": is_deleted}
        await session.exec(update(Message).where(_at(Message, key)).values(nothing))


def _at(model: type[Message] | type[MessageVersion], key: MessageKey) -> ColumnElement[bool]:
    team_id, channel_id, ts = key
    return and_(col(model.team_id) == team_id, col(model.channel_id) == channel_id, col(model.ts) == ts)


async def forget_profile(
    session: AsyncSession, user_id: str, team_ids: Collection[str], now: datetime
) -> set[str]:
    """Have somebody be shown by a name that says nothing, in these workspaces too; returns their names."""
    found = (await session.exec(select(Person).where(Person.user_id == user_id))).all()
    names = {one.name for one in found}
    missing = set(team_ids) - {one.team_id for one in found}
    rows = [*found, *(Person(team_id=one, user_id=user_id, name=NAME, learned_at=now) for one in missing)]
    for row in rows:
        row.name, row.zone, row.learned_at = NAME, None, now
        session.add(row)
    await session.exec(delete(HomeShown).where(col(HomeShown.user_id) == user_id))
    return names


async def forget_names_in_threads(session: AsyncSession, names: set[str]) -> None:
    """Replace these names of somebody in what is stored of drafts in threads."""
    escaped = {name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for name in names}
    if words := _whole_words(escaped):
        for draft in (await session.exec(select(Draft).where(col(Draft.posted).is_not(None)))).all():
            posted = _replaced(draft.posted, words)
            if posted != draft.posted:
                draft.posted = posted
                session.add(draft)


def _whole_words(names: set[str]) -> re.Pattern[str] | None:
    """What finds each of these names where it stands by itself."""
    found = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name.strip())
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None


def _replaced(value: Any, words: re.Pattern[str]) -> Any:
    match value:
        case str():
            return words.sub(NAME, value)
        case list():
            return [_replaced(one, words) for one in value]
        case dict():
            return {name: _replaced(one, words) for name, one in value.items()}
    return value


async def published_naming(session: AsyncSession, names: set[str]) -> list[int]:
    """The numbers of the incidents whose published texts hold one of these names as people wrote it."""
    query = select(Incident.number, Publication.markdown).join(
        Publication, col(Publication.incident_id) == Incident.id
    )
    words = _whole_words(names)
    found = await session.exec(query)
    return sorted({number for number, markdown in found if words and words.search(markdown or "")})


def _columns(table: Table) -> list[Any]:
    return [column for column in table.columns if isinstance(column.type, String | AutoString | JSON)]


def _pattern(user_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Z0-9]){user_id}(?![A-Z0-9])")


def _is_named(value: object, user_id: str) -> bool:
    text = value if isinstance(value, str) else json.dumps(value)
    return bool(_pattern(user_id).search(text))


def _renamed(value: object, user_id: str, other_id: str) -> object:
    if isinstance(value, str):
        return _pattern(user_id).sub(other_id, value)
    return json.loads(_pattern(user_id).sub(other_id, json.dumps(value)))
