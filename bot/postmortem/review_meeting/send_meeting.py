"""Sharing a review meeting in its incident's channel, as a calendar file, once each time it is planned or
cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.incidents.draft_link import link_in_channel
from bot.postmortem.review_meeting.calendar_file import Involved, Meeting, calendar_file
from bot.slack import uploads
from bot.slack.blocks.review_meeting import cancelled_shared, meeting_shared
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.nobody import name_of
from storage import changes, drafts, incidents, participation, postmortems, review_meetings
from storage.outbox import PendingIntent
from storage.participation import Stretch
from storage.postmortem_tables import ReviewMeeting
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName, MilestoneKind

MOST_INVOLVED, MOST_INVITED = 100, 50
OPENED = {False: "put it into", True: "take it out of"}


async def send_meeting(services: Services, intent: PendingIntent) -> OnSent | None:
    """Share it, or that it is cancelled, unless it was moved meanwhile or the incident was cancelled.

    Where Slack takes no files, the channel is told of it without one.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        meeting = await review_meetings.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        user_ids = await _involved(session, services, incident, meeting.asked_by) if meeting else []
    if meeting is None or meeting.sequence != subject.number(intent, "sequence"):
        return None
    if incident.status == IncidentStatus.CANCELLED or not incident.channel_id:
        return None
    if meeting.file_id and await uploads.completed(services, meeting.file_id):
        return None
    people = await _people(services, user_ids, has_addresses=not incident.is_ext_shared)
    link = link_in_channel(services.workspace, incident, draft) if draft else None
    told = await _told(services, intent, incident, meeting, people)
    try:
        if meeting.file_id is None:
            content = calendar_file(_meeting(services, incident, meeting, link, people))
            name = f"inc-{incident.number}-review{'-cancelled' if meeting.cancelled_at else ''}.ics"
            meeting.file_id = await uploads.send(services, name=name, content=content)
            await _note(services, meeting, meeting.file_id)
    except Refused as refusal:
        text = f"{told} I can share no file for your calendar here: Slack answered `{refusal.error}`."
        await post_once(services, intent, incident.channel_id, intent.key, text=text)
        return None
    try:
        await uploads.complete(
            services,
            meeting.file_id,
            title=f"Review of INC-{incident.number}",
            channel_id=incident.channel_id,
            comment=f"{told} Open the file to {OPENED[bool(meeting.cancelled_at)]} your calendar.",
        )
    except Refused:
        await _note(services, meeting, None)
        raise
    return None


async def _note(services: Services, meeting: ReviewMeeting, file_id: str | None) -> None:
    """Note which file may be shared from now on, so that it is not shared twice."""
    async with services.database.write() as session:
        await review_meetings.note_file(session, meeting.incident_id, meeting.sequence, file_id)


async def _told(
    services: Services,
    intent: PendingIntent,
    incident: Incident,
    meeting: ReviewMeeting,
    people: Sequence[Involved],
) -> str:
    if meeting.cancelled_by:
        names = await names_in(services.directory, [], [meeting.cancelled_by])
        by = name_of(meeting.cancelled_by) or names.person(meeting.cancelled_by) or meeting.cancelled_by
        return cancelled_shared(incident.number, meeting.title, meeting.starts_at, by)
    return meeting_shared(
        incident.number,
        meeting.title,
        meeting.starts_at,
        meeting.minutes,
        people[0].name,
        [one.name for one in people[1:]],
        is_moved=meeting.sequence > 0 and not subject.is_set(intent, "is_anew"),
    )


def _meeting(
    services: Services,
    incident: Incident,
    meeting: ReviewMeeting,
    link: str | None,
    people: Sequence[Involved],
) -> Meeting:
    return Meeting(
        uid=f"inc-{incident.number}-review-{services.workspace.team_id}@incident-scribe".lower(),
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        title=meeting.title,
        note=meeting.note,
        link=link,
        planned_at=meeting.cancelled_at or meeting.asked_at,
        organizer=people[0],
        others=people[1:],
        is_cancelled=meeting.cancelled_at is not None,
    )


async def _involved(
    session: AsyncSession, services: Services, incident: Incident, asked_by: str
) -> list[str]:
    """Whoever planned it; then who is to do with the post-mortem, had a role, owns follow-up work, declared,
    resolved, or said something while it was open, each once.
    """
    postmortem = await postmortems.of_incident(session, incident.pk)
    over = (await incidents.milestones(session, incident.pk)).get(MilestoneKind.RESOLVED)
    until = ts_of(over.at) + "~" if over else None
    stretch = Stretch(incident.team_id, incident.channel_id or "", ts_of(incident.declared_at), until)
    ids = [asked_by, postmortem.owner_id if postmortem else None]
    ids += [one.user_id for one in await postmortems.reviewers(session, incident.pk)]
    ids += [one.user_id for one in await changes.roles(session, incident.pk)]
    ids += [*await review_meetings.owners(session, incident.pk), incident.declared_by, incident.resolved_by]
    ids += [one.user_id for one in await participation.speakers(session, stretch) if not one.bot_name]
    known = [one for one in dict.fromkeys(ids) if one and one != services.workspace.bot_user_id]
    return known[:MOST_INVOLVED]


async def _people(services: Services, user_ids: Sequence[str], *, has_addresses: bool) -> list[Involved]:
    """Those of them who are people, the first of all whoever planned it.

    With addresses where Slack tells them, but for a channel that another company reads.
    """
    names = await names_in(services.directory, [], user_ids)
    known: Mapping[str, bool] = {
        user_id: person.is_bot for user_id, person in (await services.directory.known(user_ids)).items()
    }
    found = [one for place, one in enumerate(user_ids) if place == 0 or not known.get(one, False)]
    asked = [one for one in found if name_of(one) is None][:MOST_INVITED] if has_addresses else []
    addresses = await services.directory.addresses(asked)
    return [Involved(name_of(one) or names.person(one) or one, addresses.get(one)) for one in found]


KIND = IntentKind(
    IntentName.SEND_MEETING,
    send_meeting,
    Reconciled.BY_FILE,
    could_not="share the review meeting; `/postmortem meeting friday 14:00` plans it again",
)
