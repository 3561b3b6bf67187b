"""Nobody who left the company, and no app, is given work: neither items nor post-mortems nor reviews."""

from __future__ import annotations

import pytest

from bot.slack.blocks.carried import packed
from bot.slack.blocks.gap_form import Asked, Field
from sandbox.records import Person
from tests.e2e.buttons import opened
from tests.e2e.conftest import World
from tests.e2e.test_finish import drafted

LEFT = "has left this workspace, and can't be"


def gone(world: World) -> Person:
    person = world.workspace.add_person("gone", real_name="Gus Gone")
    person.deleted = True
    return person


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("/incident task add @gone by friday: Add an index", "the owner of an action item"),
        ("/incident task edit 1 @gone", "the owner of an action item"),
        ("/postmortem owner @gone", "the owner of a post-mortem"),
        ("/postmortem review @gone", "a reviewer"),
    ],
)
async def test_a_command_says_who_left_and_records_nothing(world: World, said: str, what: str) -> None:
    await drafted(world)
    await world.command(world.ana, "/incident task add Write it down")
    left, before = gone(world), len(world.messages_of_scribe())

    answer = await world.command(world.ana, said.replace("@gone", f"<@{left.id}>"))

    assert f"<@{left.id}> {LEFT} {what}: name somebody else, for example `/" in answer
    assert ("Nothing was recorded of: Add an index" in answer) is ("Add an index" in said)
    assert len(world.messages_of_scribe()) == before
    assert left.id not in await world.command(world.ana, "/incident task")
    assert left.id not in await world.command(world.ana, "/postmortem status")


async def test_the_form_of_an_item_says_it_below_its_owner_and_keeps_the_words(world: World) -> None:
    await drafted(world)
    left = gone(world)
    await world.command(world.ana, "/incident task add")
    view = await world.form(world.ana)

    answer = await world.workspace.submit_view(
        world.ana.id, view.id, {"text": {"value": "Add an index"}, "owner": {"value": left.id}}
    )

    assert not answer.closed
    assert answer.errors == {
        "owner": f"@Gus Gone {LEFT} the owner of an action item: name somebody else, for example "
        '"/incident task add @ana by friday: Add an index to orders".'
    }
    assert "No action item yet" in await world.command(world.ana, "/incident task")


@pytest.mark.parametrize("asked", [Asked.OWNER, Asked.REVIEWERS])
async def test_the_form_of_a_gap_says_it_too(world: World, asked: Asked) -> None:
    await drafted(world)
    left = gone(world)
    view = await opened(world, world.ana, "gap_form", packed(1, Field(asked)))
    (block,) = [one for one in view.blocks if one["type"] == "input"]
    given: str | list[str] = [left.id] if asked is Asked.REVIEWERS else left.id

    answer = await world.workspace.submit_view(
        world.ana.id, view.id, {block["block_id"]: {block["element"]["action_id"]: given}}
    )

    assert not answer.closed
    assert f"@Gus Gone {LEFT}" in " ".join(answer.errors.values())
