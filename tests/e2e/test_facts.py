"""What happens in Slack becomes facts: who came when, what bots said, what Scribe itself says is no fact."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.postmortem.compiling import compile_facts
from bot.postmortem.facts import Facts
from bot.postmortem.gather import snapshot
from bot.slack.names import names_in
from sandbox.records import Person
from storage import incidents, participation
from tests.e2e.conftest import TEN_PAST_TWO, World


async def facts(world: World) -> Facts:
    """The facts of the channel's newest incident."""
    services = world.running.scribe
    async with services.database.read() as session:
        incident = await incidents.of_channel(session, services.workspace.team_id, world.channel.id)
        assert incident is not None
        rows = await snapshot(session, incident)
    find_names = partial(names_in, services.directory)
    return (await compile_facts(rows, services.workspace, services.settings, find_names)).facts


async def arrivals(world: World) -> dict[str, datetime]:
    services = world.running.scribe
    async with services.database.read() as session:
        return await participation.arrivals(session, services.workspace.team_id, world.channel.id)


def clock(text: str) -> datetime:
    hour, minute = text.split(":")
    return TEN_PAST_TWO.replace(hour=int(hour), minute=int(minute))


async def come(world: World, name: str, at: str) -> Person:
    """Somebody new is invited into the channel."""
    person = world.workspace.add_person(name, real_name=name.title())
    world.at(at)
    world.workspace.invite(person.id, world.channel.id, by=world.ana.id)
    await world.sandbox.settled()
    return person


async def test_who_comes_during_the_incident_is_told_with_the_time(world: World) -> None:
    await world.open_here()
    dana = await come(world, "dana", "14:35")

    await world.say(dana, "How can I help?", at="14:36")
    told = {one.name: one for one in (await facts(world)).participants}

    joined = told["Dana"].came_at
    assert joined is not None
    assert joined.replace(second=0, microsecond=0) == clock("14:35")
    assert list(told) == ["Ben Okafor", "Dana"]


async def test_who_leaves_and_comes_again_came_when_they_first_did(world: World) -> None:
    await world.open_here()
    dana = await come(world, "dana", "14:35")
    world.workspace.leave(dana.id, world.channel.id)
    world.at("15:00")
    world.workspace.invite(dana.id, world.channel.id, by=world.ana.id)
    await world.sandbox.settled()

    assert (await arrivals(world))[dana.id] < clock("14:36")


async def test_a_channel_without_an_incident_keeps_no_arrivals(world: World) -> None:
    await come(world, "dana", "14:35")

    assert await arrivals(world) == {}


async def test_alerts_and_deploys_of_other_apps_are_facts_and_what_scribe_says_is_not(world: World) -> None:
    await world.open_here()
    world.at("14:22")
    alert = world.workspace.say_as_bot("Grafana", world.channel.id, text="p99 above 2 s")
    world.at("14:24")
    deploy = world.workspace.say_as_bot("CI", world.channel.id, text="Rolled back checkout to v40")
    await world.say(world.ana, "Better, see <https://status.example/7|status>.", at="14:40")
    await world.command(world.ben, "/resolve The rollback helped.", at="15:30")

    found = await facts(world)

    assert [(one.author, one.text) for one in found.alerts] == [
        ("Grafana", "p99 above 2 s"),
        ("CI", "Rolled back checkout to v40"),
    ]
    assert [one.permalink for one in found.deploys] == [world.workspace.permalink(world.channel.id, deploy)]
    assert [(one.kind, one.permalink) for one in found.suggestions] == [
        ("detected", world.workspace.permalink(world.channel.id, alert)),
        ("acknowledged", found.links[0].said.permalink),
    ]
    assert found.links[0].url == "https://status.example/7"
    assert found.silence is not None
    assert found.silence.permalink == world.workspace.permalink(world.channel.id, deploy)
    # Ben's first words, two alerts and Ana's answer; what Scribe posts is not counted
    assert found.coverage.seen == 4
    assert {one.name for one in found.participants} == {"Ana Ferreira", "Ben Okafor", "Grafana", "CI"}


async def test_an_alert_on_the_timeline_is_its_detection_with_its_evidence(world: World) -> None:
    await world.say(world.ben, "Good morning.", at="14:05")
    world.at("14:15")
    alert = world.workspace.say_as_bot("Grafana", world.channel.id, text="p99 above 2 s")
    await world.sandbox.settled()
    await world.open_here()
    await world.mark(world.ana, alert)
    await world.settled()

    found = await facts(world)

    assert found.detected is not None
    assert (found.detected.basis, found.detected.at.minute) == ("inferred", 15)
    assert found.detected.permalink == world.workspace.permalink(world.channel.id, alert)
    assert found.suggestions[0].kind == "detected"
    assert found.suggestions[0].permalink == found.detected.permalink
