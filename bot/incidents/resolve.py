"""Resolving an incident; the draft follows by itself and resolving never waits for it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import announcing, intents, live_timeline, watch
from bot.incidents.errors import AlreadyResolved, ReopenedSince
from bot.incidents.lifecycle import DueIn, begin
from bot.incidents.status import check_stands
from bot.incidents.status_pages.work import offer_closing
from bot.text.moments import shown
from bot.text.nobody import mention
from storage import action_items, changes, drafts, incidents, outbox
from storage.postmortem_tables import Draft
from storage.tables import Incident
from storage.vocabulary import Basis, ChangeKind, IncidentStatus, MilestoneKind


async def resolve(
    session: AsyncSession,
    incident: Incident,
    *,
    by: str,
    conclusion: str,
    response_url: str | None,
    now: datetime,
    due_in: DueIn | None = None,
    seen: int | None = None,
) -> None:
    """Resolve an incident, with the conclusion if one was given, and ask for its draft.

    `seen` is the last change of its status that its person knows of (`last_status`); None: whichever it is.

    Raises:
        AlreadyResolved: it is resolved already; nothing is changed.
        ReopenedSince: it was resolved and opened again since.
        IncidentCancelled: it was declared by mistake.
    """
    incident_id = await changes.take(session, incident)
    await check_resolvable(session, incident, conclusion)
    if seen is not None and seen != await last_status(session, incident_id):
        raise ReopenedSince(incident.number)
    incident.status = IncidentStatus.RESOLVED
    incident.resolved_by = by
    if conclusion:
        changes.note(
            session, incident_id, ChangeKind.CONCLUSION, incident.conclusion, conclusion, by=by, at=now
        )
        incident.conclusion = conclusion
    session.add(incident)
    end = changes.note(
        session, incident_id, ChangeKind.STATUS, IncidentStatus.OPEN, IncidentStatus.RESOLVED, by=by, at=now
    )
    await watch.end(session, incident)
    await incidents.set_milestone(
        session, incident_id, MilestoneKind.RESOLVED, now, basis=Basis.OBSERVED, stated_by=by, stated_at=now
    )
    await outbox.ask(
        session,
        [
            intents.post_update(incident_id, IncidentStatus.RESOLVED, now),
            intents.refresh_summary(incident_id),
        ],
        asked_at=now,
    )
    await live_timeline.end(session, incident_id, now=now)
    await offer_closing(session, incident, now=now)
    await announcing.follow(session, incident, [end], at=now)
    await ask_for_draft(session, incident, by=by, response_url=response_url, now=now, due_in=due_in)
    # in the draft's lane, so that it is shown once the draft is there
    checkpoint = intents.show_checkpoint(incident_id, by, response_url, now)
    await outbox.ask(session, [checkpoint], asked_at=now)


async def check_resolvable(session: AsyncSession, incident: Incident, unsaved: str = "") -> None:
    """Whether it can be resolved; `unsaved` is what somebody wrote.

    Raises:
        AlreadyResolved: it is resolved already.
        IncidentCancelled: it was declared by mistake.
    """
    check_stands(incident)
    if incident.status == IncidentStatus.RESOLVED:
        ended = (await incidents.milestones(session, incident.pk)).get(MilestoneKind.RESOLVED)
        moment = ended.at if ended else incident.declared_at
        by = mention(incident.resolved_by) if incident.resolved_by else "somebody"
        raise AlreadyResolved(incident.number, shown(moment), by, unsaved)


async def last_status(session: AsyncSession, incident_id: int) -> int:
    """The last change of an incident's status, by its key; 0 where there was none."""
    last = await changes.latest(session, incident_id, ChangeKind.STATUS)
    return last.pk if last else 0


async def ask_for_draft(
    session: AsyncSession,
    incident: Incident,
    *,
    by: str,
    response_url: str | None,
    now: datetime,
    due_in: DueIn | None = None,
    template: str | None = None,
    is_public: bool = False,
) -> Draft:
    """Have the next version of the post-mortem compiled, once the channel has been read again.

    By `template`, else by that of the draft before. One that `is_public` stands beside the team's own.
    """
    check_stands(incident)
    await action_items.adopt_marked(session, incident, now)
    draft = await drafts.begin(
        session, incident.pk, asked_by=by, asked_at=now, template=template, is_public=is_public
    )
    asks = [intents.catch_up(incident.pk), intents.deliver_draft(incident.pk, draft.pk, response_url)]
    await outbox.ask(session, asks, asked_at=now)
    await begin(session, incident, by=by, due_in=due_in, now=now)
    return draft
