"""What is set about the address that is called with every published post-mortem."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
"""Of a secret (github.com/standard-webhooks/standard-webhooks, "Signature scheme")."""
MAKE_A_SECRET = f'for example what `echo "{PREFIX}$(openssl rand -base64 32)"` prints'


class WebhookPageSettings(BaseSettings):
    """A receiver of published post-mortems; without `WEBHOOK_PAGES_URL` it is off."""

    webhook_pages_url: str = Field(default="", repr=False)
    webhook_pages_secret: str = Field(default="", repr=False)

    @property
    def webhook_pages_place(self) -> str:
        """Its host alone: an address may hold a secret of its own."""
        return urlsplit(self.webhook_pages_url).netloc

    @property
    def webhook_pages_key(self) -> bytes:
        """What calls are signed with."""
        return b64decode(self.webhook_pages_secret.removeprefix(PREFIX))

    @field_validator("webhook_pages_url", "webhook_pages_secret", mode="before")
    @classmethod
    def _bare_webhook(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("webhook_pages_url")
    @classmethod
    def _is_called(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number, or a host that is no name
            is_address = False
        if value and (not is_address or re.search(r"[\s@#]", value)):
            raise ValueError("is no address; for example https://wiki.example.com/hooks/postmortems")
        return value

    @field_validator("webhook_pages_secret")
    @classmethod
    def _is_signing_secret(cls, value: str) -> str:
        try:
            length = len(b64decode(value.removeprefix(PREFIX), validate=True))
        except (binascii.Error, ValueError):
            length = 0
        if value and not (value.startswith(PREFIX) and LEAST_BYTES <= length <= MOST_BYTES):
            raise ValueError(
                f"must be {PREFIX} and {LEAST_BYTES} to {MOST_BYTES} bytes in base64; {MAKE_A_SECRET}"
            )
        return value

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.webhook_pages_url and not self.webhook_pages_secret:
            raise ValueError(
                f"WEBHOOK_PAGES_URL is set and WEBHOOK_PAGES_SECRET is not, so nobody could tell that a call "
                f"is Scribe's; {MAKE_A_SECRET}"
            )
        return self
