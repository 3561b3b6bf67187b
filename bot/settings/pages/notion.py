"""What is set about the Notion that published post-mortems go to."""

from __future__ import annotations

import re
import uuid
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from bot.settings.trackers import web_address

EXAMPLE = "d9824bdc84454327be8b5b47500af6ce"
_ID = re.compile(
    r"(?P<id>[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[?#]\S*)?", re.IGNORECASE
)
_WITHIN = re.compile(r"https://\S*?[/-](?=[0-9a-f]{32}(?:[?#]|$))", re.IGNORECASE)
"""What stands before the id in the address of a page."""


class NotionPageSettings(BaseSettings):
    """A data source of Notion, or a page there; without `NOTION_TOKEN` it is off."""

    notion_url: str = "https://api.notion.com"
    notion_token: str = Field(default="", repr=False)
    notion_data_source: str = ""
    notion_parent: str = ""

    @property
    def notion_pages_place(self) -> str:
        """The data source, or the page."""
        return self.notion_data_source or self.notion_parent

    @field_validator("notion_url", "notion_token", "notion_data_source", "notion_parent", mode="before")
    @classmethod
    def _bare_notion(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("notion_url")
    @classmethod
    def _is_notion(cls, value: str) -> str:
        standing = str(cls.model_fields["notion_url"].default)
        return web_address(value, standing) if value else standing

    @field_validator("notion_token")
    @classmethod
    def _is_notion_token(cls, value: str) -> str:
        if value and not re.fullmatch(r"[!-~]{8,500}", value):
            raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")
        return value

    @field_validator("notion_data_source", "notion_parent")
    @classmethod
    def _is_notion_id(cls, value: str) -> str:
        """The id as Notion writes it, also where the address was copied in which it stands."""
        found = _ID.fullmatch(_WITHIN.sub("", value))
        if value and found is None:
            raise ValueError(f"is no id of Notion, which has 32 letters and digits; for example {EXAMPLE}")
        return str(uuid.UUID(found["id"])) if found else ""

    @model_validator(mode="after")
    def _notion_fits_together(self) -> Self:
        if self.notion_token and not self.notion_pages_place:
            raise ValueError(
                "NOTION_TOKEN is set, and neither NOTION_DATA_SOURCE nor NOTION_PARENT is; "
                f"for example NOTION_DATA_SOURCE={EXAMPLE}"
            )
        if self.notion_data_source and self.notion_parent:
            raise ValueError("NOTION_DATA_SOURCE and NOTION_PARENT are both set; leave one out")
        return self
