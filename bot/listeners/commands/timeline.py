"""`/timeline`: shows it, adds to it, edits it, takes from it, suggests what is missing."""

from __future__ import annotations

import re

from bot.incidents import verbs
from bot.incidents.actions import timeline as actions
from bot.incidents.errors import EventUnchanged, NoSuchEvent, NothingToRecord, NoVerb, WhichEvent
from bot.incidents.quoted import quoted
from bot.incidents.views.deploys import deploys_before, deploys_to_suggest
from bot.incidents.views.timeline import event_history, timeline_page
from bot.incidents.views.unmarked import unmarked_messages
from bot.incidents.which import first
from bot.listeners.commands import pin
from bot.listeners.commands.verb import Verb, Verbs, dispatch
from bot.listeners.moments import zone_for
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, answers
from bot.slack.showing.deploys import show_listed
from bot.slack.showing.timeline import show_history, show_timeline, show_unmarked, shown_text
from bot.text.mrkdwn import KnownNames, inert, inert_line
from bot.text.when import Moment, UnreadableTime, needs_zone, split_leading_moment

ADD_EXAMPLE = "/timeline add 14:05 Rolled back"
EDIT_EXAMPLE = "/timeline edit 3 14:07 Rolled back to 1.4"
LONGEST_SHOWN = 300


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    """One verb a call; alone it shows the timeline."""
    word, rest = command.naming(first).verb()
    if word[:1].isdigit():  # a time: what they want is to add
        said = inert_line(f"{word} {rest.text}".strip(), KnownNames())[:LONGEST_SHOWN].replace("`", "'")
        raise NoVerb(f"/timeline add {said}", ADD_EXAMPLE)
    return await dispatch(command, scribe, VERBS, "/timeline")


async def _show(command: Command, scribe: Scribe) -> Surface:
    return await show_timeline(scribe, await timeline_page(scribe.work, command.actor, command.number))


async def _history(command: Command, scribe: Scribe) -> Surface:
    number = _number_alone(command.text, "history")
    view = await event_history(scribe.work, command.actor, command.number, number)
    return await show_history(scribe, view)


async def _suggest(command: Command, scribe: Scribe) -> Surface:
    view = await unmarked_messages(scribe.work, command.actor, command.number)
    deploys = await deploys_to_suggest(scribe.work, command.actor, command.number)
    return await show_unmarked(scribe, view, deploys)


async def _deploys(command: Command, scribe: Scribe) -> Surface:
    return show_listed(await deploys_before(scribe.work, command.actor, command.number))


async def _add(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        raise NothingToRecord(ADD_EXAMPLE)
    # where there is no incident, that is what to say, whatever else is wrong
    await scribe.work.incident(command.actor, command.number)
    moment, text = await _moment_and_text(command.text, command, scribe)
    if not text:
        raise NothingToRecord(ADD_EXAMPLE)
    request = actions.AddEvent(text, moment, command.number)
    event = await actions.add_event(scribe.work, command.actor, request)
    text = await shown_text(scribe, event)
    return answers.added(event.number, event.event, event.occurred_at, text)


async def _edit(command: Command, scribe: Scribe) -> Answer:
    await scribe.work.incident(command.actor, command.number)
    number, text = _number_and_rest(command.text)
    if not text:
        raise NothingToRecord(EDIT_EXAMPLE)
    try:
        moment, text = await _moment_and_text(text, command, scribe)
    except UnreadableTime as problem:
        # "start with `now`", the way out of an addition, would move an event to the present
        raise EventUnchanged(number, inert(problem.reason, KnownNames()), EDIT_EXAMPLE) from problem
    request = actions.EditEvent(number, text, moment, command.number)
    event = await actions.edit_event(scribe.work, command.actor, request)
    text = await shown_text(scribe, event)
    return answers.edited(event.number, event.event, event.occurred_at, text)


async def _remove(command: Command, scribe: Scribe) -> Answer:
    request = actions.RemoveEvent(_number_alone(command.text, "remove"), command.number)
    event = await actions.remove_event(scribe.work, command.actor, request)
    return answers.removed(event.number, event.event, await shown_text(scribe, event))


async def _restore(command: Command, scribe: Scribe) -> Answer:
    request = actions.RestoreEvent(_number_alone(command.text, "restore"), command.number)
    event = await actions.restore_event(scribe.work, command.actor, request)
    return answers.restored(event.number, event.event, await shown_text(scribe, event))


async def _moment_and_text(text: str, command: Command, scribe: Scribe) -> tuple[Moment | None, str]:
    zone = await zone_for(command.user_id, scribe, needed=needs_zone(text), text=command.text)
    return split_leading_moment(text, scribe.clock.now(), zone)


def _number_alone(text: str, verb: str) -> int:
    if not text:
        raise WhichEvent(verb)
    number, rest = _number_and_rest(text)
    if verbs.meaningful(rest):
        raise WhichEvent(verb)
    return number


def _number_and_rest(text: str) -> tuple[int, str]:
    found = re.match(r"#?(\d{1,6})[.,;]?(?=\s|$)\s*", text)
    if not found:
        raise NoSuchEvent(quoted((text.split() or ["?"])[0][:20]))
    return int(found[1]), text[found.end() :]


_SHOWS = Verb(_show, "/timeline show", "shows the timeline, numbered", more=("/timeline", "/timeline INC-7"))
_REMOVES = Verb(_remove, "/timeline remove 3", "takes a line off the timeline")
VERBS: Verbs = {
    "": _SHOWS,
    "show": _SHOWS,
    "list": _SHOWS,
    "add": Verb(
        _add,
        ADD_EXAMPLE,
        "adds a line, at that time or without one now",
        names=first,
        takes_text=True,
        more=("/timeline add 10 minutes ago Restarted the cache", "/timeline add Rolled back"),
    ),
    "pin": pin.VERB,
    "edit": Verb(_edit, EDIT_EXAMPLE, "corrects a line's time, text or both", names=first, takes_text=True),
    "remove": _REMOVES,
    "delete": _REMOVES,
    "restore": Verb(_restore, "/timeline restore 3", "brings back a line that was taken off"),
    "history": Verb(_history, "/timeline history 3", "shows who changed a line, when, and what it said"),
    "suggest": Verb(
        _suggest,
        "/timeline suggest",
        "lists messages that nobody marked and that may belong on the timeline, and what was deployed before",
        only_words=frozenset({"messages", "more", "events", "lines"}),
    ),
    "deploys": Verb(
        _deploys,
        "/timeline deploys",
        "lists what was deployed in the hour before the incident, to be added to the timeline",
        only_words=frozenset({"before", "all", "list"}),
    ),
}
