"""Pages offered by pull requests: a real repository over HTTP, and GitHub's API beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.connect.pages.git_pull_requests import OfferedPages
from bot.settings.pages import PageSettings
from bot.slack.calls import TryLater
from sandbox.trackers.tracker import Fault
from tests.bot.connect.pages.made import NEW, again
from tests.git_server import BareRepository, GitOverHttp
from tests.pull_requests import PullRequests

TOKEN = "a-token"
TEXT = "INC-12-checkout-was-slow-again/postmortem.md"
BRANCH = f"scribe/inc-12-{NEW.marker[:8]}-1"


@dataclass
class GitHub:
    bare: BareRepository
    api: PullRequests
    pages: OfferedPages


@pytest.fixture
async def github(tmp_path: Path) -> AsyncIterator[GitHub]:
    bare = BareRepository.make(tmp_path / "acme" / "pages.git")
    bare.people_write({"README.md": "Ours"}, clone=tmp_path / "clone")
    async with GitOverHttp(bare, "git", TOKEN, root=tmp_path) as server, PullRequests(bare, TOKEN) as api:
        settings = PageSettings(
            _env_file=None,  # type: ignore[call-arg]
            git_pages_url=f"{server.base}/acme/pages.git",
            git_pages_token=TOKEN,
            git_pages_pull_requests="on",
            git_pages_api=api.url,
        )
        pages = OfferedPages(settings)
        yield GitHub(bare, api, pages)
        await pages.close()


async def test_a_page_is_offered_and_a_later_version_goes_to_the_same_pull_request(github: GitHub) -> None:
    made = await github.pages.create(NEW)

    assert made.url == "https://github.com/acme/pages/pull/1"
    assert github.bare.files() == ["README.md"]
    assert TEXT in github.bare.files(BRANCH)
    assert github.api.made[0]["title"] == "Post-mortem of INC-12"
    assert await github.pages.find(NEW) == made

    written = await github.pages.update(again(made))

    assert written.url == made.url
    assert len(github.api.made) == 1
    assert len(github.bare.log(BRANCH)) == 3


async def test_after_it_was_merged_the_next_version_is_another_pull_request(github: GitHub) -> None:
    made = await github.pages.create(NEW)
    github.api.merge()
    seen = await github.pages.read(replace(NEW, earlier=made))
    assert seen is not None
    assert seen.version == made.version

    written = await github.pages.update(again(seen))

    assert written.url == "https://github.com/acme/pages/pull/2"
    assert github.api.made[0]["head"]["ref"] == f"scribe/inc-12-{NEW.marker[:8]}-2"
    assert "README.md" in github.bare.files(github.api.made[0]["head"]["ref"])


async def test_closed_without_being_merged_it_is_not_there(github: GitHub) -> None:
    made = await github.pages.create(NEW)
    github.api.made[0]["state"] = "closed"

    assert await github.pages.read(replace(NEW, earlier=made)) is None


@pytest.mark.parametrize("fault", [Fault(500), Fault(502, None, is_performed=True)], ids=["before", "after"])
async def test_a_lost_answer_leaves_one_branch_and_one_pull_request(github: GitHub, fault: Fault) -> None:
    github.api.faults.append(fault)
    with pytest.raises(TryLater):
        await github.pages.create(NEW)

    found = await github.pages.find(NEW)

    assert found is not None
    assert found.stamp == NEW.stamp
    assert found.url == "https://github.com/acme/pages/pull/1"
    assert len(github.api.made) == 1


async def test_the_check_says_what_the_token_may(github: GitHub) -> None:
    assert (await github.pages.check())[-1] == "the token reads the pull requests of acme/pages"


@pytest.mark.parametrize("url", ["/srv/git/pages.git", "https://github.com/pages.git"])
def test_it_needs_a_repository_of_github(url: str) -> None:
    with pytest.raises(ValueError, match="needs GIT_PAGES_TOKEN and a repository of GitHub"):
        PageSettings(_env_file=None, git_pages_url=url, git_pages_pull_requests="on")  # type: ignore[call-arg]
