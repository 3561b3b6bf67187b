"""The form that asks how far an incident is: it closes only after the answer is on the record."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Replaced, Resolve, Resolved, SetStage, resolve, set_stage
from bot.incidents.stage import RESOLVED
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.stage import FORM, STAGE, Origin, chosen, stage_changed


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_record, scribe=scribe), lambda _: STAGE)


async def _record(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], Origin)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    stage = chosen(body["view"]["state"]["values"])
    if stage not in (*scribe.settings.stage_names, RESOLVED):
        raise FieldsUnread({STAGE: "Choose one of these."})

    async def changed(result: Replaced) -> str:
        return stage_changed(result.number, result.old, result.new)

    async def ended(result: Resolved) -> str:
        return answers.resolved(result.number, result.place)

    url, key = origin.response_url, f"stage:{actor.key}"
    if stage == RESOLVED:
        await resolve(scribe.work.replying(url, key, ended), actor, Resolve("", number))
    else:
        await set_stage(scribe.work.replying(url, key, changed), actor, SetStage(str(stage), number))
