"""The form behind `/incident start`: it closes only after the incident is committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents import intents
from bot.incidents.declare import Declaration
from bot.incidents.errors import NothingToRecord, ScribeError
from bot.incidents.when import UnreadableTime, read_moment
from bot.listeners.commands.incident import declared_answer, start
from bot.listeners.zones import zone_for
from bot.scribe import Scribe
from bot.slack.blocks import declare_form
from bot.slack.blocks.declare_form import Filled, Origin
from bot.slack.mrkdwn import escape
from storage import outbox


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body["view"]
        form = declare_form.filled(view["state"]["values"])
        origin = Origin.unpacked(view["private_metadata"])
        try:
            since = await _since(form, str(body["user"]["id"]), scribe)
        except (ScribeError, UnreadableTime) as problem:
            await ack(response_action="errors", errors={declare_form.SINCE: _plain(problem.sentence)})
            return
        try:
            if not form.title:
                raise NothingToRecord("Checkout is down")
            incident = await start(
                Declaration(
                    team_id=str(body["team"]["id"]),
                    channel_id=origin.channel_id,
                    channel_name=origin.channel_name,
                    user_id=str(body["user"]["id"]),
                    title=escape(form.title),
                    is_here=form.is_here,
                    severity=form.severity,
                    since=since,
                    response_url=origin.response_url or None,
                ),
                scribe,
            )
        except ScribeError as problem:
            await ack(response_action="errors", errors={declare_form.TITLE: _plain(problem.sentence)})
            return
        await ack()
        if origin.response_url:
            text = await declared_answer(incident, scribe)
            async with scribe.database.write() as session:
                reply = intents.reply(origin.response_url, text, f"declared:{incident.id}")
                await outbox.ask(session, [reply], asked_at=scribe.clock.now())

    app.view(declare_form.FORM)(submitted)


async def _since(form: Filled, user_id: str, scribe: Scribe) -> datetime | None:
    if not form.since:
        return None
    zone = await zone_for(user_id, scribe, needed=True, text=form.since)
    return read_moment(form.since, scribe.clock.now(), zone).at


def _plain(sentence: str) -> str:
    """Forms show errors as plain text."""
    return sentence.replace("`", '"')
