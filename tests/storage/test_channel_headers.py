"""What stands at the head of an incident's channel, and which summaries have scrolled away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from storage import channel_headers
from storage.database import Database
from storage.surface_tables import ChannelHeader
from storage.tables import Incident, Message
from storage.vocabulary import IncidentStatus, Unreachable
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

SUMMARY = "1694350000.000100"


def ts(second: int) -> str:
    return f"{1694350000 + second}.000100"


def posted(**changed: Any) -> Incident:
    """An open incident whose summary stands in its channel."""
    found = incident()
    for name, value in {"id": 1, "summary_ts": SUMMARY, **changed}.items():
        setattr(found, name, value)
    return found


def said(second: int, **more: Any) -> Message:
    row = {"team_id": TEAM, "channel_id": CHANNEL, "ts": ts(second), "version_ts": ts(second), **more}
    return Message(text="Looking.", user_id="U1", **row)


async def keep(database: Database, *rows: object) -> None:
    for row in rows:
        async with database.write() as session:
            session.add(row)


async def far(database: Database, messages: int = 3) -> list[tuple[int, str]]:
    async with database.read() as session:
        return list(await channel_headers.far_from_summary(session, TEAM, messages))


async def test_a_summary_is_far_once_so_many_messages_were_said_after_it(database: Database) -> None:
    await keep(database, posted(), said(-5), said(1), said(2))
    assert await far(database) == []

    await keep(database, said(3, thread_ts=ts(3)))  # a message with replies

    assert await far(database) == [(1, SUMMARY)]
    assert await far(database, 4) == []


async def test_replies_what_was_deleted_and_other_channels_do_not_count(database: Database) -> None:
    await keep(
        database,
        posted(),
        said(1),
        said(2, thread_ts=ts(1)),
        said(3, deleted_ts=ts(4)),
        said(4, channel_id="C2"),
        said(5, team_id="T2"),
        said(6),
    )

    assert await far(database) == []


async def test_it_is_counted_from_the_last_pointer(database: Database) -> None:
    await keep(database, posted(), ChannelHeader(incident_id=1, pointer_ts=ts(3)), *map(said, range(1, 6)))
    assert await far(database) == []

    await keep(database, said(6))

    assert await far(database) == [(1, ts(3))]


async def test_a_summary_posted_anew_counts_from_itself(database: Database) -> None:
    await keep(
        database,
        posted(summary_ts=ts(4)),
        ChannelHeader(incident_id=1, pointer_ts=ts(3)),
        *map(said, range(1, 8)),
    )

    assert await far(database) == [(1, ts(4))]


@pytest.mark.parametrize(
    "state",
    [
        {"status": IncidentStatus.RESOLVED},
        {"status": IncidentStatus.CANCELLED},
        {"summary_ts": None},
        {"is_archived": True},
        {"unreachable_since": NOON, "unreachable_because": Unreachable.REMOVED},
    ],
)
async def test_nothing_is_far_where_nothing_can_be_pointed_at(
    database: Database, state: dict[str, Any]
) -> None:
    await keep(database, posted(**state), *map(said, range(1, 6)))

    assert await far(database) == []


async def test_the_last_answer_about_the_topic_of_a_channel_holds_for_the_next_incident(
    database: Database,
) -> None:
    ended = [posted(id=number, number=number, status=IncidentStatus.RESOLVED) for number in (1, 2)]
    elsewhere = posted(id=3, number=3, channel_id="C2")
    new = posted(id=4, number=4)
    await keep(database, *ended, elsewhere, new)
    async with database.read() as session:
        assert await channel_headers.earlier_answer(session, new) is None

    answers = ((1, False, 0), (2, True, 1), (3, False, 2), (4, None, 3))
    await keep(
        database,
        *(
            ChannelHeader(incident_id=one, may_set_topic=may, topic_asked_at=NOON + timedelta(hours=hours))
            for one, may, hours in answers
        ),
    )

    async with database.read() as session:
        assert await channel_headers.earlier_answer(session, new) is True
