"""Drafting again into the canvas that stands: merged item by item with what people changed in it.

Before each change the canvas is read again, so that what people type meanwhile is merged too, and an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog

from bot.incidents.draft_link import draft_link
from bot.postmortem.compiling import compile_draft, template_named
from bot.postmortem.deliver.canvas_edits import Disturbed, NotFound, OneList, apply
from bot.postmortem.deliver.picture import picture_for
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.deliver.reading import NoText, canvas_text, keep, last_standing
from bot.postmortem.deliver.titles import rename_canvas
from bot.postmortem.document import Document
from bot.postmortem.merge.blocks import blocks, with_whole_lists
from bot.postmortem.merge.difference import ON_TOP, Named
from bot.postmortem.merge.edits import Edit, edits
from bot.postmortem.merge.items import Rendered, WrittenSection, loaded, stored
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.outcome import (
    NOTHING_TOLD,
    Told,
    about_to_write,
    changed_sections,
    learned,
    settled,
    unwritten,
)
from bot.postmortem.merge.plan import Plan
from bot.postmortem.merge.planned import planned_before
from bot.postmortem.merge.standing import Standing
from bot.postmortem.render.canvas import Form, rendered_in
from bot.slack.blocks import updates
from bot.slack.blocks.draft_differences import differences
from bot.slack.calls import Refused, TryLater
from bot.slack.posting import begin, post_once
from bot.slack.services import Services
from storage import postmortems
from storage.outbox import PendingIntent
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()

LOCKED = "canvas_editing_locked"
MARKDOWN_REFUSED = frozenset({"canvas_creation_failed", "canvas_editing_failed"})
"""The Markdown holds something the canvas cannot show; `detail` names the line."""
SECTION_GONE = "section not found"
"""Somebody else's edit gave every section another id."""
OUT_OF_REACH = "Slack took the change, and does not show it"
MOST_LOCKED = 12
"""Tries while somebody is editing, some minutes in all; then what is missing is told."""
MOST_EDITS = 400
"""Changes of one canvas in one run: at Slack's rate limits some ten minutes."""
MOST_DISTURBED = 10
"""How often people's edits may come in between before the rest is left to the next draft."""


class CanvasLocked(TryLater):
    """Somebody is editing the canvas just now."""


@dataclass(frozen=True)
class Carried:
    """What of the draft before is carried to a new place: what stood there, and what Scribe had written."""

    standing: Standing
    written: tuple[WrittenSection, ...]


@dataclass(frozen=True)
class Again:
    """The outcome of drafting again.

    If it is not delivered, the draft needs a new place, to which `carried` is taken along.
    """

    draft: Draft
    is_delivered: bool = False
    is_unchanged: bool = False
    told: Told = NOTHING_TOLD
    carried: Carried | None = None
    is_replacement: bool = False
    """The new canvas takes the place of one that still stands, by another template."""


async def update_in_place(
    services: Services, incident: Incident, draft: Draft, before: Draft, intent: PendingIntent
) -> Again:
    """Bring the canvas of the draft before this one up to date.

    Raises:
        TryLater: Slack is slow or limiting, or somebody is editing.
    """
    assert before.canvas_id
    text = await canvas_text(services, before.canvas_id)
    written = loaded(before.written)
    if text is NoText.GONE:
        async with services.database.read() as session:
            last = last_standing(before, await postmortems.last_reading(session, before.incident_id))
        return Again(draft, carried=Carried(last, written) if last else None)
    # an earlier try found no way to update it, and may have put the draft elsewhere
    is_elsewhere = intent.is_in_doubt and draft.planned is None
    if isinstance(text, NoText) or is_elsewhere:
        return Again(draft)
    is_same = template_named(services, draft.template).name == template_named(services, before.template).name
    if not is_same or bool(draft.internal_channel_id) != bool(before.internal_channel_id):
        standing = await keep(services, before, read(text, written))
        is_replacement = not before.internal_channel_id
        return Again(draft, carried=Carried(standing, written), is_replacement=is_replacement)
    document = await compile_draft(services, incident, template=draft.template)
    update = _Update(services, incident, draft, before, document)
    update.plan(text)
    if not update.edits(text) and draft.planned is None:
        await rename_canvas(services, incident, before.canvas_id, document.title)
        told = await update.note(text)
        return Again(draft, is_delivered=True, is_unchanged=True, told=told)
    if document.chart and update.shows_picture(text):
        update.chart_url = await picture_for(services, incident, draft, document)
        update.plan(text)
    await update.settle(text)
    await begin(services, intent)
    try:
        await update.carry_out()
    except CanvasLocked as locked:
        if intent.attempts < MOST_LOCKED:
            locked.after = min(2.0 ** min(intent.attempts, 5), 30.0)
            raise
        update.why = "somebody was editing the canvas all the time"
    await rename_canvas(services, incident, before.canvas_id, document.title)
    told = await update.note(await canvas_text(services, before.canvas_id))
    is_quiet = "is_refresh" in intent.subject and set(told.updated) <= {ON_TOP}
    if told.unwritten or (told.updated and not is_quiet):
        await _tell(services, incident, draft, intent, told)
    return Again(draft, is_delivered=True, is_unchanged=not told.updated and not told.unwritten, told=told)


