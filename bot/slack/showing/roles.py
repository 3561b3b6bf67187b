"""Who does what."""

from __future__ import annotations

from bot.incidents.views.incident import Roles
from bot.slack.blocks import Surface
from bot.slack.blocks.commander import nobody_leads, somebody_leads, you_lead
from bot.slack.names import names_in
from bot.slack.services import Services
from storage.vocabulary import COMMANDER


async def show_leader(services: Services, view: Roles, reader_id: str) -> str | Surface:
    """Who leads an incident now, for somebody who wants to."""
    leader = next((one for one in view.held if one.role == COMMANDER and one.until is None), None)
    if leader is None:
        return nobody_leads(view.number)
    if leader.user_id == reader_id:
        return you_lead(view.number)
    names = await names_in(services.directory, [], [leader.user_id], asks_slack=False)
    name = names.person(leader.user_id) or "Somebody else"
    return somebody_leads(view.number, leader.user_id, name, leader.since)
