"""How far back the history of a repository is brought, and what is found in it: against real `git`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.connect.pages import git_repository
from bot.connect.pages.git import GitPages
from bot.connect.pages.git_repository import repository
from bot.incidents.pages.contract import EditedSince
from bot.settings.pages import PageSettings
from bot.slack.calls import TryLater
from bot.slack.posting import OutcomeUnknown
from tests.bot.connect.pages.made import NEW, again
from tests.git_server import BareRepository, GitOverHttp

NOW = datetime.now(UTC)
SINCE = NOW - timedelta(minutes=10)
PAGE = replace(NEW, since=SINCE)
YEARS_AGO = NOW - timedelta(days=2000)


@pytest.fixture
def bare(tmp_path: Path) -> BareRepository:
    return BareRepository.make(tmp_path / "pages.git")


def _settings(bare: BareRepository) -> PageSettings:
    return PageSettings(_env_file=None, git_pages_url=f"file://{bare.path}")  # type: ignore[call-arg]


def _commit(bare: BareRepository, moments: Sequence[datetime], branch: str = "main") -> None:
    """A commit at each moment, upon what is there, each to a file of its own."""
    begun = bool(bare.log(branch))
    lines = []
    for number, moment in enumerate(moments):
        name, words = f"src/{moment:%Y%m%d%H%M%S}-{number}.txt", f"change {number}"
        lines += [
            f"commit refs/heads/{branch}",
            f"committer Ben Okafor <ben@example.com> {moment.timestamp():.0f} +0000",
            f"data {len(words)}\n{words}",
            *([f"from refs/heads/{branch}^0"] if begun and not number else []),
            f"M 644 inline {name}\ndata {len(words)}\n{words}",
        ]
    bare.git("fast-import", "--quiet", stdin=("\n".join(lines) + "\n").encode())


async def _brought(bare: BareRepository) -> int:
    async with repository(_settings(bare), since=SINCE) as found:
        return int(await found.git.must("rev-list", "--count", str(found.head)))


@pytest.mark.every
async def test_of_a_long_history_little_is_brought_and_the_page_is_found(bare: BareRepository) -> None:
    _commit(bare, [YEARS_AGO + timedelta(hours=n) for n in range(5000)])
    pages = GitPages(_settings(bare))
    assert await pages.find(PAGE) is None

    made = await pages.create(PAGE)

    assert await pages.find(PAGE) == made
    assert await _brought(bare) == git_repository.DEPTHS[0]


@pytest.mark.every
async def test_it_is_found_below_all_that_others_committed_since(bare: BareRepository) -> None:
    bare.git("config", "uploadpack.allowFilter", "true")
    bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
    _commit(bare, [YEARS_AGO + timedelta(hours=n) for n in range(2000)])
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)
    _commit(bare, [NOW + timedelta(seconds=n) for n in range(400)])

    assert await pages.find(PAGE) == made
    assert await _brought(bare) == git_repository.DEPTHS[1]


async def test_a_clock_that_is_wrong_hides_nothing(bare: BareRepository) -> None:
    _commit(bare, [YEARS_AGO + timedelta(hours=n) for n in range(300)])
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)
    # the last commit of the first look says that it is years old
    _commit(bare, [YEARS_AGO, *(NOW + timedelta(seconds=n) for n in range(git_repository.DEPTHS[0] - 1))])

    assert await pages.find(PAGE) == made


async def test_more_than_can_be_looked_through_is_not_taken_for_nothing(
    bare: BareRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_repository, "DEPTHS", (5, 20))
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)
    _commit(bare, [NOW + timedelta(seconds=n) for n in range(18)])
    assert await pages.find(PAGE) == made
    _commit(bare, [NOW + timedelta(minutes=n) for n in range(18)])

    with pytest.raises(OutcomeUnknown, match="more was committed"):
        await pages.find(PAGE)


async def test_who_edited_it_is_said_only_where_that_is_seen(
    bare: BareRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_repository, "DEPTHS", (5, 20))
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)
    bare.people_write({f"{made.remote_id}/postmortem.md": "By us"}, clone=tmp_path / "clone")
    seen = await pages.read(replace(PAGE, earlier=made))
    assert seen
    assert (seen.stamp, seen.by) == (None, "Ben Okafor")
    _commit(bare, [YEARS_AGO] * 9)

    seen = await pages.read(replace(PAGE, earlier=made))

    assert seen
    assert (seen.stamp, seen.by, seen.version == made.version) == (None, None, False)


async def test_over_http_no_more_is_brought_and_the_page_is_told_from_an_edit(
    bare: BareRepository, tmp_path: Path
) -> None:
    _commit(bare, [YEARS_AGO + timedelta(hours=n) for n in range(500)])
    async with GitOverHttp(bare, "git", "a-token") as server:
        pages = GitPages(
            PageSettings(_env_file=None, git_pages_url=server.url, git_pages_token="a-token")  # type: ignore[call-arg]
        )
        made = await pages.create(PAGE)
        _commit(bare, [NOW + timedelta(seconds=n) for n in range(300)])
        second = await pages.update(again(made, since=SINCE))

        seen = await pages.read(again(made, since=SINCE))

        assert seen == second


async def test_a_push_that_outlived_its_process_is_known_as_ours(
    bare: BareRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lands after the page was looked for, and before it is made."""
    pages, other = GitPages(_settings(bare)), GitPages(_settings(bare))
    real, made = git_repository.Repository.push, []

    async def push(self: git_repository.Repository, commit: str) -> bool:
        if not made:
            made.append(None)
            # of the same publication, and not the same letter by letter
            made[0] = await other.create(replace(PAGE, data='{"incident": "INC-12", "items": 1}\n'))
        return await real(self, commit)

    monkeypatch.setattr(git_repository.Repository, "push", push)

    assert await pages.create(PAGE) == made[0]
    assert len(bare.log()) == 1


async def test_one_that_landed_before_is_not_given_a_second_folder(bare: BareRepository) -> None:
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)

    assert await pages.create(replace(PAGE, data="{}\n")) == made
    with pytest.raises(TryLater, match="written meanwhile"):
        await pages.create(replace(PAGE, publication=2, data="{}\n"))
    assert len(bare.log()) == 1


async def test_nor_is_an_update_that_landed_before_taken_for_peoples(
    bare: BareRepository, tmp_path: Path
) -> None:
    pages = GitPages(_settings(bare))
    made = await pages.create(PAGE)
    second = await pages.update(again(made, since=SINCE))

    assert await pages.update(again(made, since=SINCE, data="{}\n")) == second
    with pytest.raises(TryLater, match="written meanwhile"):
        await pages.update(again(made, since=SINCE, publication=3, data="{}\n"))
    bare.people_write({f"{made.remote_id}/postmortem.md": "By us"}, clone=tmp_path / "clone")
    with pytest.raises(EditedSince):
        await pages.update(again(made, since=SINCE, data="{}\n"))
