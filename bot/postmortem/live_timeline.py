"""A canvas in a tab of the channel that shows an open incident's timeline to those who join late.

It is Scribe's own page: each time it is written anew as a whole, and nothing that anybody writes there is
kept, so its members may only read it. When the incident is over it is deleted, so that nobody takes it for
the post-mortem. Where Slack takes no such canvas there is none, and nobody is told: `/timeline` and
`/incident catchup` show the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents, live_timeline
from bot.incidents.views.incident import StatusView, read_status
from bot.postmortem.compiling import Compiled, compile_facts
from bot.postmortem.compose import words
from bot.postmortem.deliver.canvas_edits import content_of, rename
from bot.postmortem.facts import TimelineEntry
from bot.postmortem.gather import latest
from bot.postmortem.render import markdown
from bot.postmortem.render.canvas import timeline_bullet
from bot.slack.blocks import shortened_mrkdwn
from bot.slack.calls import DEAD_TOKEN, Refused
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import OutcomeUnknown, begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text import mrkdwn
from bot.text.mrkdwn import KnownNames
from bot.text.spans import date_and_clock
from storage import incidents, live_timelines, outbox, timeline
from storage.outbox import PendingIntent
from storage.surface_tables import LiveTimeline
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName

log = structlog.get_logger()

NEWEST = 60
"""Events that are shown; of all others it says how many there are."""
LONGEST = 600
"""Characters of an event's words."""


def title_of(number: int) -> str:
    """The canvas's title: no two incidents of a channel have the same, so that it can be known again."""
    return f"INC-{number}: timeline (live)"


@dataclass(frozen=True)
class Page:
    """What the canvas of an incident should say; None of it where it should not stand."""

    incident: Incident
    standing: LiveTimeline | None
    markdown: str | None

    @property
    def digest(self) -> str | None:
        return _digest(self.markdown) if self.markdown is not None else None

    @property
    def is_news(self) -> bool:
        """Whether something is to be done in Slack."""
        if self.standing is None:
            return self.markdown is not None
        if self.markdown is None:
            return True
        return self.standing.canvas_id is not None and self.standing.digest != self.digest

    def was_written_within(self, time: timedelta, now: datetime) -> bool:
        """Whether any process wrote it so lately, by the system's clock."""
        if self.standing is None or self.standing.written_at is None:
            return False
        return timedelta() <= now - self.standing.written_at < time  # before: the clock was set back


async def page_of(services: Services, incident_id: int, *, asks_slack: bool) -> Page:
    """What an incident's canvas should say, from the record as it stands; `asks_slack` is for names."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        standing = await live_timelines.of_incident(session, incident_id)
        counts, _ = await timeline.counts(session, incident_id)
        if not live_timeline.may_stand(incident) or not (counts or standing):
            return Page(incident, standing, None)
        rows = await latest(session, incident, NEWEST)
        status = await read_status(session, incident, services.workspace, services.settings)

    async def find_names(texts: Iterable[str], people: Collection[str]) -> KnownNames:
        return await names_in(
            services.directory,
            texts,
            {*people, *([status.commander] if status.commander else [])},
            asks_slack=asks_slack,
            waits=asks_slack,
            home=incident.channel_id,
        )

    compiled = await compile_facts(rows, services.workspace, services.settings, find_names)
    return Page(incident, standing, _rendered(compiled, status, sum(counts.values())))


async def show_live_timeline(services: Services, intent: PendingIntent) -> OnSent | None:
    """Make the canvas say what the record says; take it away where it should not stand any more."""
    page = await page_of(services, subject.incident_id(intent), asks_slack=True)
    standing = page.standing
    if standing is None and intent.is_in_doubt and (found := await _tab(services, page.incident)):
        return await _kept(services, page, found, None)  # of an interrupted try: to be written, or to go
    if page.markdown is None:
        return await _ended(services, page.incident, standing) if standing else None
    if not page.is_news:
        return None
    if standing is None:
        return await _made(services, intent, page, page.markdown)
    return await _written(services, page, page.markdown)


async def _made(services: Services, intent: PendingIntent, page: Page, text: str) -> OnSent | None:
    channel_id = str(page.incident.channel_id)
    await begin(services, intent)
    try:
        answer = await services.slack.call(
            "canvases_create",
            title=title_of(page.incident.number),
            channel_id=channel_id,
            document_content=content_of(text),
        )
    except Refused as refusal:
        if refusal.error in DEAD_TOKEN:
            raise
        log.info("live_timeline.none", incident=page.incident.number, why=str(refusal))
        return await _kept(services, page, None, page.digest)
    done(intent)
    canvas_id = str(answer["canvas_id"])
    try:
        await services.slack.call(
            "canvases_access_set", canvas_id=canvas_id, access_level="read", channel_ids=[channel_id]
        )
    except Refused as refusal:
        log.warning("live_timeline.access", incident=page.incident.number, why=str(refusal))
    return await _kept(services, page, canvas_id, page.digest)


async def _tab(services: Services, incident: Incident) -> str | None:
    """The incident's canvas among the channel's tabs.

    Raises:
        OutcomeUnknown: Slack shows no tabs, so that nobody can tell.
    """
    if not incident.channel_id:
        return None
    answer = await services.slack.call("conversations_info", channel=incident.channel_id)
    properties = answer["channel"].get("properties") or {}
    if "tabs" not in properties:
        raise OutcomeUnknown("a canvas may have been made, and Slack shows no tabs", is_told=False)
    for tab in properties["tabs"]:
        file_id = (tab.get("data") or {}).get("file_id")
        if tab.get("type") == "canvas" and tab.get("label") == title_of(incident.number) and file_id:
            return str(file_id)
    return None


async def _written(services: Services, page: Page, text: str) -> OnSent | None:
    assert page.standing is not None
    canvas_id = page.standing.canvas_id
    try:
        await _replace(services, str(canvas_id), text)
    except Refused as refusal:
        if refusal.error in DEAD_TOKEN:
            raise
        log.info("live_timeline.not_written", incident=page.incident.number, why=str(refusal))
        if refusal.error == "canvas_not_found":  # somebody deleted it
            canvas_id = None
    return await _kept(services, page, canvas_id, page.digest)


async def end_live_timeline(services: Services, intent: PendingIntent) -> OnSent | None:
    """Take the canvas away, unless it may stand again; one intent alone makes one, not this."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        standing = await live_timelines.of_incident(session, incident.pk)
    if standing is None or live_timeline.may_stand(incident):
        return None
    return await _ended(services, incident, standing)


