"""Finding a new place for a draft: one kind after the other is tried, until Slack takes the whole draft.

A canvas in a tab of the channel, else the channel's own canvas, else the canvas of the draft before, below
what stands there, else a thread, else a file (docs.slack.dev/surfaces/canvases names what may be refused).
Nothing of the draft is cut off in a plainer place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.incidents.draft_link import draft_link
from bot.metrics import DRAFTS
from bot.postmortem.compiling import compile_draft
from bot.postmortem.deleted import deleted_of
from bot.postmortem.deliver.audience import open_to_readers
from bot.postmortem.deliver.canvas_edits import append, content_of
from bot.postmortem.deliver.picture import picture_for
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.deliver.reading import NoText, canvas_text, keep
from bot.postmortem.deliver.titles import titled
from bot.postmortem.deliver.update_in_place import MARKDOWN_REFUSED, Carried, sentences
from bot.postmortem.document import Document
from bot.postmortem.merge.difference import difference
from bot.postmortem.merge.items import loaded, stored
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.outcome import Told, learned
from bot.postmortem.merge.overlay import with_peoples_words
from bot.postmortem.merge.parsing import digests_in
from bot.postmortem.merge.planned import Planned
from bot.postmortem.merge.standing import Standing
from bot.postmortem.render import canvas, markdown_file, thread, thread_parts
from bot.postmortem.render.canvas import Form, rendered_in
from bot.slack import uploads
from bot.slack.blocks import updates
from bot.slack.calls import DEAD_TOKEN, Refused, TryLater
from bot.slack.posting import OutcomeUnknown, begin, done, post_once
from bot.slack.services import Services
from storage.outbox import PendingIntent
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()

HAS_ONE = "channel_canvas_already_exists"

Rung = Callable[[], Awaitable[bool]]
Write = Callable[[Merged, Form], Awaitable[None]]


class Ladder:
    """The delivery of one draft to one channel."""

    def __init__(
        self, services: Services, incident: Incident, channel_id: str, draft: Draft, intent: PendingIntent
    ) -> None:
        self._services = services
        self._incident = incident
        self._channel_id = channel_id
        self.draft = draft
        self._intent = intent
        self._carried: Carried | None = None
        self._before: Draft | None = None
        self._document: Document | None = None

    @property
    def has_begun(self) -> bool:
        """Whether Slack has taken something of this draft already."""
        return bool(self.draft.canvas_id or self.draft.thread_ts or self.draft.file_id)

    def carry(self, carried: Carried | None, before: Draft) -> None:
        """Take over what people changed in the draft before this one."""
        self._carried, self._before = carried, before

    async def climb(self) -> None:
        """Deliver the draft in the first place that Slack allows.

        Raises:
            Refused: it allows none.
            OutcomeUnknown: an earlier try may have arrived, and nobody can look.
        """
        if self.draft.canvas_id:
            await self._hand_over()
        elif self.draft.thread_ts:
            await self._thread("")
        elif self.draft.file_id:
            await self._file("")
        else:
            await self._down()

    async def _down(self) -> None:
        why = ""
        for name, rung in self._rungs().items():
            try:
                if await rung():
                    DRAFTS.add(name)
                    await self._hand_over()
                    return
            except (Refused, canvas.CanvasTooLarge) as problem:
                if isinstance(problem, Refused) and problem.error in DEAD_TOKEN:
                    raise
                why = why or (problem.error if isinstance(problem, Refused) else str(problem))
                log.warning("draft.rung_refused", incident=self._incident.number, why=str(problem))
        try:
            await self._thread(why)
        except Refused as refusal:
            if refusal.error in DEAD_TOKEN or self.draft.thread_ts:
                raise
            log.warning("draft.no_thread", incident=self._incident.number, why=str(refusal))
            await self._file(refusal.error, refusal)

    def _rungs(self) -> Mapping[str, Rung]:
        """The canvases to try; of a draft for our own people, one that stands in no channel."""
        if self.draft.internal_channel_id:
            return {"standalone": self._standalone}
        return {"own_tab": self._own_tab, "channel_canvas": self._channel_canvas, "below": self._below}

    # --- canvases -------------------------------------------------------------------------------

    async def _own_tab(self) -> bool:
        """A canvas in a tab of the channel; if an interrupted try made it already, that one is used."""
        title = await self._title()
        await begin(self._services, self._intent)
        if self._intent.is_in_doubt and (found := await self._tab(title)):
            await self._adopt(found)
            return True
        await self._create("canvases_create", title=title, channel_id=self._channel_id)
        return True

    async def _standalone(self) -> bool:
        """A canvas in no channel; Slack cannot be asked for it by its title."""
        title = await self._title()
        if self._intent.is_in_doubt:
            raise OutcomeUnknown(
                "a canvas may have been made, and a canvas in no channel cannot be looked for"
            )
        await begin(self._services, self._intent)
        await self._create("canvases_create", title=title)
        return True

    async def _channel_canvas(self) -> bool:
        """The channel's own canvas, where it has none yet."""
        title = await self._title()
        try:
            await self._create("conversations_canvases_create", title=title, channel_id=self._channel_id)
        except Refused as refusal:
            if refusal.error == HAS_ONE and self._intent.is_in_doubt and (found := await self._ours(title)):
                await self._adopt(found)
                return True
            raise
        return True

    async def _ours(self, title: str) -> str | None:
        """The channel's own canvas, if it is this draft from an interrupted try."""
        answer = await self._services.slack.call("conversations_info", channel=self._channel_id)
        standing = ((answer["channel"].get("properties") or {}).get("canvas") or {}).get("file_id")
        if not standing:
            return None
        try:
            described = await self._services.slack.call("files_info", file=standing)
        except Refused as refusal:
            if refusal.error != "missing_scope":
                raise
            raise OutcomeUnknown("a canvas may have been made, and its title cannot be read") from refusal
        return str(standing) if described["file"].get("title") == title else None

    async def _below(self) -> bool:
        """Below what stands in the canvas of the draft before; people's words there stay as they are."""
        before = self._before
        if before is None or before.canvas_id is None or before.internal_channel_id:
            return False
        heading = f"Draft {self.draft.version}"
        if self._intent.is_in_doubt:
            text = await canvas_text(self._services, before.canvas_id)
            if isinstance(text, NoText):
                raise OutcomeUnknown("a draft may have been added to the canvas, which cannot be read")
            if f"# {heading}" in text.split("\n"):
                await self._note(canvas_id=before.canvas_id)
                return True

        async def add(merged: Merged, form: Form) -> None:
            await append(self._services, str(before.canvas_id), f"# {heading}\n\n{merged.markdown}")

        carried, self._carried = self._carried, None  # people's words stand above
        try:
            await self._written(add)
        except (Refused, canvas.CanvasTooLarge):
            self._carried = carried
            raise
        await self._note(canvas_id=before.canvas_id)
        return True

    async def _create(self, method: str, **arguments: Any) -> None:
        made: dict[str, str] = {}

        async def create(merged: Merged, form: Form) -> None:
            # its answer may be lost, and the next try compile something else
            tries = Planned(loaded(self.draft.written)).and_then(merged.written, (), ())
            await self._note(written=stored(tries.sections), form=form.value)
            content = content_of(merged.markdown)
            answer = await self._services.slack.call(method, document_content=content, **arguments)
            done(self._intent)
            made["canvas_id"] = str(answer["canvas_id"])

        form, merged = await self._written(create)
        await self._note(
            canvas_id=made["canvas_id"],
            written=stored(merged.written),
            form=form.value,
            chart_url=self.draft.chart_url,
        )
        await self._look_at(made["canvas_id"], form, merged)

    async def _adopt(self, canvas_id: str) -> None:
        """Take a canvas as this draft's that an earlier try made; what the tries wrote there is Scribe's."""
        text = await canvas_text(self._services, canvas_id)
        tries = Planned(loaded(self.draft.written))
        written = tries.stands_in(digests_in(text) if isinstance(text, str) else tries.digests)
        await self._note(canvas_id=canvas_id, written=stored(written))

    async def _look_at(self, canvas_id: str, form: Form, merged: Merged) -> None:
        """Read back how Slack shows what was written; if it cannot be read, it counts as written."""
        standing = merged.standing
        try:
            text = await canvas_text(self._services, canvas_id)
        except TryLater:
            text = NoText.REFUSED
        if isinstance(text, str):
            rendered = rendered_in(form, await self._compiled(), self.draft.chart_url)
            items = [item for section in merged.written for item in section.items]
            fresh = {item.id for item in items if not item.stood and not item.is_out}
            standing = read(text, merged.written, rendered, fresh=fresh)
            await self._note(written=stored(learned(standing, merged.written, rendered)))
        if self._carried:
            await keep(self._services, self.draft, standing)

    async def _written(self, write: Write) -> tuple[Form, Merged]:
        """Write the draft; while Slack refuses its Markdown, again in a plainer form."""
        document = await self._compiled()
        url = await picture_for(self._services, self._incident, self.draft, document)
        for form in Form:
            merged = self._merged(form, document, url)
            canvas.check_size(merged.markdown)
            try:
                await write(merged, form)
            except Refused as refusal:
                if refusal.error not in MARKDOWN_REFUSED or form.plainer is None:
                    raise
                log.warning("draft.plainer", incident=self._incident.number, why=str(refusal))
            else:
                return form, merged
        raise AssertionError("unreachable")

    def _merged(self, form: Form, document: Document, chart_url: str | None) -> Merged:
        """The draft with what people made of the one before."""
        carried = self._carried or Carried(Standing(()), ())
        return merge(
            carried.standing,
            carried.written,
            rendered_in(form, document, chart_url),
            anew=True,
            has_tables=form is Form.TABLES,
        )

    async def _tab(self, title: str) -> str | None:
        """The canvas of this title among the channel's tabs; no two drafts have the same title.

        Raises:
            OutcomeUnknown: Slack shows no tabs, so that nobody can tell whether the canvas is among them.
        """
        answer = await self._services.slack.call("conversations_info", channel=self._channel_id)
        properties = answer["channel"].get("properties") or {}
        if "tabs" not in properties:
            raise OutcomeUnknown("a canvas may have been made, and Slack shows no tabs of the channel")
        for tab in properties["tabs"]:
            if tab.get("type") == "canvas" and tab.get("label") == title:
                file_id = (tab.get("data") or {}).get("file_id")
                return str(file_id) if file_id else None
        return None

    async def _hand_over(self) -> None:
        await self._open_to_members()
        await self._link_canvas()

    async def _open_to_members(self) -> None:
        """Give its readers access; if Slack refuses, the channel's members have what the tab gives them."""
        try:
            await open_to_readers(self._services, self._incident, self.draft)
        except Refused as refusal:
            log.warning("draft.access", incident=self._incident.number, why=str(refusal))

    async def _link_canvas(self) -> None:
        """Post where the canvas is; if Slack refuses, it is still among the channel's tabs."""
        link = draft_link(self._services.workspace, self._incident, self.draft)
        surface = updates.draft_delivered(
            self._incident.number,
            self.draft.version,
            link or "",
            ours_in=self._incident.channel_id if self.draft.internal_channel_id else None,
            differences=await self._differences(),
            is_public=self.draft.is_public,
        )
        try:
            await self._post("link", text=surface.text, blocks=list(surface.blocks))
        except Refused as refusal:
            log.warning("draft.no_link", incident=self._incident.number, why=str(refusal))

    async def _differences(self) -> list[str]:
        """Where the new canvas and the record differ, told as after an update in place."""
        written = loaded(self.draft.written)
        if not any(item.stood or item.is_out for section in written for item in section.items):
            return []
        form = Form(self.draft.form or Form.TABLES)
        rendered = rendered_in(form, await self._compiled(), self.draft.chart_url)
        return sentences(Told(difference=difference(written, rendered)))

    # --- where there is no canvas ---------------------------------------------------------------

    async def _thread(self, why: str) -> None:
        """The draft as replies below one message, whole, in chunks within Slack's limits.

        The chunks are stored before the first is sent, so that a try that is interrupted goes on with the
        same ones; each is sent without what was deleted since.
        """
        if not (self.draft.posted or self.draft.parts):
            await self._note(posted=thread_parts.stored(thread.render(await self._whole())))
        if not self.draft.thread_ts:
            surface = updates.draft_in_thread(self._incident.number, self.draft.version, why)
            ts = await self._post("root", text=surface.text, blocks=list(surface.blocks))
            await self._note(thread_ts=ts)
            await picture_for(self._services, self._incident, self.draft, await self._compiled())
        parts = thread_parts.recalled(self.draft.posted or self.draft.parts)
        for number in range(self.draft.parts_sent, len(parts)):
            gone = await deleted_of(self._services, self._incident, thread_parts.quoted_in([parts[number]]))
            said = {"text": parts[number].without(gone.__contains__).text, "thread_ts": self.draft.thread_ts}
            parts[number] = replace(parts[number], ts=await self._post(f"part {number}", **said))
            posted = thread_parts.stored(parts) if self.draft.posted else None
            await self._note(parts_sent=number + 1, posted=posted)
        DRAFTS.add("thread")

    async def _file(self, why: str, refusal: Refused | None = None) -> None:
        """The draft as a Markdown file in the channel.

        Raises:
            Refused: the channel takes no file either; then why it took no message.
        """
        title = await self._title()
        try:
            if self.draft.file_id is None:
                content = markdown_file.render(await self._whole()).encode()
                name = f"inc-{self._incident.number}-postmortem-{self.draft.version}.md"
                file_id = await uploads.send(self._services, name=name, content=content)
                await self._note(file_id=file_id)
            elif await uploads.completed(self._services, self.draft.file_id):
                return
            text = updates.draft_in_file(self._incident.number, self.draft.version, why)
            await uploads.complete(
                self._services,
                str(self.draft.file_id),
                title=title,
                channel_id=self._channel_id,
                comment=text,
            )
            DRAFTS.add("file")
        except Refused as problem:
            await self._note(file_id=None)
            raise refusal or problem from problem

    # --- one thing at a time --------------------------------------------------------------------

    async def _compiled(self) -> Document:
        if self._document is None:
            self._document = await compile_draft(self._services, self._incident, template=self.draft.template)
        return self._document

    async def _whole(self) -> Document:
        """The draft with people's words in it, for where there is no canvas."""
        document = await self._compiled()
        if self._carried is None:
            return document
        return with_peoples_words(document, self._merged(Form.LISTS, document, None))

    async def _title(self) -> str:
        title = (await self._compiled()).title
        number = f"INC-{self._incident.number}"
        if not title.startswith(number):  # a canvas is looked for by its title, so that names its incident
            title = f"{number} for people outside"
        return titled(title, self.draft.version)

    async def _post(self, what: str, **message: Any) -> str:
        key = f"{self._intent.key}:{what}"
        return await post_once(self._services, self._intent, self._channel_id, key, **message)

    async def _note(self, **columns: object) -> None:
        self.draft = await store_progress(self._services, self.draft, **columns)
