"""The draft once more: what becomes of the canvas there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.postmortem.deliver.compiling import compile_draft, template_named
from bot.postmortem.deliver.forms import as_written, form_of, sections_in
from bot.postmortem.deliver.picture import chart_of, picture_for
from bot.postmortem.deliver.readback import ReadBack, read_back
from bot.postmortem.deliver.reading import NoText, read_canvas
from bot.postmortem.deliver.redraft import CanvasLocked, Outcome, Plan, carry_out, changes
from bot.postmortem.document import Document, TimelineTable
from bot.slack.blocks import updates
from bot.slack.desk import Desk
from bot.slack.posting import begin, post_once
from bot.slack.summarise import draft_link
from storage import drafts, postmortems
from storage.outbox import Waiting
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()

MOST_LOCKED = 12
"""Tries while somebody is editing, some minutes in all; then their sections are left alone."""


@dataclass(frozen=True)
class Again:
    """What drafting again came to.

    Not delivered: the draft needs a new place, into which people's words are carried.
    """

    draft: Draft
    is_delivered: bool = False
    is_unchanged: bool = False
    left_alone: Sequence[str] = ()
    changed: Mapping[str, str] = field(default_factory=dict)
    own: Sequence[tuple[str, str]] = ()


async def again(desk: Desk, incident: Incident, draft: Draft, before: Draft, intent: Waiting) -> Again:
    """Update the canvas of the draft before this one, as far as it is Scribe's.

    Raises:
        TryLater: Slack is slow or limiting, or somebody is editing.
    """
    assert before.canvas_id
    text = await read_canvas(desk, incident, before.canvas_id)
    if text is NoText.GONE:
        return await _carried(desk, incident, draft, before)
    if isinstance(text, NoText) or not before.written:
        return Again(draft)
    found = read_back(text, before.written)
    is_same = template_named(desk, draft.template).name == template_named(desk, before.template).name
    is_same = is_same and bool(draft.internal_channel_id) == bool(before.internal_channel_id)
    # an earlier try found no way to update it, and may have put the draft elsewhere
    is_elsewhere = intent.is_in_doubt and draft.written is None
    if not is_same or is_elsewhere:
        return Again(draft, changed=found.changed, own=found.own)
    document = await compile_draft(desk, incident, template=draft.template)
    is_resumed = draft.written is not None
    url = before.chart_url
    form = form_of(before.written)
    plan = Plan(sections_in(form, document, url), before.written, form, is_resumed=is_resumed)
    if not changes(plan, found) and not is_resumed:
        return await _unchanged(desk, draft, before, plan, found)
    if chart_of(document) and _is_new_picture(plan, found):
        url = await picture_for(desk, incident, draft, document)
        plan = Plan(sections_in(form, document, url), before.written, form, is_resumed=is_resumed)
    await _note(desk, draft, canvas_id=None, written=[as_written(one, form) for one in plan.rendered])
    await begin(desk, intent)
    try:
        outcome = await carry_out(desk, incident, before.canvas_id, plan, found)
    except CanvasLocked as locked:
        if intent.attempts < MOST_LOCKED:
            locked.after = min(2.0 ** min(intent.attempts, 5), 30.0)
            raise
        outcome = Outcome(
            left_alone=[one.heading or "the facts on top" for one in changes(plan, found)],
            written=[dict(one) for one in before.written],
        )
    outcome.missing_events = _missing_events(document, outcome, text)
    await _note(
        desk,
        draft,
        canvas_id=before.canvas_id,
        written=outcome.written,
        left_alone=outcome.left_alone,
        chart_url=url,
    )
    await _tell(desk, incident, draft, intent, outcome)
    return Again(draft, is_delivered=True, left_alone=outcome.left_alone)


def _is_new_picture(plan: Plan, found: ReadBack) -> bool:
    """Whether a section that is to be updated holds the picture, which then shows something else."""
    return any("![" in one.markdown for one in changes(plan, found))


async def _unchanged(desk: Desk, draft: Draft, before: Draft, plan: Plan, found: ReadBack) -> Again:
    left = [one.heading or "the facts on top" for one in plan.rendered if one.key in found.changed]
    await _note(
        desk,
        draft,
        canvas_id=before.canvas_id,
        written=[dict(one) for one in before.written or ()],
        left_alone=left,
        chart_url=before.chart_url,
    )
    return Again(draft, is_delivered=True, is_unchanged=True, left_alone=left)


async def _carried(desk: Desk, incident: Incident, draft: Draft, before: Draft) -> Again:
    """People's words of a canvas that is gone, from when it was last read."""
    async with desk.database.read() as session:
        last = await postmortems.last_reading(session, incident.id or 0)
    if last is None or last.canvas_id != before.canvas_id or not before.written:
        return Again(draft)
    found = read_back(last.markdown, before.written)
    return Again(draft, changed=found.changed, own=found.own)


def _missing_events(document: Document, outcome: Outcome, text: str) -> int:
    """Timeline events that are not in the canvas, since people wrote where they would stand."""
    left = set(outcome.left_alone)
    return sum(
        1
        for section in document.sections
        if section.heading in left
        for block in section.blocks
        if isinstance(block, TimelineTable)
        for row in block.rows
        if row.permalink and row.permalink not in text
    )


async def _tell(desk: Desk, incident: Incident, draft: Draft, intent: Waiting, outcome: Outcome) -> None:
    assert incident.channel_id
    link = draft_link(desk.workspace, incident, draft)
    surface = updates.draft_updated(
        incident.number,
        link or "",
        outcome.updated,
        outcome.left_alone,
        outcome.gone,
        outcome.missing_events,
    )
    key = f"{intent.key}:again"
    place = draft.internal_channel_id or incident.channel_id
    await post_once(desk, intent, place, key, text=surface.text, blocks=list(surface.blocks))


async def _note(desk: Desk, draft: Draft, **taken: object) -> None:
    async with desk.database.write() as session:
        kept = await drafts.by_id(session, draft.id or 0)
        for name, value in taken.items():
            setattr(kept, name, value)
            setattr(draft, name, value)
        session.add(kept)
