"""The judge of tickets: a change of an item that its ticket does not show, or that nobody made, is found."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from sandbox.server import Sandbox
from sandbox.trackers.github import Issue
from storage.postmortem_tables import ActionItem
from storage.ticket_tables import Ticket
from tests.e2e.storm.told import Outcome, Told
from tests.e2e.storm.tools import REPOSITORY, Item, Tools, tools_beside
from tests.e2e.storm.tools_truth import ToolsRecord, faults_of_tools

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)
FIRST, SECOND = "t00000 to be followed up", "t00000 to be followed up, change 1"


class Scene:
    """An item that was changed once, and its ticket that followed."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.item = Item("t00000", 1, [(FIRST, Outcome.DONE), (SECOND, Outcome.DONE)], asked=Outcome.DONE)
        tools.items.append(self.item)
        self.issue: Issue = {
            "number": 1,
            "title": SECOND,
            "body": "t00000 to be followed up, change 1\n\n\\- **Owner:** Edda",
            "state": "open",
            "state_reason": None,
        }
        tools.tracker.issues.append(self.issue)
        self.kept = ActionItem(
            incident_id=1, number=1, text=SECOND, is_explicit=True, added_by="U1", added_at=NOON
        )
        ticket = Ticket(
            incident_id=1,
            number=1,
            tracker="github",
            project=REPOSITORY,
            marker="0f" * 16,
            asked_by="U1",
            asked_at=NOON,
            remote_id="1",
        )
        self.record = ToolsRecord([], [], [], [ticket], {(1, 1): self.kept})

    def faults(self) -> list[str]:
        return faults_of_tools(self.tools, self.record)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with Sandbox() as sandbox, tools_beside(sandbox, random.Random(1), Told()) as tools:
        yield Scene(tools)


async def test_what_followed_is_well(scene: Scene) -> None:
    assert scene.faults() == []


@pytest.mark.parametrize("field", ["title", "body"])
async def test_a_ticket_that_did_not_follow_is_found(scene: Scene, field: str) -> None:
    scene.issue[field] = FIRST
    (fault,) = scene.faults()
    assert fault.startswith("differs: ")


async def test_a_change_that_was_lost_or_that_nobody_made_is_found(scene: Scene) -> None:
    scene.kept.text = scene.issue["title"] = scene.issue["body"] = FIRST
    (fault,) = scene.faults()
    assert fault.startswith("lost: ")


async def test_a_change_of_which_nobody_was_told_may_stand_or_not(scene: Scene) -> None:
    third = f"{FIRST}, change 2"
    scene.item.said.append((third, Outcome.UNSURE))
    assert scene.faults() == []
    scene.kept.text = scene.issue["title"] = scene.issue["body"] = third
    assert scene.faults() == []
