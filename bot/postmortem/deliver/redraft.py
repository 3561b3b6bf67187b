"""Drafting again into the canvas that people have been writing in.

Only sections that are Scribe's and that nobody touched are changed, block by block, each after reading the
canvas again: what a person typed meanwhile ends the work on that section. What is left alone is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import structlog

from bot.postmortem.deliver.forms import Form, as_written
from bot.postmortem.deliver.readback import HEADER, ReadBack, blocks, normal, normal_blocks, read_back
from bot.postmortem.deliver.reading import NoText, read_canvas
from bot.postmortem.render.canvas import RenderedSection
from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk
from storage.tables import Incident

log = structlog.get_logger()

LOCKED = "canvas_editing_locked"
MOST_SNIPPETS = 8
"""Lookups that are tried for one block before its section is left alone."""
MOST_DISTURBED = 10
"""Times that people may edit elsewhere in the canvas before a section is left alone."""
_PLAIN = re.compile(r"[^\W_]+(?: [^\W_]+)*")


class CanvasLocked(TryLater):
    """Somebody is editing the canvas just now."""


class NotFound(Exception):
    """A block of a section cannot be told from others, or is there no more."""


@dataclass
class Outcome:
    """What drafting again did: headings of what was updated and of what was left alone."""

    updated: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    written: list[dict[str, str]] = field(default_factory=list)
    missing_events: int = 0


@dataclass(frozen=True)
class Plan:
    """What a canvas is to say: the sections as they are now rendered, and as Scribe wrote them before."""

    rendered: Sequence[RenderedSection]
    written: Sequence[Mapping[str, str]]
    form: Form
    is_resumed: bool = False
    """An earlier try may have done part of it."""

    def before(self, key: str) -> Mapping[str, str] | None:
        return next((one for one in self.written if one["key"] == key), None)


def changes(plan: Plan, found: ReadBack) -> list[RenderedSection]:
    """The sections to update: Scribe's own, untouched, and saying something else now."""
    wanted = []
    for section in plan.rendered:
        part, before = found.part(section.key), plan.before(section.key)
        if part is None or before is None:
            continue
        if normal_blocks(section.markdown) == normal_blocks(part.markdown):
            continue
        if section.key not in found.changed or (
            plan.is_resumed and is_own_work(part.markdown, before, section)
        ):
            wanted.append(section)
    return wanted


def is_own_work(markdown: str, before: Mapping[str, str], section: RenderedSection) -> bool:
    """Whether a section holds nothing but blocks of Scribe's, from before or from now."""
    own = {*normal_blocks(before["markdown"]), *normal_blocks(section.markdown)}
    return set(normal_blocks(markdown)) <= own


async def carry_out(desk: Desk, incident: Incident, canvas_id: str, plan: Plan, found: ReadBack) -> Outcome:
    """Update what may be updated.

    Raises:
        CanvasLocked: somebody is editing; what was done so far stands.
        TryLater: Slack is slow, down or limiting.
    """
    outcome = Outcome(gone=[_name(plan, key) for key in found.gone])
    wanted = {section.key for section in changes(plan, found)}
    for section in plan.rendered:
        before = plan.before(section.key)
        if before is None:
            continue
        kept = dict(before)
        if section.key in wanted:
            is_done = await _update(desk, incident, canvas_id, section, plan)
            (outcome.updated if is_done else outcome.left_alone).append(_heading(section))
            if is_done:
                kept = as_written(section, plan.form)
        elif section.key in found.changed:
            outcome.left_alone.append(_heading(section))
        elif section.key not in found.gone:
            kept = as_written(section, plan.form)
        outcome.written.append(kept)
    return outcome


