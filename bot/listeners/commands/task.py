"""`/incident task`: adding, listing, ticking and changing action items."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import action_items as tasks
from bot.incidents.action_items import ActionItemDetails, NoSuchTask, OneNumber, parse
from bot.incidents.which import Named, first, first_or_last
from bot.listeners.about import changing, incident_meant
from bot.listeners.commands.named import with_me
from bot.listeners.commands.verb import Verb, Verbs, dispatch
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.slack.blocks import Surface
from bot.slack.blocks.task_form import Origin, holding, task_form
from bot.slack.blocks.task_list import ShownItem, said, task_list, words_of
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from storage import action_items
from storage.action_items import Found
from storage.tables import Incident
from storage.vocabulary import ActionItemState, MarkSection

EXAMPLE = tasks.EXAMPLE
ADDS, EDITS = ("add", "new"), ("edit", "change")
CLOSES = {"done": ActionItemState.DONE, "drop": ActionItemState.DROPPED}
ONLY_NUMBER = re.compile(r"#?(\d{1,6})")


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    """`/incident task add` alone asks for everything in a form, `task edit 2` for what is to change."""
    verb, rest = _verb(command)
    origin = Origin(command.channel_id, command.response_url, named=rest.number)
    if verb in ADDS and not rest.text:
        return task_form(origin)
    if verb in EDITS and (only := ONLY_NUMBER.fullmatch(rest.text)):
        return task_form(replace(origin, number=int(only[1])))
    return None


async def fill(command: Command, scribe: Scribe) -> dict[str, Any]:
    """The form with what is known of the item in it.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NoSuchTask: none stands by this number.
    """
    _, rest = _verb(command)
    incident = await incident_meant(rest, scribe)
    origin = Origin(command.channel_id, command.response_url, named=incident.number)
    only = ONLY_NUMBER.fullmatch(rest.text)
    return await form_for(scribe, incident, int(only[1]), origin) if only else task_form(origin)


async def form_for(scribe: Scribe, incident: Incident, number: int, origin: Origin) -> dict[str, Any]:
    """The form of an item, as it stands.

    Raises:
        NoSuchTask: none stands by this number.
    """
    async with scribe.database.read() as session:
        found = await action_items.by_number(session, incident, number)
    if found is None:
        raise NoSuchTask(str(number))
    item = said_of(found)
    origin = replace(origin, number=number, incident_id=incident.id)
    return task_form(holding(origin, item), item)


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    """One verb a call; alone it lists them."""
    return await dispatch(command, scribe, VERBS, "/incident task")


def _verb(command: Command) -> tuple[str, Command]:
    """The verb, and its words with the incident they name taken out of them."""
    word, rest = command.naming(first).verb()
    return word, rest.naming(VERBS[word].names) if word in VERBS else rest


def _behind_its_number(text: str) -> Named:
    """For the change of an item: as for its words, or right behind the item's own number."""
    named = first_or_last(text)
    numbered = re.match(r"#?\d{1,6}\s+", named.text)
    if numbered is None or named.number is not None:
        return named
    words = first(named.text[numbered.end() :])
    return Named(words.number, f"{numbered[0]}{words.text}".strip())


async def _list(command: Command, scribe: Scribe) -> Surface:
    async with changing(command, scribe) as (session, incident):
        await action_items.adopt_marked(session, incident, scribe.clock.now())
        found = await action_items.standing(session, incident)
    return await listed(incident, found, scribe)


async def listed(incident: Incident, found: list[Found], scribe: Scribe, *, page: int = 1) -> Surface:
    """A page of the list as it stands."""
    texts = [text for one in found for text in (one.text, one.item.done_when or "")]
    names = await names_in(scribe.directory, texts, asks_slack=False)
    shown = [
        ShownItem(one.item, inert_line(words_of(one), names), inert_line(one.item.done_when or "", names))
        for one in found
    ]
    emoji = scribe.settings.emoji_names[MarkSection.ACTION_ITEM]
    return task_list(incident.number, incident.pk, shown, emoji, page)


async def _add(command: Command, scribe: Scribe) -> Answer:
    item = await _said(command.text, command, scribe)
    zone = await owners_zone(item.owner_id, scribe)
    async with changing(command, scribe) as (session, incident):
        zone = zone or zone_of(incident, scribe)
        added = await tasks.add(
            session, incident, item, by=command.user_id, now=scribe.clock.now(), zone=zone
        )
    return said("is added", incident.number, added, await _inert(item.text, scribe))


