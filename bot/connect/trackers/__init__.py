"""The team's trackers, one file for each: an adapter holds the shape of what its tracker takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.incidents.tickets.contract import Tracker
from bot.settings.trackers import GITHUB, GITLAB, JIRA, LINEAR, TrackerSettings


def trackers_of(settings: TrackerSettings) -> Mapping[str, Tracker]:
    """Those that are set, by name; what is not set is not imported."""
    return {one.name: _MAKE[one.name](settings) for one in settings.trackers}


def _github(settings: TrackerSettings) -> Tracker:
    from bot.connect.trackers.github import GitHub

    return GitHub(settings.github_url, settings.github_token, settings.github_repository)


def _jira(settings: TrackerSettings) -> Tracker:
    from bot.connect.trackers.jira import Jira

    return Jira(
        settings.jira_url,
        settings.jira_token,
        settings.jira_project,
        email=settings.jira_email,
        issue_type=settings.jira_issue_type,
    )


def _linear(settings: TrackerSettings) -> Tracker:
    from bot.connect.trackers.linear import Linear

    return Linear(settings.linear_url, settings.linear_token, settings.linear_team)


def _gitlab(settings: TrackerSettings) -> Tracker:
    from bot.connect.trackers.gitlab import GitLab

    return GitLab(settings.gitlab_url, settings.gitlab_token, settings.gitlab_project)


_MAKE: Mapping[str, Callable[[TrackerSettings], Tracker]] = {
    GITHUB: _github,
    JIRA: _jira,
    LINEAR: _linear,
    GITLAB: _gitlab,
}
