"""Where a canvas and the record say different things, as people are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.postmortem.merge.items import Rendered, WrittenSection

NOTES = "Notes"
"""The section for people's words that belong to none of a template's."""
ON_TOP = "the facts on top"
"""What the section without a heading is called."""


@dataclass(frozen=True)
class Named:
    """Items of one section that a person is told about: how many, and what they are called."""

    heading: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Where the canvas and the record say different things.

    `worded`: items that stand in people's words. `out`: items that people took out. `gone`: items in people's
    words that the record no longer has. `deleted`: items whose messages were deleted, in people's words.
    """

    worded: tuple[Named, ...] = ()
    out: tuple[Named, ...] = ()
    gone: tuple[Named, ...] = ()
    deleted: tuple[Named, ...] = ()


SAME = Difference()


def difference(written: Sequence[WrittenSection], rendered: Sequence[Rendered]) -> Difference:
    """Where a canvas and the record differ, from what a merge stored, also one that was interrupted."""
    known = {item.id for one in rendered for item in one.items}
    keys = {one.key for one in rendered}
    worded, out, gone, deleted = [], [], [], []
    for section in written:
        heading = section.heading or (ON_TOP if section.key in keys else NOTES)
        changed = [one for one in section.items if one.stood]
        differing = [
            one.label for one in changed if one.id in known and one.stood != one.digest and not one.is_quoted
        ]
        worded += named(heading, differing)
        out += named(heading, [one.label for one in section.items if one.is_out])
        gone += named(heading, [one.label for one in changed if one.id not in known])
        deleted += named(heading, [one.label for one in section.items if one.is_quoted])
    return Difference(tuple(worded), tuple(out), tuple(gone), tuple(deleted))


def named(heading: str, labels: Sequence[str]) -> list[Named]:
    """Items of a section, as people are told of them; empty when there are none."""
    return [Named(heading or ON_TOP, tuple(labels))] if labels else []
