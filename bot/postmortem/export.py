"""An incident's post-mortem out of the database and into files, without asking Slack for anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.history import EventChange, changes
from bot.incidents.origins import TOOL_NAMES
from bot.incidents.own_settings import settings_of
from bot.postmortem.chart import draw
from bot.postmortem.compiling import compile_facts
from bot.postmortem.deliver.reading import as_people_left_it
from bot.postmortem.document import Document, Section, Written, as_published
from bot.postmortem.gather import snapshot
from bot.postmortem.render import html, json_document, markdown_file, timeline_csv
from bot.postmortem.timeline_json import as_json
from bot.settings import OfflineSettings
from bot.slack.names import names_on_record
from bot.templates import TemplateError, load
from bot.text.mrkdwn import KnownNames
from storage import drafts, incidents, people, postmortems
from storage.cannot import Cannot
from storage.database import Database
from storage.history import past
from storage.tables import Incident, Workspace
from storage.timeline import ShownLine
from storage.vocabulary import Origin

PICTURE = "timeline.svg"


class NothingToExport(Cannot):
    """There is no such incident; the text is one sentence for the person who asked."""


@dataclass(frozen=True)
class Exported:
    """The files that were written, by what is in them."""

    files: Mapping[str, Path]

    @property
    def postmortem(self) -> Path:
        return self.files["md"]

    @property
    def timeline(self) -> Path:
        return self.files["timeline"]


async def export(
    database: Database,
    number: int,
    out: Path,
    settings: OfflineSettings,
    *,
    formats: Sequence[str] = (),
    template: str | None = None,
    workspace: str | None = None,
) -> Exported:
    """Write an incident into the folder `out`: the formats asked for, else Markdown, page and timeline.

    What people wrote into the canvas, as far as Scribe has read it back, stands where they wrote it; a
    published post-mortem is written as it was published. `workspace` is its address, name or id, where
    several have an incident of this number.

    Raises:
        NothingToExport: there is no such incident, or no such template, or several workspaces have one.
        OSError: the files cannot be written.
    """
    async with database.read() as session:
        incident = await incident_named(session, number, workspace, database.shown)
        settings = await settings_of(session, settings, incident.team_id)
        home = await people.workspace(session, incident.team_id)
        rows = await snapshot(session, incident)
        histories = [await _history(session, line) for line in rows.lines]
        team_draft = await drafts.newest_in_canvas(session, incident.pk)
        reading = await postmortems.last_reading(session, incident.pk)
        postmortem = await postmortems.of_incident(session, incident.pk)
    if home is None:
        raise NothingToExport(f"INC-{number} belongs to a workspace Scribe has never met.")
    changed_by = {change.by for changes in histories for change in changes if change.by}

    async def find_names(texts: Iterable[str], user_ids: Collection[str]) -> KnownNames:
        async with database.read() as session:
            return await names_on_record(session, incident.team_id, texts, {*user_ids, *changed_by})

    compiled = await compile_facts(rows, home, settings, find_names)
    try:
        chosen = load(template or settings.template, settings.templates_folder)
    except TemplateError as problem:
        raise NothingToExport(str(problem)) from problem
    # what people wrote into their own draft was not written for people outside
    draft = None if chosen.is_public else team_draft
    document = as_published(as_people_left_it(compiled.document(chosen), draft, reading))
    published = postmortem.final_markdown if postmortem and not template else None
    if published and rows.origin:
        document, published = _with_text(document, rows.origin, published), None
    contents: dict[str, tuple[str, Callable[[], str]]] = {
        "md": ("postmortem.md", lambda: published or _markdown(document)),
        "html": ("postmortem.html", lambda: html.render(document)),
        "json": ("postmortem.json", lambda: json_document.render(document)),
        "csv": ("timeline.csv", lambda: timeline_csv.render(document)),
        "timeline": (
            "timeline.json",
            lambda: _timeline(as_json(compiled.facts, compiled.names, histories)),
        ),
        "picture": (PICTURE, lambda: _picture(document)),
    }
    wanted = list(formats) or ["md", "html", "timeline"]
    if "md" in wanted and document.chart:
        wanted.append("picture")
    return await asyncio.to_thread(_write, out, {name: contents[name] for name in wanted})


def _with_text(document: Document, origin: Origin, text: str) -> Document:
    """With the post-mortem that was written in another tool before what the record says."""
    written = Section(f"As {TOOL_NAMES[origin]} has it", (Written(text),), key=f"imported-{origin}")
    return replace(document, sections=(written, *document.sections))


async def incident_named(session: AsyncSession, number: int, workspace: str | None, shown: str) -> Incident:
    """The incident of this number, of this workspace where several have one.

    Raises:
        NothingToExport: there is none, or several workspaces have one.
    """
    found = await incidents.of_number(session, number)
    if not found:
        raise NothingToExport(f"There is no INC-{number} in {shown}.")
    homes = {one.team_id: one for one in await people.workspaces(session)}
    if workspace is not None:
        said = workspace.removeprefix("https://").strip("/").lower()
        found = [one for one in found if one.team_id in homes and said in _names_of(homes[one.team_id])]
        if not found:
            known = ", ".join(home.url for home in homes.values())
            raise NothingToExport(f"{workspace!r} has no INC-{number}. Workspaces in {shown}: {known}")
    if len(found) > 1:
        addresses = [homes[one.team_id].url for one in found if one.team_id in homes]
        raise NothingToExport(
            f"There is an INC-{number} in each of {', '.join(addresses)}. Say which, for example: "
            f"--workspace {addresses[-1]}"
        )
    return found[0]


def _names_of(home: Workspace) -> set[str]:
    host = home.url.removeprefix("https://").removeprefix("http://").strip("/").lower()
    return {host, host.partition(".")[0], home.name.lower(), home.team_id.lower()}


def _write(out: Path, contents: Mapping[str, tuple[str, Callable[[], str]]]) -> Exported:
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (file, render) in contents.items():
        files[name] = out / file
        files[name].write_text(render(), encoding="utf-8", newline="" if name == "csv" else None)
    return Exported(files)


def _markdown(document: Document) -> str:
    return markdown_file.render(document, chart_path=PICTURE if document.chart else None)


def _timeline(content: dict[str, object]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _picture(document: Document) -> str:
    return draw.svg(document.chart) if document.chart else ""


async def _history(session: AsyncSession, line: ShownLine) -> list[EventChange]:
    event = line.event
    key = None
    if event.channel_id and event.message_ts:
        key = (event.team_id, event.channel_id, event.message_ts)
    return changes(line.message, await past(session, event.pk, key))
