"""Published post-mortems become commits in a git repository: a real one, on disk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.connect.pages import git_repository
from bot.incidents.pages.contract import SeenPage
from bot.incidents.pages.work import note_written
from bot.slack.blocks.checkpoint import PUBLISH_ACTION, PUBLISH_OUT_ACTION
from bot.slack.blocks.pages import LEAVE_ACTION, OVERWRITE_ACTION
from bot.slack.calls import TryLater
from storage import incidents, outbox_upkeep, pages
from storage.page_tables import Page
from storage.vocabulary import PageState
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.git_server import BareRepository
from tests.quiet import Sandbox

FOLDER = "INC-1-deployment-disruption"
TEXT = f"{FOLDER}/postmortem.md"
FIRST = "Publish the post-mortem of INC-1, version 1"
SECOND = "Publish the post-mortem of INC-1, version 2"
LINK = "https://git.example.com/ops/src/branch/main"


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.make(tmp_path / "postmortems.git")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return tmp_path / "clone"


@pytest.fixture
async def world(database_url: str, is_patient: bool, repository: BareRepository) -> AsyncIterator[World]:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(
            sandbox, database_url, git_pages_url=str(repository.path), git_pages_link=LINK
        )
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()


async def _drafted(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"<@{world.ben.id}> rolled back the release", at="14:30")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve")


async def _page(world: World) -> Page:
    async with world.running.scribe.database.read() as session:
        (page,) = await pages.of_incident(session, 1)
        return page


async def _failures(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        return [one.failure or "" for one in await outbox_upkeep.unsent(session, limit=9)]


def _said(world: World) -> list[str]:
    return [str(one.blocks) + one.text for one in world.messages_of_scribe()]


async def _press(world: World, action_id: str) -> str:
    asked = [one for one in world.messages_of_scribe() if action_id in str(one.blocks)]
    error = await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=asked[-1].ts, action_id=action_id
    )
    assert error is None, error
    await world.settled()
    return str(world.workspace.message(world.channel.id, asked[-1].ts).blocks)


@pytest.mark.on_each_database
async def test_publishing_commits_text_picture_and_json_and_the_link_comes_back(
    world: World, repository: BareRepository
) -> None:
    await _drafted(world)

    await world.publish(world.ana)

    assert repository.log() == [FIRST]
    assert repository.files() == [
        f"{FOLDER}/{one}"
        for one in sorted(("postmortem.json", "postmortem.md", "timeline.png", "timeline.svg"))
    ]
    text = repository.read(TEXT)
    assert text.startswith("# INC-1: Deployment disruption\n")
    assert "Ben Okafor rolled back the release" in text
    assert text.count("](timeline.png)") == 1
    assert "![](@" not in text
    assert world.ben.id not in text
    assert json.loads(repository.read(f"{FOLDER}/postmortem.json"))["incident"] == "INC-1"
    url = f"{LINK}/{TEXT}"
    assert any(f"stands in <{url}|Git> now" in one for one in _said(world))
    async with world.running.scribe.database.read() as session:
        incident = await incidents.by_id(session, 1)
    summary = world.workspace.message(world.channel.id, str(incident.summary_ts))
    assert f"<{url}|Git>" in str(summary.blocks)
    assert f"[Git]({url})" in world.canvas()
    assert f"<{url}|Git>: version 1" in await world.command(world.ana, "/postmortem status")
    assert (await _page(world)).state == PageState.WRITTEN
    assert await _failures(world) == []


async def test_published_again_it_is_the_same_page_in_a_new_version(
    world: World, repository: BareRepository, clone: Path
) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    repository.people_write({"README.md": "Ours", f"{FOLDER}/notes.md": "Mine"}, clone=clone)
    told = await world.command(world.ana, "/postmortem reopen")
    assert "What stands in Git stays there as it was published" in told
    await world.command(world.ana, "/incident rename A longer story")

    await world.publish(world.ana)

    assert repository.log() == [SECOND, "By hand", FIRST]
    assert f"{FOLDER}/notes.md" in repository.files()
    assert world.canvas().count("Published outside Slack:") == 1
    assert "Published outside Slack:" not in repository.read(TEXT)
    assert repository.read(TEXT).startswith("# INC-1: A longer story\n")
    assert sum("|Git> now" in one for one in _said(world)) == 1
    assert any("Outside Slack it stands in <" in one for one in _said(world))


@pytest.mark.parametrize(
    ("edit", "asked"),
    [("What really happened", "Ben Okafor edited its page"), (None, "its page in Git was deleted there")],
)
async def test_peoples_edits_are_asked_about_and_overwritten_once(
    world: World, repository: BareRepository, clone: Path, edit: str | None, asked: str
) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    repository.people_write({TEXT: edit}, clone=clone)
    await world.command(world.ana, "/postmortem reopen")

    await world.publish(world.ana)

    assert repository.log() == ["By hand", FIRST]
    assert any(asked in one for one in _said(world))
    assert "waits until somebody decides" in await world.command(world.ana, "/postmortem status")

    shown = await _press(world, OVERWRITE_ACTION)

    assert OVERWRITE_ACTION not in shown
    assert repository.log() == [SECOND, "By hand", FIRST]
    assert repository.read(TEXT).startswith("# INC-1")
    assert (await _page(world)).state == PageState.WRITTEN


async def test_left_as_people_made_it_it_stays(world: World, repository: BareRepository, clone: Path) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    repository.people_write({TEXT: "What really happened"}, clone=clone)
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)

    shown = await _press(world, LEAVE_ACTION)

    assert "stays as people made it" in shown
    assert repository.read(TEXT) == "What really happened"
    assert "left as people made it" in await world.command(world.ana, "/postmortem status")


async def test_edited_again_before_the_press_is_seen_it_is_asked_again(
    world: World, repository: BareRepository, clone: Path
) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    repository.people_write({TEXT: "What really happened"}, clone=clone)
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)
    repository.people_write({TEXT: "What really happened, in full"}, clone=clone)

    await _press(world, OVERWRITE_ACTION)

    assert repository.read(TEXT) == "What really happened, in full"
    assert (await _page(world)).state == PageState.EDITED
    await _press(world, OVERWRITE_ACTION)
    assert repository.read(TEXT).startswith("# INC-1")


async def test_a_private_incident_goes_nowhere_unless_its_person_says_so(
    world: World, repository: BareRepository
) -> None:
    await _drafted(world)
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    await world.publish(world.ana)
    assert repository.log() == []
    await world.command(world.ana, "/postmortem reopen")
    await world.command(world.ana, "/postmortem publish")
    asked = str(world.workspace.ephemerals(world.ana.id, world.channel.id)[-1].blocks)
    assert "It does not go to Git by itself, because its channel is private." in asked
    await world.press(world.ana, PUBLISH_OUT_ACTION)

    assert repository.log() == [SECOND]


async def test_one_that_became_private_before_it_was_sent_is_not_sent(
    world: World, repository: BareRepository
) -> None:
    await _drafted(world)
    hook = repository.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    await world.publish(world.ana)
    (failure,) = await _failures(world)
    assert "pre-receive hook declined" in failure
    assert sum("could not put the published post-mortem outside Slack" in one for one in _said(world)) >= 1
    hook.unlink()
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    await _retry(world)

    assert repository.log() == []
    assert any("did not go to Git: its channel is private since" in one for one in _said(world))
    assert (await _page(world)).state == PageState.WITHHELD


async def test_what_was_refused_is_written_once_that_is_mended(
    world: World, repository: BareRepository
) -> None:
    await _drafted(world)
    hook = repository.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    await world.publish(world.ana)
    hook.unlink()

    await _retry(world)

    assert repository.log() == [FIRST]
    assert await _failures(world) == []


async def _retry(world: World) -> None:
    async with world.running.scribe.database.write() as session:
        await outbox_upkeep.retry(session, None, decided_kinds=())
    world.running.worker.wake()
    await world.settled()


@pytest.mark.parametrize("is_pushed", [False, True], ids=["before the push", "after the push"])
async def test_killed_around_the_push_it_is_committed_once(
    world: World, repository: BareRepository, monkeypatch: pytest.MonkeyPatch, is_pushed: bool
) -> None:
    await _drafted(world)
    real, reached = git_repository.Repository.push, asyncio.Event()

    async def push(self: git_repository.Repository, commit: str) -> bool:
        if is_pushed:
            await real(self, commit)
        reached.set()
        await asyncio.Event().wait()  # the process ends here
        return True

    with monkeypatch.context() as patch:
        patch.setattr(git_repository.Repository, "push", push)
        await world.command(world.ana, "/postmortem publish")
        asked = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
        await world.workspace.click(
            world.ana.id, channel_id=world.channel.id, message_ts=asked.ts, action_id=PUBLISH_ACTION
        )
        async with asyncio.timeout(60):
            await reached.wait()
        await world.running.stop()

    settings = world.running.scribe.settings
    world.running = await connected(
        world.sandbox, settings.database_url, git_pages_url=str(repository.path), git_pages_link=LINK
    )
    await world.settled()

    assert repository.log() == [FIRST]
    assert (await _page(world)).state == PageState.WRITTEN
    assert await _failures(world) == []


async def test_reopened_while_nobody_knew_whether_it_was_made_it_is_the_same_page_later(
    world: World, repository: BareRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _drafted(world)
    real, reached = git_repository.Repository.push, asyncio.Event()

    async def push(self: git_repository.Repository, commit: str) -> bool:
        await real(self, commit)
        reached.set()
        raise TryLater("the answer was lost", 8.0)

    with monkeypatch.context() as patch:
        patch.setattr(git_repository.Repository, "push", push)
        await world.command(world.ana, "/postmortem publish")
        asked = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
        await world.workspace.click(
            world.ana.id, channel_id=world.channel.id, message_ts=asked.ts, action_id=PUBLISH_ACTION
        )
        async with asyncio.timeout(60):
            await reached.wait()
        await world.workspace.command(world.ana.id, world.channel.id, "/postmortem", "reopen")
    await world.settled()
    assert (await _page(world)).state == PageState.WITHHELD

    await world.publish(world.ana)

    assert repository.log() == [SECOND, FIRST]
    assert {one.partition("/")[0] for one in repository.files()} == {FOLDER}


async def test_the_line_with_the_links_is_nobody_s_words_when_it_is_drafted_again(world: World) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    assert "Published outside Slack:" in world.canvas()
    await world.command(world.ana, "/incident reopen")
    ts = await world.say(world.ana, "Checkout was slow again", at="14:40")
    await world.mark(world.ana, ts)
    await world.command(world.ana, "/resolve")
    answer = await world.command(world.ana, "/postmortem draft")

    assert "is up to date: the record says nothing new" in answer
    assert world.canvas().count("Published outside Slack:") == 1
    assert "Checkout was slow again" in world.canvas()
    assert not any("wrote there" in one or "worded it" in one for one in _said(world))


async def test_each_publication_that_is_refused_is_told(world: World, repository: BareRepository) -> None:
    await _drafted(world)
    hook = repository.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    def told() -> int:
        return sum("could not put the published post-mortem outside Slack" in one for one in _said(world))

    await world.publish(world.ana)
    first = told()
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)

    assert (first, told()) == (1, 2)


async def test_cancelled_before_it_is_sent_it_is_not_on_its_way_for_ever(
    world: World, repository: BareRepository
) -> None:
    await _drafted(world)
    hook = repository.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    await world.publish(world.ana)
    hook.unlink()
    await world.command(world.ana, "/incident cancel")

    await _retry(world)

    assert repository.log() == []
    assert (await _page(world)).state == PageState.WITHHELD


async def test_a_new_address_is_told_as_well(world: World, repository: BareRepository) -> None:
    await _drafted(world)
    await world.publish(world.ana)
    page = await _page(world)
    moved = SeenPage(str(page.remote_id), str(page.version), f"{LINK}/moved.md")
    async with world.running.scribe.database.write() as session:
        kept = await pages.by_id(session, page.pk)
        assert kept
        await note_written(session, kept, moved, kept.publication, now=world.running.scribe.clock.now())
    world.running.worker.wake()
    await world.settled()

    assert any(f"stands in <{LINK}/moved.md|Git> now" in one for one in _said(world))
