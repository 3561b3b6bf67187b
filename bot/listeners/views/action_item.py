"""The form of an action item: it closes only after the item, or its change, is on the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp

from bot.incidents.action_items import ActionItemDetails, ticket_in
from bot.incidents.actions.action_items import (
    AddActionItem,
    ChangeActionItem,
    StandingItem,
    add_action_item,
    change_action_item,
    fallback_zone,
)
from bot.incidents.actions.tickets import FileTicket, file_ticket
from bot.incidents.roles import CannotHold
from bot.incidents.views.action_items import action_item
from bot.incidents.vocabulary import ActionItemKind, ActionItemPriority
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.people import for_form
from bot.listeners.scribe import Scribe
from bot.listeners.source import as_it_stands
from bot.slack.blocks import action_item_form as action_item_form
from bot.slack.blocks.action_item_form import DONE_WHEN, DUE, KIND, OWNER, PRIORITY, TEXT, TICKET, Origin
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.message_form import chosen_incident
from bot.slack.names import names_in
from bot.slack.showing.action_items import show_action_item
from bot.text.form_text import encoded

LINK = re.compile(r"https?://[^|<>\s]{1,1000}", re.IGNORECASE)
NAMES = {
    TEXT: "text",
    OWNER: "owner_id",
    DUE: "due_on",
    PRIORITY: "priority",
    KIND: "kind",
    DONE_WHEN: "done_when",
    TICKET: "ticket_url",
}
"""What each field says of an item."""


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, action_item_form.FORM, partial(_record, scribe=scribe), lambda _: TEXT)


async def _record(body: Body, scribe: Scribe) -> None:
    _, origin = unpacked(body["view"]["private_metadata"], Origin)
    values = body["view"]["state"]["values"]
    fields = action_item_form.changed(values, origin)
    is_filed = action_item_form.wants_ticket(values)
    if origin.item is not None and not fields and not is_filed:
        return
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    number = chosen_incident(values) or origin.incident
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    zone = await scribe.work.known_zone(actor.user_id) or fallback_zone(scribe.work, incident)
    details = _read(fields, zone, scribe)
    source = origin.source and await as_it_stands(origin.source, scribe, kept_in=incident.channel_id)
    if source is not None and not details.text:
        details = replace(details, text=encoded(_text_in(values)))

    what, words = "is added", [details.text]
    if origin.item is not None:
        _, before = await action_item(scribe.work, actor, origin.incident, origin.item)
        what, words = "now reads", [details.text, before.words]
    await names_in(scribe.directory, words, asks_slack=False)  # the answer waits for none

    async def answer(stands: StandingItem) -> str:
        return await show_action_item(scribe, stands, what, waits=False)

    work = scribe.work.replying(origin.response_url, f"task:{actor.key}", answer)
    try:
        if origin.item is None:
            is_as_said = TEXT not in fields and source is not None
            await add_action_item(work, actor, AddActionItem(details, number, source, is_as_said, is_filed))
        elif fields:
            clearing = [NAMES[field] for field, value in fields.items() if not value]
            request = ChangeActionItem(origin.item, details, clearing, origin.incident, is_filed)
            await change_action_item(work, actor, request)
        else:
            await file_ticket(scribe.work, actor, FileTicket(origin.item, number=origin.incident))
    except CannotHold as problem:
        raise FieldsUnread({OWNER: await for_form(problem, scribe)}) from problem


def _text_in(values: Mapping[str, Mapping[str, Any]]) -> str:
    return str((values.get(TEXT, {}).get(action_item_form.VALUE) or {}).get("value") or "").strip()


def _read(fields: Mapping[str, str], zone: ZoneInfo, scribe: Scribe) -> ActionItemDetails:
    """What the changed fields say, by somebody whose day it is in `zone`.

    Raises:
        FieldsUnread: a day is past, or a link is none.
    """
    problems: dict[str, str] = {}
    due_on = date.fromisoformat(fields[DUE]) if fields.get(DUE) else None
    if due_on and due_on < scribe.clock.now().astimezone(zone).date():
        problems[DUE] = "That day is past. Choose today or a day to come."
    ticket = fields.get(TICKET) or None
    if ticket and not LINK.fullmatch(ticket):
        problems[TICKET] = (
            "That is no link. Paste the ticket's address, for example https://tickets.example/OPS-1."
        )
    if problems:
        raise FieldsUnread(problems)
    text = encoded(fields.get(TEXT, ""))
    return ActionItemDetails(
        text=text,
        owner_id=fields.get(OWNER) or None,
        due_on=due_on,
        priority=ActionItemPriority(fields[PRIORITY]) if fields.get(PRIORITY) else None,
        kind=ActionItemKind(fields[KIND]) if fields.get(KIND) else None,
        done_when=encoded(fields.get(DONE_WHEN, "")) or None,
        ticket_url=ticket or (ticket_in(text) if TICKET not in fields else None),
    )
