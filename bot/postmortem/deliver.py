"""Putting a draft where people read it: a canvas, and where Slack refuses one, a thread.

The only room of `bot.postmortem` that knows Slack. A draft is compiled from the record when it is
delivered; each thing Slack has taken is noted at once, so that an interrupted delivery goes on where it
stopped and nothing appears twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.postmortem import templates
from bot.postmortem.compose import compose
from bot.postmortem.document import Document
from bot.postmortem.export import lookups
from bot.postmortem.gather import facts_of, snapshot
from bot.postmortem.render import canvas, thread
from bot.slack import mrkdwn
from bot.slack.blocks import updates
from bot.slack.calls import Refused
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.summarise import draft_link
from storage import drafts, incidents, outbox
from storage.outbox import Waiting
from storage.tables import Draft, Incident

log = structlog.get_logger()

MARKDOWN_REFUSED = frozenset({"canvas_creation_failed"})
"""canvases.create: the Markdown holds something the canvas cannot show; `detail` names the line."""


async def deliver_draft(desk: Desk, intent: Waiting) -> Note | None:
    """Compile the draft and deliver it to the incident's channel."""
    draft_id = subject.text(intent, "draft_id")
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.by_id(session, int(draft_id))
    if not incident.channel_id or draft.delivered_at:
        return None
    document = await compile_draft(desk, incident)
    delivery = _Delivery(desk, incident, incident.channel_id, draft, document)
    if draft.thread_ts:
        await delivery.as_thread("")
    else:
        try:
            await delivery.as_canvas()
        except (Refused, canvas.CanvasTooLarge) as problem:
            why = problem.error if isinstance(problem, Refused) else str(problem)
            log.warning("draft.no_canvas", incident=incident.number, why=str(problem))
            await delivery.as_thread(why)
    return _delivered(desk, draft)


async def compile_draft(desk: Desk, incident: Incident) -> Document:
    """The post-mortem of an incident, from the record as it stands."""
    async with desk.database.read() as session:
        found = await snapshot(session, incident)
    names = await names_in(desk.directory, found.texts(), found.people())
    facts = facts_of(found, lookups(desk.workspace, names), desk.settings.zone)
    return compose(facts, templates.load(), lambda text: mrkdwn.read(text, names), desk.settings.emoji_names)


class _Delivery:
    """One draft on its way to one channel."""

    def __init__(
        self, desk: Desk, incident: Incident, channel_id: str, draft: Draft, document: Document
    ) -> None:
        self._desk = desk
        self._incident = incident
        self._channel_id = channel_id
        self._draft = draft
        self._document = document

    async def as_canvas(self) -> None:
        """A canvas in a tab of the channel, writable by its members, and a message that links to it.

        Raises:
            Refused: Slack gives this channel no canvas.
            CanvasTooLarge: the draft is over Slack's 1 MiB.
        """
        if not self._draft.canvas_id:
            answer = await self._create()
            await self._note(canvas_id=str(answer))
            await self._open_to_members()
        link = draft_link(self._desk.workspace, self._incident, self._draft)
        surface = updates.draft_delivered(self._incident.number, self._draft.version, link or "")
        await self._post(text=surface.text, blocks=list(surface.blocks))

    async def as_thread(self, why: str) -> None:
        """The draft as replies below one message, whole, in chunks within Slack's limits."""
        if not self._draft.thread_ts:
            surface = updates.draft_in_thread(self._incident.number, self._draft.version, why)
            ts = await self._post(text=surface.text, blocks=list(surface.blocks))
            await self._note(thread_ts=ts)
        parts = thread.render(self._document)
        for part in parts[self._draft.parts_sent :]:
            await self._post(text=part, thread_ts=self._draft.thread_ts)
            await self._note(parts_sent=self._draft.parts_sent + 1)

    async def _create(self) -> str:
        title = self._document.title + (f" (draft {self._draft.version})" if self._draft.version > 1 else "")
        create = self._desk.slack.call
        for tables in (True, False):
            content = {"type": "markdown", "markdown": canvas.render(self._document, tables=tables)}
            try:
                answer = await create(
                    "canvases_create",
                    title=title[:250],
                    document_content=content,
                    channel_id=self._channel_id,
                )
            except Refused as refusal:
                if refusal.error not in MARKDOWN_REFUSED or not tables:
                    raise
                log.warning("draft.no_tables", incident=self._incident.number, why=str(refusal))
            else:
                return str(answer["canvas_id"])
        raise AssertionError("the last try either returns or raises")

    async def _open_to_members(self) -> None:
        """Let the channel's members write; a refusal leaves them the tab's own access."""
        try:
            await self._desk.slack.call(
                "canvases_access_set",
                canvas_id=self._draft.canvas_id,
                access_level="write",
                channel_ids=[self._channel_id],
            )
        except Refused as refusal:
            log.warning("draft.access", incident=self._incident.number, why=str(refusal))

    async def _post(self, **message: object) -> str:
        answer = await self._desk.slack.call(
            "chat_postMessage",
            channel=self._channel_id,
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return str(answer["ts"])

    async def _note(self, **taken: str | int) -> None:
        async with self._desk.database.write() as session:
            draft = await drafts.by_id(session, self._draft.id or 0)
            for name, value in taken.items():
                setattr(draft, name, value)
            session.add(draft)
        self._draft = draft


def _delivered(desk: Desk, draft: Draft) -> Callable[[AsyncSession], Awaitable[None]]:
    async def note(session: AsyncSession) -> None:
        found = await drafts.by_id(session, draft.id or 0)
        found.delivered_at = desk.clock.now()
        found.surface = "canvas" if found.canvas_id else "thread"
        session.add(found)
        await outbox.ask(session, [intents.refresh_summary(found.incident_id)], asked_at=desk.clock.now())

    return note
