"""What is set about the team's status pages: where they are, and by which token they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings

from bot.settings.trackers import web_address

STATUSPAGE, CACHET, INSTATUS = "statuspage", "cachet", "instatus"
STATUS_PAGES = {
    STATUSPAGE: "STATUSPAGE_TOKEN",
    CACHET: "CACHET_TOKEN",
    INSTATUS: "INSTATUS_TOKEN",
}
"""Every status page there is, with the setting that turns it on."""
PAGE_TITLES = {STATUSPAGE: "Statuspage", CACHET: "Cachet", INSTATUS: "Instatus"}
NEEDS = {
    STATUSPAGE: ("STATUSPAGE_PAGE", "gytm4qzbx9t6"),
    CACHET: ("CACHET_URL", "https://status.example.com"),
    INSTATUS: ("INSTATUS_PAGE", "clx0example0000abcd"),
}
"""What must be set beside the token, with an example."""
PAGE_TOKENS = tuple(one.lower() for one in STATUS_PAGES.values())
PAGE_URLS = ("statuspage_url", "cachet_url", "instatus_url")
PAGE_IDS = {"statuspage_page": STATUSPAGE, "instatus_page": INSTATUS}


@dataclass(frozen=True)
class StatusPageChoice:
    """A status page that is set: `name` as settings and commands have it, `title` as people call it.

    `place` says which page it is: its id, or its address.
    """

    name: str
    title: str
    place: str


class StatusPageSettings(BaseSettings):
    """Status pages; without its token each is off."""

    statuspage_url: str = "https://api.statuspage.io/v1"
    statuspage_token: str = Field(default="", repr=False)
    statuspage_page: str = ""
    cachet_url: str = ""
    cachet_token: str = Field(default="", repr=False)
    instatus_url: str = "https://api.instatus.com"
    instatus_token: str = Field(default="", repr=False)
    instatus_page: str = ""

    @property
    def status_pages(self) -> Sequence[StatusPageChoice]:
        """Those that are set."""
        return [
            StatusPageChoice(name, PAGE_TITLES[name], getattr(self, NEEDS[name][0].lower()))
            for name, token in STATUS_PAGES.items()
            if getattr(self, token.lower())
        ]

    @field_validator(*PAGE_TOKENS, *PAGE_IDS, mode="before")
    @classmethod
    def _bare_page(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator(*PAGE_TOKENS)
    @classmethod
    def _is_page_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{8,500}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator(*PAGE_URLS)
    @classmethod
    def _is_page_url(cls, value: str, info: ValidationInfo) -> str:
        name = str(info.field_name)
        example = cls.model_fields[name].default or NEEDS[CACHET][1]
        return web_address(value, example) if value else ""

    @field_validator(*PAGE_IDS)
    @classmethod
    def _is_page_id(cls, value: str, info: ValidationInfo) -> str:
        page = PAGE_IDS[str(info.field_name)]
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value):
            raise ValueError(
                f"is no page's id, as {PAGE_TITLES[page]} shows it; for example {NEEDS[page][1]}"
            )
        return value

    @model_validator(mode="after")
    def _have_pages(self) -> Self:
        for one in self.status_pages:
            if not one.place:
                needed, example = NEEDS[one.name]
                raise ValueError(
                    f"{STATUS_PAGES[one.name]} is set and {needed} is not; for example {example}"
                )
        return self
