"""The buttons below a message that was suggested for the timeline: add it, dismiss it for good."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.timeline import AddEvent, DismissMessage, add_event, dismiss_message
from bot.incidents.views.deploys import deploys_to_suggest
from bot.incidents.views.unmarked import unmarked_messages
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.unmarked import ADD_ACTION, DISMISS_ACTION, MessageRef, added, dismissed
from bot.slack.showing.timeline import show_unmarked


def register(app: AsyncApp, scribe: Scribe) -> None:
    for action_id, act, sentence in ((ADD_ACTION, _add, added), (DISMISS_ACTION, _dismiss, dismissed)):
        tell = partial(_tell, scribe=scribe, sentence=sentence)
        on_press(app, action_id, partial(act, scribe=scribe), tell)


async def _add(body: Body, scribe: Scribe) -> None:
    number, message = subject_in(value_of(body), MessageRef)
    await add_event(scribe.work, pressed_by(body), AddEvent(number=number, message_ts=message.ts))


async def _dismiss(body: Body, scribe: Scribe) -> None:
    number, message = subject_in(value_of(body), MessageRef)
    await dismiss_message(scribe.work, pressed_by(body), DismissMessage(message.ts, number))


async def _tell(body: Body, respond: AsyncRespond, scribe: Scribe, sentence: Callable[[int], str]) -> None:
    """Show what is left in place of the list; below another surface a sentence says what was done."""
    number, message = subject_in(value_of(body), MessageRef)
    if message.is_list:
        actor = pressed_by(body)
        view = await unmarked_messages(scribe.work, actor, number)
        surface = await show_unmarked(scribe, view, await deploys_to_suggest(scribe.work, actor, number))
        await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
    else:
        await respond(**answer_arguments(sentence(number)), replace_original=False)
