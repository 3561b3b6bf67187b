"""The places for pages during a storm: what stands there, who wrote it, and how people write there too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from starlette.requests import Request

from sandbox.trackers.tracker import Fault
from sandbox.wikis.confluence import ConfluenceServer
from tests.git_server import BareRepository, GitOverHttp

TEXT = "postmortem.md"
BY_HAND = "By hand"


class Confluence(ConfluenceServer):
    """One that says when it has changed something, before it is answered."""

    on_change: Callable[[], None] = staticmethod(lambda: None)

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        answered = await super().answer(request, path, body)
        if request.method != "GET":
            self.on_change()
        return answered


class Version(NamedTuple):
    """One version of a page: Scribe's `publication`, else the `edit` by people."""

    publication: int | None = None
    edit: str = ""


class Place(Protocol):
    """A host, as people see it."""

    faults: list[Fault | None]
    read_faults: list[Fault | None]

    async def edit(self, number: int, edit: str) -> bool:
        """Somebody adds a line to the page of an incident; False: there is none."""

    def history(self, marker: str, number: int) -> Sequence[Version]:
        """Every version of the page with this marker, the newest last."""

    def places_of(self, marker: str) -> Sequence[str]:
        """Where a page with this marker was ever made."""

    def markers(self) -> set[str]:
        """Of every page there is."""

    def files(self, place: str) -> Sequence[str]:
        """The names of the files of a page."""


class Repository:
    """A repository that people write to as well, behind a server that loses answers."""

    def __init__(self, bare: BareRepository, server: GitOverHttp, folder: Path) -> None:
        self._bare, self._folder = bare, folder
        self.faults, self.read_faults = server.faults, server.read_faults
        self._clones = 0

    async def edit(self, number: int, edit: str) -> bool:
        return await asyncio.to_thread(self._edit, number, edit)

    def _edit(self, number: int, edit: str) -> bool:
        while True:
            texts = [one for one in self._files() if re.fullmatch(rf"INC-{number}-[^/]*/{TEXT}", one)]
            if not texts:
                return False
            self._clones += 1
            clone = self._folder / f"clone-{self._clones}"
            text = f"{self._bare.read(texts[0])}\n{edit}\n"
            try:
                self._bare.people_write({texts[0]: text}, clone=clone, message=f"{BY_HAND} {edit}")
            except AssertionError:
                continue  # Scribe pushed between: as people do, say it again on what is there now
            return True

    def _files(self) -> Sequence[str]:
        return self._bare.files() if self._bare.log() else []

    def _commits(self) -> Sequence[str]:
        if not self._bare.log():
            return []
        return self._bare.git("log", "--reverse", "-z", "--format=%B", self._bare.branch).split("\0")

    def history(self, marker: str, number: int) -> Sequence[Version]:
        found = []
        for message in self._commits():
            publication = re.search(r"^Scribe-Publication: (\d+)$", message, re.MULTILINE)
            if publication and f"Scribe-Page: {marker}" in message:
                found.append(Version(int(publication[1])))
            elif (by_hand := re.match(rf"{BY_HAND} (e{number}-\d+)\s*$", message)) is not None:
                found.append(Version(edit=by_hand[1]))
        return found

    def places_of(self, marker: str) -> Sequence[str]:
        ours = [one for one in self._commits() if f"Scribe-Page: {marker}" in one]
        return sorted({re.findall(r"^Scribe-Folder: (.*)$", one, re.MULTILINE)[0] for one in ours})

    def markers(self) -> set[str]:
        return set(re.findall(r"Scribe-Page: (\w+)", "\n".join(self._commits())))

    def files(self, place: str) -> Sequence[str]:
        return [one.rpartition("/")[2] for one in self._files() if one.startswith(f"{place}/")]


class Wiki:
    """A Confluence that people write to as well."""

    def __init__(self, server: ConfluenceServer) -> None:
        self._server = server
        self.faults, self.read_faults = server.faults, server.read_faults

    async def edit(self, number: int, edit: str) -> bool:
        page = next((one for one in self._server.pages if one.title.startswith(f"INC-{number}: ")), None)
        if page:
            self._server.edit(page, f"{page.value}<p>{edit}</p>")
        return page is not None

    def history(self, marker: str, number: int) -> Sequence[Version]:
        found = []
        for page in self._server.pages:
            if marker not in page.history[0].value:
                continue
            for version in page.history:
                edits = re.findall(rf"<p>(e{number}-\d+)</p>", version.value)
                publication = re.search(rf"scribe-{marker}\.(\d+)", version.value)
                if version.author == "scribe" and publication:
                    found.append(Version(int(publication[1])))
                else:
                    found.append(Version(edit=edits[-1]))
        return found

    def places_of(self, marker: str) -> Sequence[str]:
        return [one.id for one in self._server.pages if marker in one.value]

    def markers(self) -> set[str]:
        values = "\n".join(one.value for one in self._server.pages)
        return set(re.findall(r"scribe-([0-9a-f]{32})\.", values))

    def files(self, place: str) -> Sequence[str]:
        return [one.name for page in self._server.pages if page.id == place for one in page.files]
