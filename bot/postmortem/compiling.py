"""Compiling: from the rows of an incident to its facts, and to a draft by a template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial

import structlog

from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.facts import Facts
from bot.postmortem.gather import Lookups, Snapshot, facts_of, snapshot
from bot.settings import OfflineSettings
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.templates import Template, load_or_classic
from bot.text import rich_text
from bot.text.mrkdwn import KnownNames
from bot.text.permalink import permalink
from bot.text.prose import Prose
from bot.text.rich_text import Said
from storage.tables import Incident, Workspace

log = structlog.get_logger()


FindNames = Callable[[Iterable[str], Collection[str]], Awaitable[KnownNames]]
"""Finds the names with which Slack texts and the people of these ids are shown."""


@dataclass(frozen=True)
class Compiled:
    """The facts of an incident, and the names with which its texts are shown."""

    facts: Facts
    names: KnownNames

    def read(self, said: Said) -> tuple[Prose, ...]:
        """A text as Slack showed it, with names for ids."""
        return rich_text.read(said, self.names)

    def document(self, template: Template) -> Document:
        """The draft by a template."""
        return compose(self.facts, template, self.read)


async def compile_facts(
    rows: Snapshot, workspace: Workspace, settings: OfflineSettings, find_names: FindNames
) -> Compiled:
    """The facts of an incident, from rows that were read in one transaction."""
    names = await find_names(rows.texts(), rows.people())
    lookups = Lookups(
        name_of=lambda user_id: names.person(user_id) or user_id,
        is_person=names.is_person,
        zone_of=names.zones.get,
        link_to=partial(permalink, workspace.url),
    )
    return Compiled(facts_of(rows, lookups, settings.zone, severities=settings.severity_names), names)


async def compile_draft(services: Services, incident: Incident, *, template: str | None = None) -> Document:
    """The draft from the record as it stands, by a template, or by the settings' one."""
    async with services.database.read() as session:
        rows = await snapshot(session, incident)
    find_names = partial(names_in, services.directory, home=incident.channel_id)
    compiled = await compile_facts(rows, services.workspace, services.settings, find_names)
    return compiled.document(template_named(services, template))


def template_named(services: Services, name: str | None) -> Template:
    """The template; instead of one that cannot be used any more the classic one, so that a draft appears."""
    settings = services.settings
    if name is None or name == settings.template:
        return settings.chosen_template
    template, problem = load_or_classic(name, settings.templates_folder)
    if problem:
        log.error("template.unusable", template=name, why=str(problem))
    return template
