"""The real Alertmanager (Debian's prometheus-alertmanager) with a configuration of the docs' kind.

It fires, groups, resolves, and sends again what Scribe did not take while it was away.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.alerts import TOKEN, Alerted, listening
from tests.e2e.conftest import World
from tests.e2e.storm.processes import free_ports
from tests.until import until

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = [
    pytest.mark.storm,
    pytest.mark.skipif(PROGRAM is None, reason="prometheus-alertmanager is not installed"),
]
LONG = 110.0
"""Seconds that its patience, and that of a busy machine, may take."""
CONFIGURATION = """
route:
  receiver: scribe
  group_by: [alertname, service]
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 1h
receivers:
  - name: scribe
    webhook_configs:
      - url: {url}
        send_resolved: true
        max_alerts: 500
        http_config:
          authorization:
            credentials: {token}
"""


@dataclass
class Alertmanager:
    """The program, and what it is told by Prometheus."""

    url: str
    http: aiohttp.ClientSession
    began: dict[str, datetime] = field(default_factory=dict)

    async def alert(self, *instances: str, ended: bool = False, severity: str = "critical") -> None:
        """Alerts of one group fire, or have ended."""
        now = datetime.now(UTC)
        for instance in instances:
            self.began.setdefault(instance, now)
        body = [
            {
                "labels": {
                    "alertname": "HighErrorRate",
                    "service": "checkout",
                    "severity": severity,
                    "instance": instance,
                },
                "annotations": {"summary": "Checkout answers with errors"},
                "generatorURL": f"http://prometheus.example.com/graph?g0.expr={instance}",
                "startsAt": self.began[instance].isoformat(),
                "endsAt": (now + (timedelta() if ended else timedelta(hours=1))).isoformat(),
            }
            for instance in instances
        ]
        async with self.http.post(f"{self.url}/api/v2/alerts", json=body) as answer:
            assert answer.status == 200, await answer.text()
        for instance in instances if ended else ():
            del self.began[instance]


@contextmanager
def running(folder: Path, hook: str, port: int) -> Iterator[str]:
    """The program, until the end of this; its address."""
    assert PROGRAM is not None
    configuration = folder / "alertmanager.yml"
    configuration.write_text(CONFIGURATION.format(url=hook, token=TOKEN))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={configuration}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    hook_port = free_ports(1)[0]
    await listening(world, database_url, port=str(hook_port))
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


@pytest.fixture
async def alertmanager(
    alerted: Alerted, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Alertmanager]:
    folder, port = tmp_path_factory.mktemp("alertmanager"), free_ports(1)[0]
    with running(folder, f"{alerted.url}hooks/alertmanager", port) as url:

        async def is_ready() -> bool:
            try:
                async with alerted.http.get(f"{url}/-/ready") as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

        await until(is_ready)
        yield Alertmanager(url, alerted.http)


async def lines(alerted: Alerted, *begins: str) -> None:
    """Wait until the timeline's lines begin so."""

    async def are_there() -> bool:
        found = await alerted.lines()
        return len(found) == len(begins) and all(map(str.startswith, found, begins))

    with suppress(TimeoutError):
        await until(are_there, patience=LONG)
    found = await alerted.lines()
    assert await are_there(), found


@pytest.mark.timeout(400)
async def test_it_fires_groups_resolves_and_fires_again(alerted: Alerted, alertmanager: Alertmanager) -> None:
    await alertmanager.alert("web-1", "web-2")
    await lines(alerted, "2 alerts from Alertmanager: Checkout answers with errors")
    await alertmanager.alert("web-3")
    await lines(alerted, "3 alerts from Alertmanager")
    await alertmanager.alert("web-1", "web-2", "web-3", ended=True)
    await lines(alerted, "3 alerts from Alertmanager", "All 3 alerts from Alertmanager resolved")
    await alertmanager.alert("web-1")
    await lines(
        alerted,
        "3 alerts from Alertmanager",
        "All 3 alerts from Alertmanager resolved",
        "1 alert from Alertmanager",
    )
    await alerted.world.settled()

    assert await alerted.incidents() == [(1, "Checkout answers with errors")]
    assert [one for one in alerted.said() if "mitigated" in one.text.casefold()]


@pytest.mark.timeout(400)
async def test_what_fired_while_scribe_was_away_comes_once_it_is_back(
    alerted: Alerted, alertmanager: Alertmanager, database_url: str
) -> None:
    port = alerted.url.rstrip("/").rpartition(":")[2]
    await alerted.world.running.stop()
    await alertmanager.alert("web-1", "web-2")
    await asyncio.sleep(4)  # it tries and fails

    await listening(alerted.world, database_url, port=port)
    await lines(alerted, "2 alerts from Alertmanager")
    await alertmanager.alert("web-1", "web-2", ended=True)
    await lines(alerted, "2 alerts from Alertmanager", "All 2 alerts from Alertmanager resolved")

    assert len(await alerted.incidents()) == 1
    assert (await alerted.rows("SELECT count(*) FROM alert"))[0][0] == 2


@pytest.mark.timeout(400)
async def test_what_scribe_could_not_store_comes_again(
    alerted: Alerted, alertmanager: Alertmanager, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.http import hooks

    monkeypatch.setattr(hooks, "MOST_AT_ONCE", 0)
    await alertmanager.alert("web-1")

    async def is_refused() -> bool:
        async with alerted.http.get(f"{alerted.url}metrics") as answer:
            return 'scribe_hooks_total{hook="alertmanager",outcome="later"}' in await answer.text()

    await until(is_refused, patience=LONG)
    assert await alerted.incidents() == []
    monkeypatch.setattr(hooks, "MOST_AT_ONCE", 100)

    await lines(alerted, "1 alert from Alertmanager")
    assert len(await alerted.incidents()) == 1
