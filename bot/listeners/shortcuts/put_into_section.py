"""*Put into section…*: a message into a section of the post-mortem, as a reaction with its emoji does."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.timeline import PutIntoSection, put_into_section
from bot.incidents.source_message import LinkAlone
from bot.incidents.views.source import source_view
from bot.incidents.vocabulary import MarkSection
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, View, on_submit
from bot.listeners.scribe import Scribe
from bot.listeners.shortcuts.chosen import Chosen, offered, opens
from bot.listeners.source import as_it_stands
from bot.slack.blocks.answers import put_into
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.help import MARKED_AS
from bot.slack.blocks.message_form import (
    INCIDENT,
    SECTION,
    SECTION_FORM,
    SECTIONS,
    Origin,
    chosen_incident,
    chosen_section,
    section_form,
)

INSTEAD = "Put the emoji of the section on the message instead; `/incident help` names them."


def register(app: AsyncApp, scribe: Scribe) -> None:
    app.shortcut("put_into_section")(**opens(scribe, _filled, _empty, INSTEAD))
    on_submit(app, scribe, SECTION_FORM, partial(_put, scribe=scribe), lambda _: SECTION)


async def _filled(chosen: Chosen, scribe: Scribe) -> View:
    view = await source_view(scribe.work, chosen.actor, chosen.source)
    if not view.is_copied:
        raise LinkAlone
    origin = Origin(chosen.source, chosen.response_url)
    return section_form(view.number, await offered(scribe, view.offered), origin, scribe.settings.emoji_names)


def _empty(chosen: Chosen, scribe: Scribe) -> View:
    return section_form(None, [], Origin(chosen.source, chosen.response_url), scribe.settings.emoji_names)


async def _put(body: Body, scribe: Scribe) -> None:
    number, origin = unpacked(body["view"]["private_metadata"], Origin)
    values = body["view"]["state"]["values"]
    number = number or chosen_incident(values)
    if number is None:
        raise FieldsUnread({INCIDENT: "Say which incident, by its number alone, for example 7."})
    said = chosen_section(values)
    if said not in SECTIONS:
        raise FieldsUnread({SECTION: "Choose one."})
    section = MarkSection(said)
    actor = submitted_by(body, origin.source.channel_id, origin.response_url)
    incident = await scribe.work.incident(actor, number)
    source = await as_it_stands(origin.source, scribe, kept_in=incident.channel_id)

    async def answer(number: int) -> str:
        return put_into(number, MARKED_AS[section])

    work = scribe.work.replying(origin.response_url, f"put:{actor.key}", answer)
    await put_into_section(work, actor, PutIntoSection(source, section, number))
