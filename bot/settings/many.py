"""Settings of a Scribe that serves every workspace which installs it."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings

MAKE_A_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" makes one'
)


class ManySettings(BaseSettings):
    """The app at Slack, and the keys with which its tokens are sealed in the database."""

    slack_client_id: str = ""
    slack_client_secret: str = Field(default="", repr=False)
    tokens_key: str = Field(default="", repr=False)
    tokens_key_file: str = ""

    @property
    def serves_many(self) -> bool:
        """Whether workspaces install Scribe, so that no token of one is set."""
        return bool(self.slack_client_id)

    @cached_property
    def token_keys(self) -> list[str]:
        """The keys, the newest first.

        Raises:
            OSError, UnicodeDecodeError: TOKENS_KEY_FILE cannot be read.
        """
        given = Path(self.tokens_key_file).read_text("utf-8") if self.tokens_key_file else self.tokens_key
        return [key for key in re.split(r"[\s,]+", given) if key]

    @field_validator("slack_client_id", "slack_client_secret", "tokens_key_file", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_client_id")
    @classmethod
    def _is_client_id(cls, value: str) -> str:
        if value and not re.fullmatch(r"[0-9]{1,20}\.[0-9]{1,20}", value):
            raise ValueError("is no client ID, which is two numbers with a dot between them")
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _is_client_secret(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9]{16,}", value):
            raise ValueError("is no client secret, which has 32 letters and digits")
        return value

    @model_validator(mode="after")
    def _have_keys(self) -> Self:
        if not self.serves_many:
            return self
        if self.tokens_key and self.tokens_key_file:
            raise ValueError("TOKENS_KEY and TOKENS_KEY_FILE are both set; leave one of them out")
        name = "TOKENS_KEY_FILE" if self.tokens_key_file else "TOKENS_KEY"
        try:
            keys = self.token_keys
        except (OSError, UnicodeDecodeError) as problem:
            raise ValueError(f"TOKENS_KEY_FILE cannot be read ({problem})") from None
        if not keys:
            raise ValueError(f"{name} is not set: {MAKE_A_KEY}")
        from cryptography.fernet import Fernet  # which few starts need

        try:
            for key in keys:
                Fernet(key)
        except ValueError:
            raise ValueError(f"{name} holds what is no key of 32 bytes in base64: {MAKE_A_KEY}") from None
        return self
