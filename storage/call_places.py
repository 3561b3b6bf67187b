"""How often the replicas together may still call Slack: one table of the places they have taken.

A method of a workspace has so many places for any minute. A call takes one before it is made, and says
when its answer came; the place is free a minute after that. While a call is under way its place is a lease
that is renewed. So a replica that dies leaves each standing for a few seconds, as what Slack may still take,
and a minute more: what Slack counted is counted here too, and nothing stays taken. Every time is the
server's, so that no replica's clock matters. PostgreSQL only: on SQLite there is one process, which paces
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock

HELD_FOR = 4.0
"""Seconds after which a call has ended whose replica was not heard of again: it died."""


@dataclass(frozen=True)
class Pacing:
    """What a method allows: `places` in any `window` seconds, `in_channel` of them in `channel_window`."""

    places: int
    window: float
    in_channel: int | None = None
    channel_window: float = 1.0


@dataclass(frozen=True)
class Taken:
    """The place that was taken, or None and the seconds after which one may be free."""

    place_id: int | None
    after: float = 0.0


_TAKE = text("""
WITH gone AS (
  DELETE FROM call_place
  WHERE team_id = :team_id AND method = :method
    AND ended_at <= clock_timestamp() - make_interval(secs => :window)
), standing AS (
  SELECT coalesce(sum(places), 0) AS all_places,
         coalesce(sum(places) FILTER (
           WHERE channel_id = :channel_id
             AND ended_at > clock_timestamp() - make_interval(secs => :channel_window)), 0) AS in_channel,
         min(ended_at) AS oldest,
         min(ended_at) FILTER (
           WHERE channel_id = :channel_id
             AND ended_at > clock_timestamp() - make_interval(secs => :channel_window)) AS oldest_in_channel
  FROM call_place
  WHERE team_id = :team_id AND method = :method
    AND ended_at > clock_timestamp() - make_interval(secs => :window)
), made AS (
  INSERT INTO call_place (team_id, method, channel_id, places, ended_at)
  SELECT :team_id, :method, CAST(:channel_id AS varchar), 1,
         clock_timestamp() + make_interval(secs => :held_for)
  FROM standing
  WHERE all_places < :places AND in_channel < :in_channel
  RETURNING id
)
SELECT (SELECT id FROM made),
       extract(epoch FROM CASE
         WHEN all_places >= :places THEN oldest + make_interval(secs => :window)
         ELSE oldest_in_channel + make_interval(secs => :channel_window)
       END - clock_timestamp())
FROM standing
""")


async def take(
    session: AsyncSession, team_id: str, method: str, channel_id: str | None, pacing: Pacing, *, kept: int = 0
) -> Taken:
    """Take a place beyond the `kept` ones, if one is free."""
    await advisory_lock(session, f"calls:{team_id}:{method}")
    asked = {
        "team_id": team_id,
        "method": method,
        "channel_id": channel_id,
        "places": pacing.places - kept,
        "window": pacing.window,
        "in_channel": pacing.places if pacing.in_channel is None else pacing.in_channel,
        "channel_window": pacing.channel_window,
        "held_for": HELD_FOR,
    }
    place_id, after = (await (await session.connection()).execute(_TAKE, asked)).one()
    return Taken(place_id, 0.0 if place_id is not None else max(float(after or 0.0), 0.0))


async def settle(
    session: AsyncSession,
    ended: Sequence[tuple[int, float]],
    unused: Sequence[int],
    under_way: Sequence[int] = (),
) -> None:
    """Note of places how many seconds ago their calls ended, give back those without a call, and hold on to
    those whose calls are under way.
    """
    connection = await session.connection()
    if under_way:
        await connection.execute(
            text(
                "UPDATE call_place SET ended_at = clock_timestamp() + make_interval(secs => :held_for) "
                "WHERE id = ANY(CAST(:ids AS integer[]))"
            ),
            {"ids": list(under_way), "held_for": HELD_FOR},
        )
    if ended:
        await connection.execute(
            text(
                "UPDATE call_place SET ended_at = clock_timestamp() - make_interval(secs => done.ago) "
                "FROM unnest(CAST(:ids AS integer[]), CAST(:agos AS float[])) AS done(id, ago) "
                "WHERE call_place.id = done.id"
            ),
            {"ids": [place_id for place_id, _ in ended], "agos": [ago for _, ago in ended]},
        )
    if unused:
        await connection.execute(
            text("DELETE FROM call_place WHERE id = ANY(CAST(:ids AS integer[]))"),
            {"ids": list(unused)},
        )


async def pause(session: AsyncSession, team_id: str, method: str, pacing: Pacing, seconds: float) -> None:
    """Take every place of a method for so many seconds, as Slack's Retry-After asks."""
    connection = await session.connection()
    await connection.execute(
        text(
            "INSERT INTO call_place (team_id, method, places, ended_at) VALUES "
            "(:team_id, :method, :places, clock_timestamp() + make_interval(secs => :seconds))"
        ),
        {
            "team_id": team_id,
            "method": method,
            "places": pacing.places,
            "seconds": seconds - pacing.window,
        },
    )
