"""`/incident`: start, list, show, help, and the long forms of the other commands."""

from __future__ import annotations

import re

import structlog

from bot.incidents import intents, verbs
from bot.incidents.declare import Declaration, declare
from bot.incidents.errors import NoSuchIncident, PrivateIncident
from bot.incidents.resolve import incident_here
from bot.incidents.when import Moment, since_needs_zone, split_since
from bot.listeners.attempt import written
from bot.listeners.commands import postmortem, resolve, timeline
from bot.listeners.requests import Answer, Command
from bot.listeners.zones import zone_for
from bot.scribe import Scribe
from bot.slack.blocks import Surface, answers
from bot.slack.blocks.declare_form import Origin, declare_form
from bot.slack.blocks.summary import summary
from bot.slack.calls import Refused, SlackTrouble
from bot.slack.mrkdwn import inert_line
from bot.slack.names import names_in
from bot.slack.summarise import summarise
from storage import incidents, outbox
from storage.tables import Incident

log = structlog.get_logger()

EXAMPLES = {
    "start": "/incident start Checkout is down since 14:00",
    "list": "/incident list",
    "show": "/incident show INC-7",
    "help": "/incident help",
    "resolve": "/incident resolve Rolled back, all is well",
    "timeline": "/incident timeline add 14:05 Rolled back",
    "postmortem": "/incident postmortem draft",
}
LISTED = 20
TRIGGER_USED = "exchanged_trigger_id"
"""The trigger has opened a form already (docs.slack.dev/reference/methods/views.open, Errors)."""


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    """One verb a call; None when a form answers instead of words."""
    verb, rest = command.verb()
    match verb:
        case "start":
            return None if wants_form(command) else await _start(rest, scribe)
        case "list":
            return await _list(command, scribe)
        case "show":
            return await _show(rest, scribe)
        case "" | "help":
            return answers.help_text(scribe.settings.emoji_names)
        case "resolve":
            return await resolve.handle(rest, scribe)
        case "timeline":
            return await timeline.handle(rest, scribe)
        case "postmortem":
            return await postmortem.handle(rest, scribe)
    raise verbs.unknown(verb, "/incident", EXAMPLES)


def wants_form(command: Command) -> bool:
    """`/incident start` without a title asks for everything in a form."""
    verb, rest = command.verb()
    title, _ = _title_and_said_since(_without_here(rest.text)[0])
    return verb == "start" and not title


async def open_form(command: Command, scribe: Scribe) -> None:
    """Open the form while its trigger still counts; say what to do instead when Slack will not."""
    origin = Origin(command.channel_id, command.channel_name, command.response_url)
    text, is_here = _without_here(command.verb()[1].text)
    _, since = _title_and_said_since(text)
    try:
        await scribe.slack.call(
            "views_open",
            trigger_id=command.trigger_id,
            view=declare_form(origin, scribe.settings.severity_names, is_here=is_here, since=since),
        )
    except SlackTrouble as trouble:
        if isinstance(trouble, Refused) and trouble.error == TRIGGER_USED:
            return  # a copy of this command, here or elsewhere, has opened it
        log.warning("form.not_opened", why=str(trouble))
        text = (
            "Slack did not open the form, and nothing is recorded. "
            "Say it in one line instead: `/incident start Checkout is down`."
        )
        async with scribe.database.write() as session:
            reply = intents.reply(command.response_url, text, f"form:{command.trigger_id}")
            await outbox.ask(session, [reply], asked_at=scribe.clock.now())


async def _start(command: Command, scribe: Scribe) -> Answer:
    text, is_here = _without_here(command.text)
    title, since = await _title_and_since(text, command, scribe)
    incident = await start(
        Declaration(
            team_id=command.team_id,
            channel_id=command.channel_id,
            channel_name=command.channel_name,
            user_id=command.user_id,
            title=title,
            is_here=is_here,
            since=since.at if since else None,
            response_url=command.response_url or None,
        ),
        scribe,
        key=command.key,
    )
    return await declared_answer(incident, scribe)


async def start(declaration: Declaration, scribe: Scribe, *, key: str, answers_at: str = "") -> Incident:
    """Declare in one transaction, once for each `key`; what Slack must do follows from the outbox.

    The answer is sent to the response_url `answers_at` when there is one, since a form has none.
    """
    async with written(key, scribe) as session:
        now = scribe.clock.now()
        prefix = scribe.settings.incident_channel_prefix
        incident = await declare(session, declaration, now=now, prefix=prefix)
        if answers_at:
            text = await declared_answer(incident, scribe)
            reply = intents.reply(answers_at, text, f"declared:{incident.id}")
            await outbox.ask(session, [reply], asked_at=now)
        return incident


async def declared_answer(incident: Incident, scribe: Scribe) -> str:
    names = await names_in(scribe.directory, [incident.title], asks_slack=False)
    title = inert_line(incident.title, names)
    if incident.is_own_channel:
        return answers.declared(incident.number, title, incident.channel_name)
    return answers.declared_here(incident.number, title, scribe.settings.emoji_names["timeline"])


async def _title_and_since(text: str, command: Command, scribe: Scribe) -> tuple[str, Moment | None]:
    zone = await zone_for(command.user_id, scribe, needed=since_needs_zone(text), text=text)
    title, since = split_since(text, scribe.clock.now(), zone)
    return title, since


def _title_and_said_since(text: str) -> tuple[str, str]:
    """`since 14:00` without a title leaves the title to the form and the time in it."""
    only_since = re.fullmatch(r"since\s+(.*)", text, re.IGNORECASE | re.DOTALL)
    return ("", only_since[1].strip()) if only_since else (text, "")


def _without_here(text: str) -> tuple[str, bool]:
    found = re.match(r"here\b[\s:,]*", text, re.IGNORECASE)
    return (text[found.end() :].strip(), True) if found else (text, False)


def _may_see(command: Command, incident: Incident) -> bool:
    """A private channel's incident is shown in that channel alone."""
    return not incident.is_private or incident.channel_id == command.channel_id


async def _list(command: Command, scribe: Scribe) -> Answer:
    async with scribe.database.read() as session:
        found = await incidents.newest(session, command.team_id, limit=LISTED)
    names = await names_in(scribe.directory, [incident.title for incident in found], asks_slack=False)
    return answers.incident_list(
        [
            answers.ListedIncident(
                number=incident.number,
                title=inert_line(incident.title, names) if _may_see(command, incident) else "(private)",
                is_open=incident.status == incidents.OPEN,
                declared_at=incident.declared_at,
                channel_id=incident.channel_id,
                severity=incident.severity,
            )
            for incident in found
        ]
    )


async def _show(command: Command, scribe: Scribe) -> Surface:
    async with scribe.database.read() as session:
        wanted = re.fullmatch(r"(?:inc)?[-\s#]*(\d{1,9})", command.text, re.IGNORECASE)
        if wanted:
            number = int(wanted[1])
            incident = await incidents.by_number(session, command.team_id, number)
            if incident is None:
                raise NoSuchIncident(number)
            if not _may_see(command, incident):
                raise PrivateIncident(number)
        else:
            incident = await incident_here(session, command.team_id, command.channel_id)
    facts = await summarise(scribe, incident, asks_slack=False)
    return summary(facts, scribe.settings.emoji_names)
