"""Commands as Slack sends them: each becomes one request, and says what became of it."""

from __future__ import annotations

import pytest

from storage.postmortem_tables import ActionItem
from storage.tables import Delivery, Incident, Milestone, RoleHeld, TimelineEvent
from tests.bot.listeners.conftest import ANA, Doors


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/incident severity sev2", "INC-1 is sev2 now; it was not set."),
        (
            "/incident rename Payments are down",
            "INC-1 is now called *Payments are down* (before: Checkout is down).",
        ),
        ("/incident zone Europe/Berlin", "The times of INC-1's post-mortem are shown in Europe/Berlin"),
        ("/incident role commander me", f"<@{ANA}> is commander of INC-1 now."),
        ("/incident duration time to repair 4h 27m", "INC-1: time to repair is stated as 4h 27m."),
        ("/incident task add Add an index", "Action item 1 of INC-1 is added: Add an index"),
        ("/incident action add Add an index", "Action item 1 of INC-1 is added: Add an index"),
        ("/incident milestone detected now", "INC-1: detected"),
        ("/timeline add now Rolled back", "On the timeline as event 1"),
        ("/timeline INC-1 add now Rolled back", "On the timeline as event 1"),
        ("/incident timeline add now Rolled back", "On the timeline as event 1"),
        ("/resolve Rolled back", "INC-1 is resolved."),
        ("/incident cancel", "INC-1 is cancelled"),
        ("/incident list", "Checkout is down"),
        ("/incident show", "INC-1: Checkout is down (open)"),
        ("/timeline", "The timeline of INC-1 is empty."),
        ("/incident start here Again", "This channel already keeps INC-1, which is open."),
        ("/postmortem status", "INC-1 has no post-mortem draft yet"),
        ("/incident severity INC-9 sev1", "There is no INC-9"),
    ],
)
async def test_a_command_is_answered_in_its_acknowledgement(doors: Doors, command: str, answer: str) -> None:
    name, _, text = command.partition(" ")

    answered = await doors.command(name, text)

    assert answered.status == 200
    assert answered.body["response_type"] == "ephemeral"
    assert answer in answered.text


async def test_what_a_command_says_is_on_the_record_when_it_is_answered(doors: Doors) -> None:
    for text in (
        "severity sev1",
        "role commander me",
        "milestone detected now",
        "task add me p1: Add an index",
    ):
        await doors.command("/incident", text)
    await doors.command("/timeline", "add now Rolled back")

    incident = await doors.incident()
    (role,) = await doors.rows(RoleHeld)
    (item,) = await doors.rows(ActionItem)
    (event,) = await doors.rows(TimelineEvent)
    assert incident.severity == "sev1"
    assert (role.role, role.user_id) == ("commander", ANA)
    assert (item.text, item.owner_id, item.priority) == ("Add an index", ANA, "p1")
    assert (event.text, event.added_by) == ("Rolled back", ANA)
    assert {one.kind for one in await doors.rows(Milestone)} == {"detected"}


async def test_a_copy_of_a_command_does_nothing_more(doors: Doors) -> None:
    first = await doors.command("/timeline", "add now Rolled back", trigger_id="9.9.same")
    copy = await doors.command("/timeline", "add now Rolled back", trigger_id="9.9.same")

    assert len(await doors.rows(TimelineEvent)) == 1
    assert copy.text == first.text
    assert [one.key for one in await doors.rows(Delivery)] == ["command:9.9.same"]


async def test_somebody_of_another_company_is_told_so_and_nothing_is_done(doors: Doors) -> None:
    answered = await doors.command("/incident", "severity sev1", team_id="T0OTHER")

    assert "another workspace" in answered.text
    assert (await doors.incident()).severity is None


async def test_an_incident_declared_from_a_channel_is_the_next_one(doors: Doors) -> None:
    answered = await doors.command("/incident", "start Payments are slow")

    assert "INC-2 is open: *Payments are slow*" in answered.text
    assert [one.title for one in await doors.rows(Incident)] == ["Checkout is down", "Payments are slow"]
