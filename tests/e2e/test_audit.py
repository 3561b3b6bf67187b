"""Who did what is in the audit log, by the door they came through, and nothing of what they said."""

from __future__ import annotations

import ast
from pathlib import Path

import bot.incidents.actions
from storage.audit import entries
from storage.vocabulary import Door
from tests.e2e.conftest import World

ACTIONS = Path(bot.incidents.actions.__file__).parent


async def logged(world: World) -> list[tuple[str, str, Door, int | None]]:
    async with world.running.scribe.database.read() as session:
        found = await entries(session, limit=50)
    assert all(one.team_id == world.workspace.team_id for one in found)
    return [(one.by, one.action, one.door, one.number) for one in found]


async def test_what_is_done_is_logged_with_its_person_and_door(world: World) -> None:
    await world.open_here("Secret words")
    await world.command(world.ana, "/timeline add 14:21 More secret words", at="14:40")
    await world.say(world.ben, f"<@{world.workspace.bot_user_id}> severity sev2")
    await world.settled()
    await world.command(world.ana, "/resolve Secret cause")
    await world.publish(world.ana)

    assert await logged(world) == [
        (world.ben.id, "declare", Door.COMMAND, 1),
        (world.ana.id, "add_event", Door.COMMAND, 1),
        (world.ben.id, "set_severity", Door.MENTION, 1),
        (world.ana.id, "resolve", Door.COMMAND, 1),
        (world.ana.id, "publish", Door.BUTTON, 1),
    ]


async def test_what_is_refused_is_not_logged(world: World) -> None:
    await world.open_here()
    before = await logged(world)

    await world.command(world.ana, "/timeline edit 99 14:30")

    assert await logged(world) == before


def test_every_action_on_an_incident_is_logged_by_its_own_name() -> None:
    """Each names itself where it opens its transaction, or hands its name to a helper that does."""
    named = 0
    for file in sorted(ACTIONS.glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(function, ast.AsyncFunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("work.changing", "_replaced"):
                    is_helper = function.name == "_replaced"
                    expected = "action" if is_helper else repr(function.name)
                    assert ast.unparse(call.args[2]) == expected, function.name
                    named += 1
    assert named > 40
