"""The form behind `/incident start`: it closes only after the incident is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.declare import Declaration
from bot.incidents.errors import NothingToRecord, OneBeginning, ScribeError
from bot.listeners import troubles
from bot.listeners.about import caller_of
from bot.listeners.attempt import InDoubt, RecordAway, Unanswered, within_ack_window
from bot.listeners.commands.start import start
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.slack.blocks import declare_form
from bot.slack.blocks.declare_form import Filled, Origin
from bot.text.mrkdwn import escape
from bot.text.when import UnreadableTime, read_moment
from storage.deliveries import AlreadyDone

log = structlog.get_logger()


class _SinceUnread(ScribeError):
    """The time in the form is none, or nobody knows in which zone it is meant."""


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        form = declare_form.filled(body["view"]["state"]["values"])
        errors = await _errors(body, form, scribe)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()

    app.view(declare_form.FORM)(submitted)


async def _errors(body: Mapping[str, Any], form: Filled, scribe: Scribe) -> dict[str, str]:
    """Declare what the form says; what is wrong with it, by its field, when it stays open."""
    try:
        await within_ack_window(lambda: _declare(body, form, scribe))
    except _SinceUnread as problem:
        return {declare_form.SINCE: _plain(problem.sentence)}
    except ScribeError as problem:
        return {declare_form.TITLE: _plain(problem.sentence)}
    except (RecordAway, InDoubt) as trouble:
        return {declare_form.TITLE: troubles.about_form(trouble)}
    except (AlreadyDone, Unanswered):
        log.info("form.done_before")
    return {}


async def _declare(body: Mapping[str, Any], form: Filled, scribe: Scribe) -> None:
    view, user_id = body["view"], str(body["user"]["id"])
    origin = Origin.unpacked(view["private_metadata"])
    await scribe.permission.check_person(caller_of(body, origin.channel_id))
    try:
        since = await _since(form, user_id, scribe)
    except (ScribeError, UnreadableTime) as problem:
        raise _SinceUnread(problem.sentence) from problem
    if not form.title:
        raise NothingToRecord("Checkout is down")
    declaration = Declaration(
        team_id=scribe.workspace.team_id,
        channel_id=origin.channel_id,
        channel_name=origin.channel_name,
        user_id=user_id,
        title=escape(form.title),
        is_here=form.is_here,
        is_private=None if form.is_here else form.is_private,
        severity=form.severity,
        since=since,
        response_url=origin.response_url or None,
    )
    await start(declaration, scribe, key=f"view:{view['id']}", answers_at=origin.response_url)


async def _since(form: Filled, user_id: str, scribe: Scribe) -> datetime | None:
    if not form.since:
        return None
    zone = await zone_for(user_id, scribe, needed=True, text=form.since)
    since = read_moment(form.since, scribe.clock.now(), zone)
    if since.until is not None:
        raise OneBeginning(form.since)
    return since.at


def _plain(sentence: str) -> str:
    """Forms show errors as plain text."""
    return sentence.replace("`", '"')
