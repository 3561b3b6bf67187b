"""The form of an incident's roles: all that was changed is given, or nothing."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.roles import GiveRoles, RolesGiven, give_roles
from bot.incidents.roles import CannotHold
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, answering_elsewhere, on_submit
from bot.listeners.people import for_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks import roles_form
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.milestone_answers import roles_given


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, roles_form.FORM, partial(_give, scribe=scribe), _first)


async def _give(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], roles_form.Origin)
    given = roles_form.changed(body["view"]["state"]["values"], origin)
    if not given:
        return
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    work = await answering_elsewhere(scribe, actor, number, _answer)
    try:
        await give_roles(work, actor, GiveRoles(given, number))
    except CannotHold as problem:
        raise FieldsUnread({problem.role: await for_form(problem, scribe)}) from problem


def _first(body: Body) -> str:
    return str(body["view"]["blocks"][0]["block_id"])


async def _answer(result: RolesGiven) -> str:
    return roles_given(result)
