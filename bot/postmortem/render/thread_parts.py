"""The messages of a draft in a thread, with whose words they hold, so that these can be taken out later.

Slack gives a text back otherwise than it was posted (docs.slack.dev/messaging/formatting-message-text), and
people write what looks like Scribe's own lines. So nothing is looked for in a text that stands: it is stored
with its draft which characters are of which message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.postmortem.quotes import GONE

MAX_CHARACTERS = 3_800
"""Of a message's text; Slack recommends at most 4,000 (docs.slack.dev/reference/methods/chat.postMessage)."""
NOTES = (GONE, "(deleted)", "–")
"""What stands in place of words that were deleted: the first with which a message is not too long."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a message. Those `of` a message of Slack's, by its `ts`, go with it.

    `left` is what stays in their place, None where that is a note.
    """

    text: str
    of: str = ""
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A message of the thread; `ts` once it is posted."""

    runs: tuple[Run, ...]
    ts: str | None = None

    @property
    def text(self) -> str:
        """To be sent as `text` with `mrkdwn` on, `link_names` and unfurling off."""
        return "".join(run.text for run in self.runs)

    def without(self, is_gone: Callable[[str], bool]) -> Part:
        """The message without the words of some of those that it quotes."""
        found = self
        for note in NOTES:
            runs = (
                Run(note if run.left is None else run.left) if run.of and is_gone(run.of) else run
                for run in self.runs
            )
            kept = joined(runs)
            is_empty = not any(run.text.strip() for run in kept)  # Slack takes no message without text
            found = replace(self, runs=(Run(note),) if is_empty else kept)
            if len(found.text) <= MAX_CHARACTERS:
                break
        return found

    def blanked(self, is_gone: Callable[[str], bool]) -> Part:
        """The same, as of messages that it still quotes: it may stand in Slack with their words."""
        runs = (
            replace(run, text=NOTES[0] if run.left is None else run.left) if is_gone(run.of) else run
            for run in self.runs
        )
        return replace(self, runs=tuple(runs))


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs with those that belong together as one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and (last.of, last.left) == (run.of, run.left) and not run.left:
            found[-1] = replace(last, text=last.text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)


def quoted_in(parts: Iterable[Part]) -> set[str]:
    """The `ts` of each message that these quote."""
    return {run.of for part in parts for run in part.runs if run.of}


def stored(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """As JSON."""
    return [{"ts": part.ts, "runs": [_stored(run) for run in part.runs]} for part in parts]


def _stored(run: Run) -> list[str]:
    return [run.text, *([run.of] if run.of else ()), *([run.left] if run.left is not None else ())]


def recalled(found: Sequence[Mapping[str, Any] | str] | None) -> list[Part]:
    """What was stored; an earlier version of Scribe stored texts alone."""
    return [
        Part((Run(one),))
        if isinstance(one, str)
        else Part(tuple(Run(*run) for run in one["runs"]), one["ts"])
        for one in found or ()
    ]
