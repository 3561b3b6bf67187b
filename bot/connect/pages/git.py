"""A git repository as a place for pages: a folder for each, committed to a branch."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from bot.connect.pages.git_process import TITLE
from bot.connect.pages.git_repository import Repository, Written, blob_id_of, repository
from bot.incidents.pages.contract import PICTURE, EditedSince, NewPage, SeenPage
from bot.settings.pages.git import GitPageSettings
from bot.slack.calls import TryLater
from bot.slack.posting import OutcomeUnknown

TEXT, DRAWING, DATA = "postmortem.md", "timeline.svg", "postmortem.json"
NAMES = (TEXT, PICTURE, DRAWING, DATA)
"""The files of a page; whatever else people put beside them is theirs."""
MARKER, PUBLICATION, FOLDER = "Scribe-Page", "Scribe-Publication", "Scribe-Folder"
"""What commits say of the page they write (git-scm.com/docs/git-interpret-trailers)."""
MOST_RACES = 5
"""Tries in a row in which somebody else pushes first."""
BUSY_FOR = 1.0
LONGEST_SLUG = 50
_MARKUP = re.compile(r"([\\`*_\[\]<>#&|~])")
_VIEWERS = {"github.com": "blob", "gitlab.com": "-/blob", "codeberg.org": "src/branch"}
"""Where a file of a branch is read at well-known hosts."""


class GitPages:
    """The repository that is set."""

    name, title = "git", TITLE
    settles_within = timedelta()

    def __init__(self, settings: GitPageSettings) -> None:
        self.settings = settings
        self._is_busy = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One at a time, so that commits of one Scribe do not race each other.

        Raises:
            TryLater: another page is being written.
        """
        if self._is_busy:
            raise TryLater(f"{TITLE} is being written to", BUSY_FOR, is_expected=True)
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    async def create(self, new: NewPage) -> SeenPage:
        """Commit it into a folder of its own.

        Raises:
            TryLater, RefusedByTracker: it cannot be pushed now, or at all.
        """
        return await self._written(new, None)

    async def update(self, new: NewPage) -> SeenPage:
        """Commit it over `new.earlier`.

        Raises:
            EditedSince: its files are not those any more.
            TryLater, RefusedByTracker: it cannot be pushed now, or at all.
        """
        return await self._written(new, new.earlier)

    async def _written(self, new: NewPage, earlier: SeenPage | None) -> SeenPage:
        branch = await self.branch_to_write(new)
        return await self.offered(new, branch, await self._write(new, earlier, branch))

    async def standing_branch(self, new: NewPage) -> str:
        """The branch on which its newest version stands; "": the one that is set."""
        return ""

    async def branch_to_write(self, new: NewPage) -> str:
        """The branch to commit it to; "": the one that is set."""
        return ""

    async def offered(self, new: NewPage, branch: str, seen: SeenPage) -> SeenPage:
        """The page, seen on a branch, where its readers are to look at it."""
        return seen

    async def _write(self, new: NewPage, earlier: SeenPage | None, branch: str) -> SeenPage:
        files = _files(new)
        ids = {name: blob_id_of(content) for name, content in files.items()}
        since = None
        for _ in range(MOST_RACES):
            async with repository(self.settings, branch=branch, since=since) as found:
                if since and (seen := await self._by_another_try(found, new, earlier)):
                    return seen
                folder = earlier.remote_id if earlier else await self._free_folder(found, new, since)
                standing = _ours(await found.blobs(folder)) if folder else {}
                if folder and ids == standing and found.is_begun:
                    return self._seen(
                        folder, found.branch, ids, new.stamp
                    )  # it stands there, letter by letter
                is_other = earlier and (TEXT not in standing or _version(standing) != earlier.version)
                if folder and not is_other:
                    gone = {name: None for name in standing if name not in files}
                    commit = await found.commit(folder, {**files, **gone}, _message(new, folder))
                    if await found.push(commit):
                        return self._seen(folder, found.branch, ids, new.stamp)
            since = new.since  # something stands there: the history says whose it is
        raise TryLater("others push to the repository all the time", is_undone=True)

    async def _by_another_try(
        self, found: Repository, new: NewPage, earlier: SeenPage | None
    ) -> SeenPage | None:
        """The page where another try wrote this publication meanwhile: a push outlives whoever started it.

        None: nobody wrote it, and `earlier` stands.

        Raises:
            EditedSince: people did, or deleted it.
            TryLater: an earlier publication came meanwhile, or a page that was to be made is there.
        """
        written = await found.carrying(_mark(new))
        folder = earlier.remote_id if earlier else written.trailers.get(FOLDER) if written else None
        seen = await self._standing(found, folder, written) if folder else None
        if seen and seen.stamp == new.stamp:
            return seen
        if seen and (earlier is None or (seen.stamp and seen.version != earlier.version)):
            raise TryLater("its page was written meanwhile", BUSY_FOR, is_undone=True)
        if earlier and (seen is None or seen.version != earlier.version):
            raise EditedSince(seen)
        return None

    async def _free_folder(self, found: Repository, new: NewPage, since: datetime | None) -> str:
        """A folder in which no other page stands; "" where that takes the history, which is not here."""
        folder = self._within(f"INC-{new.number}-{_slug(new.title)}".rstrip("-"))
        if TEXT not in await found.blobs(folder):
            return folder
        return f"{folder}-{new.marker[:8]}" if since else ""

    def _within(self, name: str) -> str:
        place = self.settings.git_pages_folder
        return f"{place}/{name}" if place else name

    async def find(self, new: NewPage) -> SeenPage | None:
        """The one whose commit carries the marker.

        Raises:
            OutcomeUnknown: too much was committed since.
        """
        branch = await self.standing_branch(new)
        async with repository(self.settings, branch=branch, since=new.since) as found:
            written = await found.carrying(_mark(new))
            if written is None and not found.is_whole:
                raise OutcomeUnknown("more was committed to the repository since than can be looked through")
            folder = written.trailers.get(FOLDER) if written else None
            seen = await self._standing(found, folder, written) if folder else None
        return await self.offered(new, branch, seen) if seen else None

    async def read(self, new: NewPage) -> SeenPage | None:
        """How the folder stands on the branch."""
        assert new.earlier
        folder = new.earlier.remote_id
        branch = await self.standing_branch(new)
        async with repository(self.settings, branch=branch) as found:
            standing = _ours(await found.blobs(folder))
            if TEXT not in standing:
                return None
            if _version(standing) == new.earlier.version:
                return await self.offered(new, branch, self._seen(folder, found.branch, standing))
        async with repository(self.settings, branch=branch, since=new.since) as found:
            seen = await self._standing(found, folder, await found.carrying(_mark(new)))
        return await self.offered(new, branch, seen) if seen else None

    async def _standing(self, found: Repository, folder: str, written: Written | None) -> SeenPage | None:
        """The page in a folder; it is as Scribe wrote it where it stands as in that commit."""
        standing = _ours(await found.blobs(folder))
        if TEXT not in standing:
            return None
        if written and _ours(await found.blobs(folder, written.commit)) == standing:
            return self._seen(folder, found.branch, standing, _stamp(written))
        last = await found.last_written(folder)
        return self._seen(folder, found.branch, standing, by=last.by if last else None)

    def _seen(
        self,
        folder: str,
        branch: str,
        standing: Mapping[str, str],
        stamp: str | None = None,
        *,
        by: str | None = None,
    ) -> SeenPage:
        return SeenPage(folder, _version(standing), self.url(branch, folder), stamp, by)

    def url(self, branch: str, folder: str) -> str | None:
        """Where people read the page of this folder; None where that is not known of its host."""
        path = quote(f"{folder}/{TEXT}")
        if self.settings.git_pages_link:
            return f"{self.settings.git_pages_link}/{path}"
        url = urlsplit(as_url(self.settings.git_pages_url))
        viewer = _VIEWERS.get(url.hostname or "")
        if viewer is None:
            return None
        project = url.path.removesuffix(".git").strip("/")
        return f"https://{url.hostname}/{project}/{viewer}/{quote(branch)}/{path}"

    async def check(self) -> Sequence[str]:
        """Whether it is there and can be written to: a commit is tried, and not sent.

        Raises:
            TryLater, RefusedByTracker: it is not.
        """
        async with repository(self.settings) as found:
            lines = [f"{self.settings.git_pages_url} is there"]
            if found.is_begun:
                lines.append(f"its branch {found.branch} is there")
            else:
                lines.append(f"its branch {found.branch} is not there yet: the first page makes it")
            probe = await found.commit(self._within(".scribe-check"), {TEXT: b""}, "Check")
            await found.may_push(probe)
            return [*lines, "it may be written to, as far as it says without being written to"]

    async def close(self) -> None:
        """Nothing is open between two calls."""


