"""The judge of pages: what is lost, doubled, overwritten or never decided at a host is found."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from sandbox.server import Sandbox
from sandbox.trackers.tracker import Fault
from storage.page_tables import Page
from storage.postmortem_tables import Publication
from storage.tables import Incident
from storage.vocabulary import PageState
from tests.e2e.storm.page_places import TEXT, Version
from tests.e2e.storm.pages import GIT, Pages, Paper
from tests.e2e.storm.pages_truth import PagesRecord, faults_of_pages
from tests.e2e.storm.told import Told

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)
MARKER = "0f" * 16


class Shelf:
    """A host with one page."""

    def __init__(self) -> None:
        self.faults: list[Fault | None] = []
        self.read_faults: list[Fault | None] = []
        self.versions = [Version(1), Version(edit="e1-000"), Version(2)]
        self.folders = ["INC-1-down"]
        self.others: set[str] = set()

    async def edit(self, number: int, edit: str) -> bool:
        self.versions.append(Version(edit=edit))
        return True

    def history(self, marker: str, number: int) -> Sequence[Version]:
        return self.versions

    def places_of(self, marker: str) -> Sequence[str]:
        return self.folders

    def markers(self) -> set[str]:
        return {MARKER, *self.others}

    def files(self, place: str) -> Sequence[str]:
        return [TEXT]


class Scene:
    """A post-mortem published twice, whose page people edited between, and let Scribe write over."""

    def __init__(self, sandbox: Sandbox) -> None:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana").id
        channel = workspace.add_channel("desk", members=[ana, workspace.bot_user_id]).id
        self.shelf = Shelf()
        self.paper = Paper(channel, number=1, publications=2, seen={(GIT, 1), (GIT, 2)})
        self.paper.edits[GIT].append("e1-000")
        self.paper.agreed[GIT].add("e1-000")
        self.pages = Pages(sandbox, random.Random(1), Told(), {GIT: self.shelf}, {}, papers=[self.paper])
        incident = Incident(
            id=1,
            team_id=workspace.team_id,
            number=1,
            title="Down",
            status="resolved",
            channel_id=channel,
            channel_name="desk",
            is_own_channel=False,
            declared_by=ana,
            declared_at=NOON,
        )
        self.page = Page(
            id=1,
            incident_id=1,
            host=GIT,
            marker=MARKER,
            publication=2,
            asked_by=ana,
            asked_at=NOON,
            state=PageState.WRITTEN,
            remote_id="INC-1-down",
            version="two",
            written=2,
        )
        self.publications = [
            Publication(incident_id=1, version=1, published_by=ana, published_at=NOON, reopened_at=NOON),
            Publication(incident_id=1, version=2, published_by=ana, published_at=NOON),
        ]
        self.record = PagesRecord({channel: incident}, self.publications, [self.page])

    def faults(self) -> list[str]:
        return faults_of_pages(self.pages, self.record)


@pytest.fixture
def scene() -> Scene:
    return Scene(Sandbox())


def test_what_is_right_is_no_fault(scene: Scene) -> None:
    assert scene.faults() == []


def _nobody_agreed(scene: Scene) -> None:
    scene.paper.agreed[GIT].clear()


def _written_twice(scene: Scene) -> None:
    scene.shelf.versions.append(Version(2))


def _in_two_places(scene: Scene) -> None:
    scene.shelf.folders.append("INC-1-down-0f0f0f0f")


def _an_edit_is_gone(scene: Scene) -> None:
    scene.shelf.versions.pop(1)


def _a_version_is_gone(scene: Scene) -> None:
    scene.shelf.versions.pop(0)


def _on_its_way(scene: Scene) -> None:
    scene.page.state = PageState.ASKED


def _out_of_date(scene: Scene) -> None:
    scene.shelf.versions.pop()
    scene.page.written = 1


def _blamed(scene: Scene) -> None:
    scene.page.state = PageState.EDITED


def _never_asked_for(scene: Scene) -> None:
    scene.page.publication = scene.page.written = 1


def _of_nobody(scene: Scene) -> None:
    scene.shelf.others.add("1e" * 16)


def _published_more_often(scene: Scene) -> None:
    scene.paper.publications = 3


def _without_a_row(scene: Scene) -> None:
    scene.record.pages.clear()


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (_nobody_agreed, "overwritten: e1-000"),
        (_written_twice, "doubled: "),
        (_in_two_places, "stands 2 times"),
        (_an_edit_is_gone, "people made ['e1-000']"),
        (_a_version_is_gone, "lost: version 1"),
        (_on_its_way, "on its way for ever"),
        (_out_of_date, "lost: version 2"),
        (_blamed, "invented: people edited"),
        (_never_asked_for, "was never asked for"),
        (_of_nobody, "invented: a page"),
        (_published_more_often, "was published 2 times"),
        (_without_a_row, "0 rows of the page"),
    ],
)
def test_what_is_wrong_is_told(scene: Scene, happens: Callable[[Scene], None], told: str) -> None:
    happens(scene)

    assert any(told in one for one in scene.faults()), scene.faults()
