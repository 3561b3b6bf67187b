"""The door of the hooks: who is let in, what is refused for good, and what is to be sent again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import aiohttp
import psycopg
import pytest
from typer.testing import CliRunner

from bot import cli
from bot.app import CannotStart
from bot.connect.registry import SHIPPED
from bot.http import hooks
from tests.e2e.alerts import TOKEN, Alerted, alert, group, listening
from tests.e2e.conftest import PATIENT, World, connected


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


async def test_who_has_no_token_is_not_let_in(alerted: Alerted) -> None:
    assert await alerted.tell(group(alert()), token="another-token-0123456") == 401
    assert await alerted.tell(group(alert()), Authorization="") == 401
    assert await alerted.incidents() == []


async def test_the_token_may_be_a_password(alerted: Alerted) -> None:
    as_password = "Basic " + base64.b64encode(f"anybody:{TOKEN}".encode()).decode()

    assert await alerted.tell(group(alert()), Authorization=as_password) == 200


async def test_what_would_be_the_same_when_it_came_again_is_refused(alerted: Alerted) -> None:
    too_large = group(alert(summary="x" * hooks.MOST_BYTES))

    assert await alerted.tell({"version": "9"}) == 400
    assert await alerted.tell([1, 2, 3]) == 400
    assert await alerted.tell(too_large) == 413
    assert await alerted.tell(group(alert()), "nobodys") == 404


async def test_a_kind_that_nobody_knows_is_well_and_dropped(alerted: Alerted) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data": {"anything": 1}}

    assert await alerted.tell(event, "cloudevents") == 200
    assert await alerted.rows("SELECT id FROM alert") == []


async def test_unknown_fields_pass(alerted: Alerted) -> None:
    body = {
        **group({**alert(), "since_next_version": {"a": [1]}}),
        "notification_reason": "first notification",
    }

    assert await alerted.tell(body) == 200
    assert len(await alerted.incidents()) == 1


async def test_what_no_database_takes_harms_nobody_beside_it(alerted: Alerted) -> None:
    odd = alert("odd", summary="a\x00b \ud800 c")
    odd["fingerprint"] = "f\x00\udfff" * 500
    sent = json.dumps(group(odd, alert("fine"), key="k\x00" * 900))

    async with alerted.http.post(
        f"{alerted.url}hooks/alertmanager", data=sent, headers={"Authorization": f"Bearer {TOKEN}"}
    ) as answer:
        assert answer.status == 200
    assert (await alerted.rows("SELECT count(*) FROM alert"))[0][0] == 2


@asynccontextmanager
async def locked(database_url: str) -> AsyncIterator[None]:
    """Somebody else holds what every delivery must write."""
    if database_url.startswith("sqlite"):
        file = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, timeout=30, check_same_thread=False)) as other:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # Scribe may be writing just now
            yield
            other.rollback()
        return
    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE alert IN ACCESS EXCLUSIVE MODE")
        yield
        holder.rollback()


@pytest.mark.on_each_database
async def test_what_could_not_be_stored_is_to_be_sent_again_and_counts_once(
    alerted: Alerted, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "STORED_WITHIN", 0.3)
    async with locked(database_url):
        statuses = await asyncio.gather(*(alerted.tell(group(alert())) for _ in range(5)))
    assert statuses == [503] * 5

    monkeypatch.setattr(hooks, "STORED_WITHIN", PATIENT)
    assert await alerted.tell(group(alert())) == 200
    await alerted.world.settled()
    assert len(await alerted.incidents()) == 1
    assert len(await alerted.lines()) == 1


async def test_too_much_at_once_is_to_be_sent_again(
    alerted: Alerted, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(hooks, "STORED_WITHIN", 2.0)
    async with locked(database_url):
        statuses = await asyncio.gather(*(alerted.tell(group(alert())) for _ in range(8)))

    assert statuses == [503] * 8
    assert await alerted.tell(group(alert())) == 200


async def test_without_a_secret_there_is_no_hook(world: World, database_url: str) -> None:
    await listening(world, database_url, hooks_token="")
    async with aiohttp.ClientSession() as http:
        assert await Alerted(world, http).tell(group(alert())) == 404


async def test_in_http_mode_they_stand_beside_slacks_requests(world: World, database_url: str) -> None:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        alerted = Alerted(world, http)
        async with http.get(f"{alerted.url}healthz") as answer:
            assert answer.status == 200
        assert await alerted.tell(group(alert())) == 200


async def test_grafanas_signature_stands_for_the_token(world: World, database_url: str) -> None:
    secret = "what-grafana-signs-with"
    await listening(world, database_url, grafana_secret=secret)
    body = json.dumps({**group(alert()), "version": "1"}).encode()

    def headers(at: int, signed: bytes) -> dict[str, str]:
        mac = hmac.new(secret.encode(), f"{at}:".encode() + signed, hashlib.sha256).hexdigest()
        return {"X-Grafana-Alerting-Timestamp": str(at), "X-Grafana-Alerting-Signature": mac}

    async with aiohttp.ClientSession() as http:
        alerted = Alerted(world, http)

        async def post(named: dict[str, str]) -> int:
            async with http.post(f"{alerted.url}hooks/grafana", data=body, headers=named) as answer:
                return answer.status

        now = int(time.time())
        assert await post({"Authorization": f"Bearer {TOKEN}"}) == 401
        assert await post(headers(now, body + b" ")) == 401
        assert await post(headers(now - 600, body)) == 401
        assert await post(headers(now, body)) == 200
        assert len(await alerted.incidents()) == 1


async def test_a_mapping_that_cannot_be_used_ends_the_start_in_a_sentence(
    world: World, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("hooks")
    (folder / "uptime.toml").write_text("sender = 1")
    await world.running.stop()

    with pytest.raises(CannotStart, match="uptime"):
        await connected(world.sandbox, database_url, hooks_token=TOKEN, port="0", hooks_dir=str(folder))


async def test_the_metrics_tell_what_became_of_deliveries(alerted: Alerted) -> None:
    await alerted.tell(group(alert()))
    await alerted.tell(group(alert()))
    async with alerted.http.get(f"{alerted.url}metrics") as answer:
        page = await answer.text()

    assert 'scribe_hooks_total{hook="alertmanager",outcome="recorded"}' in page
    assert 'scribe_hooks_total{hook="alertmanager",outcome="repeated"}' in page


async def test_the_terminal_asks_the_scribe_that_runs_and_leaves_no_trace(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "HOOKS_TOKEN": TOKEN,
        "PORT": alerted.url.rstrip("/").rpartition(":")[2],
    }.items():
        monkeypatch.setenv(name, value)

    async def said(hook: str) -> tuple[int, str]:
        ended = await asyncio.to_thread(CliRunner().invoke, cli.app, ["connect", "check", hook])
        return ended.exit_code, ended.output

    for hook in SHIPPED:
        code, told = await said(hook)
        assert (code, "takes the token" in told) == (0, True), told
    monkeypatch.setenv("HOOKS_TOKEN", "another-token-of-the-tests")
    code, told = await said("alertmanager")

    assert (code, "answered 401" in told) == (1, True)
    assert await alerted.rows("SELECT id FROM alert_group") == []
