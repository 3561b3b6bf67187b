"""The form that declares an incident: it closes only after the incident is committed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.declare import Alike, Declare, declare
from bot.incidents.errors import NothingToRecord, OneBeginning, ScribeError
from bot.incidents.roles import CannotHold
from bot.listeners.actors import Body, submitted_by
from bot.listeners.declare_form import asking_form
from bot.listeners.forms import FieldsUnread, View, on_submit
from bot.listeners.moments import moment_of
from bot.listeners.people import for_form
from bot.listeners.scribe import Scribe
from bot.listeners.source import as_it_stands
from bot.slack.blocks import declare_form
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.declare_form import Origin
from bot.slack.showing.incident import show_declared
from bot.text.mrkdwn import escape
from bot.text.when import UnreadableTime


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, declare_form.FORM, partial(_declare, scribe=scribe), lambda _: declare_form.TITLE)


async def _declare(body: Body, scribe: Scribe) -> View | None:
    """Declare it, or ask in the same form whether it is one that is open."""
    form = declare_form.filled(body["view"]["state"]["values"])
    _, origin = unpacked(body["view"]["private_metadata"], Origin)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    await scribe.permission.check_person(actor)
    try:
        since = await _since(form.since, actor.user_id, scribe)
    except (ScribeError, UnreadableTime) as problem:
        raise FieldsUnread({declare_form.SINCE: problem.sentence}) from problem
    if not form.title:
        raise NothingToRecord("Checkout is down")
    kept_in = origin.channel_id if form.is_here else None
    source = origin.source and await as_it_stands(origin.source, scribe, kept_in=kept_in)
    request = Declare(
        title=escape(form.title),
        channel_name=origin.channel_name,
        is_here=form.is_here,
        is_private=None if form.is_here else form.is_private,
        severity=form.severity,
        since=since,
        commander_id=form.commander_id,
        is_announced=form.is_announced,
        is_drill=form.is_drill,
        source=source,
        is_another=origin.is_asked,
    )
    show = partial(show_declared, scribe)
    work = scribe.work.replying(origin.response_url, f"declared:{actor.key}", show)
    try:
        result = await declare(work, actor, request)
    except CannotHold as problem:
        raise FieldsUnread({declare_form.COMMANDER: await for_form(problem, scribe)}) from problem
    if isinstance(result, Alike):
        return await asking_form(scribe, origin, form, result)
    return None if origin.response_url else declare_form.told(await show(result))


async def _since(said: str, user_id: str, scribe: Scribe) -> datetime | None:
    if not said:
        return None
    since = await moment_of(said, user_id, scribe)
    if since.until is not None:
        raise OneBeginning(said)
    return since.at
