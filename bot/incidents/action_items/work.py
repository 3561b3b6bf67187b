"""Adding, changing and closing action items, and reminding their owners, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.action_items.errors import ActionItemUnreadable, NoSuchActionItem
from bot.incidents.action_items.parse import EXAMPLE, ActionItemDetails
from bot.incidents.changed import tell
from bot.incidents.tickets.fields import IN_TEXT
from bot.incidents.tickets.follow import follow, follow_fields
from storage import action_items, changes, reminders
from storage.action_items import Found
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, IncidentChange
from storage.vocabulary import ActionItemState, ChangeKind, ReminderKind

AT = time(9, 0)
"""When people are reminded, in the owner's zone."""
WEEK = timedelta(days=7)
FIELDS = ("text", "owner_id", "due_on", "priority", "kind", "done_when", "ticket_url")


async def add(
    session: AsyncSession,
    incident: Incident,
    said: ActionItemDetails,
    *,
    by: str,
    now: datetime,
    zone: ZoneInfo,
) -> ActionItem:
    """Put an action item on the record; `zone` is its owner's.

    Raises:
        ActionItemUnreadable: it does not say what is to be done.
    """
    if not said.text:
        raise ActionItemUnreadable("It does not say yet what is to be done.", EXAMPLE)
    await action_items.adopt_marked(session, incident, now)
    item = ActionItem(
        incident_id=incident.pk,
        number=await action_items.next_number(session, incident.pk),
        is_explicit=True,
        added_by=by,
        added_at=now,
        **{name: getattr(said, name) for name in FIELDS},
    )
    session.add(item)
    await session.flush()
    await first_reminder(session, item, zone, now=now)
    if item.owner_id:
        given = _note(session, item, "owner_id", None, item.owner_id, by=by, now=now)
        await tell(session, [given], at=now)
    return item


async def change(
    session: AsyncSession,
    incident: Incident,
    number: int,
    said: ActionItemDetails,
    *,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    clearing: Collection[str] = (),
) -> Found:
    """Change an item; a field that is not given stays, unless it is among those to clear.

    Its reminder moves only with its owner or its day, so that a snooze outlives a change of words.

    Raises:
        NoSuchActionItem: none stands by this number.
        ActionItemUnreadable: nothing is said.
    """
    if said.says_nothing and not clearing:
        raise ActionItemUnreadable(
            "It does not say what is to change.", f"/incident task edit {number} @ana by friday"
        )
    found = await _found(session, incident, number, now)
    item = found.item
    if "text" in clearing and not said.text and not item.message_ts:
        raise ActionItemUnreadable("It does not say any more what is to be done.", EXAMPLE)
    is_moved = is_ticket_moved = False
    handed_over: list[IncidentChange] = []
    for name in FIELDS:
        new = getattr(said, name)
        if (name in clearing or new) and (new or None) != getattr(item, name):
            kept = _note(session, item, name, getattr(item, name), new or None, by=by, now=now)
            handed_over += [kept] if name == "owner_id" else []
            setattr(item, name, new or None)
            is_moved |= name in ("owner_id", "due_on")
            is_ticket_moved |= name in IN_TEXT
    item.is_explicit = True
    session.add(item)
    await session.flush()
    if is_moved:
        await first_reminder(session, item, zone, now=now)
    await tell(session, handed_over, at=now)
    if is_ticket_moved:
        await follow_fields(session, await _found(session, incident, number, now), now=now)
    return found


