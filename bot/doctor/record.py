"""Looking at the record: its database and schema, what waits to be sent, and what was read of Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.doctor.finding import Finding
from bot.incidents.views.figures import figures_of
from bot.settings import Settings
from storage import outbox_upkeep
from storage.database import CANNOT_OPEN, Database, DatabaseUnavailable
from storage.outbox_upkeep import KEPT, Standing
from storage.vocabulary import IntentState

SHOWN_REASONS = 10
HEARD_WITHIN = timedelta(minutes=1)
"""A running Scribe notes every few seconds that it is connected."""
READ_WITHIN = timedelta(minutes=30)
"""Channels of open incidents are read every ten minutes."""


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """The database and what it holds; where Scribe never ran there is no record, and none is made."""
    database = Database(settings.database_url)
    try:
        if not await database.holds_record():
            nothing = f"holds no record yet; `scribe run` makes it ({database.shown})"
            return [Finding(True, "database", nothing)]
        found = await _database(database)
        if not all(one.is_well for one in found):
            return found
        return [*found, *await _outbox(database, now), *await _running(database, now)]
    except DatabaseUnavailable as problem:
        return [Finding(False, "database", str(problem))]
    except CANNOT_OPEN as problem:
        return [Finding(False, "database", f"{database.shown} cannot be used ({database.said(problem)})")]
    finally:
        await database.close()


async def _database(database: Database) -> list[Finding]:
    """Whether it opens, may be written to, and has the schema of this Scribe."""
    schema = await database.schema()
    kind = "SQLite, for one Scribe" if database.is_sqlite else "PostgreSQL, for any number of Scribes"
    async with database.write():
        opens = Finding(True, "database", f"{database.shown} can be read and written ({kind})")
    if schema.missing:
        names = ", ".join(one.revision for one in schema.missing)
        what = f"stands at {schema.revision} and lacks {names}: stop Scribe, back up, then `scribe migrate`"
        return [opens, Finding(False, "migration", what)]
    return [opens, Finding(True, "migration", f"the schema is up to date ({schema.revision})")]


async def _outbox(database: Database, now: datetime) -> list[Finding]:
    async with database.read() as session:
        return outbox_findings(await outbox_upkeep.standing(session), now)


def outbox_findings(standing: Sequence[Standing], now: datetime) -> list[Finding]:
    """What the outbox holds: how much waits and since when, and what nobody will send by itself."""
    waiting = [one for one in standing if one.state == IntentState.WAITING]
    kept = [one for one in standing if one.state in KEPT]
    found = [Finding(True, "outbox", _waiting(waiting, now))]
    for one in kept[:SHOWN_REASONS]:
        times = f"{one.count} × " if one.count > 1 else ""
        state = (
            "refused for good"
            if one.state == IntentState.FAILED
            else "held, since nobody can tell if it was sent"
        )
        found.append(
            Finding(False, "outbox", f"{times}{one.kind} {state}: {one.failure or 'no reason kept'}")
        )
    if len(kept) > SHOWN_REASONS:
        found.append(
            Finding(False, "outbox", f"{len(kept) - SHOWN_REASONS} more reasons: scribe outbox list")
        )
    if kept:
        advice = "mend the reason, then `scribe outbox retry --all`; `scribe outbox list` shows each"
        found.append(Finding(False, "outbox", advice))
    return found


def _waiting(waiting: Sequence[Standing], now: datetime) -> str:
    if not waiting:
        return "nothing waits"
    count = sum(one.count for one in waiting)
    minutes = max(int((now - min(one.since for one in waiting)).total_seconds() // 60), 0)
    kinds = ", ".join(f"{one.count} {one.kind}" for one in waiting)
    return f"{count} waiting, the oldest for {minutes} min ({kinds})"


async def _running(database: Database, now: datetime) -> list[Finding]:
    """Whether a Scribe is connected and reads what it missed, which matters while an incident is open."""
    figures = await figures_of(database, now)
    if figures is None:
        return [Finding(False, "catch-up", "cannot be looked at: the record did not answer in time")]
    count = sum(figures.open_incidents.values())
    heard = None if figures.last_heard is None else timedelta(seconds=figures.last_heard)
    is_heard = heard is not None and heard <= HEARD_WITHIN
    said = "no Scribe was ever connected" if heard is None else f"a Scribe was connected {_ago(heard)}"
    if not count:
        return [Finding(True, "catch-up", f"no incident is open; {said}")]
    if not is_heard:
        return [Finding(False, "catch-up", f"{count} open, and {said}: start `scribe run`")]
    lag = timedelta(seconds=figures.catch_up_lag)
    read = f"{count} open, the channel read longest ago {_ago(lag)}"
    if lag > READ_WITHIN:
        return [Finding(False, "catch-up", f"{read}: the log of `scribe run` says why (catch_up)")]
    return [Finding(True, "catch-up", read)]


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return "just now" if minutes < 1 else f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"
