"""The editor's notes, for the owner of a post-mortem alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import Block, Surface, button, context, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.text.mrkdwn import escape

DISMISS_ACTION = "editor_note_dismiss"
SHOWN_AT_ONCE = 8
LONGEST_QUOTED, LONGEST_QUESTION, LONGEST_PLACE, LONGEST_FOUND = 400, 500, 100, 100
"""Characters, so that as many as are shown at once fit into a message."""
ABOUT = {
    "blame": "points at a person",
    "counterfactual": "tells what did not happen",
    "vague_action": "may be hard to finish",
    "no_evidence": "has no evidence",
    "single_cause": "names one cause",
}


@dataclass(frozen=True)
class ShownNote:
    """A note of the editor; its texts are plain."""

    key: str
    rule: str
    sentence: str
    where: str
    found: str
    question: str


@dataclass(frozen=True)
class NoteRef:
    """What a button says of its note."""

    key: str


def editor_notes(number: int, notes: Sequence[ShownNote]) -> Surface:
    """The notes with a button each to dismiss it; the first ones where there are many."""
    if not notes:
        nothing = f"Nothing to suggest about INC-{number}'s post-mortem."
        return Surface(nothing, [section(nothing)])
    count = f"{len(notes)} note" + ("s" if len(notes) != 1 else "")
    head = f"*{count} on INC-{number}'s post-mortem*, for you alone. Take what helps."
    blocks: list[Block] = [section(head)]
    for note in notes[:SHOWN_AT_ONCE]:
        blocks.append(_note(number, note))
    if len(notes) > SHOWN_AT_ONCE:
        blocks.append(
            context(f"{len(notes) - SHOWN_AT_ONCE} more follow when these are dismissed or reworded.")
        )
    return Surface(f"{count} on INC-{number}'s post-mortem, for you alone", blocks)


def _note(number: int, note: ShownNote) -> Block:
    sentence = shortened_mrkdwn(escape(" ".join(note.sentence.split())), LONGEST_QUOTED)
    question = shortened_mrkdwn(escape(note.question), LONGEST_QUESTION)
    found = shortened_mrkdwn(escape(note.found), LONGEST_FOUND)
    what = f"“{found}”" if found else "this"
    where = shortened_mrkdwn(escape(note.where), LONGEST_PLACE)
    about = ABOUT.get(note.rule, note.rule)
    return {
        **section(f"In {where}, {what} {about}:\n>{sentence}\nTo consider: {question}"),
        "accessory": button(DISMISS_ACTION, "Dismiss", packed(number, NoteRef(note.key))),
    }
