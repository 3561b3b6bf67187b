"""Pages in a git repository: against real `git`, on disk and over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.connect.pages import git_repository
from bot.connect.pages.git import GitPages
from bot.incidents.pages.contract import EditedSince
from bot.settings.pages import PageSettings
from bot.slack.calls import RefusedByTracker, TryLater
from tests.bot.connect.pages.made import NEW, again
from tests.git_server import BareRepository, GitOverHttp

FOLDER = "INC-12-checkout-was-slow-again"
TEXT = f"{FOLDER}/postmortem.md"


@pytest.fixture
def bare(tmp_path: Path) -> BareRepository:
    return BareRepository.make(tmp_path / "pages.git")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return tmp_path / "clone"


def host(bare: BareRepository, **changes: str) -> GitPages:
    return GitPages(PageSettings(_env_file=None, git_pages_url=str(bare.path), **changes))  # type: ignore[call-arg]


async def test_a_page_is_made_found_read_and_written_again(bare: BareRepository) -> None:
    pages = host(bare, git_pages_folder="docs/incidents")

    made = await pages.create(NEW)

    assert made.remote_id == f"docs/incidents/{FOLDER}"
    assert made.stamp == NEW.stamp
    assert bare.read(f"{made.remote_id}/postmortem.md").startswith(
        "# INC-12: Checkout was slow, \\*again\\*\n\n![The timeline](timeline.png)\n"
    )
    assert await pages.find(NEW) == made
    seen = await pages.read(replace(NEW, earlier=made))
    assert seen is not None
    assert seen.version == made.version

    new = again(made, picture=None, drawing=None)
    written = await pages.update(new)

    assert written.remote_id == made.remote_id
    assert written.version != made.version
    assert bare.files() == [f"{made.remote_id}/postmortem.json", f"{made.remote_id}/postmortem.md"]
    found = await pages.find(new)
    assert found is not None
    assert found.stamp == new.stamp


async def test_an_empty_title_and_one_without_latin_letters_make_a_folder(bare: BareRepository) -> None:
    assert (await host(bare).create(replace(NEW, title="INC-12"))).remote_id == "INC-12"
    other = replace(NEW, title="INC-13: Выписка", number=13, marker="1e" * 16)
    assert (await host(bare).create(other)).remote_id == "INC-13"


async def test_a_folder_of_somebody_elses_is_not_written_into(bare: BareRepository) -> None:
    first = await host(bare).create(NEW)

    second = await host(bare).create(replace(NEW, marker="2d" * 16, markdown="Another\n"))

    assert second.remote_id == f"{first.remote_id}-2d2d2d2d"
    assert bare.read(TEXT).endswith("Ben rolled back.\n")


async def test_the_same_twice_is_one_commit(bare: BareRepository) -> None:
    made = await host(bare).create(NEW)

    assert await host(bare).update(replace(NEW, earlier=made)) == made
    assert len(bare.log()) == 1


async def test_somebody_who_pushes_between_is_kept(
    bare: BareRepository, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await host(bare).create(NEW)
    real, raced = git_repository.Repository.push, []

    async def push(self: git_repository.Repository, commit: str) -> bool:
        if not raced:
            raced.append(commit)
            await asyncio.to_thread(bare.people_write, {"README.md": "Ours"}, clone=clone)
        return await real(self, commit)

    monkeypatch.setattr(git_repository.Repository, "push", push)

    await host(bare).update(again(made))

    assert bare.log() == ["Publish the post-mortem of INC-12, version 2", "By hand", bare.log()[-1]]
    assert bare.read("README.md") == "Ours"


async def test_an_edit_that_is_pushed_between_is_not_overwritten(
    bare: BareRepository, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await host(bare).create(NEW)
    real, raced = git_repository.Repository.push, []

    async def push(self: git_repository.Repository, commit: str) -> bool:
        if not raced:
            raced.append(commit)
            await asyncio.to_thread(bare.people_write, {TEXT: "By us"}, clone=clone)
        return await real(self, commit)

    monkeypatch.setattr(git_repository.Repository, "push", push)

    with pytest.raises(EditedSince) as edited:
        await host(bare).update(again(made))

    assert edited.value.seen is not None
    assert bare.read(TEXT) == "By us"


async def test_two_replicas_at_once_both_get_their_page_in(bare: BareRepository) -> None:
    others = [replace(NEW, number=n, marker=f"{n:02d}" * 16, title=f"INC-{n}: One") for n in (21, 22, 23)]

    await asyncio.gather(*(host(bare).create(one) for one in others))

    assert len(bare.log()) == 3
    assert {one.partition("/")[0] for one in bare.files()} == {"INC-21-one", "INC-22-one", "INC-23-one"}


async def test_an_edited_and_a_deleted_page_are_told_from_ours(bare: BareRepository, clone: Path) -> None:
    made = await host(bare).create(NEW)
    bare.people_write({TEXT: "By us"}, clone=clone)

    seen = await host(bare).read(replace(NEW, earlier=made))

    assert seen is not None
    assert (seen.version == made.version, seen.stamp, seen.by) == (False, None, "Ben Okafor")
    with pytest.raises(EditedSince):
        await host(bare).update(again(made))
    bare.people_write({TEXT: None}, clone=clone)
    assert await host(bare).read(replace(NEW, earlier=made)) is None
    with pytest.raises(EditedSince) as edited:
        await host(bare).update(again(made))
    assert edited.value.seen is None


async def test_what_was_pushed_before_a_lost_answer_is_known_as_ours(bare: BareRepository) -> None:
    made = await host(bare).create(NEW)
    await host(bare).update(again(made))

    seen = await host(bare).read(again(made))

    assert seen is not None
    assert seen.stamp == again(made).stamp


async def test_nothing_is_found_where_nothing_was_pushed(bare: BareRepository) -> None:
    assert await host(bare).find(NEW) is None
    await host(bare).create(replace(NEW, marker="3c" * 16))
    assert await host(bare).find(NEW) is None


@pytest.mark.parametrize(
    ("settings", "branch"),
    [({}, "main"), ({"git_pages_branch": "docs/pages"}, "docs/pages")],
)
async def test_a_branch_that_is_not_there_begins_at_the_repositorys_own(
    bare: BareRepository, clone: Path, settings: dict[str, str], branch: str
) -> None:
    await host(bare).create(replace(NEW, marker="4b" * 16, number=1, title="INC-1: First"))

    await host(bare, **settings).create(NEW)

    assert bare.files(branch)[0].startswith("INC-1-first/")
    assert TEXT in bare.files(branch)


async def test_a_hook_that_declines_is_a_refusal_in_its_words(bare: BareRepository) -> None:
    hook = bare.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho main is protected >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(RefusedByTracker, match="pre-receive hook declined"):
        await host(bare).create(NEW)


async def test_no_repository_is_a_refusal_and_no_host_is_tried_again(tmp_path: Path) -> None:
    nowhere = BareRepository(tmp_path / "nowhere.git")
    with pytest.raises(RefusedByTracker, match="does not appear to be a git repository"):
        await host(nowhere).create(NEW)
    settings = PageSettings(_env_file=None, git_pages_url="http://127.0.0.1:1/pages.git")  # type: ignore[call-arg]
    with pytest.raises(TryLater):
        await GitPages(settings).create(NEW)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://github.com/acme/pages.git", f"https://github.com/acme/pages/blob/main/{TEXT}"),
        ("git@gitlab.com:acme/sre/pages.git", f"https://gitlab.com/acme/sre/pages/-/blob/main/{TEXT}"),
        ("ssh://git@git.example.com/pages.git", None),
    ],
)
def test_the_link_of_a_host_that_is_known(address: str, url: str | None) -> None:
    pages = GitPages(PageSettings(_env_file=None, git_pages_url=address))  # type: ignore[call-arg]

    assert pages.url("main", FOLDER) == url


async def test_over_http_with_a_token_it_does_the_same(bare: BareRepository) -> None:
    async with GitOverHttp(bare, "git", "a-token") as server:
        pages = GitPages(
            PageSettings(_env_file=None, git_pages_url=server.url, git_pages_token="a-token")  # type: ignore[call-arg]
        )
        assert (await pages.check())[0] == f"{server.url} is there"
        made = await pages.create(NEW)
        assert await pages.find(NEW) == made
        await pages.update(again(made))
        assert len(bare.log()) == 2

        stranger = GitPages(
            PageSettings(_env_file=None, git_pages_url=server.url, git_pages_token="wrong-token")  # type: ignore[call-arg]
        )
        with pytest.raises(RefusedByTracker) as refusal:
            await stranger.check()
        assert "wrong-token" not in str(refusal.value)


async def test_a_redirect_is_not_followed_with_the_token(bare: BareRepository) -> None:
    async with GitOverHttp(bare, "git", "a-token") as server:
        pages = GitPages(
            PageSettings(
                _env_file=None,  # type: ignore[call-arg]
                git_pages_url=f"{server.base}/moved.git",
                git_pages_token="a-token",
            )
        )
        with pytest.raises((RefusedByTracker, TryLater)):
            await pages.check()
        assert server.followed == []
