"""Putting a draft where people read it: a canvas, and where Slack refuses one, a thread.

The only room of `bot.postmortem` that knows Slack. A draft is compiled from the record when it is
delivered; each thing Slack has taken is noted at once, so that an interrupted delivery goes on where it
stopped and nothing appears twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

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
from bot.slack.blocks import answers, updates
from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import Undecided, begin, post_once
from bot.slack.summarise import draft_link
from storage import drafts, incidents, outbox
from storage.outbox import Waiting
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()

LONGEST_TITLE = 250
MOST_WAITS = 20
"""Tries of 0.3 s that a draft waits for the channel to be read again before it goes out as it is."""

MARKDOWN_REFUSED = frozenset({"canvas_creation_failed"})
"""canvases.create: the Markdown holds something the canvas cannot show; `detail` names the line."""


async def deliver_draft(desk: Desk, intent: Waiting) -> Note | None:
    """Compile the draft and deliver it to the incident's channel.

    It waits a little for the channel to be read again. A channel that takes neither canvas nor thread
    leaves the draft undelivered and its asker with a word; coming into the channel asks for it again.
    """
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.by_id(session, int(subject.text(intent, "draft_id")))
        is_reading = await _is_reading(session, incident)
    if not incident.channel_id or draft.delivered_at:
        return None
    if is_reading and intent.attempts < MOST_WAITS:
        raise TryLater("the channel is still being read", 0.3, is_expected=True)
    delivery = _Delivery(desk, incident, incident.channel_id, draft, intent)
    try:
        await delivery.whole()
    except Refused as refusal:
        log.error("draft.refused", incident=incident.number, why=str(refusal))
        return _undelivered(desk, incident, intent, refusal.error)
    return _delivered(desk, draft)


async def _is_reading(session: AsyncSession, incident: Incident) -> bool:
    """Whether texts or missed messages of the incident's channel are still being fetched."""
    fetching = f"fetch_message:{incident.team_id}:{incident.channel_id}:"
    return await outbox.is_waiting(session, ["catch_up"], intents.catch_up(incident.id or 0).key) or (
        await outbox.is_waiting(session, ["fetch_message"], fetching)
    )


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
        self, desk: Desk, incident: Incident, channel_id: str, draft: Draft, intent: Waiting
    ) -> None:
        self._desk = desk
        self._incident = incident
        self._channel_id = channel_id
        self._draft = draft
        self._intent = intent

    async def whole(self) -> None:
        """A canvas and a message that links to it; where Slack refuses the canvas, a thread.

        Raises:
            Refused: the channel takes neither.
        """
        why = ""
        if not self._draft.canvas_id and not self._draft.thread_ts:
            try:
                await self._create_canvas()
            except (Refused, canvas.CanvasTooLarge) as problem:
                why = problem.error if isinstance(problem, Refused) else str(problem)
                log.warning("draft.no_canvas", incident=self._incident.number, why=str(problem))
        if self._draft.canvas_id:
            await self._open_to_members()
            await self._link_canvas()
        else:
            await self._thread(why)

    async def _create_canvas(self) -> None:
        """A canvas in a tab of the channel; one that an interrupted try made is taken as the draft's own."""
        document = await compile_draft(self._desk, self._incident)
        version = f" (draft {self._draft.version})" if self._draft.version > 1 else ""
        title = document.title[: LONGEST_TITLE - len(version)] + version
        await begin(self._desk, self._intent)
        if self._intent.is_in_doubt:
            found = await self._tab(title)
            if found:
                await self._note(canvas_id=found)
                return
        for tables in (True, False):
            content = {"type": "markdown", "markdown": canvas.render(document, tables=tables)}
            try:
                answer = await self._desk.slack.call(
                    "canvases_create",
                    title=title,
                    document_content=content,
                    channel_id=self._channel_id,
                )
            except Refused as refusal:
                if refusal.error not in MARKDOWN_REFUSED or not tables:
                    raise
                log.warning("draft.no_tables", incident=self._incident.number, why=str(refusal))
            else:
                await self._note(canvas_id=str(answer["canvas_id"]))
                return

    async def _tab(self, title: str) -> str | None:
        """The canvas of this title among the channel's tabs; its number makes a draft's title its own.

        Raises:
            Undecided: Slack shows no tabs, so that nobody can tell whether the canvas is among them.
        """
        answer = await self._desk.slack.call("conversations_info", channel=self._channel_id)
        properties = answer["channel"].get("properties") or {}
        if "tabs" not in properties:
            raise Undecided("a canvas may have been made, and Slack shows no tabs of the channel")
        for tab in properties["tabs"]:
            if tab.get("type") == "canvas" and tab.get("label") == title:
                file_id = (tab.get("data") or {}).get("file_id")
                return str(file_id) if file_id else None
        return None

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

    async def _link_canvas(self) -> None:
        """Say where the canvas is; without that word it still stands in the channel's tabs."""
        link = draft_link(self._desk.workspace, self._incident, self._draft)
        surface = updates.draft_delivered(self._incident.number, self._draft.version, link or "")
        try:
            await self._post("link", text=surface.text, blocks=list(surface.blocks))
        except Refused as refusal:
            log.warning("draft.no_link", incident=self._incident.number, why=str(refusal))

    async def _thread(self, why: str) -> None:
        """The draft as replies below one message, whole, in chunks within Slack's limits.

        The chunks are noted before the first is sent, so that a try that is interrupted goes on with the
        same ones.
        """
        if self._draft.parts is None:
            document = await compile_draft(self._desk, self._incident)
            await self._note(parts=thread.render(document))
        if not self._draft.thread_ts:
            surface = updates.draft_in_thread(self._incident.number, self._draft.version, why)
            ts = await self._post("root", text=surface.text, blocks=list(surface.blocks))
            await self._note(thread_ts=ts)
        parts = self._draft.parts or []
        for number in range(self._draft.parts_sent, len(parts)):
            await self._post(f"part {number}", text=parts[number], thread_ts=self._draft.thread_ts)
            await self._note(parts_sent=number + 1)

    async def _post(self, what: str, **message: Any) -> str:
        key = f"{self._intent.key}:{what}"
        return await post_once(self._desk, self._intent, self._channel_id, key, **message)

    async def _note(self, **taken: str | int | list[str]) -> None:
        async with self._desk.database.write() as session:
            draft = await drafts.by_id(session, self._draft.id or 0)
            for name, value in taken.items():
                setattr(draft, name, value)
            session.add(draft)
        self._draft = draft


def _undelivered(desk: Desk, incident: Incident, intent: Waiting, why: str) -> Note | None:
    """Tell whoever asked that the draft waits, and for what."""
    url = subject.response_url(intent)
    if not url:
        return None

    async def note(session: AsyncSession) -> None:
        text = answers.draft_waits(incident.number, why, desk.workspace.bot_user_id)
        reply = intents.reply(url, text, f"draft_waits:{intent.id}")
        await outbox.ask(session, [reply], asked_at=desk.clock.now())

    return note


def _delivered(desk: Desk, draft: Draft) -> Callable[[AsyncSession], Awaitable[None]]:
    async def note(session: AsyncSession) -> None:
        found = await drafts.by_id(session, draft.id or 0)
        found.delivered_at = desk.clock.now()
        found.surface = "canvas" if found.canvas_id else "thread"
        found.parts = None  # they quote messages, which may be deleted yet
        session.add(found)
        await outbox.ask(session, [intents.refresh_summary(found.incident_id)], asked_at=desk.clock.now())

    return note
