"""The form of an update: it closes only after the update is on the record."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.updates import PostUpdate, UpdatePosted, post_update
from bot.incidents.actor import Actor
from bot.incidents.attempt import AlreadyDone, seconds_left
from bot.incidents.errors import ScribeError
from bot.incidents.updates import NewUpdate
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, View, filled_in_time, on_submit, say_instead
from bot.listeners.public_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.public_offer import form_offer
from bot.slack.blocks.status_update import update_posted
from bot.slack.blocks.update_form import FORM, KNOWN, Origin, filled
from bot.text.mrkdwn import escape

SHOWN_WITHIN = 0.3
"""Seconds that are left to answer Slack with the form that follows."""
CLOSED = "Your update is posted inside. The form for people outside could not follow in time."


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_post, scribe=scribe), lambda _: KNOWN)


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
    try:
        number = (await post_update(work, actor, PostUpdate(update, number))).number
    except AlreadyDone:  # pressed again where nobody could tell whether it is on the record
        if not said.is_public:
            raise
    return await _public_form(scribe, actor, number) if said.is_public else None


async def _public_form(scribe: Scribe, actor: Actor, number: int | None) -> View | None:
    """What follows an update that people outside are to read as well, while Slack still takes it; else the
    form closes, and its person is told of a button for it. The update is on the record in either case.
    """
    left = seconds_left() - SHOWN_WITHIN
    if left <= 0:
        await say_instead(scribe, actor, CLOSED, form_offer(number))
        return None
    try:
        filled = await filled_in_time(filled_form(scribe, actor, number), left)
    except ScribeError as problem:
        await scribe.work.say(actor, problem.sentence)
        return None
    return filled or empty_form(scribe, actor, number)
