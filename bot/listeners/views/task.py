"""The form of an action item: it closes only after the item, or its change, is on the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import action_items as tasks
from bot.incidents import intents
from bot.incidents.action_items import ActionItemDetails, ticket_in
from bot.incidents.errors import NoIncidentHere, ScribeError
from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.listeners import troubles
from bot.listeners.about import caller_of
from bot.listeners.attempt import InDoubt, RecordAway, Unanswered, once_transaction, within_ack_window
from bot.listeners.commands.task import owners_zone, zone_of
from bot.listeners.scribe import Scribe
from bot.slack.blocks import task_form
from bot.slack.blocks.task_form import DONE_WHEN, DUE, KIND, OWNER, PRIORITY, TEXT, TICKET, Origin
from bot.slack.blocks.task_list import said, words_of
from bot.slack.names import names_in
from bot.text.form_text import encoded
from bot.text.mrkdwn import inert_line
from storage import action_items, incidents, outbox
from storage.action_items import Found
from storage.deliveries import AlreadyDone
from storage.tables import Incident
from storage.vocabulary import ActionItemKind, ActionItemPriority

log = structlog.get_logger()

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


class _FieldsUnread(Exception):
    """`problems` says what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        errors = await _errors(body, scribe)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()

    app.view(task_form.FORM)(submitted)


async def _errors(body: Mapping[str, Any], scribe: Scribe) -> dict[str, str]:
    try:
        await within_ack_window(lambda: _record(body, scribe))
    except _FieldsUnread as unread:
        return unread.problems
    except ScribeError as problem:
        return {TEXT: problem.sentence.replace("`", '"')}
    except (RecordAway, InDoubt) as trouble:
        return {TEXT: troubles.about_form(trouble)}
    except (AlreadyDone, Unanswered):
        log.info("form.done_before")
    return {}


async def _record(body: Mapping[str, Any], scribe: Scribe) -> None:
    view, user_id = body["view"], str(body["user"]["id"])
    origin = Origin.unpacked(view["private_metadata"])
    fields = task_form.changed(view["state"]["values"], origin)
    if origin.number is not None and not fields:
        return
    async with scribe.database.read() as session:
        incident = await _incident(session, origin, scribe)
    await scribe.permission.check(caller_of(body, origin.channel_id), incident)
    check_stands(incident)
    async with scribe.database.read() as session:
        before = await action_items.by_number(session, incident, origin.number or 0)
    item = await _read(fields, user_id, incident, scribe)
    owner = item.owner_id if OWNER in fields or before is None else before.item.owner_id
    zone = await owners_zone(owner, scribe) or zone_of(incident, scribe)
    names = await names_in(scribe.directory, [item.text, before.text if before else ""], asks_slack=False)
    key = f"view:{view['id']}"
    async with once_transaction(key, scribe) as session:
        now = scribe.clock.now()
        incident = await incidents.by_id(session, incident.pk)
        if origin.number is None:
            added = await tasks.add(session, incident, item, by=user_id, now=now, zone=zone)
            found, what = Found(added, None), "is added"
        else:
            clearing = [NAMES[field] for field, value in fields.items() if not value]
            found = await tasks.change(
                session, incident, origin.number, item, by=user_id, now=now, zone=zone, clearing=clearing
            )
            what = "now reads"
        if origin.response_url:
            text = said(what, incident.number, found.item, inert_line(words_of(found), names))
            await outbox.ask(session, [intents.reply(origin.response_url, text, f"task:{key}")], asked_at=now)


async def _incident(session: AsyncSession, origin: Origin, scribe: Scribe) -> Incident:
    """The incident of the item; of a new one that which was named, else the channel's.

    Raises:
        NoIncidentHere, NoSuchIncident: there is none.
    """
    team_id = scribe.workspace.team_id
    if origin.incident_id is None:
        return await meant(session, team_id, origin.channel_id, origin.named)
    incident = await incidents.by_id(session, origin.incident_id)
    if incident.team_id != team_id:
        raise NoIncidentHere
    return incident


async def _read(
    fields: Mapping[str, str], user_id: str, incident: Incident, scribe: Scribe
) -> ActionItemDetails:
    """What the changed fields say.

    Raises:
        _FieldsUnread: a day is past, or a link is none.
    """
    problems: dict[str, str] = {}
    due_on = date.fromisoformat(fields[DUE]) if fields.get(DUE) else None
    zone = await owners_zone(user_id, scribe) or zone_of(incident, scribe)
    if due_on and due_on < scribe.clock.now().astimezone(zone).date():
        problems[DUE] = "That day is past. Choose today or a day to come."
    ticket = fields.get(TICKET) or None
    if ticket and not LINK.fullmatch(ticket):
        problems[TICKET] = (
            "That is no link. Paste the ticket's address, for example https://tickets.example/OPS-1."
        )
    if problems:
        raise _FieldsUnread(problems)
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
