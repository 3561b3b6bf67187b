"""What is said of an incident in one line: severity, roles, title, zone, conclusion, durations.

Alone, each verb shows what is known.
"""

from __future__ import annotations

from dataclasses import replace

from bot.incidents.actions import incident as actions
from bot.incidents.actions.roles import GiveRoles, give_roles
from bot.incidents.conclusion import EXAMPLE as CONCLUSION_EXAMPLE
from bot.incidents.conclusion import check_words
from bot.incidents.errors import NothingToRecord
from bot.incidents.impact import EXAMPLE as IMPACT_EXAMPLE
from bot.incidents.rename import EXAMPLE as RENAME_EXAMPLE
from bot.incidents.roles import EXAMPLE as ROLE_EXAMPLE
from bot.incidents.roles import read_role
from bot.incidents.severity import EXAMPLE as SEVERITY_EXAMPLE
from bot.incidents.severity import read_severity
from bot.incidents.stage import EXAMPLE as STAGE_EXAMPLE
from bot.incidents.stage import RESOLVED, read_stage
from bot.incidents.stated import EXAMPLE as DURATION_EXAMPLE
from bot.incidents.stated import read_duration
from bot.incidents.views import incident as views
from bot.incidents.which import first, first_or_last
from bot.incidents.zone import EXAMPLE as ZONE_EXAMPLE
from bot.incidents.zone import read_zone
from bot.listeners.commands import resolve
from bot.listeners.commands.verb import Verb, Verbs
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import milestone_answers as answers
from bot.slack.blocks.stage import stage_changed, stage_history
from bot.slack.showing import incident as showing


async def _severity(command: Command, scribe: Scribe) -> Answer:
    known = scribe.settings.severity_names
    if not command.text:
        history = await views.severity_history(scribe.work, command.actor, command.number)
        return answers.severity_history(history, known)
    await scribe.work.incident(command.actor, command.number)
    request = actions.SetSeverity(read_severity(command.text, known), command.number)
    result = await actions.set_severity(scribe.work, command.actor, request)
    return answers.severity_changed(result.number, result.old, result.new)


async def _status(command: Command, scribe: Scribe) -> Answer:
    known = scribe.settings.stage_names
    if not command.text:
        history = await views.stage_history(scribe.work, command.actor, command.number)
        return stage_history(history, known)
    await scribe.work.incident(command.actor, command.number)
    stage, conclusion = read_stage(command.text, known)
    if stage == RESOLVED:
        return await resolve.handle(replace(command, text=conclusion), scribe)
    result = await actions.set_stage(scribe.work, command.actor, actions.SetStage(stage, command.number))
    return stage_changed(result.number, result.old, result.new)


async def _role(command: Command, scribe: Scribe) -> Answer:
    roles = await views.roles(scribe.work, command.actor, command.number)
    known = dict.fromkeys([*scribe.settings.role_names, *(one.role for one in roles.held)])
    if not command.text:
        return answers.role_list(roles.number, list(known), roles.held)
    given = read_role(command.text, command.user_id, known)
    request = GiveRoles({given.role: given.user_id}, command.number)
    return answers.roles_given(await give_roles(scribe.work, command.actor, request))


async def _zone(command: Command, scribe: Scribe) -> Answer:
    number, zone = await views.zone_of_incident(scribe.work, command.actor, command.number)
    if not command.text:
        return answers.zone_shown(number, zone, scribe.settings.timezone)
    request = actions.SetZone(read_zone(command.text), command.number)
    result = await actions.set_zone(scribe.work, command.actor, request)
    return answers.zone_set(result.number, result.old, result.new)


async def _rename(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        raise NothingToRecord(RENAME_EXAMPLE)
    request = actions.Rename(command.text, command.number)
    return await showing.show_renamed(scribe, await actions.rename(scribe.work, command.actor, request))


async def _conclusion(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        history = await views.conclusions(scribe.work, command.actor, command.number)
        return await showing.show_conclusions(scribe, history)
    check_words(command.text, "/incident conclusion")
    request = actions.Conclude(command.text, command.number)
    return await showing.show_concluded(scribe, await actions.conclude(scribe.work, command.actor, request))


async def _impact(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        history = await views.impact_history(scribe.work, command.actor, command.number)
        return await showing.show_impact(scribe, history)
    request = actions.StateImpact(command.text, command.number)
    result = await actions.state_impact(scribe.work, command.actor, request)
    return await showing.show_impact_stated(scribe, result)


async def _duration(command: Command, scribe: Scribe) -> Answer:
    if not command.text:
        view = await views.durations(scribe.work, command.actor, command.number)
        return await showing.show_durations(scribe, view)
    await scribe.work.incident(command.actor, command.number)
    request = actions.StateDuration(read_duration(command.text), command.number)
    result = await actions.state_duration(scribe.work, command.actor, request)
    return await showing.show_duration_stated(scribe, result)


STATUS = Verb(
    _status,
    STAGE_EXAMPLE,
    "says how far the incident is; alone it shows how that changed",
    names=first_or_last,
    more=("/incident status resolved Rolled back, all is well", "/incident status"),
)
VERBS: Verbs = {
    "rename": Verb(_rename, RENAME_EXAMPLE, "gives an incident another title", names=first, takes_text=True),
    "conclusion": Verb(
        _conclusion,
        CONCLUSION_EXAMPLE,
        "changes the conclusion of a resolved incident",
        names=first,
        takes_text=True,
    ),
    "impact": Verb(
        _impact,
        IMPACT_EXAMPLE,
        "states who and what was hurt; alone it shows what was stated",
        names=first,
        takes_text=True,
        more=("/incident impact",),
    ),
    "severity": Verb(
        _severity,
        SEVERITY_EXAMPLE,
        "says how bad the incident is; alone it shows how that changed",
        more=("/incident severity",),
    ),
    **dict.fromkeys(("status", "stage"), STATUS),
    "role": Verb(
        _role,
        ROLE_EXAMPLE,
        "says who does what; alone it shows who has done what",
        more=("/incident role commander me", "/incident role commander none", "/incident role"),
    ),
    "zone": Verb(
        _zone,
        ZONE_EXAMPLE,
        "sets the zone in which the post-mortem shows its times",
        more=("/incident zone",),
    ),
    "duration": Verb(
        _duration,
        DURATION_EXAMPLE,
        "keeps a duration as somebody published it; alone it lists them",
        more=("/incident duration time to repair none", "/incident duration"),
    ),
}
