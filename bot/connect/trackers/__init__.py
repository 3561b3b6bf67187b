"""The team's trackers, one file for each: an adapter holds the shape of what its tracker takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.incidents.tickets.contract import Tracker
from bot.settings.trackers import GITHUB, TrackerSettings


def trackers_of(settings: TrackerSettings) -> Mapping[str, Tracker]:
    """Those that are set, by name; what is not set is not imported."""
    return {one.name: _MAKE[one.name](settings) for one in settings.trackers}


def _github(settings: TrackerSettings) -> Tracker:
    from bot.connect.trackers.github import GitHub

    return GitHub(settings.github_url, settings.github_token, settings.github_repository)


_MAKE: Mapping[str, Callable[[TrackerSettings], Tracker]] = {GITHUB: _github}
