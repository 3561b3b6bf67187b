"""How a canvas becomes what it is to say: one change of one block at a time, none of which loses a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.postmortem.merge.blocks import blocks as split
from bot.postmortem.merge.blocks import heading_of
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.pieces import Piece

_WORDS = re.compile(r"[^\W_]+(?: [^\W_]+)*")
_MARKUP = re.compile(r"\]\([^)]*\)|<[^>]*>|[*_`~\[\]\\]")
MOST_SNIPPETS = 6
"""Lookups that are tried for one block."""


class Operation(StrEnum):
    """What `canvases.edit` can do (docs.slack.dev/reference/methods/canvases.edit)."""

    REPLACE = "replace"
    DELETE = "delete"
    AFTER = "insert_after"
    BEFORE = "insert_before"
    AT_START = "insert_at_start"


@dataclass(frozen=True)
class Edit:
    """One change of a canvas: what happens at which of its blocks, and with what."""

    operation: Operation
    block: int
    markdown: str = ""

    def key(self, blocks: Sequence[str]) -> tuple[str, ...]:
        """What tells this change from others, whatever else changes in the canvas."""
        above = [block for block in blocks[: self.block] if is_heading(block)]
        at = normal(blocks[self.block]) if blocks else ""
        return self.operation, *above[-1:], at, normal(self.markdown)

    def from_the_other_side(self, blocks: int) -> Edit | None:
        """The same insertion into a canvas of so many blocks, by the block on the other side of the gap.

        None where there is no such block, or where nothing is inserted beside one.
        """
        if self.operation is Operation.AFTER and self.block + 1 < blocks:
            return Edit(Operation.BEFORE, self.block + 1, self.markdown)
        if self.operation is Operation.BEFORE and self.block:
            return Edit(Operation.AFTER, self.block - 1, self.markdown)
        return None

    def applied(self, blocks: Sequence[str]) -> list[str]:
        """What a canvas of these blocks consists of after it."""
        at, new = self.block, split(self.markdown)
        match self.operation:
            case Operation.REPLACE:
                return [*blocks[:at], *new, *blocks[at + 1 :]]
            case Operation.DELETE:
                return [*blocks[:at], *blocks[at + 1 :]]
            case Operation.AFTER:
                return [*blocks[: at + 1], *new, *blocks[at + 1 :]]
            case Operation.BEFORE | Operation.AT_START:
                return [*blocks[:at], *new, *blocks[at:]]


def edits(blocks: Sequence[str], target: Sequence[Piece]) -> list[Edit]:
    """Everything that could be done next, so that these blocks come to be the target; nothing when they are.

    Blocks are replaced rather than taken out and put in, so that a change is whole at every moment. What a
    person wrote is taken out only where it stands already elsewhere, so additions come first.
    """
    old, new = [normal(one) for one in blocks], [normal(piece.markdown) for piece in target]
    peoples = [normal(text) for piece in target for text in piece.peoples]
    found = [
        edit
        for before, after in _stretches(old, new)
        for tag, i1, i2, j1, j2 in SequenceMatcher(
            None, old[before.start : before.stop], new[after.start : after.stop], autojunk=False
        ).get_opcodes()
        if tag != "equal"
        for edit in _edits(tag, blocks, before[i1:i2], target[after.start + j1 : after.start + j2])
    ]
    safe = [edit for edit in found if _keeps_words(edit, old, peoples)]
    # only what would take words from where they stand first: then they are put where they belong before
    return safe or [
        Edit(Operation.AFTER, edit.block, edit.markdown) for edit in found if edit.markdown.strip()
    ]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """What stands between the headings that stay: half-way, none of these stands twice or not at all."""
    old_at = [number for number, block in enumerate(old) if is_heading(block)]
    new_at = [number for number, block in enumerate(new) if is_heading(block)]
    matcher = SequenceMatcher(None, [old[n] for n in old_at], [new[n] for n in new_at], autojunk=False)
    first, second = 0, 0
    for match in matcher.get_matching_blocks():
        for number in range(match.size):
            at, to = old_at[match.a + number], new_at[match.b + number]
            yield range(first, at), range(second, to)
            first, second = at + 1, to + 1
    yield range(first, len(old)), range(second, len(new))


def _edits(tag: str, blocks: Sequence[str], old: range, new: Sequence[Piece]) -> Iterator[Edit]:
    texts = [piece.markdown for piece in new]
    if tag == "insert":
        text = "\n\n".join(texts)
        if old.start:
            yield Edit(Operation.AFTER, old.start - 1, text)
        elif blocks:
            yield Edit(Operation.BEFORE, 0, text)
        else:
            yield Edit(Operation.AT_START, 0, text)
        return
    if tag == "replace":
        # what is left over of the longer side is the next change
        for number, at in enumerate(old[: len(texts)]):
            is_last = number == len(old) - 1
            yield Edit(Operation.REPLACE, at, "\n\n".join(texts[number:] if is_last else [texts[number]]))
    for at in old[len(texts) if tag == "replace" else 0 :]:
        yield Edit(Operation.DELETE, at)


def _keeps_words(edit: Edit, old: Sequence[str], peoples: Sequence[str]) -> bool:
    if edit.operation not in (Operation.REPLACE, Operation.DELETE):
        return True
    after = [*old[: edit.block], normal(edit.markdown), *old[edit.block + 1 :]]
    here = old[edit.block]
    return all(any(text in one for one in after) for text in peoples if text in here)


def is_heading(block: str) -> bool:
    """Whether a block is the heading of a section, which lookups find by its type."""
    return heading_of(block) is not None


@dataclass(frozen=True)
class Snippet:
    """Words of a block to look it up by: how many blocks hold them, and which of those it is."""

    text: str
    holders: int
    rank: int


def snippets(blocks: Sequence[str], block: int) -> list[Snippet]:
    """What the block can be looked up by, the surest first.

    A lookup knows plain text (observed), or the Markdown: words that both hold as often are surest.
    """
    plain = [_MARKUP.sub(" ", one) for one in blocks]
    found = []
    for text in dict.fromkeys(_WORDS.findall(plain[block])):
        marked_up = [n for n, one in enumerate(blocks) if text in one]
        shown = [n for n, one in enumerate(plain) if text in one]
        if block in marked_up and marked_up == shown:
            found.append(Snippet(text, len(shown), shown.index(block)))
    return sorted(found, key=lambda one: (one.holders, -len(one.text)))[:MOST_SNIPPETS]
