"""Milestones, severity, roles, zone and stated durations, by command and in a form."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlmodel import col, select

from storage.incidents import milestones
from storage.tables import IncidentChange, Milestone, RoleHeld, StatedDuration
from tests.e2e.conftest import TEN_PAST_TWO, World
from tests.until import until


def at(clock: str) -> datetime:
    hour, minute = clock.split(":")
    return TEN_PAST_TWO.replace(hour=int(hour), minute=int(minute))


async def changes_of(world: World) -> list[tuple[str, str | None, str | None, str]]:
    async with world.running.scribe.database.read() as session:
        found = await session.exec(select(IncidentChange).order_by(col(IncidentChange.id)))
        return [(one.what, one.old, one.new, one.changed_by) for one in found]


async def milestones_of(world: World) -> dict[str, Milestone]:
    async with world.running.scribe.database.read() as session:
        return await milestones(session, 1)


def summary_of(world: World) -> str:
    return str(world.messages_of_scribe()[0].blocks)


async def open_form(world: World) -> str:
    """Ana asks for the form; its view id."""
    await world.command(world.ana, "/incident milestone set")
    await form_is_open(world)
    return world.workspace.open_views(world.ana.id)[-1].id


async def form_is_open(world: World) -> None:
    await until(lambda: world.workspace.open_views(world.ana.id))


# --- one line ------------------------------------------------------------------------------------------


async def test_a_milestone_is_stated_with_its_history_and_the_durations(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")

    first = await world.command(world.ana, "/incident milestone detected 14:15")
    second = await world.command(world.ana, "/incident milestone detected 14:12")

    assert "Time to detect 15 min" in first
    assert "time to mitigate unknown" in first
    assert "Time to detect 12 min" in second
    stated = (await milestones_of(world))["detected"]
    assert (stated.at, stated.basis, stated.stated_by) == (at("14:12"), "stated", world.ana.id)
    assert await changes_of(world) == [
        ("milestone:detected", None, "2023-09-10T14:15:00+00:00", world.ana.id),
        ("milestone:detected", "2023-09-10T14:15:00+00:00", "2023-09-10T14:12:00+00:00", world.ana.id),
    ]


async def test_each_persons_time_is_read_in_their_zone(world: World) -> None:
    await world.open_here()

    await world.command(world.ben, "/incident milestone ack 10:18")

    assert (await milestones_of(world))["acknowledged"].at == at("14:18")


async def test_without_a_time_it_is_now(world: World) -> None:
    await world.open_here()
    await world.say(world.ben, "Traffic is moved.", at="14:45")

    await world.command(world.ben, "/incident milestone mitigated")

    assert (await milestones_of(world))["mitigated"].at.replace(second=0, microsecond=0) == at("14:45")


async def test_the_start_reaches_the_summary(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident milestone impact started 14:05")

    assert f"<!date^{int(at('14:05').timestamp())}^" in summary_of(world)


async def test_an_impossible_order_is_taken_and_pointed_out(world: World) -> None:
    await world.open_here("Checkout is down since 14:15 UTC")

    answer = await world.command(world.ana, "/incident milestone detected 14:10")

    assert "Detected <!date^1694355000^" in answer
    assert "is before impact started <!date^1694355300^" in answer
    assert "contradictory (−5 min)" in answer
    assert (await milestones_of(world))["detected"].at == at("14:10")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("detected 16:00", "still to come"),
        ("detected 14:15 by Grafana", "can't read all of"),
        ("detected 14:05 - 14:10", "one moment, not a range"),
        ("defected 14:15", "I don't know the milestone `defected`"),
        ("<!channel> 14:15", "I don't know the milestone `!channel`"),
        ("resolved 14:15", "INC-1 is still open. Say `/resolve INC-1`"),
        ("clear mitigated", "Nobody has stated when it was mitigated"),
        ("clear", "Which milestone?"),
    ],
)
async def test_what_cannot_be_stated_is_refused_with_a_way_that_works(
    world: World, said: str, answer: str
) -> None:
    await world.open_here()

    told = await world.command(world.ana, f"/incident milestone {said}")

    assert answer in told
    assert "`" in told
    assert await changes_of(world) == []


async def test_a_statement_is_taken_back(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident milestone detected 14:15")

    answer = await world.command(world.ben, "/incident milestone clear detected")

    assert "unknown again" in answer
    assert "detected" not in await milestones_of(world)
    assert (await changes_of(world))[-1] == (
        "milestone:detected",
        "2023-09-10T14:15:00+00:00",
        None,
        world.ben.id,
    )


async def test_the_end_is_corrected_after_it_and_back_to_what_was_seen(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")
    await world.say(world.ben, "We are back.", at="15:30")
    await world.command(world.ana, "/resolve")
    seen = (await milestones_of(world))["resolved"]
    assert seen.basis == "observed"

    kept = await world.command(world.ana, "/incident milestone clear resolved")
    corrected = await world.command(world.ana, "/incident milestone resolved 15:10")

    assert "can't be taken back" in kept
    assert "time to resolve 1 h 10 min" in corrected
    assert "1 h 10 min" in summary_of(world)
    again = await world.command(world.ana, "/resolve")
    assert "|2023-09-10 15:10 UTC>" in again

    await world.command(world.ana, "/incident milestone clear resolved")

    back = (await milestones_of(world))["resolved"]
    assert (back.at, back.basis, back.stated_by) == (seen.at, "observed", world.ana.id)


async def test_all_six_are_shown_with_what_is_missing(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")
    await world.command(world.ana, "/incident milestone detected 14:15")

    answer = await world.command(world.ana, "/incident milestone")

    assert "impact started: <!date^1694354400^" in answer
    assert f"stated by <@{world.ana.id}>" in answer
    assert "mitigated: unknown, set it with `/incident milestone mitigated 14:15`" in answer
    assert "resolved: unknown, set it with `/resolve`" in answer
    assert world.workspace.open_views(world.ana.id) == []


@pytest.mark.parametrize(
    "verb", ["milestone", "milestone detected 14:15", "severity", "role", "zone", "duration"]
)
async def test_a_channel_without_an_incident_says_how_to_start_one(world: World, verb: str) -> None:
    answer = await world.command(world.ana, f"/incident {verb}")

    assert "This channel keeps no incident" in answer


async def test_two_people_at_once_each_change_once(world: World) -> None:
    await world.open_here()

    await asyncio.gather(
        world.command(world.ana, "/incident milestone detected 14:15"),
        world.command(world.ben, "/incident milestone detected 10:16"),
    )

    found = [(old, new) for _, old, new, _ in await changes_of(world)]
    assert found[0][0] is None
    assert found[1][0] == found[0][1]
    assert (await milestones_of(world))["detected"].at.isoformat() == found[1][1]


# --- the form ------------------------------------------------------------------------------------------


async def test_the_form_holds_what_is_known_and_states_what_was_changed(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")
    await world.command(world.ana, "/incident milestone detected 14:15")
    view_id = await open_form(world)

    held = {
        block["block_id"]: block["element"].get("initial_value")
        for block in world.workspace.open_views(world.ana.id)[-1].blocks
    }
    assert held == {
        "impact_started": "2023-09-10 14:00",
        "detected": "2023-09-10 14:15",
        "acknowledged": None,
        "identified": None,
        "mitigated": None,
    }
    values = {kind: {"value": text} for kind, text in held.items()}
    values["mitigated"] = {"value": "14:18"}
    values["detected"] = {"value": ""}
    await world.workspace.submit_view(world.ana.id, view_id, values)
    await world.settled()

    known = await milestones_of(world)
    assert {kind: one.at for kind, one in known.items()} == {
        "impact_started": at("14:00"),
        "mitigated": at("14:18"),
    }
    assert [what for what, *_ in await changes_of(world)] == [
        "milestone:detected",
        "milestone:detected",
        "milestone:mitigated",
    ]
    told = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1].text
    assert "time to mitigate 18 min" in told


async def test_a_field_that_holds_no_time_keeps_the_form_open(world: World) -> None:
    await world.open_here()
    view_id = await open_form(world)

    answer = await world.workspace.submit_view(
        world.ana.id, view_id, {"detected": {"value": "14:15"}, "mitigated": {"value": "25:99"}}
    )

    assert set(answer.errors) == {"mitigated"}
    assert await milestones_of(world) == {}


async def test_a_form_where_there_is_no_incident_is_a_sentence(world: World) -> None:
    await world.say(world.ana, "Hello", at="14:20")

    await world.command(world.ana, "/incident milestone set")
    await world.settled()

    told = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1].text
    assert "This channel keeps no incident" in told
    assert world.workspace.open_views(world.ana.id) == []


# --- severity, roles, zone, durations ----------------------------------------------------------------


async def test_the_severity_is_set_shown_and_kept_with_its_history(world: World) -> None:
    await world.open_here()

    first = await world.command(world.ana, "/incident severity SEV2")
    await world.command(world.ben, "/incident severity sev1")
    shown = await world.command(world.ana, "/incident severity")
    refused = await world.command(world.ana, "/incident severity catastrophic")

    assert first == "INC-1 is sev2 now; it was not set."
    assert "sev2 → sev1" in shown
    assert "There are `sev1`, `sev2`" in refused
    assert "*Severity*\\nsev1" in summary_of(world)
    assert await changes_of(world) == [
        ("severity", None, "sev2", world.ana.id),
        ("severity", "sev2", "sev1", world.ben.id),
    ]


async def test_a_role_passes_from_one_to_the_next(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, f"/incident role commander <@{world.ben.id}>")
    await world.say(world.ana, "I take over.", at="14:40")
    answer = await world.command(world.ben, f"/incident role commander <@{world.ana.id}|ana>")
    listed = await world.command(world.ben, "/incident role")

    assert answer == f"<@{world.ana.id}> is commander of INC-1 now, in place of <@{world.ben.id}>."
    assert f"commander: <@{world.ana.id}> since" in listed
    assert f"commander: <@{world.ben.id}> from" in listed
    assert "*Commander*\\nAna Ferreira" in summary_of(world)
    async with world.running.scribe.database.read() as session:
        held = (await session.exec(select(RoleHeld).order_by(col(RoleHeld.id)))).all()
    assert [(one.user_id, one.until is None) for one in held] == [
        (world.ben.id, False),
        (world.ana.id, True),
    ]
    assert held[0].until == held[1].since
    assert held[1].given_by == world.ben.id


async def test_a_role_ends_with_nobody_in_it(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident role comms <@{world.ben.id}>")

    answer = await world.command(world.ana, "/incident role communications none")

    assert answer == f"<@{world.ben.id}> is no longer communications of INC-1; nobody is."
    assert await changes_of(world) == [
        ("role:communications", None, world.ben.id, world.ana.id),
        ("role:communications", world.ben.id, None, world.ana.id),
    ]


async def test_the_zone_is_one_of_the_iana_database(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident zone europe/berlin")
    refused = await world.command(world.ana, "/incident zone Berlim")

    assert "shown in Europe/Berlin" in answer
    assert "Did you mean `Europe/Berlin`?" in refused
    assert "Europe/Berlin" in await world.command(world.ana, "/incident zone")
    assert await changes_of(world) == [("zone", None, "Europe/Berlin", world.ana.id)]


async def test_a_published_duration_is_kept_as_it_was_written(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")
    await world.say(world.ben, "We are back.", at="15:30")
    await world.command(world.ana, "/resolve")

    answer = await world.command(world.ana, "/incident duration time to repair 4h 27m")
    await world.command(world.ana, "/incident duration read-only &lt;mode&gt; about 20 min")
    listed = await world.command(world.ana, "/incident duration")

    assert answer == (
        "INC-1: time to repair is stated as 4h 27m. "
        "Counted between milestones it is 1 h 30 min; the draft shows both."
    )
    assert "time to repair: stated 4h 27m by" in listed
    async with world.running.scribe.database.read() as session:
        kept = (await session.exec(select(StatedDuration).order_by(col(StatedDuration.name)))).all()
    assert [(one.name, one.said) for one in kept] == [
        ("read-only &lt;mode&gt;", "about 20 min"),
        ("time_to_repair", "4h 27m"),
    ]


async def test_a_command_that_is_delivered_again_changes_nothing(world: World) -> None:
    await world.open_here()
    world.workspace.socket.duplicate_asks(1)

    await world.command(world.ana, "/incident severity sev2")

    assert await changes_of(world) == [("severity", None, "sev2", world.ana.id)]
