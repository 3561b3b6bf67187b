"""Pages that are offered to a repository of GitHub by pull requests, for people to merge.

Each publication goes to the branch of the pull request that is open for its page, else to a new branch of its
own, which is what a pull request is found by (docs.github.com/rest/pulls/pulls).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.connect.api import Api
from bot.connect.pages.git import GitPages
from bot.connect.pages.git_repository import branches
from bot.connect.trackers.github import API_VERSION, explain, limit
from bot.incidents.pages.contract import NewPage, SeenPage
from bot.settings.pages.git import GitPageSettings
from bot.slack.calls import TryLater
from bot.text.well_formed import table, tables, text

PREFIX = "scribe/inc-"


@dataclass(frozen=True)
class PullRequest:
    """Where people read it, and whether it waits to be merged."""

    url: str
    is_open: bool


class OfferedPages(GitPages):
    """The repository that is set, by pull requests to its branch."""

    def __init__(self, settings: GitPageSettings) -> None:
        super().__init__(settings)
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {settings.git_pages_token}",
            "X-GitHub-Api-Version": API_VERSION,
        }
        self._at = f"/repos/{settings.git_pages_project}"
        self._owner = settings.git_pages_project.partition("/")[0]
        self._api = Api("GitHub", settings.git_pages_api_url, headers, limit=limit, explain=explain)

    async def standing_branch(self, new: NewPage) -> str:
        """That of the newest pull request, while it is open, or if it was pushed and never offered."""
        prefix = _prefix(new)
        numbers = [one.removeprefix(prefix) for one in await branches(self.settings, prefix)]
        newest = max((int(one) for one in numbers if one.isdecimal()), default=0)
        branch = f"{prefix}{newest}"
        if not newest:
            return ""
        offered = await self._of(branch)
        return branch if not offered or any(one.is_open for one in offered) else ""

    async def branch_to_write(self, new: NewPage) -> str:
        """The one that is open, else a new one."""
        return await self.standing_branch(new) or f"{_prefix(new)}{new.publication}"

    async def offered(self, new: NewPage, branch: str, seen: SeenPage) -> SeenPage:
        """The page with the address of its pull request, which is opened where none is."""
        if not branch:
            return seen
        waiting = next((one for one in await self._of(branch) if one.is_open), None)
        return replace(seen, url=(waiting or await self._open(new, branch)).url)

    async def check(self) -> Sequence[str]:
        """As of a branch, and whether the token may see pull requests.

        Raises:
            TryLater, RefusedByTracker: it may not.
        """
        lines = await super().check()
        await self._api.call("GET", f"{self._at}/pulls", query={"per_page": 1})
        return [*lines, f"the token reads the pull requests of {self.settings.git_pages_project}"]

    async def close(self) -> None:
        """Close its connections."""
        await self._api.close()

    async def _of(self, branch: str) -> Sequence[PullRequest]:
        """Those from this branch, whatever became of them."""
        query = {"head": f"{self._owner}:{branch}", "state": "all"}
        answer = await self._api.call("GET", f"{self._at}/pulls", query=query)
        return [_read(one) for one in tables(answer.data)]

    async def _open(self, new: NewPage, branch: str) -> PullRequest:
        """Open one; its words are Scribe's own, since people's could close issues and call teams there."""
        body = {
            "title": f"Post-mortem of INC-{new.number}",
            "body": f"Published in Slack, and offered here by Scribe.\n\n<!-- scribe:page:{new.marker} -->",
            "head": branch,
            "base": self.settings.git_pages_branch or await self._default_branch(),
        }
        return _read((await self._api.call("POST", f"{self._at}/pulls", body=body)).data)

    async def _default_branch(self) -> str:
        return text(table((await self._api.call("GET", self._at)).data).get("default_branch"))


def _prefix(new: NewPage) -> str:
    return f"{PREFIX}{new.number}-{new.marker[:8]}-"


def _read(data: object) -> PullRequest:
    """A pull request in an answer.

    Raises:
        TryLater: there is none: it may have been made all the same.
    """
    said: Mapping[str, object] = table(data)
    url = text(said.get("html_url"))
    if not url:
        raise TryLater("GitHub: an answer that is no pull request")
    return PullRequest(url, said.get("state") == "open")
