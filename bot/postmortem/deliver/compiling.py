"""The post-mortem of an incident, compiled from the record as it stands."""

from __future__ import annotations

import structlog

from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.gather import facts_of, snapshot
from bot.postmortem.lookups import lookups
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.templates import Template, load_or_classic
from bot.text import mrkdwn
from storage.tables import Incident

log = structlog.get_logger()


async def compile_draft(services: Services, incident: Incident, *, template: str | None = None) -> Document:
    """The draft by a template, or by the settings' one."""
    async with services.database.read() as session:
        found = await snapshot(session, incident)
    names = await names_in(services.directory, found.texts(), found.people(), home=incident.channel_id)
    settings = services.settings
    facts = facts_of(
        found, lookups(services.workspace, names), settings.zone, severities=settings.severity_names
    )
    chosen = template_named(services, template)
    return compose(facts, chosen, lambda text: mrkdwn.read(text, names), settings.emoji_names)


def template_named(services: Services, name: str | None) -> Template:
    """The template; one that cannot be used any more gives way to the classic one: a draft appears."""
    settings = services.settings
    if name is None or name == settings.template:
        return settings.chosen_template
    template, problem = load_or_classic(name, settings.templates_folder)
    if problem:
        log.error("template.unusable", template=name, why=str(problem))
    return template
