"""Adding action items, changing, closing and reopening them, and putting their reminders off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.incidents import action_items as rules
from bot.incidents import source_message
from bot.incidents.action_items import EXAMPLE, ActionItemDetails
from bot.incidents.actions.roles import check_holder
from bot.incidents.actor import Actor
from bot.incidents.source_message import SourceMessage
from bot.incidents.tickets.work import ask_for_ticket, chosen
from bot.incidents.unit_of_work import Change, UnitOfWork
from bot.incidents.views.action_items import ActionItemView, of_item, view_of
from storage import action_items
from storage.tables import Incident
from storage.vocabulary import ActionItemState

ITEM_OWNER = "the owner of an action item"


@dataclass(frozen=True)
class StandingItem:
    """An action item of incident `number` as it stands after an action."""

    number: int
    item: ActionItemView


@dataclass(frozen=True)
class AddActionItem:
    """`source` is the message that it is made of, chosen by its menu; `is_as_said`: it reads as that does.
    `is_filed`: it becomes a ticket, as does one that is changed.
    """

    details: ActionItemDetails
    number: int | None = None
    source: SourceMessage | None = None
    is_as_said: bool = False
    is_filed: bool = False


async def add_action_item(work: UnitOfWork, actor: Actor, request: AddActionItem) -> StandingItem:
    """Put an action item on the record; its owner is told, and reminded before it is due.

    Raises:
        ActionItemUnreadable: it does not say what is to be done.
        CannotHold: its owner has left the workspace, or is an app.
    """
    await _check_owner(work, actor, request.number, request.details)
    zone = await work.known_zone(request.details.owner_id)
    async with work.changing(actor, request.number, "add_action_item") as change:
        item = await rules.add(
            change.session,
            change.incident,
            request.details,
            by=change.by,
            now=change.now,
            zone=zone or fallback_zone(work, change.incident),
        )
        if request.source:
            await source_message.make_item(
                change.session,
                change.incident,
                request.source,
                item,
                work.recording,
                work.workspace.url,
                is_as_said=request.is_as_said,
                by=change.by,
                now=change.now,
            )
        if request.is_filed:
            await _file(work, actor, change, item.number)
        text = item.text or request.details.text
        result = StandingItem(change.incident.number, of_item(item, text, text))
        return await work.done(change.session, result)


@dataclass(frozen=True)
class ChangeActionItem:
    """What is not said of it stays, unless its field is among those to clear."""

    item: int
    details: ActionItemDetails
    clearing: Collection[str] = field(default=())
    number: int | None = None
    is_filed: bool = False


async def change_action_item(work: UnitOfWork, actor: Actor, request: ChangeActionItem) -> StandingItem:
    """Say more of an item, or say it anew.

    Raises:
        NoSuchActionItem: none stands by this number.
        ActionItemUnreadable: nothing is said.
        CannotHold: its owner is to be somebody who has left the workspace, or an app.
    """
    await _check_owner(work, actor, request.number, request.details)
    is_other_owner = request.details.owner_id is not None or "owner_id" in request.clearing
    zone = (
        await work.known_zone(request.details.owner_id)
        if is_other_owner
        else await _owners_zone(work, actor, request.number, request.item)
    )
    async with work.changing(actor, request.number, "change_action_item") as change:
        found = await rules.change(
            change.session,
            change.incident,
            request.item,
            request.details,
            by=change.by,
            now=change.now,
            zone=zone or fallback_zone(work, change.incident),
            clearing=request.clearing,
        )
        if request.is_filed:
            await _file(work, actor, change, request.item)
        return await work.done(change.session, StandingItem(change.incident.number, view_of(found)))


async def _check_owner(
    work: UnitOfWork, actor: Actor, number: int | None, details: ActionItemDetails
) -> None:
    if details.owner_id:
        await work.incident(actor, number, even_cancelled=False)
        await check_holder(work, details.owner_id, ITEM_OWNER, example=EXAMPLE, unsaved=details.text)


@dataclass(frozen=True)
class CloseActionItem:
    """It is done, or dropped (`is_dropped`): it will not be done."""

    item: int
    number: int | None = None
    is_dropped: bool = False


async def close_action_item(work: UnitOfWork, actor: Actor, request: CloseActionItem) -> StandingItem:
    """It is done, or will not be; a second time changes nothing.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    async with work.changing(actor, request.number, "close_action_item") as change:
        found = await rules.close(
            change.session,
            change.incident,
            request.item,
            state=ActionItemState.DROPPED if request.is_dropped else ActionItemState.DONE,
            by=change.by,
            now=change.now,
        )
        return await work.done(change.session, StandingItem(change.incident.number, view_of(found)))


@dataclass(frozen=True)
class ReopenActionItem:
    item: int
    number: int | None = None


async def reopen_action_item(work: UnitOfWork, actor: Actor, request: ReopenActionItem) -> StandingItem:
    """It is to be done after all.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    zone = await _owners_zone(work, actor, request.number, request.item)
    async with work.changing(actor, request.number, "reopen_action_item") as change:
        found = await rules.reopen(
            change.session,
            change.incident,
            request.item,
            by=change.by,
            now=change.now,
            zone=zone or fallback_zone(work, change.incident),
        )
        return await work.done(change.session, StandingItem(change.incident.number, view_of(found)))


@dataclass(frozen=True)
class SnoozeActionItem:
    """`days` is from now on."""

    item: int
    days: int
    number: int | None = None


async def snooze_action_item(work: UnitOfWork, actor: Actor, request: SnoozeActionItem) -> datetime:
    """Remind its owner no sooner than then; returns when.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    async with work.changing(actor, request.number, "snooze_action_item") as change:
        until = change.now + timedelta(days=request.days)
        await rules.snooze(change.session, change.incident, request.item, until, now=change.now)
        return await work.done(change.session, until)


async def _file(work: UnitOfWork, actor: Actor, change: Change, item: int) -> None:
    tracker, project = chosen(work.settings, "")
    await ask_for_ticket(
        change.session,
        change.incident,
        item,
        tracker.name,
        project,
        by=change.by,
        now=change.now,
        response_url=actor.response_url,
    )


def fallback_zone(work: UnitOfWork, incident: Incident) -> ZoneInfo:
    """Where an owner is reminded whose own zone is not known."""
    return ZoneInfo(incident.zone) if incident.zone else work.settings.zone


async def _owners_zone(work: UnitOfWork, actor: Actor, number: int | None, item: int) -> ZoneInfo | None:
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        found = await action_items.by_number(session, incident, item)
    return await work.known_zone(found.item.owner_id if found else None)
