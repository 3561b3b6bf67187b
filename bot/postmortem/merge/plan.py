"""What a canvas is to say while it is being changed, one block at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.postmortem.merge.blocks import blocks
from bot.postmortem.merge.edits import Edit
from bot.postmortem.merge.merging import Merged
from bot.postmortem.merge.normal import normal


class Plan:
    """Merges once, and again only when somebody else has changed the canvas meanwhile.

    Between two changes of Scribe's own the canvas is not matched again: half-way, an item may stand twice or
    not at all, and people's version of it would be taken for something else.
    """

    def __init__(self, merge: Callable[[str], Merged]) -> None:
        self._merge = merge
        self._merged: Merged | None = None
        self._expected: list[str] = []

    def merged(self, text: str) -> Merged:
        """What the canvas is to say, given what it says now."""
        shape = shape_of(blocks(text))
        if self._merged is None or shape != self._expected:
            self._merged, self._expected = self._merge(text), shape
        return self._merged

    def is_done(self, text: str) -> bool:
        """Whether the canvas says all of it."""
        return shape_of(blocks(text)) == shape_of(blocks(self.merged(text).markdown))

    def made(self, edit: Edit, standing: Sequence[str]) -> None:
        """Note that a change was made to a canvas of these blocks."""
        self._expected = shape_of(edit.applied(standing))

    def forget(self) -> None:
        """Merge again next time, even if the canvas says what was expected."""
        self._merged = None


def shape_of(standing: Sequence[str]) -> list[str]:
    """The blocks of a canvas in a form that does not depend on how Slack writes Markdown and cuts lists."""
    return [normal(block) for block in blocks("\n\n".join(standing))]
