"""What is set about the Confluence that published post-mortems go to."""

from __future__ import annotations

import re
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from bot.settings.trackers import web_address

ADDRESS = "https://acme.atlassian.net"
_SPACE = re.compile(r"~?[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
"""A space's key, `~` before a person's (confluence.atlassian.com/doc/space-keys)."""


class ConfluencePageSettings(BaseSettings):
    """A space of Confluence; without `CONFLUENCE_TOKEN` it is off."""

    confluence_url: str = ""
    confluence_email: str = ""
    confluence_token: str = Field(default="", repr=False)
    confluence_space: str = ""
    confluence_parent: str = ""

    @property
    def confluence_pages_place(self) -> str:
        """The space, as people know it."""
        return self.confluence_space

    @field_validator(
        "confluence_url",
        "confluence_email",
        "confluence_token",
        "confluence_space",
        "confluence_parent",
        mode="before",
    )
    @classmethod
    def _bare_confluence(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("confluence_url")
    @classmethod
    def _is_confluence(cls, value: str) -> str:
        return web_address(value, ADDRESS) if value else ""

    @field_validator("confluence_email")
    @classmethod
    def _is_confluence_email(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^\s@:]+@[^\s@:]+", value):
            raise ValueError("is no e-mail address; for example scribe@example.com")
        return value

    @field_validator("confluence_token")
    @classmethod
    def _is_confluence_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{8,500}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator("confluence_space")
    @classmethod
    def _is_space(cls, value: str) -> str:
        if value and not _SPACE.fullmatch(value):
            raise ValueError(
                "is no key of a space; for example OPS, which stands in the address of its pages"
            )
        return value

    @field_validator("confluence_parent")
    @classmethod
    def _is_page_number(cls, value: str) -> str:
        found = re.fullmatch(r"(?:\S*(?:/pages/|pageId=))?(?P<id>\d{1,20})(?:[/?&#]\S*)?", value)
        if value and found is None:
            raise ValueError("is no page; for example 65600, which stands in its address")
        return found["id"] if found else ""

    @model_validator(mode="after")
    def _confluence_fits_together(self) -> Self:
        if not self.confluence_token:
            return self
        if not self.confluence_url:
            raise ValueError(f"CONFLUENCE_TOKEN is set and CONFLUENCE_URL is not; for example {ADDRESS}")
        if not self.confluence_space:
            raise ValueError("CONFLUENCE_TOKEN is set and CONFLUENCE_SPACE is not; for example OPS")
        return self