class _Update:
    """The update of one canvas by one draft."""

    def __init__(
        self, services: Services, incident: Incident, draft: Draft, before: Draft, document: Document
    ) -> None:
        assert before.canvas_id
        self._services = services
        self._incident = incident
        self._draft = draft
        self._canvas_id = before.canvas_id
        self._document = document
        self._written = loaded(before.written)
        self._planned = planned_before(draft.planned)
        self._settled: Merged | None = None
        self._form = Form(before.form or Form.TABLES)
        self._rendered: list[Rendered] = []
        self._updated: tuple[str, ...] = ()
        self._has_gaps = False
        self._plan = Plan(self._merged_anew)
        self._failed: set[tuple[str, ...]] = set()
        self._fresh: set[str] = set()
        self.why = ""
        self.chart_url = draft.chart_url or before.chart_url

    def plan(self, text: str) -> None:
        """Work out what is to change."""
        self._render()
        self._updated = changed_sections(
            self._standing(text), self.merged(text), self._rendered, self._written, self._planned
        )

    async def settle(self, text: str) -> None:
        """Store what is about to be written: until all of it is, what stands is between several states."""
        merged = self.merged(text)
        if merged is self._settled:
            return
        self._planned, self._settled = about_to_write(self._planned, self._standing(text), merged), merged
        await store_progress(self._services, self._draft, planned=self._planned.stored())

    def edits(self, text: str) -> list[Edit]:
        """The changes to make to a canvas of this text, without those that were tried in vain."""
        standing = blocks(self._whole(text))
        found = edits(standing, self.merged(text).pieces)
        return [edit for edit in found if edit.key(standing) not in self._failed]

    def merged(self, text: str) -> Merged:
        """What the canvas is to say."""
        return self._plan.merged(self._whole(text))

    def _merged_anew(self, text: str) -> Merged:
        has_tables = self._form is Form.TABLES
        standing = self._standing(text)
        return merge(standing, self._written, self._rendered, planned=self._planned, has_tables=has_tables)

    def shows_picture(self, text: str) -> bool:
        """Whether to share a picture: there is none yet, or a change writes the block that shows it."""
        written = [edit.markdown for edit in self.edits(text)]
        return self.chart_url is None or any(f"]({self.chart_url})" in one for one in written)

    async def carry_out(self) -> None:
        """Make one change after the other until the canvas says what it is to say.

        Raises:
            CanvasLocked: somebody is editing; what was done so far stands.
            TryLater: Slack is slow, down or limiting.
        """
        disturbed = 0
        for _ in range(MOST_EDITS):
            text = await canvas_text(self._services, self._canvas_id)
            if isinstance(text, NoText):
                self.why = "Slack does not show the canvas"
                return
            if self._fresh:
                standing = self._standing(text, self._fresh)
                self._written = learned(standing, self._written, self._rendered)
            wanted = self.edits(text)
            if not wanted:
                return
            await self.settle(text)
            if not await self._make(wanted[0], text):
                disturbed += 1
                if disturbed == MOST_DISTURBED:
                    self.why = "people were editing the canvas all the time"
                    return
        self.why = "it takes more changes than Scribe makes at once"

    async def _make(self, edit: Edit, text: str) -> bool:
        """Make one change; False when somebody else made one first."""
        standing = blocks(self._whole(text))
        try:
            await apply(self._services, self._canvas_id, text, standing, edit)
        except Disturbed:
            return False
        except OneList:
            if self._has_gaps:
                self._give_up(edit, standing, "Slack does not tell its lists apart")
            self._has_gaps = True
        except NotFound:
            self._give_up(edit, standing, "Slack does not find the place in the canvas")
        except Refused as refusal:
            if refusal.error == LOCKED:
                raise CanvasLocked("somebody is editing the canvas", is_undone=True) from refusal
            if SECTION_GONE in str(refusal):
                return False
            if refusal.error in MARKDOWN_REFUSED and edit.markdown and self._form.plainer:
                log.warning("draft.plainer", incident=self._incident.number, why=str(refusal))
                self._form = self._form.plainer
                self._render()
            else:
                self._give_up(edit, standing, f"Slack refused it ({refusal.error})")
        else:
            self._plan.made(edit, standing)
            self._fresh |= {
                item.id for one in self._rendered for item in one.offered if item.markdown in edit.markdown
            }
            # if it is wanted again, Slack did not show what was written: it is not tried again
            self._failed.add(edit.key(standing))
        return True

    def _give_up(self, edit: Edit, standing: list[str], why: str) -> None:
        log.warning("draft.not_written", incident=self._incident.number, why=why)
        self._failed.add(edit.key(standing))
        self.why = self.why or why

    async def note(self, text: str | NoText) -> Told:
        """Store what stands, for the next draft and for a canvas that is lost; returns what is to be told."""
        standing = Standing(())
        merged = merge(standing, self._written, self._rendered, planned=self._planned)
        if isinstance(text, str):
            merged, standing = self.merged(text), self._standing(text)
            if self._plan.is_done(self._whole(text)):
                standing = merged.standing
        before = (*self._written, *self._planned.beyond(self._written))
        missing = unwritten(standing, merged, before, self._rendered)
        written = settled(standing, merged, self._written, self._planned)
        await store_progress(
            self._services,
            self._draft,
            canvas_id=self._canvas_id,
            written=stored(written),
            form=self._form.value,
            chart_url=self.chart_url,
        )
        if isinstance(text, str):
            await keep(self._services, self._draft, read(self._whole(text), written))
        left = {one.heading for one in missing}
        updated = tuple(heading for heading in self._updated if heading not in left)
        return Told(updated, merged.difference, missing, self.why or OUT_OF_REACH if missing else "")

    def _render(self) -> None:
        self._plan.forget()
        self._rendered = rendered_in(self._form, self._document, self.chart_url)

    def _standing(self, text: str, fresh: Collection[str] = ()) -> Standing:
        return read(self._whole(text), self._written, self._rendered, self._planned, fresh)

    def _whole(self, text: str) -> str:
        return with_whole_lists(text) if self._has_gaps else text


async def _tell(
    services: Services, incident: Incident, draft: Draft, intent: PendingIntent, told: Told
) -> None:
    assert incident.channel_id
    link = draft_link(services.workspace, incident, draft)
    surface = updates.draft_updated(
        incident.number, link or "", told.updated, sentences(told), is_whole=not told.unwritten
    )
    key = f"{intent.key}:again"
    place = draft.internal_channel_id or incident.channel_id
    await post_once(services, intent, place, key, text=surface.text, blocks=list(surface.blocks))


def sentences(told: Told) -> list[str]:
    """Where the canvas and the record differ: a sentence for each kind of difference."""
    return differences(
        worded=_listed(told.difference.worded),
        out=_listed(told.difference.out),
        gone=_listed(told.difference.gone),
        deleted=_listed(told.difference.deleted),
        unwritten=_listed(told.unwritten),
        why=told.why,
    )


def _listed(found: Sequence[Named]) -> list[tuple[str, Sequence[str]]]:
    return [(one.heading, one.labels) for one in found]
