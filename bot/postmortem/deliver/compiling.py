"""The post-mortem of an incident, compiled from the record as it stands."""

from __future__ import annotations

import structlog

from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.gather import facts_of, snapshot
from bot.postmortem.lookups import lookups
from bot.slack.desk import Desk
from bot.slack.names import names_in
from bot.templates import Template, load_or_classic
from bot.text import mrkdwn
from storage.tables import Incident

log = structlog.get_logger()


async def compile_draft(desk: Desk, incident: Incident, *, template: str | None = None) -> Document:
    """The draft by a template, or by the settings' one."""
    async with desk.database.read() as session:
        found = await snapshot(session, incident)
    names = await names_in(desk.directory, found.texts(), found.people(), home=incident.channel_id)
    settings = desk.settings
    facts = facts_of(found, lookups(desk.workspace, names), settings.zone, severities=settings.severity_names)
    chosen = template_named(desk, template)
    return compose(facts, chosen, lambda text: mrkdwn.read(text, names), settings.emoji_names)


def template_named(desk: Desk, name: str | None) -> Template:
    """The template; one that cannot be used any more gives way to the classic one: a draft appears."""
    settings = desk.settings
    if name is None or name == settings.template:
        return settings.chosen_template
    template, problem = load_or_classic(name, settings.templates_folder)
    if problem:
        log.error("template.unusable", template=name, why=str(problem))
    return template
