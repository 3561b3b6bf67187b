"""`/incident task`: adding, listing, ticking and changing action items."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from bot.incidents.action_items import EXAMPLE, ActionItemDetails, NoSuchActionItem, OneNumber, parse
from bot.incidents.actions import action_items as actions
from bot.incidents.actions.tickets import FileTicket, file_ticket
from bot.incidents.views.action_items import action_item_list
from bot.incidents.which import Named, first, first_or_last
from bot.listeners.action_item_form import filled_form
from bot.listeners.commands.verb import Verb, Verbs, dispatch
from bot.listeners.forms import View
from bot.listeners.moments import zone_for
from bot.listeners.people import with_me
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.action_item_form import Origin, action_item_form
from bot.slack.blocks.tickets import asked_answer
from bot.slack.showing.action_items import show_action_item, show_action_items

__all__ = ["EXAMPLE", "VERBS", "fill", "form", "handle"]

ADDS, EDITS = ("add", "new"), ("edit", "change")
ONLY_NUMBER = re.compile(r"#?(\d{1,6})")


def form(command: Command, scribe: Scribe) -> View | None:
    """`/incident task add` alone asks for everything in a form, `task edit 2` for what is to change."""
    verb, rest = _verb(command)
    origin = Origin(command.channel_id, command.response_url, incident=rest.number)
    tracker = scribe.settings.tracker_title
    if verb in ADDS and not rest.text:
        return action_item_form(origin, tracker=tracker)
    if verb in EDITS and (only := ONLY_NUMBER.fullmatch(rest.text)):
        return action_item_form(replace(origin, item=int(only[1])), tracker=tracker)
    return None


async def fill(command: Command, scribe: Scribe) -> View:
    """The form with what is known of the item in it.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NoSuchActionItem: none stands by this number.
    """
    _, rest = _verb(command)
    origin = Origin(command.channel_id, command.response_url)
    only = ONLY_NUMBER.fullmatch(rest.text)
    if only:
        return await filled_form(scribe, rest.actor, rest.number, int(only[1]))
    incident = await scribe.work.incident(rest.actor, rest.number)
    return action_item_form(replace(origin, incident=incident.number), tracker=scribe.settings.tracker_title)


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
    view = await action_item_list(scribe.work, command.actor, command.number)
    return await show_action_items(scribe, view)


async def _add(command: Command, scribe: Scribe) -> Answer:
    details = await _said(command.text, command, scribe)
    request = actions.AddActionItem(details, command.number)
    stands = await actions.add_action_item(scribe.work, command.actor, request)
    return await show_action_item(scribe, stands, "is added")


async def _edit(command: Command, scribe: Scribe) -> Answer:
    item, rest = _number(command.text)
    request = actions.ChangeActionItem(item, await _said(rest, command, scribe), number=command.number)
    stands = await actions.change_action_item(scribe.work, command.actor, request)
    return await show_action_item(scribe, stands, "now reads")


async def _close(verb: str, command: Command, scribe: Scribe) -> Answer:
    item, is_dropped = _number_alone(command.text, verb), verb == "drop"
    request = actions.CloseActionItem(item, command.number, is_dropped=is_dropped)
    stands = await actions.close_action_item(scribe.work, command.actor, request)
    return await show_action_item(scribe, stands, f"is {stands.item.state}")


async def _reopen(command: Command, scribe: Scribe) -> Answer:
    request = actions.ReopenActionItem(_number_alone(command.text, "reopen"), command.number)
    stands = await actions.reopen_action_item(scribe.work, command.actor, request)
    return await show_action_item(scribe, stands, "is open again")


async def _ticket(command: Command, scribe: Scribe) -> Answer:
    item, project = _number(command.text)
    asked = await file_ticket(scribe.work, command.actor, FileTicket(item, project, command.number))
    return asked_answer(asked.standing.number, asked.standing.item.number, asked.title, asked.project)


async def _said(text: str, command: Command, scribe: Scribe) -> ActionItemDetails:
    is_by = re.search(r"\bby\s", text, re.IGNORECASE) is not None
    zone = await zone_for(command.user_id, scribe, needed=is_by, text=command.text)
    return parse(with_me(text, command.user_id), scribe.clock.now().astimezone(zone).date())


def _number_alone(text: str, verb: str) -> int:
    item, rest = _number(text)
    if rest:
        raise OneNumber(verb, item)
    return item


def _number(text: str) -> tuple[int, str]:
    found = re.match(r"#?(\d{1,6})(?!\w)[\s,]*", text)
    if found is None:
        raise NoSuchActionItem(text)
    return int(found[1]), text[found.end() :].strip()


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
    _edit,
    "/incident task edit 2 @ana by friday",
    "changes what is said of an item; with its number alone it asks in a form",
    names=_behind_its_number,
    takes_text=True,
    more=("/incident task edit 2 me", "/incident task edit 2"),
)
_DONE = Verb(partial(_close, "done"), "/incident task done 2", "ticks an item off")
_DROPS = Verb(partial(_close, "drop"), "/incident task drop 2", "drops an item that will not be done")
_TICKETS = Verb(
    _ticket,
    "/incident task ticket 2",
    "files an item in the team's tracker, in the project that is set or in another one",
    names=_behind_its_number,
    takes_text=True,
    more=("/incident task ticket 2 acme/shop",),
)
_REOPENS = Verb(_reopen, "/incident task reopen 2", "opens an item again")
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
    "ticket": _TICKETS,
}
