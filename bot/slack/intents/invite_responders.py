"""Bringing those into an incident's channel who are to be there at its severity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.severity import reached
from bot.settings.team import ALERT, TeamSettings, names_in
from bot.slack.blocks import Surface
from bot.slack.blocks.invitations import by_route, by_setting, nobody_invited, not_all_invited
from bot.slack.calls import DEAD_TOKEN, Refused
from bot.slack.intents import subject
from bot.slack.intents.invite import FINE
from bot.slack.invited import invited_by
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import tables, text
from storage import changes, incidents
from storage.outbox import PendingIntent
from storage.tables import Incident, IncidentChange
from storage.vocabulary import ChangeKind, IncidentStatus, IntentName

AT_ONCE = 100
"""People in one call: of Slack's pages some say up to 100 and some up to 1,000
(docs.slack.dev/reference/methods/conversations.invite)."""
ABOUT_ALL = DEAD_TOKEN | {"missing_scope", "not_in_channel", "channel_not_found", "is_archived"}
"""Refusals that are about no person."""


async def invite_responders(services: Services, intent: PendingIntent) -> OnSent | None:
    """Invite everybody whom a setting or a route names, each once, and say once whom it could not.

    Those who were called at an earlier severity are not called again. Of a drill nobody is told; into a
    private channel nobody is let by a setting.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        history = await changes.of_incident(session, incident.pk, ChangeKind.SEVERITY)
    if not incident.channel_id or incident.status != IncidentStatus.OPEN or incident.is_drill:
        return None
    calling = _by_route(intent) or _by_severity(services.settings, intent, incident, history)
    if calling is None:
        return None
    if incident.is_private:
        await _say(services, intent, incident, nobody_invited(incident.number, calling.asked_by))
        return None
    invited = await invited_by(services.slack, calling.names)
    called = set((await invited_by(services.slack, calling.before)).people) if calling.before else set()
    called.add(services.workspace.bot_user_id)
    wanted = [one for one in invited.people if one not in called]
    refused: list[tuple[str, str]] = []
    for start in range(0, len(wanted), AT_ONCE):
        refused += await _invite(services, incident.channel_id, wanted[start : start + AT_ONCE])
    if invited.unknown or refused:
        surface = not_all_invited(incident.number, calling.asked_by, invited.unknown, refused)
        await _say(services, intent, incident, surface)
    return None


@dataclass(frozen=True)
class _Calling:
    """Whom to call, by the names that stand there; those of `before` were called already."""

    asked_by: str
    names: Sequence[str]
    before: Sequence[str] = ()


def _by_route(intent: PendingIntent) -> _Calling | None:
    if "route" not in intent.subject:
        return None
    return _Calling(by_route(subject.text(intent, "route")), names_in(subject.text(intent, "names")))


def _by_severity(
    settings: TeamSettings, intent: PendingIntent, incident: Incident, history: Sequence[IncidentChange]
) -> _Calling | None:
    """Nobody where the setting names nobody any more, or the severity only fell to this one."""
    severity = subject.text(intent, "severity")
    names = settings.invited_for(severity)
    first = history[0].old if history else incident.severity
    until = datetime.fromisoformat(subject.text(intent, "at"))
    risen = [ALERT]
    if severity != ALERT:
        risen = reached([first, *(one.new for one in history if one.changed_at <= until)], settings)
    if not names or not risen or risen[-1] != severity:
        return None
    before = {name for earlier in risen[:-1] for name in settings.invited_for(earlier)}
    return _Calling(by_setting(severity), names, sorted(before))


async def _invite(services: Services, channel_id: str, people: Sequence[str]) -> list[tuple[str, str]]:
    """Invite them in one call; whom Slack refused, with its error.

    Where it refuses all of them and does not say whose fault that is, each is invited alone.
    """
    try:
        answer = await services.slack.call(
            "conversations_invite", channel=channel_id, users=",".join(people), force=True
        )
    except Refused as refusal:
        if refusal.error in ABOUT_ALL:
            raise
        answer = refusal.answer
        if not tables(answer.get("errors")):
            if len(people) > 1:
                return [found for one in people for found in await _invite(services, channel_id, [one])]
            return [(one, refusal.error) for one in people if refusal.error not in FINE]
    errors = {text(one.get("user")): text(one.get("error")) for one in tables(answer.get("errors"))}
    return [(one, errors[one]) for one in people if one in errors and errors[one] not in FINE]


async def _say(services: Services, intent: PendingIntent, incident: Incident, surface: Surface) -> None:
    await post_once(
        services,
        intent,
        str(incident.channel_id),
        intent.key,
        text=surface.text,
        blocks=list(surface.blocks),
    )


KIND = IntentKind(
    IntentName.INVITE_RESPONDERS,
    invite_responders,
    Reconciled.BY_METADATA,
    could_not="invite those who are to be here at this severity",
)
