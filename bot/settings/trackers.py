"""What is set about the team's trackers: where they are, by which token they are asked, which project."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings

GITHUB, JIRA, LINEAR, GITLAB = "github", "jira", "linear", "gitlab"
TRACKERS = {
    GITHUB: "GITHUB_TOKEN",
    JIRA: "JIRA_TOKEN",
    LINEAR: "LINEAR_TOKEN",
    GITLAB: "GITLAB_TOKEN",
}
"""Every tracker there is, with the setting that turns it on; the first that is set is meant by itself."""
TITLES = {GITHUB: "GitHub", JIRA: "Jira", LINEAR: "Linear", GITLAB: "GitLab"}
PROJECTS = {
    GITHUB: "github_repository",
    JIRA: "jira_project",
    LINEAR: "linear_team",
    GITLAB: "gitlab_project",
}


@dataclass(frozen=True)
class TrackerChoice:
    """A tracker that is set: `name` as people type it, `title` as they call it, the project by default.

    `pattern` is what a project's name looks like there, `example` is one.
    """

    name: str
    title: str
    project: str
    pattern: re.Pattern[str]
    example: str


REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
"""OWNER/NAME (docs.github.com, "About repositories" and "Username considerations")."""


KEY = re.compile(r"[A-Z][A-Z0-9_]{0,20}")
"""A project's key in Jira, a team's in Linear."""
PATH = re.compile(r"[\w.-]{1,200}(?:/[\w.-]{1,200}){1,20}", re.ASCII)
"""A project with its groups (docs.gitlab.com/user/reserved_names)."""
PATTERNS = {GITHUB: REPOSITORY, JIRA: KEY, LINEAR: KEY, GITLAB: PATH}
EXAMPLES = {GITHUB: "acme/shop", JIRA: "OPS", LINEAR: "OPS", GITLAB: "acme/shop"}
TOKENS = ("github_token", "jira_token", "linear_token", "gitlab_token")
URLS = ("github_url", "jira_url", "linear_url", "gitlab_url")


class TrackerSettings(BaseSettings):
    """Trackers of tickets; without its token each is off."""

    tickets: Literal["on", "off"] = "off"
    github_url: str = "https://api.github.com"
    github_token: str = Field(default="", repr=False)
    github_repository: str = ""
    jira_url: str = ""
    jira_email: str = ""
    jira_token: str = Field(default="", repr=False)
    jira_project: str = ""
    jira_issue_type: str = "Task"
    linear_url: str = "https://api.linear.app"
    linear_token: str = Field(default="", repr=False)
    linear_team: str = ""
    gitlab_url: str = "https://gitlab.com"
    gitlab_token: str = Field(default="", repr=False)
    gitlab_project: str = ""

    @property
    def trackers(self) -> Sequence[TrackerChoice]:
        """Those that are set; the first is meant where nobody names one."""
        return [
            TrackerChoice(name, TITLES[name], getattr(self, PROJECTS[name]), PATTERNS[name], EXAMPLES[name])
            for name, token in TRACKERS.items()
            if getattr(self, token.lower())
        ]

    @property
    def tracker_title(self) -> str | None:
        """What people call the tracker that is meant where nobody names one; None: none is set."""
        return self.trackers[0].title if self.trackers else None

    @property
    def files_on_resolve(self) -> bool:
        """Whether what is to be done becomes tickets by itself when an incident is resolved."""
        return self.tickets == "on"

    @field_validator("tickets", mode="before")
    @classmethod
    def _is_ticket_switch(cls, value: object) -> object:
        said = value.strip().lower() if isinstance(value, str) else value
        if said not in ("on", "off", ""):
            raise ValueError("must be on or off; for example on")
        return said or "off"

    @field_validator(*TOKENS, *PROJECTS.values(), "jira_email", "jira_issue_type", mode="before")
    @classmethod
    def _bare_tracker(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator(*TOKENS)
    @classmethod
    def _is_tracker_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{8,500}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator(*URLS)
    @classmethod
    def _is_tracker_url(cls, value: str, info: ValidationInfo) -> str:
        name = str(info.field_name)
        return (
            web_address(value, cls.model_fields[name].default or "https://acme.atlassian.net")
            if value
            else ""
        )

    @field_validator(*PROJECTS.values())
    @classmethod
    def _is_tracker_project(cls, value: str, info: ValidationInfo) -> str:
        name = next(one for one, field in PROJECTS.items() if field == info.field_name)
        if value and not PATTERNS[name].fullmatch(value):
            raise ValueError(f"is no project of {TITLES[name]}; for example {EXAMPLES[name]}")
        return value

    @field_validator("jira_email")
    @classmethod
    def _is_jira_email(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^\s@:]+@[^\s@:]+", value):
            raise ValueError("is no e-mail address; for example scribe@example.com")
        return value

    @model_validator(mode="after")
    def _have_projects(self) -> Self:
        for one in self.trackers:
            token, project = TRACKERS[one.name], PROJECTS[one.name].upper()
            if not one.project:
                raise ValueError(f"{token} is set and {project} is not; for example {one.example}")
        if self.jira_token and not self.jira_url:
            raise ValueError("JIRA_TOKEN is set and JIRA_URL is not; for example https://acme.atlassian.net")
        if self.files_on_resolve and not self.trackers:
            raise ValueError("TICKETS is on and no tracker is set; for example GITHUB_TOKEN")
        return self


def web_address(value: str, example: str) -> str:
    """The base of an API, without the slash at its end.

    Raises:
        ValueError: it is no address, or holds more than one: a name, a question, a place in a page.
    """
    value = value.strip()
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or a host that is no name
        is_address = False
    if not is_address or re.search(r"[\s@?#]", value):
        raise ValueError(f"is no address; leave it out, or for example {example}")
    return value.rstrip("/")
