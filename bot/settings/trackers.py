"""What is set about the team's trackers: where they are, by which token they are asked, which project."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

GITHUB = "github"
TRACKERS = {GITHUB: "GITHUB_TOKEN"}
"""Every tracker there is, with the setting that turns it on."""


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


class TrackerSettings(BaseSettings):
    """Trackers of tickets; without its token each is off."""

    tickets: Literal["on", "off"] = "off"
    github_url: str = "https://api.github.com"
    github_token: str = Field(default="", repr=False)
    github_repository: str = ""

    @property
    def trackers(self) -> Sequence[TrackerChoice]:
        """Those that are set; the first is meant where nobody names one."""
        found = []
        if self.github_token:
            found.append(TrackerChoice(GITHUB, "GitHub", self.github_repository, REPOSITORY, "acme/shop"))
        return found

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

    @field_validator("github_token", "github_repository", mode="before")
    @classmethod
    def _bare_tracker(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("github_token")
    @classmethod
    def _is_github_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{8,500}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator("github_url")
    @classmethod
    def _is_github_url(cls, value: str) -> str:
        return web_address(value, "https://api.github.com")

    @field_validator("github_repository")
    @classmethod
    def _is_github_repository(cls, value: str) -> str:
        if value and not REPOSITORY.fullmatch(value):
            raise ValueError("must be OWNER/NAME; for example acme/shop")
        return value

    @model_validator(mode="after")
    def _have_projects(self) -> Self:
        if self.github_token and not self.github_repository:
            raise ValueError("GITHUB_TOKEN is set and GITHUB_REPOSITORY is not; for example acme/shop")
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
