"""Workspaces that one process serves: nothing of one is seen in another, or waits for another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.app import start
from sandbox.records import Message
from storage import outbox
from storage.outbox import NewIntent
from storage.tables import Incident, Intent, TimelineEvent
from storage.tables import Message as Kept
from storage.vocabulary import IntentState
from tests.e2e.many import Home, ManyWorlds, many_worlds
from tests.until import until

pytestmark = pytest.mark.on_each_database
CHANNEL, PERSON = "C0SAME0000", "U0SAME0000"


@pytest.fixture
async def worlds(database_url: str, is_patient: bool) -> AsyncIterator[ManyWorlds]:
    async with many_worlds(database_url) as worlds:
        await worlds.install(worlds.acme)
        await worlds.install(worlds.beta)
        yield worlds


def said_by_scribe(home: Home, channel_id: str = "") -> list[Message]:
    said = home.workspace.messages(channel_id or home.channel.id)
    return [one for one in said if one.bot_id == home.workspace.bot_id]


def everything_sent_to(home: Home) -> str:
    """What Scribe told a workspace, whichever way."""
    return " ".join(str(dict(call.args)) for call in home.workspace.all_calls)


async def incidents(worlds: ManyWorlds) -> list[Incident]:
    async with worlds.database.read() as session:
        return list(await session.exec(select(Incident).order_by(Incident.id)))


async def test_each_counts_its_own_incidents_and_shows_no_other_s(worlds: ManyWorlds) -> None:
    acme, beta = worlds.acme, worlds.beta
    await worlds.command(acme, "/incident start here Quagga at the gate")
    await worlds.command(beta, "/incident start here Okapi in the hall")
    for home, word in ((acme, "quagga"), (beta, "okapi")):
        ts = home.workspace.say(home.ana.id, home.channel.id, f"The {word} is out.")
        home.workspace.react(home.ana.id, home.channel.id, ts, "pushpin")
        await worlds.settled()
        home.workspace.open_home(home.ana.id)
        await worlds.command(home, "/timeline add now Fed it")
        await worlds.command(home, f"/incident task add Lock up the {word}")
        await worlds.command(home, "/resolve It came back")
        await worlds.command(home, "/incident start here Another beast")

    for home, own, other in ((acme, "uagga", "kapi"), (beta, "kapi", "uagga")):
        shown = [
            await worlds.command(home, command)
            for command in (
                "/incident list",
                "/incident show INC-1",
                "/timeline",
                "/incident task list",
                f"/postmortem search {other}",
                "/incident similar",
                "/postmortem status",
            )
        ]
        home.workspace.open_home(home.ana.id)
        await worlds.settled()
        shown += [str(home.workspace.homes[home.ana.id]), everything_sent_to(home)]
        shown += [canvas.markdown for canvas in home.workspace.canvases.values()]
        assert own in " ".join(shown)
        assert other not in " ".join(shown).replace(f"search {other}", "").replace(f"“{other}”", "")
    numbers = [(one.team_id, one.number) for one in await incidents(worlds)]
    assert sorted(numbers) == sorted(
        (home.workspace.team_id, number) for home in (acme, beta) for number in (1, 2)
    )


async def test_the_same_ids_in_two_workspaces_are_not_the_same(worlds: ManyWorlds) -> None:
    """Of Slack Connect and Grid: a channel, a person and a message that both workspaces know."""
    for home in (worlds.acme, worlds.beta):
        person = home.workspace.add_person("same", user_id=PERSON)
        home.channel = home.workspace.add_channel(
            "shared", channel_id=CHANNEL, members=[person.id, home.ana.id, home.workspace.bot_user_id]
        )
        await worlds.command(home, f"/incident start here Of {home.workspace.team_name}")
    acme, beta = worlds.acme.workspace, worlds.beta.workspace
    ts = acme.say(PERSON, CHANNEL, "Said in Acme.")
    acme.react(PERSON, CHANNEL, ts, "pushpin")
    beta.clock = acme.clock
    await worlds.settled()

    async with worlds.database.read() as session:
        kept = list(await session.exec(select(Kept).where(Kept.ts == ts)))
        events = list(await session.exec(select(TimelineEvent).where(TimelineEvent.message_ts == ts)))
    assert {one.team_id for one in kept} == {one.team_id for one in events} == {acme.team_id}
    assert "Said in Acme" in await worlds.command(worlds.acme, "/timeline")
    assert "Said in Acme" not in await worlds.command(worlds.beta, "/timeline")
    for home in (worlds.acme, worlds.beta):
        home.workspace.open_home(PERSON)
    await worlds.settled()
    assert "Of Beta" not in str(acme.homes[PERSON])
    assert "Of Acme" not in str(beta.homes[PERSON])


async def test_an_event_of_a_channel_that_another_hosts_is_its_installation_s(worlds: ManyWorlds) -> None:
    acme, beta = worlds.acme, worlds.beta
    acme.workspace.share_channel(acme.channel.id, beta.workspace.team_id, is_hosted_there=True)
    await worlds.command(acme, "/incident start here Shared trouble")
    ts = acme.workspace.say(acme.ana.id, acme.channel.id, "Ours to record.")
    await worlds.settled()

    async with worlds.database.read() as session:
        (kept,) = await session.exec(select(Kept).where(Kept.ts == ts))
    assert kept.team_id == acme.workspace.team_id


async def test_a_token_that_is_refused_halts_its_own_workspace_alone(worlds: ManyWorlds) -> None:
    acme, beta = worlds.acme, worlds.beta
    await worlds.command(acme, "/incident start here First")
    for token in worlds.sandbox.installs.tokens.values():
        if token.workspace is acme.workspace:
            token.why_refused = "token_revoked"
    ts = acme.workspace.say(acme.ana.id, acme.channel.id, "Marked while halted.")
    acme.workspace.react(acme.ana.id, acme.channel.id, ts, "pushpin")
    await until(lambda: worlds.many.halted == 1)

    assert "INC-1" in await worlds.command(beta, "/incident start here Goes on")
    assert said_by_scribe(beta)
    await worlds.install(acme)
    await worlds.settled()
    await until(lambda: worlds.many.halted == 0)
    await worlds.settled()
    reactions = acme.workspace.message(acme.channel.id, ts).reactions
    assert acme.workspace.bot_user_id in reactions["white_check_mark"]


async def test_one_that_is_limited_keeps_no_other_waiting(worlds: ManyWorlds) -> None:
    acme, beta = worlds.acme, worlds.beta
    for home in (acme, beta):
        await worlds.command(home, "/incident start here Trouble")
    acme.workspace.refuse("reactions.add", "ratelimited", status=429, retry_after=3600, times=1)
    marked = {}
    for home in (acme, beta):
        for number in range(40):
            ts = home.workspace.say(home.ana.id, home.channel.id, f"Step {number}.")
            home.workspace.react(home.ana.id, home.channel.id, ts, "pushpin")
            marked[home.workspace.team_id] = ts

    def is_confirmed() -> bool:
        said = beta.workspace.message(beta.channel.id, marked[beta.workspace.team_id])
        return beta.workspace.bot_user_id in said.reactions.get("white_check_mark", [])

    await until(is_confirmed)
    unconfirmed = acme.workspace.message(acme.channel.id, marked[acme.workspace.team_id]).reactions
    assert "white_check_mark" not in unconfirmed


async def test_what_names_no_workspace_is_sent_with_nobody_s_token(worlds: ManyWorlds) -> None:
    before = [len(home.workspace.all_calls) for home in (worlds.acme, worlds.beta)]
    url = f"{worlds.sandbox.url}commands/T0/1/x"
    async with worlds.database.write() as session:
        nobodys = NewIntent("reply", "reply:x", "reply:x", {"response_url": url, "text": "x"})
        await outbox.ask(session, [nobodys], asked_at=datetime.now(UTC))
    await worlds.settled()

    async with worlds.database.read() as session:
        (intent,) = await session.exec(select(Intent).where(Intent.key == "reply:x"))
    assert (intent.team_id, intent.state, intent.attempts) == (None, IntentState.WAITING, 0)
    assert [len(home.workspace.all_calls) for home in (worlds.acme, worlds.beta)] == before


async def test_where_it_is_not_installed_one_is_told_so(worlds: ManyWorlds) -> None:
    stranger = worlds.sandbox.add_workspace(team_name="Gamma", domain="gamma")
    eva = stranger.add_person("eva")
    channel = stranger.add_channel("ops", members=[eva.id, stranger.bot_user_id])
    await worlds.sandbox.verify(f"{worlds.url}slack/events")

    answer = await stranger.command(eva.id, channel.id, "/incident", "start here x")
    stranger.say(eva.id, channel.id, "Nobody records this.")
    await worlds.settled()

    assert "not installed in this workspace" in answer.messages[0].text
    assert not await incidents(worlds)
    assert not stranger.all_calls


@pytest.mark.only_on("postgresql")
async def test_what_one_replica_installs_every_replica_serves(database_url: str, is_patient: bool) -> None:
    async with many_worlds(database_url) as worlds:
        other = await start(worlds.settings)
        try:
            assert other.transports.server
            await worlds.install(worlds.acme)
            await worlds.sandbox.verify(f"{other.transports.server.url}slack/events")

            assert "INC-1" in await worlds.command(worlds.acme, "/incident start here Elsewhere")
            await until(lambda: bool(said_by_scribe(worlds.acme)))
        finally:
            await other.stop()
