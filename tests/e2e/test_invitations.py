"""Who is brought into an incident's channel by its severity: INVITE_SEV1 and its like."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.app import start
from sandbox import groups
from sandbox.errors import Refusal
from sandbox.faults import Fault
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Person
from sandbox.web_api import METHODS
from sandbox.web_api.asked import Asked
from tests.e2e.conftest import World, settings_for
from tests.e2e.test_declare import declared, fields, own


@dataclass
class Called:
    """A workspace whose settings call people: a group, a channel's members, and two people by name and id."""

    world: World
    oncall: list[Person]
    leads: list[Person]
    dora: Person
    app: Person

    def members(self, word: str) -> set[str]:
        return {*own(self.world, word).members}

    def told(self, channel: Channel) -> str:
        return "\n".join(f"{one.text} {one.blocks}" for one in self.world.messages_of_scribe(channel.id))


@pytest.fixture
async def called(world: World) -> AsyncIterator[Called]:
    workspace = world.workspace
    oncall = [workspace.add_person(f"oncall{number}") for number in range(3)]
    leads = [workspace.add_person(f"lead{number}") for number in range(2)]
    dora, app = workspace.add_person("dora"), workspace.add_person("robot", is_bot=True)
    groups.add(workspace, "oncall", created_by=world.ana.id, members=[one.id for one in oncall])
    workspace.add_channel("ops-leads", members=[workspace.bot_user_id, app.id, *(one.id for one in leads)])
    settings = settings_for(world.sandbox, world.running.scribe.settings.database_url)
    invite = {"sev1": f"@oncall, #ops-leads, {dora.id}, @nobody, #nowhere", "sev2": "@dora"}
    await world.running.stop()
    world.running = await start(settings.model_copy(update={"invite": invite}))
    await world.sandbox.wait_connected()
    yield Called(world, oncall, leads, dora, app)


async def test_everybody_named_is_invited_when_it_is_declared_and_what_stands_for_nobody_is_said_once(
    called: Called,
) -> None:
    world = called.world
    await declared(world, world.ana, fields("Checkout is down", severity="sev1"))

    people = {one.id for one in (*called.oncall, *called.leads, called.dora)}
    assert people <= called.members("checkout")
    assert called.app.id not in called.members("checkout")
    told = called.told(own(world, "checkout"))
    assert "`@nobody`: no group and nobody is called so" in told
    assert "`#nowhere`: there is no such channel" in told
    assert told.count("Not everybody of `INVITE_SEV1` was invited to INC-1.") == 1
    calls = [call.args["users"] for call in world.workspace.calls("conversations.invite")]
    assert len(calls) == 2  # who declared it, and all of them in one call


async def test_where_slack_refuses_all_for_one_and_does_not_say_for_whom_the_others_come(
    called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `conversations.invite` answered before it knew `force`: with the first error, and nobody invited."""
    world, invite = called.world, METHODS["conversations.invite"]

    def all_or_nobody(asked: Asked) -> JsonObject:
        if len(asked.ids("users")) > 1:
            raise Refusal("already_in_channel")
        if asked.ids("users") == [called.dora.id]:
            raise Refusal("cant_invite")
        return invite.handler(asked)

    monkeypatch.setitem(METHODS, invite.name, replace(invite, handler=all_or_nobody))
    await declared(world, world.ana, fields("Checkout is down", severity="sev1"))

    assert {one.id for one in (*called.oncall, *called.leads)} <= called.members("checkout")
    told = called.told(own(world, "checkout"))
    assert f"<@{called.dora.id}>: " in told
    assert not any(one.id in told for one in (*called.oncall, *called.leads))


async def test_they_are_invited_when_the_severity_rises_and_each_once(called: Called) -> None:
    world = called.world
    await declared(world, world.ana, fields("Checkout is down", severity="sev2"))
    channel = own(world, "checkout")
    assert called.dora.id in channel.members
    assert called.oncall[0].id not in channel.members

    world.workspace.leave(called.dora.id, channel.id)
    await world.command(world.ana, "/incident severity sev1", channel=channel.id)
    assert {one.id for one in called.oncall} <= {*channel.members}
    assert called.dora.id not in channel.members  # she was called before, and has left

    world.workspace.leave(called.oncall[0].id, channel.id)
    for severity in ("sev3", "sev1"):
        await world.command(world.ana, f"/incident severity {severity}", channel=channel.id)
    assert called.oncall[0].id not in channel.members


async def test_nobody_is_called_when_it_falls(called: Called) -> None:
    world = called.world
    await declared(world, world.ana, fields("Checkout is down"))
    channel = own(world, "checkout")
    before = len(world.workspace.calls("conversations.invite"))

    for severity in ("sev3", "sev4"):
        await world.command(world.ana, f"/incident severity {severity}", channel=channel.id)
    assert len(world.workspace.calls("conversations.invite")) == before


async def test_nobody_is_called_to_a_drill_or_into_a_private_channel(called: Called) -> None:
    world = called.world
    await declared(world, world.ana, fields("Checkout is down", severity="sev1", more=["drill"]))
    await declared(world, world.ana, fields("Vault is open", "private", severity="sev1"))

    assert called.dora.id not in called.members("checkout")
    assert called.dora.id not in called.members("vault")
    assert "INC-2 is private, so nobody of `INVITE_SEV1` was invited" in called.told(own(world, "vault"))


async def test_whom_slack_refuses_costs_that_person_alone(called: Called) -> None:
    world = called.world
    world.workspace.people[called.leads[0].id].deleted = True
    groups.add(world.workspace, "others", created_by=world.ana.id, members=["U0GONE", called.leads[1].id])
    scribe = world.running.scribe
    scribe.settings.invite["sev3"] = "@others"

    await declared(world, world.ana, fields("Checkout is down", severity="sev3"))

    assert called.leads[1].id in called.members("checkout")
    assert "<@U0GONE>: Slack does not know this person" in called.told(own(world, "checkout"))


async def test_a_refusal_to_show_groups_costs_the_group_alone(called: Called) -> None:
    world = called.world
    world.workspace.faults.stand("usergroups.list", Fault("missing_scope"))

    await declared(world, world.ana, fields("Checkout is down", severity="sev1"))

    assert {called.dora.id, *(one.id for one in called.leads)} <= called.members("checkout")
    assert "groups cannot be looked up, since the app was installed without" in called.told(
        own(world, "checkout")
    )


async def test_a_lost_answer_invites_nobody_twice_and_says_it_once(called: Called) -> None:
    world = called.world
    world.workspace.faults.add("chat.postMessage", Fault("internal_error", status=500, is_performed=True), 3)

    await declared(world, world.ana, fields("Checkout is down", severity="sev1"))

    told = called.told(own(world, "checkout"))
    assert told.count("Not everybody of `INVITE_SEV1` was invited to INC-1.") == 1
