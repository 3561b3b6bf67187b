"""Deploys told by the team's tools: who may tell, what is kept of them, and where they are shown."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.http import hooks
from bot.slack.blocks.deploys import ADD_ACTION, ADD_ALL_ACTION, DISMISS_ACTION
from sandbox.records import Ephemeral, Message, Person
from storage import deploys
from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import TEN_PAST_TWO, World
from tests.e2e.test_hooks import locked
from tests.until import until

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


async def test_what_github_does_not_repeat_is_stored_after_the_answer(
    deployed: Alerted, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "STORED_WITHIN", 0.3)
    async with locked(database_url):
        assert await github(deployed, status()) == 503

    async def is_kept() -> bool:
        return bool(await kept(deployed))

    await until(is_kept)
    assert await github(deployed, status()) == 200
    assert len(await kept(deployed)) == 1


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


def at(minutes: float) -> str:
    """So many minutes before twenty past two, when incidents are declared here."""
    return (TEN_PAST_TWO + timedelta(minutes=10 - minutes)).isoformat()


def deploy(number: int, minutes: float, service: str = "checkout", state: str = "success") -> dict[str, Any]:
    began, ended = at(minutes), at(minutes - 1)
    return status(number, state, began=began, at=ended, repository=f"acme/{service}")


async def told(deployed: Alerted, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        assert await github(deployed, body) == 200


def message(deployed: Alerted) -> Message:
    """What the channel was told of deploys."""
    (found,) = [one for one in deployed.world.messages_of_scribe() if "in the hour before" in one.text]
    return found


def shown(blocks: Sequence[Mapping[str, Any]] | None) -> list[str]:
    return [block["text"]["text"] for block in blocks or [] if block["type"] == "section"]


def pressable(blocks: Sequence[Mapping[str, Any]] | None, action_id: str) -> list[str]:
    """The blocks in which a button stands."""
    return [
        block["block_id"]
        for block in blocks or []
        for button in (*block.get("elements", ()), block.get("accessory") or {})
        if button.get("action_id") == action_id
    ]


async def press(
    deployed: Alerted, who: Person, on: Message | Ephemeral, action_id: str, place: int = 0
) -> None:
    error = await deployed.world.workspace.click(
        who.id,
        channel_id=deployed.world.channel.id,
        message_ts=on.ts,
        action_id=action_id,
        block_id=pressable(on.blocks, action_id)[place],
    )
    assert error is None


@pytest.mark.on_each_database
async def test_the_channel_is_told_what_was_deployed_before_and_one_press_adds_it(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 90), deploy(2, 50), deploy(3, 5, state="failure"), deploy(4, 20))
    await world.open_here("Checkout is down")
    await world.settled()

    found = message(deployed)
    head, *lines = shown(found.blocks)
    assert head == ":arrow_up: *3 deploys of checkout in the hour before:*"
    assert [line.partition("  ")[2] for line in lines] == [
        f"Deploy of checkout main ({number:07x}) to production {state}, by octocat "
        "(<https://github.com/acme/checkout/deployments|its page>)"
        for number, state in ((3, "failed"), (4, "succeeded"), (2, "succeeded"))
    ]

    await asyncio.gather(
        press(deployed, world.ana, found, ADD_ALL_ACTION), press(deployed, world.ben, found, ADD_ALL_ACTION)
    )
    await until(lambda: not pressable(message(deployed).blocks, ADD_ALL_ACTION))
    await world.settled()

    rows = await deployed.rows(
        "SELECT number, kind, added_by, text FROM timeline_event ORDER BY occurred_at, number"
    )
    assert [row[0] for row in rows] == [1, 2, 3]
    assert {row[1] for row in rows} == {"deploy"} and len({row[2] for row in rows}) == 1
    assert rows[0][3].startswith("Deploy of checkout main (0000002)")
    assert all(line.endswith(":white_check_mark:") for line in shown(message(deployed).blocks)[1:])


async def test_each_can_be_added_alone_and_is_added_once(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 50), deploy(2, 5))
    await world.open_here("Checkout is down")
    await world.settled()
    found = message(deployed)

    await asyncio.gather(*(press(deployed, who, found, ADD_ACTION, 1) for who in (world.ana, world.ben)))
    await until(lambda: len(pressable(message(deployed).blocks, ADD_ACTION)) == 1)
    await world.settled()
    await press(deployed, world.ben, message(deployed), ADD_ACTION)
    await until(lambda: not pressable(message(deployed).blocks, ADD_ACTION))

    texts = [row[0] for row in await deployed.rows("SELECT text FROM timeline_event ORDER BY number")]
    assert ["(0000001)" in texts[0], "(0000002)" in texts[1], len(texts)] == [True, True, 2]


async def test_nothing_is_told_where_nothing_was_deployed(deployed: Alerted) -> None:
    await told(deployed, deploy(1, 90))
    await deployed.world.open_here("Checkout is down")
    await deployed.world.settled()

    assert not [one for one in deployed.world.messages_of_scribe() if "hour before" in one.text]
    answer = await deployed.world.command(deployed.world.ana, "/timeline deploys")
    assert "Scribe was told of no deploy in the hour before INC-1" in answer


async def test_where_the_impact_began_is_what_counts(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 90), deploy(2, 5))
    await world.command(world.ana, "/incident start here Checkout is down since 13:10 UTC")
    await world.settled()

    assert ["(0000001)" in line for line in shown(message(deployed).blocks)[1:]] == [True]


async def test_those_of_the_service_in_the_title_come_first_and_others_are_counted(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, *(deploy(number, number, "cart") for number in range(2, 9)), deploy(40, 40))
    await world.open_here("Checkout is down")
    await world.settled()

    found = message(deployed)
    head, *lines = shown(found.blocks)
    assert head == ":arrow_up: *8 deploys in the hour before:*"
    assert ["checkout" in line for line in lines] == [True, False, False, False, False]
    assert "and 3 more: `/timeline deploys INC-1` lists further ones." in str(found.blocks)


async def test_an_alert_that_declares_tells_them_in_its_channel(deployed: Alerted) -> None:
    await told(deployed, deploy(1, 5, "cart"), deploy(2, 15, "payments"))
    paying = alert(summary="Nobody can pay")
    paying["labels"]["service"] = "Payments"
    assert await deployed.tell(group(paying)) == 200
    await deployed.world.settled()

    (found,) = [one for one in deployed.said() if "hour before" in one.text]
    assert found.text == "2 deploys in the hour before INC-1 began"
    assert ["payments" in line for line in shown(found.blocks)[1:]] == [True, False]


async def test_people_of_another_company_are_not_told(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 5))
    world.workspace.share_channel(world.channel.id, "T0OTHERS")
    await world.settled()
    await world.open_here("Checkout is down")
    await world.settled()

    assert not [one for one in world.messages_of_scribe() if "hour before" in one.text]


async def test_the_words_of_a_tool_call_nobody_and_are_formatted_as_nothing(deployed: Alerted) -> None:
    world = deployed.world
    odd = deploy(1, 5)
    odd["deployment"] |= {"ref": "<!channel> *v1*", "creator": {"login": f"<@{world.ana.id}>"}}
    odd["deployment_status"]["log_url"] = "javascript:alert(1)"
    await told(deployed, odd)
    await world.open_here("Checkout is down")
    await world.settled()

    (line,) = shown(message(deployed).blocks)[1:]
    assert "<!channel>" not in line and f"<@{world.ana.id}>" not in line and "javascript" not in line
    assert "&lt;!channel&gt;" in line and " *v1*" not in line


async def test_they_are_suggested_for_the_timeline_until_somebody_decides(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 50), deploy(2, 5))
    await world.open_here("Checkout is down")
    await world.command(world.ana, "/timeline suggest")

    def listed() -> Ephemeral:
        return world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]

    assert shown(listed().blocks)[0] == "*2 deploys in the hour before INC-1*"
    await press(deployed, world.ana, listed(), DISMISS_ACTION)
    await until(lambda: "1 deploy in the hour" in shown(listed().blocks)[0])
    await world.settled()
    await press(deployed, world.ana, listed(), ADD_ACTION)
    await until(lambda: "Nothing more to suggest" in listed().text)
    await world.settled()

    rows = await deployed.rows("SELECT kind, text FROM timeline_event")
    assert len(rows) == 1 and "(0000001)" in rows[0][1]
    assert [row[0] for row in await deployed.rows("SELECT key FROM dismissal")] != []
    await world.command(world.ana, "/timeline deploys")
    assert [line.endswith(":white_check_mark:") for line in shown(listed().blocks)[1:]] == [False, True]


async def test_it_stands_in_the_draft_with_its_sign_and_its_link(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 5))
    await world.open_here("Checkout is down")
    await world.settled()
    await press(deployed, world.ana, message(deployed), ADD_ACTION)
    await until(lambda: not pressable(message(deployed).blocks, ADD_ACTION))
    await world.command(world.ana, "/resolve")
    await world.settled()

    (canvas,) = world.workspace.canvases.values()
    (line,) = [line for line in canvas.markdown.splitlines() if "Deploy of checkout" in line and "⬆" in line]
    assert "https://github.com/acme/checkout/deployments" in line


async def test_what_is_forgotten_by_now_is_said(deployed: Alerted) -> None:
    world = deployed.world
    await told(deployed, deploy(1, 5))
    await world.open_here("Checkout is down")
    await world.settled()
    async with deployed.running.scribe.database.write() as session:
        await deploys.forget(session, TEN_PAST_TWO + timedelta(days=3))
    await press(deployed, world.ana, message(deployed), ADD_ACTION)

    def answers() -> list[str]:
        return [one.text or "" for one in world.workspace.ephemerals(world.ana.id, world.channel.id)]

    await until(lambda: any("remembers a deploy for two days" in one for one in answers()))
    assert await deployed.lines() == []
