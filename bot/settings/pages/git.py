"""What is set about the git repository that published post-mortems are committed to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from bot.settings.trackers import web_address

EXAMPLE = "https://github.com/acme/postmortems.git"
_SCP = re.compile(r"[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.-]*:(?!/?/)[^\s:][^\s]*", re.ASCII)
"""USER@HOST:PATH (git-scm.com/docs/git-clone, "GIT URLS")."""
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,199}(?<![./])")
"""A part of what git-scm.com/docs/git-check-ref-format allows."""
_FOLDER = re.compile(r"(?!\.)[\w.-]+(?:/(?!\.)[\w.-]+)*", re.ASCII)
_AUTHOR = re.compile(r"(?P<name>[^<>\x00-\x1f]{1,100}) <(?P<email>[^\s<>@]{1,100}@[^\s<>@]{1,200})>")


class GitPageSettings(BaseSettings):
    """A repository; without `GIT_PAGES_URL` it is off."""

    git_pages_url: str = ""
    git_pages_user: str = "git"
    git_pages_token: str = Field(default="", repr=False)
    git_pages_ssh_key: str = ""
    git_pages_known_hosts: str = ""
    git_pages_branch: str = ""
    git_pages_folder: str = ""
    git_pages_link: str = ""
    git_pages_pull_requests: Literal["on", "off"] = "off"
    git_pages_api: str = ""
    git_pages_author: str = "Scribe <scribe@localhost>"

    @property
    def git_pages_place(self) -> str:
        """The repository, as people know it."""
        return self.git_pages_url

    @property
    def offers_pages(self) -> bool:
        """Whether pages are offered by pull requests, and not committed to the branch."""
        return self.git_pages_pull_requests == "on"

    @property
    def git_pages_project(self) -> str:
        """OWNER/NAME of the repository, as its host's API knows it."""
        return urlsplit(self.git_pages_url).path.strip("/").removesuffix(".git")

    @property
    def git_pages_api_url(self) -> str:
        """Where GitHub's API is: its own, or that of an Enterprise Server, or what is set."""
        url = urlsplit(self.git_pages_url)
        server = "https://api.github.com" if url.hostname == "github.com" else f"https://{url.netloc}/api/v3"
        return self.git_pages_api or server

    @property
    def git_pages_author_parts(self) -> tuple[str, str]:
        """The name and the e-mail address that commits carry."""
        found = _AUTHOR.fullmatch(self.git_pages_author)
        assert found
        return found["name"].strip(), found["email"]

    @field_validator(
        "git_pages_url",
        "git_pages_user",
        "git_pages_token",
        "git_pages_ssh_key",
        "git_pages_known_hosts",
        "git_pages_branch",
        "git_pages_folder",
        "git_pages_link",
        "git_pages_author",
        mode="before",
    )
    @classmethod
    def _bare_git(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("git_pages_url")
    @classmethod
    def _is_repository(cls, value: str) -> str:
        if not value or value.startswith("/") or _SCP.fullmatch(value):
            return value
        try:
            parts = urlsplit(value)
            has_place = parts.scheme == "file" or (bool(parts.hostname) and parts.port != 0)
        except ValueError:  # a port that is no number
            has_place = False
            parts = urlsplit("")
        if not has_place or parts.scheme not in ("https", "http", "ssh", "file") or not parts.path.strip("/"):
            raise ValueError(
                f"is no address of a repository; for example {EXAMPLE} or git@github.com:acme/postmortems.git"
            )
        if re.search(r"[\s?#]", value) or parts.password or (parts.username and parts.scheme != "ssh"):
            raise ValueError(
                f"must not hold a name or a token, which go into GIT_PAGES_TOKEN; for example {EXAMPLE}"
            )
        return value.rstrip("/")

    @field_validator("git_pages_token")
    @classmethod
    def _is_git_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{4,1000}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator("git_pages_user")
    @classmethod
    def _is_git_user(cls, value: str) -> str:
        if not re.fullmatch(r"[!-9;-~]{1,100}", value):
            raise ValueError("is no user name; leave it out, or for example oauth2")
        return value

    @field_validator("git_pages_ssh_key", "git_pages_known_hosts")
    @classmethod
    def _is_file(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise ValueError("names no file; for example /etc/scribe/id_ed25519")
        return value

    @field_validator("git_pages_branch")
    @classmethod
    def _is_branch(cls, value: str) -> str:
        if value and not _BRANCH.fullmatch(value):
            raise ValueError("is no branch; leave it out for the repository's own, or for example main")
        return value

    @field_validator("git_pages_folder")
    @classmethod
    def _is_folder_within(cls, value: str) -> str:
        value = value.strip("/")
        if value and not _FOLDER.fullmatch(value):
            raise ValueError("is no folder within the repository; for example docs/postmortems")
        return value

    @field_validator("git_pages_link")
    @classmethod
    def _is_link(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s@?#<>|]+", value):
            raise ValueError(
                "is no address; for example https://git.example.com/ops/postmortems/src/branch/main"
            )
        return value.rstrip("/")

    @field_validator("git_pages_pull_requests", mode="before")
    @classmethod
    def _is_pull_request_switch(cls, value: object) -> object:
        said = value.strip().lower() if isinstance(value, str) else value
        if said not in ("on", "off", ""):
            raise ValueError("must be on or off; for example on")
        return said or "off"

    @field_validator("git_pages_api")
    @classmethod
    def _is_api(cls, value: str) -> str:
        return web_address(value, "https://github.example.com/api/v3") if value else ""

    @field_validator("git_pages_author")
    @classmethod
    def _is_author(cls, value: str) -> str:
        if not _AUTHOR.fullmatch(value):
            raise ValueError("must be a name and an address; for example Scribe <scribe@example.com>")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.git_pages_token and not self.git_pages_url:
            raise ValueError(f"GIT_PAGES_TOKEN is set and GIT_PAGES_URL is not; for example {EXAMPLE}")
        if self.git_pages_token and urlsplit(self.git_pages_url).scheme not in ("https", "http"):
            raise ValueError(f"GIT_PAGES_TOKEN goes with an address of https; for example {EXAMPLE}")
        if self.offers_pages and not (
            self.git_pages_token and re.fullmatch(r"[\w.-]+/[\w.-]+", self.git_pages_project, re.ASCII)
        ):
            raise ValueError(
                "GIT_PAGES_PULL_REQUESTS is on, which needs GIT_PAGES_TOKEN and a repository of GitHub by "
                f"https; for example {EXAMPLE}"
            )
        return self