async def _ended(services: Services, incident: Incident, standing: LiveTimeline) -> OnSent | None:
    """Delete the canvas; one that Slack does not delete says at its top that it is over."""
    if standing.canvas_id:
        try:
            await services.slack.call("canvases_delete", canvas_id=standing.canvas_id)
        except Refused as refusal:
            if refusal.error in DEAD_TOKEN:
                raise
            if refusal.error != "canvas_not_found":
                log.info("live_timeline.not_deleted", incident=incident.number, why=str(refusal))
                await _close(services, incident, standing.canvas_id)

    async def note(session: AsyncSession) -> None:
        await live_timelines.forget(session, incident.pk)
        if standing.canvas_id and incident.status == IncidentStatus.OPEN:
            asks = [intents.refresh_summary(incident.pk)]
            await outbox.ask(session, asks, asked_at=services.clock.now())

    return note


async def _close(services: Services, incident: Incident, canvas_id: str) -> None:
    over = f"This was the live timeline of INC-{incident.number}, and it is not kept up to date any more."
    try:
        await _replace(services, canvas_id, f"{over} `/timeline INC-{incident.number}` shows all of it.\n")
        await rename(services, canvas_id, f"INC-{incident.number}: timeline, ended")
    except Refused as refusal:
        if refusal.error in DEAD_TOKEN:
            raise
        log.warning("live_timeline.not_closed", incident=incident.number, why=str(refusal))


async def _replace(services: Services, canvas_id: str, text: str) -> None:
    change = {"operation": "replace", "document_content": content_of(text)}
    await services.slack.call("canvases_edit", canvas_id=canvas_id, changes=[change])


async def _kept(services: Services, page: Page, canvas_id: str | None, digest: str | None) -> OnSent:
    """What the record learns; the summary then leads to a canvas that is new, and to none that is gone."""
    incident_id, now = page.incident.pk, services.clock.now()
    written_at = services.clock.system()
    found = LiveTimeline(incident_id=incident_id, canvas_id=canvas_id, digest=digest, written_at=written_at)
    is_another = canvas_id != (page.standing.canvas_id if page.standing else None)

    async def note(session: AsyncSession) -> None:
        await live_timeline.keep(session, found, now=now)
        if is_another:
            await outbox.ask(session, [intents.refresh_summary(incident_id)], asked_at=now)

    return note


# --- what it says ----------------------------------------------------------------------------------------


def _rendered(compiled: Compiled, status: StatusView, count: int) -> str:
    facts = compiled.facts
    shown = sorted(facts.timeline, key=lambda one: one.occurred_at, reverse=True)
    bullets = [timeline_bullet(words.row(_short(one), compiled.read), facts.zone) for one in shown]
    counted = f"{count:,} event" + ("s" if count != 1 else "")
    parts = [
        _lead(status.number),
        _state(status, compiled, facts.zone),
        f"## Timeline, the newest first ({counted})",
        "\n".join(bullets) or "Nothing stands on it just now.",
    ]
    if count > NEWEST:
        parts.append(f"{count - NEWEST:,} earlier ones: `/timeline INC-{status.number}` shows all of them.")
    return "\n\n".join(parts) + "\n"


def _lead(number: int) -> str:
    return (
        f"*Scribe writes this page anew while INC-{number} is open, and keeps nothing that is written here. "
        f"What belongs on the timeline: mark it in the channel, or say `/timeline add`.*"
    )


def _state(status: StatusView, compiled: Compiled, zone: ZoneInfo) -> str:
    said = [f"**{markdown.escape(mrkdwn.plain(status.title, compiled.names))}**"]
    said.append(f"severity {markdown.escape(status.severity)}" if status.severity else "severity not set")
    if status.stage:
        said.append(markdown.escape(status.stage))
    if status.commander:
        name = compiled.names.person(status.commander) or status.commander
        said.append(f"commander {markdown.escape(name)}")
    if status.started_at:
        said.append(f"impact since {date_and_clock(status.started_at, zone)}")
    return " · ".join(said)


def _short(entry: TimelineEntry) -> TimelineEntry:
    text = shortened_mrkdwn(entry.said.text, LONGEST)
    return replace(entry, said=replace(entry.said, text=text))


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


KINDS = (
    IntentKind(IntentName.LIVE_TIMELINE, show_live_timeline, Reconciled.BY_TAB, could_not=None),
    IntentKind(IntentName.END_LIVE_TIMELINE, end_live_timeline, Reconciled.BY_SLACK, could_not=None),
)
