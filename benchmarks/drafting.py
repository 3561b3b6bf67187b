"""Drafting: how long it takes without Slack, how that grows, and what formatting costs."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.payloads import TEAM
from benchmarks.rig import DECLARED_AT, Rig, folder, rig
from bot.clock import ts_of
from bot.postmortem.compiling import compile_draft
from bot.postmortem.render import canvas
from storage import incidents
from storage.record import EVENT, MARK, MESSAGE
from storage.tables import Incident, Person
from storage.vocabulary import Basis, IncidentStatus, MilestoneKind

FEW, MANY = 10_000, 100_000
EVERY = 10
"""One message in so many stands on the timeline; one in twenty times as many in another section."""
PEOPLE = 20
FORMATTED = 5_000
ROUNDS = 5
SECTIONS = ("root_cause", "impact", "lesson", "action_item", "decision", "background")


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The draft of 10,000 messages, and of ten times as many messages and events; the median of a few."""
    few, many, rounds = (500, 1_000, 1) if is_quick else (FEW, MANY, ROUNDS)
    with folder() as place:
        async with _filled(place / "few.db", few) as small, _filled(place / "many.db", many) as large:
            pairs = [(await _taken(small), await _taken(large)) for _ in range(rounds)]
    return {
        "draft_10k_s": median(little.clock for little, _ in pairs),
        "draft_growth_10x": median(much.cpu / little.cpu for little, much in pairs),
    }


async def formatted(*, is_quick: bool) -> dict[str, float]:
    """A draft of 5,000 events, all of them formatted messages, and of the same texts without rich text."""
    count, rounds = (100, 1) if is_quick else (FORMATTED, ROUNDS)
    with folder() as place:
        async with (
            _filled(place / "shown.db", count, shown=True) as shown,
            _filled(place / "text.db", count, shown=False) as bare,
        ):
            pairs = [(await _taken(shown), await _taken(bare)) for _ in range(rounds)]
    return {
        "draft_5k_formatted_cpu_s": median(one.cpu for one, _ in pairs),
        "draft_5k_formatted_vs_text": median(one.cpu / other.cpu for one, other in pairs),
    }


class _Taken(NamedTuple):
    """What a draft took, in seconds: by the clock, and of CPU time, which a busy machine lengthens less."""

    clock: float
    cpu: float


_Filled = tuple[Rig, Incident]


@asynccontextmanager
async def _filled(file: Path, messages: int, *, shown: bool | None = None) -> AsyncIterator[_Filled]:
    """A record with so many messages; `shown` says whether all of them are events and have rich text."""
    async with rig(f"sqlite:///{file}") as app:
        incident = await fill(app, messages, shown=shown)
        await _draft(app, incident)  # what is loaded once, such as the libraries, is not drafting
        yield app, incident


async def _taken(filled: _Filled) -> _Taken:
    gc.collect()
    gc.freeze()  # as `scribe run` does
    clock, cpu = time.perf_counter(), time.process_time()
    await _draft(*filled)
    taken = _Taken(time.perf_counter() - clock, time.process_time() - cpu)
    gc.unfreeze()
    return taken


async def _draft(app: Rig, incident: Incident) -> None:
    """From the record to the canvas's Markdown, whatever a canvas holds of it."""
    document = await compile_draft(app.scribe, incident)
    text = canvas.joined(section.markdown for section in canvas.render_sections(document))
    if "Rolled back" not in text:
        raise RuntimeError("the draft lacks its timeline")


