"""`scribe connect check` of a tracker or a status page: whether its token works, and what it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rich.markup import escape

from bot.cli.shared import console, fail, guarded
from bot.connect.status_pages import status_pages_of
from bot.connect.trackers import trackers_of
from bot.settings.status_pages import STATUS_PAGES, StatusPageSettings
from bot.settings.trackers import TRACKERS, TrackerSettings
from bot.slack.calls import RefusedByTracker, SlackTrouble


class Checked(Protocol):
    """A tool of the team's that can say how it is."""

    async def check(self) -> Sequence[str]: ...

    async def close(self) -> None: ...


def check_tracker(name: str, settings: TrackerSettings) -> None:
    """Print what is well, or end with the tracker's own error in a sentence; nothing is made there."""
    if name not in {one.name for one in settings.trackers}:
        fail(f"{name} is off: {TRACKERS[name]} is not set.")
    _check(name, lambda: trackers_of(settings)[name])


def check_status_page(name: str, settings: StatusPageSettings) -> None:
    """Print what is well, or end with the page's own error in a sentence; nothing is posted there."""
    if name not in {one.name for one in settings.status_pages}:
        fail(f"{name} is off: {STATUS_PAGES[name]} is not set.")
    _check(name, lambda: status_pages_of(settings)[name])


def _check(name: str, make: Callable[[], Checked]) -> None:
    async def work() -> list[str]:
        tool = make()
        try:
            return list(await tool.check())
        finally:
            await tool.close()

    try:
        lines = guarded(work())
    except RefusedByTracker as refusal:
        fail(f"{refusal.by} answered {refusal.error}: {refusal.said}.")
    except SlackTrouble as trouble:
        fail(f"It could not be asked ({trouble}). Try again, or look at its address and the network.")
    for line in lines:
        console.print(f"[green]ok[/green]    {name}: {escape(line)}", soft_wrap=True)
