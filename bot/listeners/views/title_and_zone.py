"""The form of an incident's title and zone."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Describe, Described, describe
from bot.incidents.zone import NoSuchZone, read_zone
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, answering_elsewhere, on_submit
from bot.listeners.scribe import Scribe
from bot.slack.blocks import title_form
from bot.slack.blocks.carried import subject_in
from bot.slack.showing.incident import show_described


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, title_form.FORM, partial(_describe, scribe=scribe), lambda _: title_form.TITLE)


async def _describe(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], title_form.Origin)
    said = title_form.filled(body["view"]["state"]["values"], origin)
    if said.title is None and said.zone is None:
        return
    try:
        zone = read_zone(said.zone) if said.zone else None
    except NoSuchZone as problem:
        raise FieldsUnread({title_form.ZONE: problem.sentence}) from problem
    actor = submitted_by(body, origin.channel_id, origin.response_url)

    async def answer(result: Described) -> str:
        return await show_described(scribe, result)

    work = await answering_elsewhere(scribe, actor, number, answer)
    await describe(work, actor, Describe(said.title, zone, number))
