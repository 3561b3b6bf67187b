"""What the form of a public post is filled with: proposed words, and what stands on the pages by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.actor import Actor
from bot.incidents.stage import stage_of
from bot.incidents.status import check_stands
from bot.incidents.status_pages.errors import DrillStaysInside, NoStatusPage
from bot.incidents.status_pages.work import names_of
from bot.incidents.unit_of_work import UnitOfWork
from bot.text.for_outside import in_plain_words
from storage import status_pages, updates
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, PublicImpact, PublicState

RESOLVED = "This incident is resolved."
WITHDRAWN = "This was reported by mistake: nothing was affected."


@dataclass(frozen=True)
class PageShown:
    """A status page that is set; `url` leads to the incident there, None where it is not there yet.

    `state` is what the page says of it, `components` are the ids of what was said to be affected last.
    """

    name: str
    title: str
    url: str | None = None
    state: PublicState | None = None
    components: Sequence[str] = ()


@dataclass(frozen=True)
class PublicDraft:
    """What is proposed, in plain text without names, mentions and links, for a person to read and change.

    Nothing of a private incident is proposed. `seen` is the post that is the newest by now, by its key; 0
    where there is none.
    """

    number: int
    is_private: bool
    name: str
    text: str
    state: PublicState
    impact: PublicImpact
    pages: Sequence[PageShown]
    seen: int


async def public_draft(work: UnitOfWork, actor: Actor, number: int | None, said: str = "") -> PublicDraft:
    """What to propose; `said` is Slack text that somebody wants to be read by everybody.

    Raises:
        NoStatusPage: none is set.
        DrillStaysInside: it is a drill.
        IncidentCancelled: it was declared by mistake, and no page shows it.
    """
    incident = await work.incident(actor, number)
    pages = work.settings.status_pages
    if not pages:
        raise NoStatusPage(said)
    if incident.is_drill:
        raise DrillStaysInside(incident.number)
    async with work.reading() as session:
        names = await names_of(session, incident, actor.user_id)
        there = {one.page: one for one in await status_pages.of_incident(session, incident.pk)}
        if not there:
            check_stands(incident)
        newest = await status_pages.newest_post(session, incident.pk)
        shown: list[PageShown] = []
        for page in pages:
            known = there.get(page.name)
            last = await status_pages.newest_post(session, incident.pk, page.name) if known else None
            shown.append(
                PageShown(
                    page.name,
                    page.title,
                    known.url if known else None,
                    known.state if known else None,
                    last.components if last else (),
                )
            )
        words = said or ("" if incident.is_private else await _proposed(session, incident))
    is_over = incident.status != IncidentStatus.OPEN
    state = PublicState.RESOLVED if is_over else state_of(incident, work.settings.stage_names)
    impact = newest.impact if newest else PublicImpact.DEGRADED
    title = "" if incident.is_private else in_plain_words(incident.title, names)
    return PublicDraft(
        number=incident.number,
        is_private=incident.is_private,
        name=newest.name if newest else " ".join(title.split()),
        text=in_plain_words(words, names),
        state=state,
        impact=PublicImpact.OPERATIONAL if is_over else impact,
        pages=shown,
        seen=newest.pk if newest else 0,
    )


def state_of(incident: Incident, stages: Sequence[str]) -> PublicState:
    """What a page calls how far an open incident is; of a team's own words the first and the last count."""
    stage = stage_of(incident, stages[0])
    if stage in set(PublicState):
        return PublicState(stage)
    if stage == stages[0]:
        return PublicState.INVESTIGATING
    return PublicState.MONITORING if stage == stages[-1] else PublicState.IDENTIFIED


async def _proposed(session: AsyncSession, incident: Incident) -> str:
    """How it ended, else the last update, as people inside read it."""
    if incident.status == IncidentStatus.CANCELLED:
        return WITHDRAWN
    if incident.status == IncidentStatus.RESOLVED:
        return f"{RESOLVED} {incident.conclusion or ''}".strip()
    last = await updates.newest(session, incident.pk)
    return last.known if last else ""
