"""Changing a canvas: one block, and only if nothing else changed since it was read; its end; its title.

An edit by anybody gives every section of a canvas another id (observed): an id that was looked up before is
then refused, so that what a person typed meanwhile is never written over.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.postmortem.deliver.reading import canvas_text
from bot.postmortem.merge.blocks import is_same_list
from bot.postmortem.merge.edits import Edit, Operation, is_heading, snippets
from bot.slack.calls import Refused
from bot.slack.services import Services


class NotFound(Exception):
    """No lookup tells which of Slack's sections is this block."""


class OneList(Exception):
    """Blocks that blank lines separate are one list in Slack, which shows lists in this way."""


class Disturbed(Exception):
    """Somebody else changed the canvas in between."""


async def apply(services: Services, canvas_id: str, text: str, blocks: Sequence[str], edit: Edit) -> None:
    """Make one change to a canvas that was read as `text`, which consists of `blocks`.

    Raises:
        NotFound: the block cannot be told from others.
        OneList: two of the blocks are one of Slack's.
        Disturbed: the canvas says something else by now; nothing was done.
        Refused, TryLater: as `Slack.call`.
    """
    section_id = None
    if edit.operation is not Operation.AT_START:
        try:
            section_id = await _section_id(services, canvas_id, blocks, edit)
        except NotFound:
            other = edit.from_the_other_side(len(blocks))
            if other is None:
                raise
            edit = other
            section_id = await _section_id(services, canvas_id, blocks, edit)
    arguments: dict[str, object] = {"operation": edit.operation.value}
    if section_id:
        arguments["section_id"] = section_id
    if edit.operation is not Operation.DELETE:
        arguments["document_content"] = content_of(edit.markdown)
    # the id holds for what is read after it was looked up
    if await canvas_text(services, canvas_id) != text:
        raise Disturbed
    await services.slack.call("canvases_edit", canvas_id=canvas_id, changes=[arguments])


async def append(services: Services, canvas_id: str, markdown: str) -> None:
    """Add Markdown at the end of a canvas.

    Raises:
        Refused, TryLater: as `Slack.call`.
    """
    change = {"operation": "insert_at_end", "document_content": content_of(markdown)}
    await services.slack.call("canvases_edit", canvas_id=canvas_id, changes=[change])


async def rename(services: Services, canvas_id: str, title: str) -> None:
    """Give a canvas another title.

    Raises:
        Refused, TryLater: as `Slack.call`.
    """
    change = {"operation": "rename", "title_content": content_of(title)}
    await services.slack.call("canvases_edit", canvas_id=canvas_id, changes=[change])


def content_of(markdown: str) -> dict[str, str]:
    """Markdown as Slack takes it (docs.slack.dev/reference/methods/canvases.edit, `document_content`)."""
    return {"type": "markdown", "markdown": markdown}


async def _section_id(services: Services, canvas_id: str, blocks: Sequence[str], edit: Edit) -> str:
    """Slack's id of a block, which is valid until the next edit.

    Raises:
        NotFound: no lookup gives just as many sections as there are blocks of its kind, or with its words.
        OneList: the block below or above it has the same id.
    """
    found = await _looked_up(services, canvas_id, blocks, edit.block)
    if edit.operation in (Operation.REPLACE, Operation.DELETE):
        for neighbour in (edit.block - 1, edit.block + 1):
            if not 0 <= neighbour < len(blocks):
                continue
            first, second = sorted((edit.block, neighbour))
            is_unsure = is_same_list(blocks[first], blocks[second])
            if is_unsure and await _looked_up(services, canvas_id, blocks, neighbour) == found:
                raise OneList
    return found


async def _looked_up(services: Services, canvas_id: str, blocks: Sequence[str], block: int) -> str:
    if is_heading(blocks[block]):
        same = [number for number, one in enumerate(blocks) if is_heading(one)]
        ids = await _lookup(services, canvas_id, {"section_types": ["h2"]})
        if len(ids) == len(same):
            return ids[same.index(block)]
    for snippet in snippets(blocks, block):
        ids = await _lookup(services, canvas_id, {"contains_text": snippet.text})
        if len(ids) == snippet.holders:
            return ids[snippet.rank]
    raise NotFound(blocks[block])


async def _lookup(services: Services, canvas_id: str, criteria: dict[str, object]) -> list[str]:
    """The ids of the sections that match, from top to bottom; none where Slack knows no such criteria."""
    try:
        answer = await services.slack.call("canvases_sections_lookup", canvas_id=canvas_id, criteria=criteria)
    except Refused as refusal:
        if refusal.error == "invalid_arguments":
            return []
        raise
    return [str(one["id"]) for one in answer.get("sections") or ()]
