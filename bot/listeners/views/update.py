"""The form of an update: it closes only after the update is on the record."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.updates import PostUpdate, UpdatePosted, post_update
from bot.incidents.errors import ScribeError
from bot.incidents.updates import NewUpdate
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, View, on_submit
from bot.listeners.public_form import filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.status_update import update_posted
from bot.slack.blocks.update_form import FORM, KNOWN, Origin, filled
from bot.text.mrkdwn import escape


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, FORM, partial(_post, scribe=scribe), lambda _: KNOWN)


async def _post(body: Body, scribe: Scribe) -> View | None:
    number, origin = unpacked(body["view"]["private_metadata"], Origin)
    said = filled(body["view"]["state"]["values"])
    if not said.known:
        raise FieldsUnread({KNOWN: "Say in a sentence what you know."})
    actor = submitted_by(body, origin.channel_id, origin.response_url)

    async def answer(result: UpdatePosted) -> str:
        return update_posted(result)

    work = scribe.work.replying(origin.response_url, f"update:{actor.key}", answer)
    update = NewUpdate(escape(said.known), escape(said.doing), said.next_in)
    posted = await post_update(work, actor, PostUpdate(update, number))
    if not said.is_public:
        return None
    try:
        return await filled_form(scribe, actor, posted.number)
    except ScribeError as problem:  # the update is on the record; only the second form cannot be filled
        await scribe.work.say(actor, problem.sentence)
        return None