async def close(
    session: AsyncSession,
    incident: Incident,
    number: int,
    *,
    state: ActionItemState,
    by: str,
    now: datetime,
    is_told: bool = True,
) -> Found:
    """Close an item as done or dropped; a second time changes nothing. `is_told`: the channel hears of it.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    found = await _found(session, incident, number, now)
    item = found.item
    if item.state != state:
        noted = _note(session, item, "state", item.state, state, by=by, now=now)
        item.state, item.closed_by, item.closed_at, item.is_explicit = state, by, now, True
        session.add(item)
        await tell(session, [noted] if is_told and state == ActionItemState.DROPPED else [], at=now)
        await follow(session, item, now=now)
    await reminders.forget(session, _key(item))
    return found


async def reopen(
    session: AsyncSession,
    incident: Incident,
    number: int,
    *,
    by: str,
    now: datetime,
    zone: ZoneInfo,
    is_told: bool = True,
) -> Found:
    """Open a closed item again. `is_told`: the channel hears of it.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    found = await _found(session, incident, number, now)
    item = found.item
    if item.state != ActionItemState.OPEN:
        noted = _note(session, item, "state", item.state, ActionItemState.OPEN, by=by, now=now)
        item.state, item.closed_by, item.closed_at = ActionItemState.OPEN, None, None
        session.add(item)
        await tell(session, [noted] if is_told else [], at=now)
        await session.flush()
        await first_reminder(session, item, zone, now=now)
        await follow(session, item, now=now)
    return found


async def first_reminder(session: AsyncSession, item: ActionItem, zone: ZoneInfo, *, now: datetime) -> None:
    """Remind its owner the day before it is due, else on the day; of nothing without an owner and a day."""
    if item.state != ActionItemState.OPEN or not (item.due_on and item.owner_id):
        await reminders.forget(session, _key(item))
        return
    await _remind_at(session, item, _next(item.due_on, zone, now))


async def remind_again(
    session: AsyncSession, incident: Incident, reminder_id: int, zone: ZoneInfo, *, now: datetime
) -> None:
    """The owner is reminded: the next time is the day it is due, then every week.

    Doing this again changes nothing, nor where somebody put the item off or closed it meanwhile.
    """
    await action_items.take(session, incident.pk)
    reminder = await reminders.by_id(session, reminder_id)
    if reminder is None or reminder.asked_at is None:
        return
    found = await action_items.by_number(session, incident, int(reminder.subject["number"]))
    if found and found.item.state == ActionItemState.OPEN and found.item.due_on and found.item.owner_id:
        await _remind_at(session, found.item, _next(found.item.due_on, zone, now))


async def snooze(
    session: AsyncSession, incident: Incident, number: int, until: datetime, *, now: datetime
) -> None:
    """Remind no sooner than then.

    Raises:
        NoSuchActionItem: none stands by this number.
    """
    found = await _found(session, incident, number, now)
    item = found.item
    if item.state == ActionItemState.OPEN and item.due_on and item.owner_id:
        await _remind_at(session, item, until)


def _next(due_on: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Nine in the morning of the day before, of the day, or of a week later, whichever comes next."""
    for day in (due_on - timedelta(days=1), due_on):
        moment = datetime.combine(day, AT, zone)
        if moment > now:
            return moment
    moment = datetime.combine(due_on, AT, zone)
    return moment + WEEK * ((now - moment) // WEEK + 1)


async def _remind_at(session: AsyncSession, item: ActionItem, at: datetime) -> None:
    await reminders.remind_at(
        session,
        key=_key(item),
        kind=ReminderKind.ACTION_ITEM,
        incident_id=item.incident_id,
        due_at=at,
        subject={"number": item.number},
    )


def _key(item: ActionItem) -> str:
    return f"{ReminderKind.ACTION_ITEM}:{item.incident_id}:{item.number}"


async def _found(session: AsyncSession, incident: Incident, number: int, now: datetime) -> Found:
    await action_items.adopt_marked(session, incident, now)
    found = await action_items.by_number(session, incident, number)
    if found is None:
        raise NoSuchActionItem(str(number))
    return found


def _note(
    session: AsyncSession, item: ActionItem, field: str, old: object, new: object, *, by: str, now: datetime
) -> IncidentChange:
    return changes.note(
        session,
        item.incident_id,
        ChangeKind.ACTION_ITEM.of(item.number, field),
        None if old is None else str(old),
        None if new is None else str(new),
        by=by,
        at=now,
    )
