"""`/timeline`: shows it, adds to it, edits it, takes from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.incidents import timeline, verbs
from bot.incidents.app_edits import Texted, course_of
from bot.incidents.author import author_of
from bot.incidents.errors import EventUnchanged, NoSuchEvent, NothingToRecord, NoVerb, WhichEvent
from bot.incidents.quoted import quoted
from bot.incidents.which import first
from bot.listeners.about import changing, incident_meant
from bot.listeners.commands import history
from bot.listeners.commands.verb import Verb, Verbs, dispatch
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.slack.blocks import Surface, answers, shortened_mrkdwn
from bot.slack.blocks.timeline_page import ShownEvent, events_of, timeline_page
from bot.slack.names import names_in
from bot.slack.permalink import permalink
from bot.text.moments import shown
from bot.text.mrkdwn import KnownNames, inert, inert_line
from bot.text.when import Moment, UnreadableTime, needs_zone, split_leading_moment
from storage import timeline as stored
from storage.history import earlier_texts
from storage.tables import Incident, MessageVersion, TimelineEvent
from storage.timeline import Line
from storage.vocabulary import MarkSection

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
    return await page(await incident_meant(command, scribe), scribe, number=1)


async def _history(command: Command, scribe: Scribe) -> Surface:
    return await history.show(command, _number_alone(command.text, "history"), scribe)


async def page(incident: Incident, scribe: Scribe, *, number: int) -> Surface:
    """A page of an incident's timeline."""
    async with scribe.database.read() as session:
        count = await stored.count(session, incident.pk)
        lines = await stored.standing(session, incident.pk, events_of(number, count))
        of_apps = {line.message.ts for line in lines if line.message and line.message.bot_name}
        earlier = await earlier_texts(session, incident.team_id, incident.channel_id or "", of_apps)
    names = await _names(lines, scribe, [one.text for texts in earlier.values() for one in texts])
    events = [_shown(line, names, scribe, earlier) for line in lines]
    emoji = scribe.settings.emoji_names[MarkSection.TIMELINE]
    return timeline_page(incident.number, incident.pk, events, number, emoji, count=count)


async def _add(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        raise NothingToRecord(ADD_EXAMPLE)
    await incident_meant(command, scribe)  # where there is none, that is what to say, whatever else is wrong
    moment, text = await _moment_and_text(command.text, command, scribe)
    if not text:
        raise NothingToRecord(ADD_EXAMPLE)
    async with changing(command, scribe) as (session, incident):
        now = scribe.clock.now()
        event = await timeline.add(
            session, incident, moment or Moment(now), text, by=command.user_id, now=now
        )
    return answers.added(incident.number, event.number, event.occurred_at, await _inert(text, scribe))


async def _edit(command: Command, scribe: Scribe) -> Answer:
    await incident_meant(command, scribe)
    number, text = _number_and_rest(command.text)
    if not text:
        raise NothingToRecord(EDIT_EXAMPLE)
    try:
        moment, text = await _moment_and_text(text, command, scribe)
    except UnreadableTime as problem:
        # "start with `now`", the way out of an addition, would move an event to the present
        raise EventUnchanged(number, inert(problem.reason, KnownNames()), EDIT_EXAMPLE) from problem
    async with changing(command, scribe) as (session, incident):
        event = await timeline.edit(
            session,
            incident,
            number,
            moment=moment,
            text=text,
            by=command.user_id,
            now=scribe.clock.now(),
        )
        line = await stored.by_number(session, incident.pk, number)
    shown = await _inert(_text(line.event, line) if line else text, scribe)
    return answers.edited(incident.number, event.number, event.occurred_at, shown)


async def _remove(command: Command, scribe: Scribe) -> Answer:
    number = _number_alone(command.text, "remove")
    async with changing(command, scribe) as (session, incident):
        line = await timeline.remove(session, incident, number, by=command.user_id, now=scribe.clock.now())
    return answers.removed(incident.number, number, await _inert(_text(line.event, line), scribe))


async def _restore(command: Command, scribe: Scribe) -> Answer:
    number = _number_alone(command.text, "restore")
    async with changing(command, scribe) as (session, incident):
        line = await timeline.restore(session, incident, number, by=command.user_id, now=scribe.clock.now())
    return answers.restored(incident.number, number, await _inert(_text(line.event, line), scribe))


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


async def _names(lines: list[Line], scribe: Scribe, earlier: list[str]) -> KnownNames:
    texts = [*earlier, *(_text(line.event, line) for line in lines)]
    people = [_author_id(line) for line in lines]
    return await names_in(
        scribe.directory, texts, [user_id for user_id in people if user_id], asks_slack=False
    )


async def _inert(text: str, scribe: Scribe) -> str:
    names = await names_in(scribe.directory, [text], asks_slack=False)
    return inert_line(text, names)


def _shown(
    line: Line, names: KnownNames, scribe: Scribe, earlier: Mapping[str, Sequence[MessageVersion]]
) -> ShownEvent:
    event, message = line.event, line.message
    who = author_of(_author_id(line), message.bot_name if message else None, names.is_person)
    if who.app_name:
        author = inert_line(who.app_name, names)
    else:
        author = f"<@{who.user_id}>" if who.user_id else "unknown"
    return ShownEvent(
        number=event.number,
        occurred_at=event.occurred_at,
        is_approximate=event.is_approximate,
        text=_told(line, names, earlier) if who.is_app else _inert_short(_text(event, line), names),
        author=author,
        permalink=permalink(scribe.workspace.url, message.channel_id, message.ts, message.thread_ts)
        if message and not message.deleted_ts
        else None,
    )


def _told(line: Line, names: KnownNames, earlier: Mapping[str, Sequence[MessageVersion]]) -> str:
    """What an app said when it happened, and what became of it."""
    message = line.message
    if message is None or line.event.text is not None or message.deleted_ts:
        return _inert_short(_text(line.event, line), names)
    texts: list[Texted] = [*earlier.get(message.ts, ()), message]
    became = course_of(message.ts, texts)
    if became is None:
        return _inert_short(_text(line.event, line), names)
    told = [_inert_short(became.first or "(what it said at first is not known)", names)]
    told += (
        f"({'~' if change.is_approximate else ''}{shown(change.at)} {_inert_short(change.in_words, names)})"
        for change in became.changes
    )
    return " ".join(told)


def _inert_short(text: str, names: KnownNames) -> str:
    return inert_line(shortened_mrkdwn(text, LONGEST_SHOWN), names)


def _author_id(line: Line) -> str | None:
    return line.message.user_id if line.message else line.event.author_id


def _text(event: TimelineEvent, line: Line) -> str:
    if event.text is not None:
        return event.text
    if line.message is None or not line.message.is_known:
        return "(not read from Slack yet)"
    if line.message.deleted_ts:
        return f"{line.message.text} (message deleted in Slack)".lstrip()
    return line.message.text or "(no text)"


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
    "edit": Verb(_edit, EDIT_EXAMPLE, "corrects a line's time, text or both", names=first, takes_text=True),
    "remove": _REMOVES,
    "delete": _REMOVES,
    "restore": Verb(_restore, "/timeline restore 3", "brings back a line that was taken off"),
    "history": Verb(_history, "/timeline history 3", "shows who changed a line, when, and what it said"),
}
