"""Installed without one of the optional scopes: its feature says so in a sentence, nothing else breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.manifest import scopes
from bot.slack.optional_scopes import WITHOUT
from sandbox import groups
from storage import incidents, outbox_upkeep
from storage.outbox_upkeep import KEPT
from tests.e2e.conftest import PATIENT, RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.until import until

ALL = frozenset([*scopes()["bot"], *scopes()["bot_optional"]])


@asynccontextmanager
async def installed_without(scope: str, database_url: str, **settings: str) -> AsyncIterator[World]:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE, scopes=ALL - {scope}) as sandbox:
        workspace = sandbox.workspace
        workspace.deliveries.answer_within = PATIENT
        ana = workspace.add_person("ana", real_name="Ana Ferreira")
        ben = workspace.add_person("ben", real_name="Ben Okafor")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        world = World(sandbox, await connected(sandbox, database_url, **settings), ana, ben, channel)
        try:
            yield world
        finally:
            await world.running.stop()


async def kept(world: World) -> list[str]:
    """What Slack refused for good, or what nobody can tell whether it was done."""
    async with world.running.scribe.database.read() as session:
        return [
            f"{one.kind}: {one.failure}" for one in await outbox_upkeep.standing(session) if one.state in KEPT
        ]


async def help_of(world: World) -> str:
    """All that `/incident help` shows."""
    answer = await world.workspace.command(world.ana.id, world.channel.id, "/incident", "help")
    return str([message.blocks for message in answer.messages])


def test_what_is_left_out_is_known_of_every_optional_scope() -> None:
    assert WITHOUT.keys() == set(scopes()["bot_optional"])


@pytest.mark.parametrize("scope", WITHOUT)
async def test_without_it_an_incident_goes_its_whole_way(
    database_url: str, is_patient: bool, scope: str
) -> None:
    async with installed_without(scope, database_url) as world:
        await world.open_here()
        ts = await world.say(world.ana, "The pool was full <!subteam^S0ONCALL>", at="14:30")
        await world.mark(world.ana, ts)
        await world.command(world.ben, "/incident severity sev1", at="14:40")
        await world.command(world.ana, "/resolve The rollback helped", at="15:10")
        await world.command(world.ana, "/postmortem draft INC-1", at="15:20")

        assert await kept(world) == []
        assert not [one.text for one in world.messages_of_scribe() if "could not" in one.text]
        assert world.confirmed(ts)
        assert "The pool was full" in world.canvas()
        assert f"As this app is installed, {WITHOUT[scope]} ({scope})." in await help_of(world)


async def test_with_all_of_them_nothing_is_left_out(world: World) -> None:
    assert "As this app is installed" not in await help_of(world)


async def test_a_scope_granted_later_is_noticed_without_a_restart(
    database_url: str, is_patient: bool
) -> None:
    async with installed_without("pins:write", database_url) as world:
        world.workspace.scopes = ALL
        await world.open_here()

        assert "As this app is installed" not in await help_of(world)


async def test_a_public_channel_it_may_not_join_invites_it(database_url: str, is_patient: bool) -> None:
    async with installed_without("channels:join", database_url) as world:
        ops = world.workspace.add_channel("ops", members=[world.ana.id])

        answer = await world.command(world.ana, "/incident start here Checkout is down", channel=ops.id)

        assert "INC-1 is open, but I can't hear this channel yet. Say `/invite`" in answer
        world.workspace.invite(world.workspace.bot_user_id, ops.id, by=world.ana.id)
        await until(lambda: bool(world.messages_of_scribe(ops.id)))
        ts = world.workspace.say(world.ana.id, ops.id, "Rolled back")
        world.workspace.react(world.ana.id, ops.id, ts, "pushpin")
        await world.settled()
        assert "Rolled back" in await world.command(world.ana, "/timeline", channel=ops.id)
        async with world.running.scribe.database.read() as session:
            (incident,) = await incidents.of_number(session, 1)
        assert not incident.is_private
        assert await kept(world) == []


async def test_the_channel_of_announcements_must_invite_it_then(database_url: str, is_patient: bool) -> None:
    async with installed_without("channels:join", database_url, announce_channel="#incidents") as world:
        place = world.workspace.add_channel("incidents", members=[world.ana.id])

        await world.open_here()

        said = "Scribe is not in ANNOUNCE_CHANNEL, and may join none by itself: invite it there"
        await until(lambda: any(said in one.text for one in world.messages_of_scribe()))
        world.workspace.invite(world.workspace.bot_user_id, place.id, by=world.ana.id)
        async with world.running.scribe.database.write() as session:
            await outbox_upkeep.retry(session, None, decided_kinds=frozenset())
        world.running.worker.wake()
        await until(lambda: bool(world.messages_of_scribe(place.id)))


async def test_groups_it_may_not_see_are_named_to_the_channel(database_url: str, is_patient: bool) -> None:
    async with installed_without("usergroups:read", database_url) as world:
        groups.add(world.workspace, "oncall", created_by=world.ana.id, members=[world.ben.id])
        world.running.scribe.settings.invite["sev1"] = "@oncall"

        await world.command(world.ana, "/incident start Checkout is down")
        await world.command(world.ana, "/incident INC-1 severity sev1")

        sentence = "groups cannot be looked up, since the app was installed without the scope usergroups:read"
        everywhere = [
            str(one.blocks)
            for channel in world.workspace.channels.values()
            for one in channel.messages.values()
        ]
        assert any(sentence in one for one in everywhere)
        assert await kept(world) == []


async def test_a_draft_has_no_picture_then_and_says_in_words_what_it_would_show(
    database_url: str, is_patient: bool
) -> None:
    async with installed_without("files:write", database_url) as world:
        await world.open_here()
        await world.mark(world.ana, await world.say(world.ana, "The pool was full", at="14:30"))
        await world.command(world.ana, "/resolve The rollback helped", at="15:10")

        assert "![" not in world.canvas().replace("![](", "")
        assert "The pool was full" in world.canvas()
        assert await kept(world) == []


async def test_a_file_that_nobody_can_look_for_is_not_sent_twice(database_url: str, is_patient: bool) -> None:
    """The answer to sharing it was lost, and without `files:read` nobody can tell whether it is there."""
    async with installed_without("files:read", database_url) as world:
        for method in ("canvases.create", "conversations.canvases.create"):
            world.workspace.refuse(method, "restricted_action", times=9)
        await world.open_here()
        world.workspace.refuse("chat.postMessage", "restricted_action", times=50)
        world.workspace.refuse("files.getUploadURLExternal", "file_uploads_disabled", times=2)  # the picture
        world.workspace.lose_answer("files.completeUploadExternal", times=1)

        await world.command(world.ana, "/resolve The rollback helped", at="15:10")

        assert len(world.workspace.calls("files.completeUploadExternal")) == 1
        (held,) = [one for one in await kept(world) if one.startswith("deliver_draft")]
        assert "the file may have been shared, and looking failed" in held
