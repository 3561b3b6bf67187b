"""Somebody changed their name or zone, or is a guest now, or none any more."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents.access import Standing
from bot.incidents.actions import homes, roles
from bot.listeners.scribe import Scribe
from bot.text.well_formed import table, text


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def changed(body: dict[str, Any]) -> None:
        user = table(body["event"].get("user"))
        user_id = text(user.get("id"))
        before = scribe.directory.known_standing(user_id)
        named = await _name(scribe, user_id)
        await scribe.directory.changed(user)
        if named is not None and named != await _name(scribe, user_id):
            await roles.called_otherwise(scribe.work, user_id)
        after = scribe.directory.known_standing(user_id)
        # of members nobody may see less than before, and there are many such events
        if after is not Standing.MEMBER or before not in (None, Standing.MEMBER):
            await homes.bring_up_to_date(scribe.work, user_id)

    app.event("user_change")(changed)


async def _name(scribe: Scribe, user_id: str) -> str | None:
    """How somebody is called, as far as Scribe knows; None of those whom it has not met."""
    person = (await scribe.directory.known([user_id])).get(user_id)
    return person.name if person else None