async def fill(app: Rig, count: int, *, shown: bool | None = None) -> Incident:
    """An incident with so many messages, resolved, and marks and events of one in ten of them.

    With `shown` all of them are events, with (True) or without (False) the rich text of their words.
    """
    every = EVERY if shown is None else 1
    async with app.scribe.database.write() as session:
        incident = await incidents.by_id(session, 1)
        assert incident.channel_id
        for user_id in [incident.declared_by, *(f"U{number:03}" for number in range(PEOPLE))]:
            # whom nobody knows Slack would be asked about
            session.add(
                Person(team_id=TEAM, user_id=user_id, name=f"Person {user_id}", learned_at=DECLARED_AT)
            )
        incident.status, incident.resolved_by = IncidentStatus.RESOLVED, "U000"
        session.add(incident)
        await incidents.set_milestone(
            session,
            1,
            MilestoneKind.RESOLVED,
            DECLARED_AT + timedelta(seconds=count),
            basis=Basis.OBSERVED,
            stated_by="U000",
            stated_at=DECLARED_AT,
        )
        await session.flush()
        connection = await session.connection()
        for start in range(0, count, 1_000):
            numbers = range(start, min(start + 1_000, count))
            said = [_message(incident.channel_id, n) for n in numbers]
            if shown is not None:
                for number, one in zip(numbers, said, strict=True):
                    one["payload"]["blocks"] = [_rich_text(number)] if shown else []
            await connection.execute(MESSAGE.insert(), said)
            marked = [n for n in numbers if n % every == 0]
            await connection.execute(MARK.insert(), [_mark(incident.channel_id, n) for n in marked])
            events = [n for n in marked if shown is not None or _section(n) == "timeline"]
            await connection.execute(EVENT.insert(), [_event(incident.channel_id, n) for n in events])
    return incident


def _at(number: int) -> datetime:
    return (DECLARED_AT + timedelta(seconds=number)).astimezone(UTC)


def _section(number: int) -> str:
    every = EVERY * 20
    return SECTIONS[number // every % len(SECTIONS)] if number % every == 0 else "timeline"


def _message(channel_id: str, number: int) -> dict[str, Any]:
    ts = ts_of(_at(number))
    text = (
        f"Rolled back step {number} with <@U{number % PEOPLE:03}>, *latency* &lt; 2 s, see "
        f"<https://grafana.example/d/{number}?a=1&amp;b=2|the dashboard> and `kubectl get pods -n s_{number}`"
    )
    return {
        "team_id": TEAM,
        "channel_id": channel_id,
        "ts": ts,
        "thread_ts": None,
        "user_id": f"U{number % PEOPLE:03}",
        "bot_name": None,
        "text": text,
        "files": [],
        "payload": {"type": "message", "ts": ts, "text": text, "blocks": [{"type": "rich_text"}] * 3},
        "version_ts": ts,
        "edited_by": None,
        "deleted_ts": None,
        "is_known": True,
        "is_confirmed": True,
        "is_recovered": False,
        "is_version_approximate": False,
    }


def _rich_text(number: int) -> dict[str, Any]:
    """The message's words as Slack sends them beside its text."""
    address = f"https://grafana.example/d/{number}?a=1&b=2"
    said = [
        {"type": "text", "text": f"Rolled back step {number} with "},
        {"type": "user", "user_id": f"U{number % PEOPLE:03}"},
        {"type": "text", "text": ", "},
        {"type": "text", "text": "latency", "style": {"bold": True}},
        {"type": "text", "text": " < 2 s, see "},
        {"type": "link", "url": address, "text": "the dashboard"},
        {"type": "text", "text": " and "},
        {"type": "text", "text": f"kubectl get pods -n s_{number}", "style": {"code": True}},
    ]
    section = {"type": "rich_text_section", "elements": said}
    return {"type": "rich_text", "block_id": f"b{number}", "elements": [section]}


def _mark(channel_id: str, number: int) -> dict[str, Any]:
    return {
        "team_id": TEAM,
        "channel_id": channel_id,
        "ts": ts_of(_at(number)),
        "user_id": f"U{(number + 1) % PEOPLE:03}",
        "emoji": "pushpin",
        "section": _section(number),
        "incident_id": 1,
        "is_set": True,
        "changed_ts": ts_of(_at(number + 1)),
    }


def _event(channel_id: str, number: int) -> dict[str, Any]:
    return {
        "incident_id": 1,
        "team_id": TEAM,
        "number": number + 1,
        "kind": "message",
        "source": "mark",
        "channel_id": channel_id,
        "message_ts": ts_of(_at(number)),
        "occurred_at": _at(number),
        "occurred_until": None,
        "is_approximate": False,
        "recorded_at": _at(number + 1),
        "text": None,
        "author_id": None,
        "added_by": f"U{(number + 1) % PEOPLE:03}",
        "is_explicit": False,
        "removed_at": None,
    }
