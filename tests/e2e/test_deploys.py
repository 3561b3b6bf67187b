"""Deploys told by the team's tools: who may tell, what is kept of them, and where they are shown."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.e2e.alerts import Alerted, listening
from tests.e2e.conftest import World

SECRET = "the-secret-of-the-webhook"


@pytest.fixture
async def deployed(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url, github_hook_secret=SECRET, gitlab_hook_secret=SECRET)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


def status(
    number: int = 1,
    state: str = "success",
    *,
    began: str = "2023-09-10T13:50:00Z",
    at: str = "2023-09-10T13:52:00Z",
    repository: str = "acme/checkout",
    **deployment: Any,
) -> dict[str, Any]:
    """A deployment and how far it is, as GitHub tells it."""
    return {
        "action": "created",
        "deployment_status": {
            "id": number * 10,
            "state": state,
            "created_at": at,
            "environment": "production",
        },
        "deployment": {
            "id": number,
            "sha": f"{number:07x}bd8fca8fcc58a9a2d6c842781e32a215e",
            "ref": "main",
            "created_at": began,
            "creator": {"login": "octocat"},
            **deployment,
        },
        "repository": {
            "name": repository.partition("/")[2],
            "full_name": repository,
            "html_url": f"https://github.com/{repository}",
        },
    }


async def github(
    deployed: Alerted, body: object, event: str = "deployment_status", *, secret: str = SECRET
) -> int:
    """Send a delivery that is signed; the status that is answered."""
    sent = json.dumps(body).encode()
    signature = hmac.new(secret.encode(), sent, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": event, "X-Hub-Signature-256": f"sha256={signature}"}
    async with deployed.http.post(f"{deployed.url}hooks/github", data=sent, headers=headers) as answer:
        await answer.read()
        return answer.status


async def kept(deployed: Alerted) -> list[tuple[Any, ...]]:
    rows = await deployed.rows("SELECT service, version, state, who FROM deploy ORDER BY id")
    return [tuple(row) for row in rows]


@pytest.mark.on_each_database
async def test_a_deploy_is_kept_once_however_often_it_is_told(deployed: Alerted) -> None:
    statuses = await asyncio.gather(*(github(deployed, status()) for _ in range(5)))

    assert statuses == [200] * 5
    assert await kept(deployed) == [("checkout", "main (0000001)", "succeeded", "octocat")]


async def test_who_cannot_sign_tells_nothing(deployed: Alerted) -> None:
    assert await github(deployed, status(), secret="another-secret-0123456") == 401
    async with deployed.http.post(f"{deployed.url}hooks/github", json=status()) as unsigned:
        assert unsigned.status == 401
    assert await deployed.tell({"object_kind": "deployment"}, "gitlab", X_Gitlab_Token="wrong") == 401
    assert await kept(deployed) == []


async def test_of_runs_only_those_that_deploy_are_kept_and_other_events_are_dropped(
    deployed: Alerted,
) -> None:
    run = {
        "action": "completed",
        "workflow_run": {"id": 1, "name": "Tests", "conclusion": "success", "head_branch": "main"},
        "repository": {"name": "checkout", "full_name": "acme/checkout"},
    }
    assert await github(deployed, run, "workflow_run") == 200
    assert await github(deployed, {"zen": "Keep it logically awesome."}, "ping") == 200
    assert await kept(deployed) == []
    run["workflow_run"] = {**run["workflow_run"], "name": "Deploy"}  # type: ignore[dict-item]
    assert await github(deployed, run, "workflow_run") == 200
    assert await kept(deployed) == [("checkout", "main", "succeeded", None)]


async def test_other_tools_tell_by_the_same_hooks(deployed: Alerted) -> None:
    gitlab = {
        "object_kind": "deployment",
        "deployment_id": 15,
        "status": "running",
        "status_changed_at": "2023-09-10 15:50:00 +0200",
        "environment": "production",
        "short_sha": "279484c0",
        "project": {"path_with_namespace": "shop/cart", "web_url": "https://gitlab.example.com/shop/cart"},
        "user": {"username": "ana"},
    }
    event = {"specversion": "1.0", "id": "1", "source": "ci", "type": "any", "data": {"kind": "deploy"}}
    event["data"] = {"kind": "deploy", "service": "search", "version": "7"}  # type: ignore[assignment]

    assert await deployed.tell(gitlab, "gitlab", X_Gitlab_Token=SECRET) == 200
    assert await deployed.tell({**gitlab, "status": "success"}, "gitlab", X_Gitlab_Token=SECRET) == 200
    assert await deployed.tell(event, "cloudevents") == 200
    assert await kept(deployed) == [
        ("cart", "279484c", "succeeded", "ana"),
        ("search", "7", "succeeded", None),
    ]


async def test_a_storm_of_a_thousand_loses_and_doubles_nothing(deployed: Alerted) -> None:
    async def tell(number: int) -> None:
        for _ in range(200):
            if await github(deployed, status(number)) == 200:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it was never taken")

    for start in range(0, 1000, 250):
        await asyncio.gather(*(tell(number) for number in range(start, start + 250)))

    assert (await deployed.rows("SELECT count(*) FROM deploy"))[0][0] == 1000
    assert await deployed.incidents() == []
