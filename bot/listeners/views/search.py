"""The form that looks for incidents: what it finds is shown below its words, which can be changed."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.attempt import within_ack_window
from bot.incidents.errors import ScribeError
from bot.listeners.actors import Body, submitted_by
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.postmortem.search import search_view, show_search
from bot.slack.blocks import section
from bot.slack.blocks.home import FORM, MOST_FOUND, VALUE, WORDS, search_form
from bot.text.mrkdwn import escape

UNREADABLE = "Scribe cannot read its record just now. Please search again in a minute."


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def searched(ack: AsyncAck, body: dict[str, Any]) -> None:
        words = str(body["view"]["state"]["values"][WORDS][VALUE].get("value") or "").strip()
        try:
            view = await within_ack_window(lambda: _found(body, words, scribe))
        except ScribeError as problem:
            await ack(response_action="errors", errors={WORDS: problem.sentence.replace("`", '"')})
        except RECORD_TROUBLE:
            await ack(response_action="errors", errors={WORDS: UNREADABLE})
        else:
            await ack(response_action="update", view=view)

    app.view(FORM)(searched)


async def _found(body: Body, words: str, scribe: Scribe) -> dict[str, Any]:
    view = await search_view(scribe.work, submitted_by(body, ""), words)
    shown = await show_search(scribe, view, escape(words))
    blocks = [section(shown)] if isinstance(shown, str) else list(shown.blocks)
    return search_form(words, blocks[:MOST_FOUND])
