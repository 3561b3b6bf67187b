"""What must stand at the hosts of published post-mortems after a storm, and how it differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from storage.database import Database
from storage.page_tables import Page
from storage.postmortem_tables import Publication
from storage.tables import Incident
from storage.vocabulary import PageState
from tests.e2e.storm.page_places import TEXT, Version
from tests.e2e.storm.pages import CONFLUENCE, GIT, TITLES, Pages, Paper
from tests.e2e.storm.shown import posts

FILES = {
    GIT: {TEXT, "postmortem.json", "timeline.png", "timeline.svg"},
    CONFLUENCE: {"timeline.png"},
}


@dataclass(frozen=True)
class PagesRecord:
    """What the record holds of pages."""

    incidents: dict[str, Incident]
    """By channel."""
    publications: list[Publication]
    pages: list[Page]


async def read_pages(database: Database) -> PagesRecord:
    """As it stands at this moment."""
    async with database.read() as session:
        return PagesRecord(
            {one.channel_id or "": one for one in await session.exec(select(Incident))},
            list(await session.exec(select(Publication).order_by(col(Publication.version)))),
            list(await session.exec(select(Page))),
        )


def faults_of_pages(pages: Pages, record: PagesRecord) -> list[str]:
    """Everything that is lost, doubled, overwritten or contradicts itself, a line each."""
    found = list(pages.faults)
    known = {one.marker for one in record.pages}
    for host, place in pages.places.items():
        found += [f"invented: a page {marker} in {host}" for marker in place.markers() - known]
    for paper in pages.papers:
        incident = record.incidents.get(paper.channel)
        published = [one for one in record.publications if incident and one.incident_id == incident.id]
        least = paper.publications
        if not least <= len(published) <= least + paper.is_unsure:
            found.append(f"differs: {paper} was published {len(published)} times")
        if incident and published:
            for host in pages.places:
                rows = [one for one in record.pages if (one.incident_id, one.host) == (incident.id, host)]
                if len(rows) != 1:
                    found.append(f"lost or doubled: {len(rows)} rows of the page of {paper} in {host}")
                    continue
                name = f"the page of INC-{incident.number} in {host}"
                found += [
                    f"{fault} ({_account(pages, paper, rows[0])})"
                    for fault in _of_page(pages, paper, published[-1], rows[0], name)
                ]
    return found


def _account(pages: Pages, paper: Paper, page: Page) -> str:
    history = pages.places[page.host].history(page.marker, paper.number)
    shown = " ".join(one.edit or f"v{one.publication}" for one in history)
    return (
        f"{page.state}, asked for {page.publication}, written {page.written}, history: {shown or 'none'}; "
        f"agreed {sorted(paper.agreed[page.host])}"
    )


def _of_page(pages: Pages, paper: Paper, last: Publication, page: Page, name: str) -> Iterator[str]:
    place = pages.places[page.host]
    history = place.history(page.marker, paper.number)
    where = place.places_of(page.marker)
    if len(where) > 1 or (page.written and not where):
        yield f"lost or doubled: {name} stands {len(where)} times: {where}"
    for one in where:
        names = list(place.files(one))
        if len(names) != len(set(names)) or not set(names) <= FILES[page.host]:
            yield f"differs: {name} has the files {names}"
    yield from _of_history(paper, page, history, name)
    yield from _of_state(page, last, history, name)
    told = [
        one
        for one in posts(pages.sandbox.workspace, paper.channel)
        if f"stands in <{page.url}|{TITLES[page.host]}> now" in one.text
    ]
    if len(told) != int(page.url is not None):
        yield f"lost or doubled: the channel was told {len(told)} times of {name}"


def _of_history(paper: Paper, page: Page, history: Sequence[Version], name: str) -> Iterator[str]:
    written = [one.publication for one in history if one.publication]
    if written != sorted(set(written)):
        yield f"doubled: {name} was written as {written}"
    edits = [one.edit for one in history if one.edit]
    if edits != paper.edits[page.host]:
        yield f"lost or doubled: of {name} people made {paper.edits[page.host]}"
    for host, publication in paper.seen:
        if host == page.host and publication not in written:
            yield f"lost: version {publication} of {name}, which was told to stand there"
    before: list[str] = []
    for one in history:
        if one.edit:
            before.append(one.edit)
            continue
        for edit in before:
            if edit not in paper.agreed[page.host]:
                yield f"overwritten: {edit} of {name}, and nobody was asked"
        before = []


def _of_state(page: Page, last: Publication, history: Sequence[Version], name: str) -> Iterator[str]:
    """What is out of date, once the outbox is empty, is so because people are asked, or reopened it."""
    written = [one.publication for one in history if one.publication]
    if page.publication != last.version:
        yield f"lost: version {last.version} of {name} was never asked for"
    if page.state == PageState.ASKED:
        yield f"lost: {name} is on its way for ever"
    if page.written and page.written not in written:
        yield f"invented: {name} was written"
    if last.reopened_at is not None:
        return
    if page.state == PageState.WITHHELD:
        yield f"lost: {name} was withheld"
    if page.state == PageState.WRITTEN and (page.written, written[-1:]) != (last.version, [last.version]):
        yield f"lost: version {last.version} of {name}"
    if page.state in (PageState.EDITED, PageState.LEFT) and not (history and history[-1].edit):
        yield f"invented: people edited {name}"
