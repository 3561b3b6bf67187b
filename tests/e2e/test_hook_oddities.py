"""Deliveries as tools in the field send them, other than their documentation's examples."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.e2e.alerts import TOKEN, Alerted, alert, group, listening
from tests.e2e.conftest import World

AS_BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


async def told(
    alerted: Alerted,
    body: object,
    headers: dict[str, str],
    *,
    method: str = "POST",
    hook: str = "alertmanager",
) -> tuple[int, dict[str, str]]:
    """Send a body as it is: bytes, or what gives them piece by piece; the status and headers answered."""
    url = f"{alerted.url}hooks/{hook}"
    async with alerted.http.request(method, url, data=body, headers=AS_BEARER | headers) as answer:
        await answer.read()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}


async def test_a_body_may_come_packed_in_pieces_and_called_anything(alerted: Alerted) -> None:
    said = json.dumps(group(alert())).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(said), 100):
            yield said[at : at + 100]

    packed, as_json = gzip.compress(said), {"Content-Type": "application/json"}
    assert (await told(alerted, packed, {"Content-Encoding": "gzip", **as_json}))[0] == 200
    assert (await told(alerted, pieces(), {"Content-Type": "text/plain"}))[0] == 200
    as_curl_calls_it = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await told(alerted, said, as_curl_calls_it))[0] == 200
    assert (await told(alerted, b"\xef\xbb\xbf" + said, as_json))[0] == 200
    assert len(await alerted.incidents()) == 1
    assert len(await alerted.rows("SELECT id FROM alert")) == 1

    status, headers = await told(alerted, said, {"Content-Encoding": "br"})
    assert (status, headers["accept-encoding"]) == (415, "gzip, deflate")
    assert (await told(alerted, said, {"Content-Encoding": "gzip"}))[0] == 400
    bomb = gzip.compress(json.dumps(group(alert(summary="x" * 5_000_000))).encode())
    assert (await told(alerted, bomb, {"Content-Encoding": "gzip"}))[0] == 413


async def test_a_sender_of_cloudevents_that_asks_first_may_send(alerted: Alerted) -> None:
    asks = {"WebHook-Request-Origin": "eventgrid.azure.net", "WebHook-Request-Rate": "120"}

    status, headers = await told(alerted, None, asks, method="OPTIONS", hook="cloudevents")

    assert status == 200
    assert (headers["webhook-allowed-origin"], headers["webhook-allowed-rate"]) == ("*", "*")
    assert (await told(alerted, None, asks, method="OPTIONS"))[0] == 405
    assert (await told(alerted, None, {}, method="OPTIONS", hook="cloudevents"))[0] == 405
    assert (await told(alerted, None, {}, method="GET"))[0] == 405
    assert (await told(alerted, None, {}, method="HEAD"))[0] == 405


@pytest.mark.parametrize(
    ("odd", "status", "declared"),
    [
        ({"alerts": []}, 200, False),
        ({"alerts": None}, 400, False),
        ({"alerts": [None, 5, []]}, 200, False),
        ({"alerts": [{}]}, 200, False),
        ({"commonLabels": None, "groupLabels": None, "commonAnnotations": None}, 200, True),
        ({"groupKey": None, "receiver": None, "externalURL": None, "truncatedAlerts": None}, 200, True),
        ({"status": None}, 200, True),
    ],
    ids=lambda odd: ",".join(odd) if isinstance(odd, dict) else "",
)
async def test_parts_that_are_empty_or_missing_keep_nothing_from_the_next(
    alerted: Alerted, odd: dict[str, Any], status: int, declared: bool
) -> None:
    assert await alerted.tell(group(alert()) | odd) == status
    assert len(await alerted.incidents()) == declared

    assert await alerted.tell(group(alert("web-2", summary="Search fails"), key="next")) == 200
    assert len(await alerted.incidents()) == declared + 1


async def test_one_alert_twice_huge_and_of_every_script_is_one_incident(alerted: Alerted) -> None:
    strange = {"ключ": "значение", "\u202eevil": "\ud800\x00<!channel>", "long": "x" * 300_000}
    told_twice = [alert("web-1", **strange), alert("web-1", **strange)]

    assert await alerted.tell(group(*told_twice)) == 200
    assert await alerted.tell(group(*reversed(told_twice))) == 200

    assert len(await alerted.incidents()) == 1
    assert len(await alerted.rows("SELECT id FROM alert")) == 1
    await alerted.world.settled()
    assert not any("<!channel>" in message.text for message in alerted.world.messages_of_scribe())
