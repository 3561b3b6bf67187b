"""One look at the repository of pages: a copy of its newest commit, in a folder that is thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.connect.pages.git_process import Git, environment, refused, trouble
from bot.settings.pages.git import GitPageSettings
from bot.slack.calls import before_sending

HEADS = "refs/heads/"
BASE = "refs/scribe/base"
FIRST_BRANCH = "main"
"""Of a repository in which nothing is yet, where no branch is set."""
DEPTHS = (200, 1_000, 5_000, 25_000)
"""Commits that are looked through, in one look after the other, until they go back far enough."""
SURELY_OLD = 50
"""Commits in a row, the oldest of a look, that must be old before it is said to go back far enough: the clock
of a single one may be wrong."""
RACED = ("[rejected]", "fetch first", "non-fast-forward", "already exists", "stale info")
"""What git says of a push where somebody else pushed before (git-scm.com/docs/git-push, "OUTPUT")."""


@dataclass(frozen=True)
class Written:
    """A commit: by whom, and what its message says below its first line."""

    commit: str
    by: str
    trailers: Mapping[str, str]


@dataclass(frozen=True)
class Repository:
    """`head` is its branch's newest commit, else the one that the branch is to begin at, None: none is there.

    `is_begun` says that the branch is there. `is_whole` says that its history goes back as far as was asked,
    `first_edge` are the oldest commits of the first look at it.
    """

    git: Git
    branch: str
    head: str | None
    is_begun: bool
    is_whole: bool = True
    first_edge: Sequence[str] = ()

    async def blobs(self, folder: str, commit: str = "") -> Mapping[str, str]:
        """What stands in a folder, by name: the ids of its files; `commit` is another than the newest."""
        if self.head is None:
            return {}
        listed = await self.git.must("ls-tree", "-z", commit or self.head, f"{folder}/")
        found = {}
        for line in filter(None, listed.split("\0")):
            about, _, path = line.partition("\t")
            _mode, kind, blob_id = about.split(" ")
            if kind == "blob":
                found[path.rpartition("/")[2]] = blob_id
        return found

    async def last_written(self, folder: str) -> Written | None:
        """By whom the folder was changed last; None where that is not among the newest commits.

        It needs the history, and looks at what the first look brought: of older commits no trees are here.
        """
        if self.head is None:
            return None
        beyond = [f"^{one}" for one in self.first_edge]
        return await self._written("-1", self.head, *beyond, "--", folder)

    async def carrying(self, trailer: str) -> Written | None:
        """The newest commit that has this trailer; it needs the history."""
        if self.head is None:
            return None
        return await self._written("-1", "--fixed-strings", f"--grep={trailer}", self.head)

    async def _written(self, *which: str) -> Written | None:
        said = await self.git.must("log", "--format=%H%x00%an%x00%B", *which)
        if not said:
            return None
        commit, by, message = said.split("\0", 2)
        lines = (line.partition(": ") for line in message.splitlines())
        return Written(commit, by, {name: value.strip() for name, mark, value in lines if mark})

    async def commit(self, folder: str, files: Mapping[str, bytes | None], message: str) -> str:
        """A commit upon `head` with these files in the folder, those of None removed; nobody sees it yet."""
        lines = []
        for name, content in files.items():
            if content is None:
                lines.append(f"0 {'0' * 40}\t{folder}/{name}\0")
            else:
                blob_id = await self.git.must("hash-object", "-w", "--no-filters", "--stdin", stdin=content)
                lines.append(f"100644 {blob_id}\t{folder}/{name}\0")
        if self.head:
            await self.git.must("read-tree", self.head)
        await self.git.must("update-index", "-z", "--index-info", stdin="".join(lines).encode())
        tree = await self.git.must("write-tree", "--missing-ok")
        upon = ["-p", self.head] if self.head else []
        return await self.git.must("commit-tree", tree, *upon, "-F", "-", stdin=message.encode())

    async def push(self, commit: str) -> bool:
        """Whether the branch is at the commit now; False: somebody else pushed meanwhile.

        Raises:
            TryLater: nobody knows whether it is; RefusedByTracker: the repository does not take it.
        """
        before_sending()
        ran = await self.git.run(
            "push", "--porcelain", "--no-verify", "origin", f"{commit}:{HEADS}{self.branch}"
        )
        if ran.code == 0:
            return True
        told = f"{ran.text}\n{ran.said}"
        if "[remote rejected]" in told and "cannot lock ref" not in told:
            reason = next((line for line in ran.text.splitlines() if "[remote rejected]" in line), "")
            raise refused(f"the repository does not take it: {reason.rpartition('(')[2].rstrip(')')}")
        if any(word in told for word in RACED) or "cannot lock ref" in told:
            return False
        raise trouble(ran, is_undone=False)

    async def may_push(self, commit: str) -> None:
        """Try the same without doing it (git-scm.com/docs/git-push, `--dry-run`).

        Raises:
            TryLater, RefusedByTracker: it would not be taken, as far as that is known before.
        """
        await self.git.ask(
            "push", "--dry-run", "--porcelain", "--no-verify", "origin", f"{commit}:{HEADS}{self.branch}"
        )


def blob_id_of(content: bytes) -> str:
    """By which git knows a file (git-scm.com/book, "Git Objects")."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@asynccontextmanager
