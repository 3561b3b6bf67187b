"""The buttons below deploys: one or all onto the timeline, or never suggested again."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.deploys import AddDeploys, DismissDeploys, add_deploys, dismiss_deploys
from bot.incidents.views.deploys import deploys_before, deploys_to_suggest, deploys_told
from bot.incidents.views.unmarked import unmarked_messages
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.deploys import ADD_ACTION, ADD_ALL_ACTION, DISMISS_ACTION, DeployRefs
from bot.slack.showing.deploys import show_listed, show_told
from bot.slack.showing.timeline import show_unmarked


def register(app: AsyncApp, scribe: Scribe) -> None:
    tell = partial(_tell, scribe=scribe)
    for action_id, act in ((ADD_ACTION, _add), (ADD_ALL_ACTION, _add), (DISMISS_ACTION, _dismiss)):
        on_press(app, action_id, partial(act, scribe=scribe), tell)


async def _add(body: Body, scribe: Scribe) -> None:
    number, refs = subject_in(value_of(body), DeployRefs)
    await add_deploys(scribe.work, pressed_by(body), AddDeploys(refs.keys, number))


async def _dismiss(body: Body, scribe: Scribe) -> None:
    number, refs = subject_in(value_of(body), DeployRefs)
    await dismiss_deploys(scribe.work, pressed_by(body), DismissDeploys(refs.keys, number))


async def _tell(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """Show the message or the list that the button stands in as it is by now."""
    number, refs = subject_in(value_of(body), DeployRefs)
    actor = pressed_by(body)
    if refs.told:
        surface = show_told(await deploys_told(scribe.work, actor, number, refs.told, refs.more))
    elif refs.is_suggested:
        view = await unmarked_messages(scribe.work, actor, number)
        surface = await show_unmarked(scribe, view, await deploys_to_suggest(scribe.work, actor, number))
    else:
        surface = show_listed(await deploys_before(scribe.work, actor, number))
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