def _files(new: NewPage) -> Mapping[str, bytes]:
    files = {TEXT: f"# {_inert(new.title)}\n\n{new.markdown}".encode(), DATA: new.data.encode()}
    if new.picture:
        files[PICTURE] = new.picture
    if new.drawing:
        files[DRAWING] = new.drawing.encode()
    return files


def _inert(title: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(title.split()))


def _ours(blobs: Mapping[str, str]) -> Mapping[str, str]:
    return {name: blob_id for name, blob_id in blobs.items() if name in NAMES}


def _version(standing: Mapping[str, str]) -> str:
    """What changes with any of its files, and with nothing else in the repository."""
    told = "\n".join(f"{blob_id} {name}" for name, blob_id in sorted(standing.items()))
    return hashlib.sha256(told.encode()).hexdigest()


def _stamp(written: Written) -> str | None:
    publication = written.trailers.get(PUBLICATION, "")
    return f"{written.trailers[MARKER]}.{publication}" if publication.isdecimal() else None


def _mark(new: NewPage) -> str:
    return f"{MARKER}: {new.marker}"


def _message(new: NewPage, folder: str) -> str:
    """It holds no word of people's: what a host reads out of messages (`fixes #7`) is not theirs to say."""
    return (
        f"Publish the post-mortem of INC-{new.number}, version {new.publication}\n\n"
        f"{MARKER}: {new.marker}\n{PUBLICATION}: {new.publication}\n{FOLDER}: {folder}\n"
    )


def _slug(title: str) -> str:
    words = title.partition(": ")[2]
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def as_url(address: str) -> str:
    """`git@host:path` as an address with a scheme."""
    if "://" in address or address.startswith("/"):
        return address
    host, _, path = address.partition(":")
    return f"ssh://{host}/{path}"
