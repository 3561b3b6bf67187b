"""Where a draft's canvas and the record differ, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.mrkdwn import escape

MOST_NAMED = 5
"""Items of one section that are named one by one."""
Listed = Sequence[tuple[str, Sequence[str]]]
"""Items by the heading of their section: what each is called, or nothing."""


def differences(
    *, worded: Listed, out: Listed, gone: Listed, deleted: Listed, unwritten: Listed, why: str
) -> list[str]:
    """A sentence for each way in which a canvas differs from the record."""
    found = []
    if worded:
        found.append(f"Kept as people worded it, though the record says otherwise: {_items(worded)}.")
    if gone:
        found.append(f"Kept as people worded it, though it is off the record: {_items(gone)}.")
    if deleted:
        found.append(f"Still quoted by people, though deleted in Slack: {_items(deleted)}.")
    if out:
        found.append(f"Taken out by people, and left out: {_items(out)}.")
    if unwritten:
        found.append(
            f"Not written, since {escape(why)}: {_items(unwritten)}. `/postmortem draft` tries it again."
        )
    return found


def _items(listed: Listed) -> str:
    return ", ".join(f"{escape(heading)} ({_called(labels)})" for heading, labels in listed)


def _called(labels: Sequence[str]) -> str:
    """`event 3, event 5 and 2 more`, or `2 items` where they have no names."""
    named = [escape(label) for label in labels if label]
    shown, more = named[:MOST_NAMED], len(labels) - len(named[:MOST_NAMED])
    if not shown:
        return "1 item" if more == 1 else f"{more} items"
    return f"{', '.join(shown)} and {more} more" if more else ", ".join(shown)
