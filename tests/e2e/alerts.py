"""A workspace whose Scribe is told of alerts, and who tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.app import Running
from sandbox.records import Message
from tests.e2e.conftest import World, connected

TOKEN = "a-token-of-the-tests-0123"


def alert(
    name: str = "web-1",
    *,
    fires: bool = True,
    severity: str = "critical",
    summary: str = "Checkout fails",
    began: str = "2023-09-10T14:05:00Z",
    **labels: str,
) -> dict[str, Any]:
    """One alert as Alertmanager sends it, with these labels besides its own."""
    return {
        "status": "firing" if fires else "resolved",
        "labels": {"alertname": "HighErrorRate", "instance": name, "severity": severity, **labels},
        "annotations": {"summary": summary},
        "startsAt": began,
        "endsAt": "0001-01-01T00:00:00Z" if fires else "2023-09-10T14:09:00Z",
        "generatorURL": f"http://prometheus.example.com:9090/graph?g0.expr={name}",
        "fingerprint": f"fp-{name}-{severity}",
    }


def group(*alerts: Mapping[str, Any], key: str = "checkout", hidden: int = 0) -> dict[str, Any]:
    """A delivery of Alertmanager's."""
    fires = any(one["status"] == "firing" for one in alerts)
    return {
        "version": "4",
        "groupKey": f'{{}}:{{service="{key}"}}',
        "truncatedAlerts": hidden,
        "status": "firing" if fires else "resolved",
        "receiver": "scribe",
        "groupLabels": {"alertname": "HighErrorRate"},
        "commonLabels": {"alertname": "HighErrorRate"},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com:9093",
        "alerts": list(alerts),
    }


@dataclass
class Alerted:
    """The world, and the address of its hooks."""

    world: World
    http: aiohttp.ClientSession

    @property
    def running(self) -> Running:
        return self.world.running

    @property
    def url(self) -> str:
        assert self.running.transports.server
        return self.running.transports.server.url

    async def tell(
        self, body: object, hook: str = "alertmanager", *, token: str = TOKEN, **headers: str
    ) -> int:
        """Send a delivery; the status that is answered."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {token}", **named}
        async with self.http.post(f"{self.url}hooks/{hook}", json=body, headers=sent) as answer:
            await answer.read()
            return answer.status

    async def rows(self, query: str) -> Sequence[Any]:
        """What the record says."""
        async with self.running.scribe.database.read() as session:
            return (await (await session.connection()).execute(text(query))).all()

    async def lines(self) -> list[str]:
        """The timelines of all incidents."""
        found = await self.rows("SELECT text FROM timeline_event ORDER BY incident_id, number")
        return [row[0] for row in found]

    async def incidents(self) -> list[tuple[int, str]]:
        """Number and title of each."""
        return [
            (row[0], row[1]) for row in await self.rows("SELECT number, title FROM incident ORDER BY number")
        ]

    def said(self, number: int = 1) -> list[Message]:
        """What Scribe said in an incident's own channel."""
        workspace = self.world.workspace
        own = [one for one in workspace.channels.values() if one.creator == workspace.bot_user_id]
        return self.world.messages_of_scribe(own[number - 1].id)


async def listening(world: World, database_url: str, **changes: str) -> None:
    """Have the world's Scribe restarted so that it can be told of alerts."""
    await world.running.stop()
    world.running = await connected(
        world.sandbox, database_url, **{"hooks_token": TOKEN, "port": "0", **changes}
    )
