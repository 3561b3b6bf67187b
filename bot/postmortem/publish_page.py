"""Writing a published post-mortem to a host outside Slack, once for each time it is published.

What people made of the page since Scribe wrote it is not written over: they are asked, in Slack.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.pages.contract import EditedSince, NewPage, PageHost, SeenPage
from bot.incidents.pages.work import kept_inside, note_edited, note_withheld, note_written
from bot.postmortem.final_text import final_text
from bot.postmortem.new_page import new_page
from bot.settings.pages import PAGE_HOSTS, PAGE_TITLES
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.intents import subject
from bot.slack.posting import begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, pages, postmortems
from storage.outbox import PendingIntent
from storage.page_tables import Page
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName, PageState

READ_WITHIN = timedelta(minutes=10)
"""How long it waits for the text to be read out of the canvas; then it compiles it as publishing does."""
LOOK_AGAIN = 1.0
"""Seconds between two looks whether the text is there."""


async def publish_page(services: Services, intent: PendingIntent) -> OnSent | None:
    """Write it, unless it stands there; of what is to stay inside by now nothing is sent.

    Where an earlier try may have made the page, it is looked for by its marker, once it is sure to be found.

    Raises:
        TryLater: its text is not there yet.
        RefusedByTracker: the host is not set any more, or refuses it.
    """
    async with services.database.read() as session:
        page = await pages.by_id(session, subject.number(intent, "page_id"))
        incident = await incidents.by_id(session, subject.incident_id(intent))
        published = await postmortems.publications(session, incident.pk)
    if page is None or page.state != PageState.ASKED:
        return None
    if incident.status == IncidentStatus.CANCELLED:
        return partial(_note_dropped, services, page)
    publication = next((one for one in published if one.version == page.publication), None)
    if publication is None:
        return None
    if publication.reopened_at:
        return partial(_note_dropped, services, page)
    if kept_inside(incident) and not page.is_said:
        return partial(_note_withheld, services, page)
    markdown = publication.markdown
    if markdown is None:
        if services.clock.now() - intent.asked_at < READ_WITHIN:
            raise TryLater("its text is not read yet", LOOK_AGAIN, is_expected=True)
        markdown = await _compiled(services, incident)
    host = services.page_hosts.get(page.host)
    if host is None:
        title = PAGE_TITLES.get(page.host, page.host)
        raise RefusedByTracker(title, 0, f"{PAGE_HOSTS.get(page.host, 'its address')} is not set any more")
    new = await new_page(services, incident, page, markdown)
    try:
        with host.turn():
            seen = await _written(services, intent, host, page, new)
    except EditedSince as edited:
        done(intent)
        return partial(_note_edited, services, page, edited)
    done(intent)
    return partial(_note_written, services, page, seen)


async def _compiled(services: Services, incident: Incident) -> str:
    async with services.database.read() as session:
        draft = await drafts.newest_delivered(session, incident.pk)
    return (await final_text(services, incident, draft)).markdown


async def _written(
    services: Services, intent: PendingIntent, host: PageHost, page: Page, new: NewPage
) -> SeenPage:
    """The page as it stands now, written or found written.

    Raises:
        EditedSince: people changed it, or deleted it, and nobody has agreed yet that it is overwritten.
    """
    is_agreed_gone = page.decided_by is not None and page.edited_version == ""
    if new.earlier:
        seen = await host.read(new)
        if seen is None and not is_agreed_gone:
            raise EditedSince(None)
    else:
        seen = None
    # an earlier try may have made it as well: of another publication, or one whose answer was not read
    is_perhaps_made = intent.is_in_doubt or page.tried_at is not None
    if seen is None and is_perhaps_made:
        seen = await _found(services, host, intent, page, new)
    if seen is None:
        await _note_tried(services, page)
        await begin(services, intent)
        return await host.create(replace(new, earlier=None))
    if seen.stamp == new.stamp:
        return seen
    if not _is_replaceable(page, seen):
        raise EditedSince(seen)
    await begin(services, intent)
    return await host.update(replace(new, earlier=seen))


def _is_replaceable(page: Page, seen: SeenPage) -> bool:
    """Whether its newest version is one that Scribe wrote, or that somebody agreed to overwrite."""
    if seen.version == page.version or (seen.stamp or "").startswith(f"{page.marker}."):
        return True
    return page.decided_by is not None and seen.version == page.edited_version


async def _found(
    services: Services, host: PageHost, intent: PendingIntent, page: Page, new: NewPage
) -> SeenPage | None:
    seen = await host.find(new)
    tried_at = page.tried_at or intent.asked_at
    settled = tried_at + host.settles_within - services.clock.now()
    if seen is None and settled > timedelta():
        raise TryLater(
            f"{host.title} may not show yet what it made",
            min(settled, host.settles_within).total_seconds(),
            is_expected=True,
        )
    return seen


async def _note_tried(services: Services, page: Page) -> None:
    """Note when it is about to be made: until some time after that, not finding it proves nothing."""
    async with services.database.write() as session:
        kept = await pages.by_id(session, page.pk)
        if kept:
            kept.tried_at = services.clock.now()
            session.add(kept)


async def _note_written(services: Services, page: Page, seen: SeenPage, session: AsyncSession) -> None:
    await postmortems.to_change(session, page.incident_id)
    kept = await pages.by_id(session, page.pk)
    if kept:
        await note_written(session, kept, seen, page.publication, now=services.clock.now())


async def _note_edited(services: Services, page: Page, edited: EditedSince, session: AsyncSession) -> None:
    await postmortems.to_change(session, page.incident_id)
    kept = await pages.by_id(session, page.pk)
    if kept and kept.publication == page.publication:
        await note_edited(session, kept, edited.seen, now=services.clock.now())


async def _note_dropped(services: Services, page: Page, session: AsyncSession) -> None:
    """It was reopened, or cancelled, before it was sent: what stood there before stands."""
    await postmortems.to_change(session, page.incident_id)
    kept = await pages.by_id(session, page.pk)
    if kept and kept.publication == page.publication:
        kept.state = PageState.WRITTEN if kept.written else PageState.WITHHELD
        session.add(kept)


async def _note_withheld(services: Services, page: Page, session: AsyncSession) -> None:
    await postmortems.to_change(session, page.incident_id)
    kept = await pages.by_id(session, page.pk)
    if kept and kept.publication == page.publication and not kept.is_said:
        await note_withheld(session, kept, now=services.clock.now())


KIND = IntentKind(
    IntentName.PUBLISH_PAGE,
    publish_page,
    Reconciled.BY_PAGE,
    could_not="put the published post-mortem outside Slack",
    question=(
        "Scribe may have put the post-mortem of INC-{number} outside Slack (the answer was lost) and cannot "
        "look. `scribe outbox retry` looks again."
    ),
)