async def _update(
    desk: Desk, incident: Incident, canvas_id: str, section: RenderedSection, plan: Plan
) -> bool:
    """Bring one section up to date; False when people write in it, or a block cannot be found."""
    before = plan.before(section.key)
    assert before is not None
    known = [*normal_blocks(before["markdown"]), *normal_blocks(section.markdown)]
    refused = ""
    for _ in range(len(known) + MOST_DISTURBED):
        text = await read_canvas(desk, incident, canvas_id)
        if isinstance(text, NoText) or text == refused:
            return False
        part = read_back(text, plan.written).part(section.key)
        if part is None or not set(normal_blocks(part.markdown)) <= set(known):
            return False
        change = _next_change(blocks(part.markdown), blocks(section.markdown))
        if change is None:
            return True
        try:
            section_id = await _section_id(desk, canvas_id, change.block, text) if change.block else None
            # an edit by somebody else gives every section another id (observed): what was read after the
            # lookup is what the id stands for
            again = await read_canvas(desk, incident, canvas_id)
            if again != text:
                continue
            await _edit(desk, canvas_id, change, section_id)
        except NotFound:
            log.warning("draft.block_not_found", incident=incident.number, section=section.key)
            return False
        except Refused as refusal:
            if refusal.error == LOCKED:
                raise CanvasLocked("somebody is editing the canvas", is_undone=True) from refusal
            log.warning("draft.edit_refused", incident=incident.number, why=str(refusal))
            refused = text  # worth another try only if somebody edited in between
    return False


@dataclass(frozen=True)
class Change:
    """One change of a canvas: what happens at which block, and with what."""

    operation: str
    block: str
    markdown: str = ""


def _next_change(old: Sequence[str], new: Sequence[str]) -> Change | None:
    """The first thing to do so that the old blocks become the new ones; None when they say the same.

    Blocks are replaced rather than taken out and put in, so that a change is whole at every moment.
    """
    matcher = SequenceMatcher(None, [normal(one) for one in old], [normal(one) for one in new], False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace":
            # what is left over of the longer side is the next change
            last = j2 if i2 - i1 == 1 else j1 + 1
            return Change("replace", old[i1], "\n\n".join(new[j1:last]))
        if tag == "delete":
            return Change("delete", old[i1])
        if tag == "insert":
            text = "\n\n".join(new[j1:j2])
            if i1:
                return Change("insert_after", old[i1 - 1], text)
            return Change("insert_before", old[0], text) if old else Change("insert_at_start", "", text)
    return None


async def _edit(desk: Desk, canvas_id: str, change: Change, section_id: str | None) -> None:
    """Make one change.

    Raises:
        Refused, TryLater: as `Slack.call`.
    """
    arguments: dict[str, object] = {"operation": change.operation}
    if section_id:
        arguments["section_id"] = section_id
    if change.operation != "delete":
        arguments["document_content"] = {"type": "markdown", "markdown": change.markdown}
    await desk.slack.call("canvases_edit", canvas_id=canvas_id, changes=[arguments])


async def _section_id(desk: Desk, canvas_id: str, block: str, canvas: str) -> str:
    """The id of the block, which holds until the next edit.

    Raises:
        NotFound: no lookup gives just that one.
        Refused, TryLater: as `Slack.call`.
    """
    for snippet in _snippets(block, canvas):
        answer = await desk.slack.call(
            "canvases_sections_lookup", canvas_id=canvas_id, criteria={"contains_text": snippet}
        )
        found = list(answer.get("sections") or ())
        if len(found) == 1:
            return str(found[0]["id"])
    raise NotFound(block)


def _snippets(block: str, canvas: str) -> list[str]:
    """Words of the block that stand once in the canvas, the longest first: lookups know plain text."""
    found = sorted(set(_PLAIN.findall(block)), key=len, reverse=True)
    return [snippet for snippet in found if canvas.count(snippet) == 1][:MOST_SNIPPETS]


def _heading(section: RenderedSection) -> str:
    return section.heading or "the facts on top"


def _name(plan: Plan, key: str) -> str:
    before = plan.before(key)
    return (before["heading"] if before else "") or ("the facts on top" if key == HEADER else key)