async def repository(
    settings: GitPageSettings, *, branch: str = "", since: datetime | None = None
) -> AsyncIterator[Repository]:
    """The repository as it stands; of its files no more than is needed.

    `branch` is another than the one that is set, and begins at that one where it is not there. `since` has
    its history brought as well, back to that moment, and no further than the last of `DEPTHS`.

    Raises:
        TryLater: it does not answer now; RefusedByTracker: it is not there, or not for this token or key.
    """
    async with _empty(settings) as git:
        name, begins_at = await _branch(git, branch, settings.git_pages_branch)
        if begins_at is None:
            yield Repository(git, name, None, is_begun=False)
            return
        is_begun, edge, is_whole = begins_at == name, list[str](), True
        if since is None:
            await _fetch(git, begins_at, 1, "blob:none")
        else:
            edge, is_whole = await _fetch_back_to(git, begins_at, since)
        head = await git.must("rev-parse", BASE)
        yield Repository(git, name, head, is_begun=is_begun, is_whole=is_whole, first_edge=edge)


async def _fetch(git: Git, branch: str, depth: int, leaves_out: str) -> None:
    """So many commits; `leaves_out` is what of them stays there (git-scm.com/docs/git-rev-list, --filter)."""
    few = [f"--depth={depth}", "--no-tags", f"--filter={leaves_out}"]
    await git.ask("fetch", "--quiet", *few, "origin", f"+{HEADS}{branch}:{BASE}")


async def _fetch_back_to(git: Git, branch: str, since: datetime) -> tuple[list[str], bool]:
    """The oldest commits of the first look, and whether the last one goes back far enough."""
    edge: list[str] = []
    for depth in DEPTHS:
        # the messages of commits are small; of the newest, their trees say by whom a folder was changed
        await _fetch(git, branch, depth, "tree:0" if edge else "blob:none")
        if await git.must("rev-parse", "--is-shallow-repository") == "false":
            return edge, True
        edge = edge or Path(git.folder, "shallow").read_text("ascii").split()
        moments = (await git.must("log", "--format=%ct", BASE)).split()
        if all(int(one) < since.timestamp() for one in moments[-SURELY_OLD:]):
            return edge, True
    return edge, False


async def branches(settings: GitPageSettings, prefix: str) -> frozenset[str]:
    """The names of the branches that begin so.

    Raises:
        TryLater, RefusedByTracker: as of `repository`.
    """
    async with _empty(settings) as git:
        said = await git.ask("ls-remote", "origin", f"{HEADS}{prefix}*")
    names = (line.partition("\t")[2] for line in said.splitlines())
    return frozenset(name.removeprefix(HEADS) for name in names if name.startswith(f"{HEADS}{prefix}"))


@asynccontextmanager
async def _empty(settings: GitPageSettings) -> AsyncIterator[Git]:
    """A copy of nothing yet, which knows where the repository is."""
    with TemporaryDirectory(prefix="scribe-git-") as folder:
        home, copy = Path(folder, "home"), Path(folder, "copy")
        home.mkdir()
        copy.mkdir()
        git = Git(copy, environment(settings, home))
        await git.must("init", "--quiet", "--bare", "--template=", ".")
        await git.must("remote", "add", "origin", settings.git_pages_url)
        yield git


async def _branch(git: Git, wanted: str, usual: str) -> tuple[str, str | None]:
    """The branch to write to, and the one to begin at: the same where it is there, None in an empty one."""
    patterns = [f"{HEADS}{one}" for one in (wanted, usual) if one] or [f"{HEADS}*"]
    said = await git.ask("ls-remote", "--symref", "origin", "HEAD", *patterns)
    own, there = None, set()
    for line in said.splitlines():
        about, _, name = line.partition("\t")
        if about.startswith("ref: ") and name == "HEAD":
            own = about.removeprefix("ref: ").strip().removeprefix(HEADS)
        elif name.startswith(HEADS):
            there.add(name.removeprefix(HEADS))
        elif name == "HEAD" and own:
            there.add(own)
    branch = wanted or usual or own or FIRST_BRANCH
    return branch, next((one for one in (branch, usual, own) if one in there), None)
