"""`scribe connect check` of a tracker: whether its token works, what it may, if the project is there."""

from __future__ import annotations

from rich.markup import escape

from bot.cli.shared import console, fail, guarded
from bot.connect.trackers import trackers_of
from bot.settings.trackers import TRACKERS, TrackerSettings
from bot.slack.calls import RefusedByTracker, SlackTrouble


def check_tracker(name: str, settings: TrackerSettings) -> None:
    """Print what is well, or end with the tracker's own error in a sentence; nothing is made there."""
    if name not in TRACKERS:
        fail(
            f"{name!r} is no tracker. There are {', '.join(TRACKERS)}. "
            "For example: scribe connect check github"
        )
    if name not in {one.name for one in settings.trackers}:
        fail(f"{name} is off: {TRACKERS[name]} is not set.")

    async def work() -> list[str]:
        tracker = trackers_of(settings)[name]
        try:
            return list(await tracker.check())
        finally:
            await tracker.close()

    try:
        lines = guarded(work())
    except RefusedByTracker as refusal:
        fail(f"{refusal.by} answered {refusal.error}: {refusal.said}.")
    except SlackTrouble as trouble:
        fail(f"It could not be asked ({trouble}). Try again, or look at its address and the network.")
    for line in lines:
        console.print(f"[green]ok[/green]    {name}: {escape(line)}", soft_wrap=True)