async def _change(verb: str, command: Command, scribe: Scribe) -> Answer:
    number, rest = _number(command.text)
    if rest and verb != "edit":
        raise OneNumber(verb, number)
    change = await _said(rest, command, scribe) if verb == "edit" else ActionItemDetails()
    incident = await incident_meant(command, scribe)
    async with scribe.database.read() as session:
        before = await action_items.by_number(session, incident, number)
    owner = change.owner_id or (before.item.owner_id if before else None)
    zone = await owners_zone(owner, scribe) or zone_of(incident, scribe)
    async with changing(command, scribe) as (session, incident):
        found, what = await _done(session, incident, number, verb, change, command.user_id, zone, scribe)
    return said(what, incident.number, found.item, await _inert(words_of(found), scribe))


async def _done(
    session: AsyncSession,
    incident: Incident,
    number: int,
    verb: str,
    change: ActionItemDetails,
    by: str,
    zone: ZoneInfo,
    scribe: Scribe,
) -> tuple[Found, str]:
    now = scribe.clock.now()
    if verb in CLOSES:
        state = CLOSES[verb]
        return await tasks.close(session, incident, number, state=state, by=by, now=now), f"is {state}"
    if verb == "reopen":
        return await tasks.reopen(session, incident, number, by=by, now=now, zone=zone), "is open again"
    found = await tasks.change(session, incident, number, change, by=by, now=now, zone=zone)
    return found, "now reads"


async def _said(text: str, command: Command, scribe: Scribe) -> ActionItemDetails:
    is_by = re.search(r"\bby\s", text, re.IGNORECASE) is not None
    zone = await zone_for(command.user_id, scribe, needed=is_by, text=command.text)
    return parse(with_me(text, command.user_id), scribe.clock.now().astimezone(zone).date())


async def owners_zone(user_id: str | None, scribe: Scribe) -> ZoneInfo | None:
    """Where its owner is reminded, as far as Scribe knows without asking Slack."""
    known = (await scribe.directory.known([user_id])).get(user_id) if user_id else None
    if user_id is None or known is None or not known.zone:
        return None
    return await scribe.directory.zone(user_id, scribe.settings.zone)


def zone_of(incident: Incident, scribe: Scribe) -> ZoneInfo:
    """Where an owner is reminded whose own zone is not known."""
    return ZoneInfo(incident.zone) if incident.zone else scribe.settings.zone


def said_of(found: Found) -> ActionItemDetails:
    """What stands of an item, as somebody might have said it."""
    item = found.item
    return ActionItemDetails(
        text=found.text,
        owner_id=item.owner_id,
        due_on=item.due_on,
        priority=item.priority,
        kind=item.kind,
        done_when=item.done_when,
        ticket_url=item.ticket_url,
    )


def _number(text: str) -> tuple[int, str]:
    found = re.match(r"#?(\d{1,6})(?!\w)[\s,]*", text)
    if found is None:
        raise NoSuchTask(text)
    return int(found[1]), text[found.end() :].strip()


async def _inert(text: str, scribe: Scribe) -> str:
    return inert_line(text, await names_in(scribe.directory, [text], asks_slack=False))


_LISTS = Verb(_list, "/incident task list", "lists the action items, with a button for each")
_ADDS = Verb(
    _add,
    EXAMPLE,
    "adds an action item; alone it asks in a form",
    names=first_or_last,
    takes_text=True,
    more=("/incident task add me by 2026-12-01 p1 prevent: Alert on queue length", "/incident task add"),
)
_EDITS = Verb(
    partial(_change, "edit"),
    "/incident task edit 2 @ana by friday",
    "changes what is said of an item; with its number alone it asks in a form",
    names=_behind_its_number,
    takes_text=True,
    more=("/incident task edit 2 me", "/incident task edit 2"),
)
_DONE = Verb(partial(_change, "done"), "/incident task done 2", "ticks an item off")
_DROPS = Verb(partial(_change, "drop"), "/incident task drop 2", "drops an item that will not be done")
_REOPENS = Verb(partial(_change, "reopen"), "/incident task reopen 2", "opens an item again")
VERBS: Verbs = {
    "": _LISTS,
    "list": _LISTS,
    "show": _LISTS,
    "add": _ADDS,
    "new": _ADDS,
    "edit": _EDITS,
    "change": _EDITS,
    "done": _DONE,
    "close": _DONE,
    "drop": _DROPS,
    "reopen": _REOPENS,
}
