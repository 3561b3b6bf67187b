"""A copy of people's words follows its source: edited, deleted, taken off, made private."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Iterator, Mapping, Set
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.app import start
from bot.clock import ts_of
from bot.incidents.message_events import MessageDeleted
from bot.incidents.purge import purge_user
from bot.postmortem.export import export
from sandbox import canvases
from storage.audit import By
from storage.vocabulary import Door
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, settings_for
from tests.e2e.test_message_shortcuts import alerts, chosen, sent
from tests.quiet import Sandbox

HISTORY = {"message_version.text", "message_version.payload"}
"""Earlier texts of an edited message, which `/timeline history` shows (docs/privacy.md)."""
APPROVED = {"postmortem.final_markdown", "publication.markdown", "file .md", "file .html", "file .json"}
"""What people published quotes a message as they approved it, until it is deleted (docs/privacy.md)."""

MARKS = {
    "timeline": "pushpin",
    "cause": "mag",
    "action": "dart",
    "lesson": "bulb",
    "impact": "boom",
    "background": "book",
    "decision": "scales",
    "well": "sports_medal",
    "luck": "four_leaf_clover",
    "detected": "rotating_light",
    "mitigated": "adhesive_bandage",
    "unmarked": "",
    "taken off": "pushpin",
    "reply": "pushpin",
    "broadcast": "bulb",
    "two": "pushpin",
}


@pytest.fixture
async def world(tmp_path: Path, is_patient: bool) -> AsyncIterator[World]:
    """What is asked here is the same on every database; that the index is, tests/storage asks."""
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        made = World(sandbox, await started(sandbox, tmp_path), ana, ben, channel)
        await sandbox.wait_connected()
        try:
            yield made
        finally:
            await made.running.stop()


async def started(sandbox: Sandbox, tmp_path: Path, **changes: str):  # type: ignore[no-untyped-def]
    url, out = f"sqlite:///{tmp_path / 'scribe.db'}", str(tmp_path / "out")
    return await start(settings_for(sandbox, url, export_dir=out, **changes))


async def absent(world: World, tmp_path: Path) -> AsyncIterator[None]:
    """Scribe is away while the block runs, and catches up after it."""
    await world.running.stop()
    yield
    world.running = await started(world.sandbox, tmp_path)
    await world.sandbox.wait_connected()
    await world.settled()


def word(what: str) -> str:
    return f"quagga{what.replace(' ', '')}q"


async def lived(world: World, *, is_reworded: bool = False) -> dict[str, str]:
    """An incident with a message of every kind, each with a word of its own, drafted and published.

    `is_reworded`: people changed a word of everything that quotes one.
    """
    await world.open_here("Deployment disruption")
    said: dict[str, str] = {}
    for number, (what, emoji) in enumerate(MARKS.items(), start=21):
        thread = said["timeline"] if what in ("reply", "broadcast") else None
        world.at(f"14:{number}")
        said[what] = world.workspace.say(
            world.ana.id,
            world.channel.id,
            f"The {word(what)} did it.",
            thread_ts=thread,
            broadcast=what == "broadcast",
            files=[f"{word('file')}.png"] if what == "cause" else None,
        )
        await world.sandbox.settled()
        if emoji:
            await world.mark(world.ben, said[what], emoji)
        if what == "two":
            await world.mark(world.ben, said[what], "bulb")
        if what == "taken off":
            await world.unmark(world.ben, said[what], emoji)
    await world.command(world.ana, "/incident task edit 1 @ana by friday", at="14:50")
    await world.command(world.ana, "/incident milestone mitigated 14:40")
    await world.command(world.ana, "/timeline edit 1 14:21")
    await world.command(world.ana, "/resolve The rollback helped.", at="15:00")
    if is_reworded:
        (canvas,) = world.workspace.canvases.values()
        for block in canvas.sections:
            block.markdown = block.markdown.replace(" did it", " surely did it")
    await world.command(world.ana, "/postmortem draft")
    await world.command(world.ana, "/postmortem search quagga")
    await world.command(world.ana, "/postmortem notes")
    await world.publish(world.ana, at="15:10")
    await world.command(world.ana, f"/postmortem search {word('cause')}", at="15:11")
    return said


async def standing(world: World) -> Iterator[tuple[str, str]]:
    """Every text that is stored, with the column or file it stands in: of every table there is."""
    found: list[tuple[str, str]] = []
    async with world.running.scribe.database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in (await session.exec(select(table))).mappings():  # type: ignore[call-overload]
                found += [
                    (f"{table.name}.{name}", json.dumps(value, ensure_ascii=False))
                    for name, value in row.items()
                    if isinstance(value, str | dict | list)
                ]
        connection = await session.connection()
        for column in ("title", "timeline", "lessons", "factors"):
            rows = await connection.exec_driver_sql(f"SELECT {column} FROM search_words")
            found += [("search_words", str(text)) for (text,) in rows]
    out = Path(world.running.scribe.settings.export_dir)
    found += [(f"file {path.suffix}", path.read_text("utf-8")) for path in out.rglob("*") if path.is_file()]
    return iter(found)


async def where(world: World, what: str) -> set[str]:
    return {place for place, text in await standing(world) if word(what) in text}


async def assert_gone(world: World, *kinds: str, besides: Set[str] = frozenset()) -> None:
    for what in kinds:
        answer = await world.command(world.ben, f"/postmortem search {word(what)}")
        assert "Nothing was found" in answer, what
    places = {what: await where(world, what) - besides for what in kinds}
    assert {what: found for what, found in places.items() if found} == {}


@pytest.mark.every
@pytest.mark.parametrize("is_reworded", [False, True])
async def test_what_is_deleted_stands_in_no_table_and_no_file_any_more(
    world: World, is_reworded: bool
) -> None:
    said = await lived(world, is_reworded=is_reworded)
    for what in MARKS:
        assert "message.text" in await where(world, what)
    assert {"postmortem.final_markdown", "search_entry.lessons", "file .json"} <= await where(world, "cause")

    for what, ts in reversed(said.items()):  # the root of the thread last: Slack leaves a tombstone otherwise
        world.workspace.delete(world.ana.id, world.channel.id, ts)
        await world.settled()
        assert await where(world, what) == set(), what

    await assert_gone(world, *MARKS, "file")


async def test_what_a_purged_person_said_stands_in_no_table_and_no_file_any_more(world: World) -> None:
    await lived(world)
    scribe, by = world.running.scribe, By("root", Door.TERMINAL)
    assert {"message.text", "postmortem.final_markdown", "file .json"} <= await where(world, "cause")

    await purge_user(scribe.database, world.ana.id, by, scribe.clock.now())
    scribe.database.outbox_touched()  # the terminal is another process, which the outbox looks after in 5 s
    await world.settled()

    await assert_gone(world, *MARKS, "file")
    ids = {place for place, text in await standing(world) if world.ana.id in text}
    assert ids == set()


async def test_what_people_reworded_comes_into_no_new_canvas_and_no_export_once_it_is_deleted(
    world: World, tmp_path: Path
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"The {word('lesson')} did it.")
    await world.mark(world.ben, ts, "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:30")
    (canvas,) = world.workspace.canvases.values()
    for block in canvas.sections:
        block.markdown = block.markdown.replace(" did it", " surely did it")
    await world.command(world.ana, "/postmortem draft")

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    made = await export(world.running.scribe.database, 1, tmp_path / "out2", world.running.scribe.settings)
    assert [path for path in made.files.values() if word("lesson") in path.read_text("utf-8")] == []
    for lose_it in (False, True):
        if lose_it:
            canvases.delete(world.workspace, list(world.workspace.canvases.values())[-1])
        await world.command(world.ana, "/postmortem draft sre")
        newest = list(world.workspace.canvases.values())[-1]
        assert newest is not canvas
        assert word("lesson") not in newest.markdown
        assert "(message deleted in Slack)" in newest.markdown


async def test_what_was_edited_before_it_was_published_is_not_found_by_its_old_words(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"The {word('lesson')} did it.")
    await world.mark(world.ben, ts, "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:30")
    world.at("15:40")
    world.workspace.edit(world.ana.id, world.channel.id, ts, f"The {word('other')} did it.")
    await world.settled()

    await world.publish(world.ana, at="15:50")

    assert "Nothing was found" in await world.command(world.ana, f"/postmortem search {word('lesson')}")
    assert "INC-1" in await world.command(world.ana, f"/postmortem search {word('other')}")


async def test_a_root_that_leaves_a_tombstone_is_gone_from_every_place(world: World) -> None:
    said = await lived(world)

    world.workspace.delete(world.ana.id, world.channel.id, said["timeline"])
    await world.settled()

    await assert_gone(world, "timeline")
    assert "message.text" in await where(world, "reply")


async def test_what_was_deleted_while_scribe_was_away_is_gone_after_it(world: World, tmp_path: Path) -> None:
    said = await lived(world)

    async for _ in absent(world, tmp_path):
        for ts in reversed(said.values()):
            world.workspace.delete(world.ana.id, world.channel.id, ts)

    await assert_gone(world, *MARKS, "file")


async def test_of_what_is_edited_the_old_words_stay_in_the_history_alone(world: World) -> None:
    said = await lived(world)

    for ts in said.values():
        world.workspace.edit(world.ana.id, world.channel.id, ts, "Another word.")
    await world.settled()

    await assert_gone(world, *MARKS, besides=HISTORY | APPROVED)


async def test_of_what_was_edited_while_scribe_was_away_too(world: World, tmp_path: Path) -> None:
    said = await lived(world)

    async for _ in absent(world, tmp_path):
        for ts in said.values():
            world.workspace.edit(world.ana.id, world.channel.id, ts, "Another word.")

    await assert_gone(world, *MARKS, besides=HISTORY | APPROVED)


async def test_files_are_for_their_owner_alone_and_say_what_the_record_says(
    world: World, tmp_path: Path
) -> None:
    said = await lived(world)
    folder = tmp_path / "out" / "INC-1"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}

    world.workspace.delete(world.ana.id, world.channel.id, said["lesson"])
    await world.settled()

    text = (folder / "postmortem.md").read_text("utf-8")
    assert word("lesson") not in text
    assert "(message deleted in Slack)" in text
    assert word("cause") in text
    assert word("lesson") not in (folder / "postmortem.html").read_text("utf-8")


async def test_a_channel_made_private_takes_its_files_along_and_back(world: World, tmp_path: Path) -> None:
    await lived(world)
    out = tmp_path / "out"

    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    assert sorted(file.name for file in out.iterdir()) == ["private"]
    assert len(list((out / "private" / "INC-1").iterdir())) == 3
    assert stat.S_IMODE((out / "private").stat().st_mode) == 0o700

    world.workspace.convert(world.ana.id, world.channel.id, is_private=False)
    await world.settled()

    assert len(list((out / "INC-1").iterdir())) == 3
    assert not (out / "private" / "INC-1").exists()


@pytest.mark.parametrize("method", ["files.completeUploadExternal", "canvases.create", "canvases.access.set"])
async def test_what_is_deleted_while_its_draft_is_delivered_leaves_the_canvas(
    world: World, method: str
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"The {word('lesson')} did it.")
    await world.mark(world.ben, ts, "bulb")

    def delete(called: str, arguments: Mapping[str, object]) -> None:
        if called == method and ts in world.channel.messages:
            world.workspace.delete(world.ana.id, world.channel.id, ts)

    world.workspace.before_calls.append(delete)
    await world.command(world.ana, "/resolve Done.", at="15:30")

    (canvas,) = world.workspace.canvases.values()
    assert word("lesson") not in canvas.markdown


async def test_what_was_taken_from_another_channel_and_is_deleted_is_pointed_out(world: World) -> None:
    await world.open_here()
    place = alerts(world)
    ts = world.workspace.say(world.ana.id, place.id, f"The {word('lesson')} did it.")
    await world.settled()
    await sent(world, await chosen(world, ts, "put_into_section", place.id))
    await world.command(world.ana, "/resolve Done.", at="15:30")
    assert word("lesson") in world.canvas()
    world.at("15:40")

    world.workspace.delete(world.ana.id, place.id, ts)
    await world.settled()

    told = [one.text for one in world.messages_of_scribe() if "deleted in Slack since" in one.text]
    assert len(told) == 1


async def test_what_was_said_after_a_draft_is_quoted_nowhere_in_it(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve Done.", at="15:30")
    ts = await world.say(world.ana, f"The {word('lesson')} did it.", at="15:40")
    await world.mark(world.ben, ts, "bulb")

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert [one.text for one in world.messages_of_scribe() if "deleted in Slack since" in one.text] == []


AFTER_IT_BEGAN = [None, "files.completeUploadExternal", "canvases.access.set", "chat.postMessage"]


@pytest.mark.parametrize("method", AFTER_IT_BEGAN)
async def test_a_canvas_is_mended_once_also_where_its_delivery_waited(
    world: World, method: str | None
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"The {word('lesson')} did it.")
    other = await world.say(world.ana, "By the way.")
    await world.mark(world.ben, ts, "bulb")

    def delete(called: str, arguments: Mapping[str, object]) -> None:
        if called == "canvases.create" and ts in world.channel.messages:
            world.workspace.delete(world.ana.id, world.channel.id, ts)
            if method:
                world.workspace.refuse(method, "ratelimited", times=2)

    world.workspace.before_calls.append(delete)
    await world.command(world.ana, "/resolve Done.", at="15:30")
    later = await world.say(world.ana, f"The {word('other')} did it.", at="15:40")
    await world.mark(world.ben, later, "bulb")
    assert word("lesson") not in world.canvas()

    world.workspace.delete(world.ana.id, world.channel.id, other)
    await world.settled()

    assert word("other") not in world.canvas()


async def test_what_nobody_marked_leaves_a_canvas_that_was_being_made_too(world: World) -> None:
    await world.open_here()
    ts = world.workspace.say(world.ana.id, world.channel.id, "Look.", files=[f"{word('file')}.png"])
    await world.settled()
    seen = []

    def delete(called: str, arguments: Mapping[str, object]) -> None:
        if called == "canvases.access.set" and ts in world.channel.messages:
            seen.append(world.canvas())
            world.workspace.delete(world.ana.id, world.channel.id, ts)

    world.workspace.before_calls.append(delete)
    await world.command(world.ana, "/resolve Done.", at="15:30")

    assert word("file") in seen[0]
    assert word("file") not in world.canvas()


async def hear_deleted(world: World, *deleted: tuple[str, str]) -> None:
    """Scribe hears late, and at once, that messages were deleted: each with the time of day."""
    heard = []
    for ts, at in deleted:
        hour, minute = at.split(":")
        when = TEN_PAST_TWO.replace(hour=int(hour), minute=int(minute))
        key = (world.workspace.team_id, world.channel.id, ts)
        heard.append(world.running.recorder.record(MessageDeleted(key, ts_of(when))))
    await asyncio.gather(*heard)
    await world.settled()


async def delivered_slowly(world: World, *said: str) -> None:
    """Its draft is made from 15:30 to 15:35."""

    def wait(called: str, arguments: Mapping[str, object]) -> None:
        if called == "canvases.create":
            world.at("15:35")

    world.workspace.before_calls.append(wait)
    await world.command(world.ana, "/resolve Done.", at="15:30")
    assert all(one in world.canvas() for one in said)


async def test_a_later_deletion_hides_no_earlier_one_that_is_heard_with_it(world: World) -> None:
    await world.open_here()
    first = await world.say(world.ana, f"The {word('lesson')} did it.")
    second = await world.say(world.ana, f"The {word('cause')} did it.")
    for ts in (first, second):
        await world.mark(world.ben, ts, "bulb")
    await delivered_slowly(world, word("lesson"), word("cause"))
    world.at("15:50")

    await hear_deleted(world, (first, "15:32"), (second, "15:40"))

    assert word("lesson") not in world.canvas()


async def test_what_is_heard_much_later_is_not_mended_by_itself(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"The {word('lesson')} did it.")
    await world.mark(world.ben, ts, "bulb")
    await delivered_slowly(world, word("lesson"))
    later = await world.say(world.ana, f"The {word('other')} did it.", at="15:40")
    await world.mark(world.ben, later, "bulb")
    await world.say(world.ana, "By the way.", at="17:00")

    await hear_deleted(world, (ts, "15:32"))

    assert word("other") not in world.canvas()
    told = [one.text for one in world.messages_of_scribe() if "deleted in Slack since" in one.text]
    assert [one.split(" draft 1 ")[0] for one in told] == ["A message quoted in"]
