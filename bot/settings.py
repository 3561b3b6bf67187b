"""Every setting, read from the environment and `.env`; a wrong one is one clear line, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SAME_EMOJI = {"collision": "boom", "open_book": "book"}
"""Names Slack's clients use for the same emoji; events may carry either."""

SECTIONS = ("timeline", "root_cause", "action_item", "lesson", "impact", "background")

WHERE = {
    "slack_bot_token": "copy it from your app's page, OAuth & Permissions, Bot User OAuth Token",
    "slack_app_token": (
        "make one on your app's page, Basic Information, App-Level Tokens, with connections:write"
    ),
}


class SettingsError(Exception):
    """Settings that cannot work; `lines` holds one sentence per problem."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class OfflineSettings(BaseSettings):
    """What commands need that never talk to Slack; the names are the environment variables, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = "sqlite:///scribe.db"
    scribe_clock: Literal["system", "slack"] = "system"
    incident_channel_prefix: str = "inc-"
    severities: str = "sev1,sev2,sev3,sev4"
    timezone: str = "UTC"
    timeline_emoji: str = "pushpin"
    root_cause_emoji: str = "mag"
    action_item_emoji: str = "dart"
    lesson_emoji: str = "bulb"
    impact_emoji: str = "boom"
    background_emoji: str = "book"
    confirm_emoji: str = "white_check_mark"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = Field(default="text")

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ValueError("is no time zone; for example UTC or Europe/Berlin") from problem
        return value

    @field_validator("scribe_clock", "log_level", "log_format", mode="before")
    @classmethod
    def _tidy(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def severity_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.severities.split(",") if name.strip())

    @property
    def emoji_names(self) -> Mapping[str, str]:
        """The emoji Scribe names for each section when it tells people how to mark."""
        return {section: _emoji_names(getattr(self, f"{section}_emoji"))[0] for section in SECTIONS}

    @property
    def sections(self) -> Mapping[str, str]:
        """Which section each emoji puts a message into, by emoji name."""
        found: dict[str, str] = {}
        for section in SECTIONS:
            for emoji in _emoji_names(getattr(self, f"{section}_emoji")):
                found[emoji] = section
                found.update({alias: section for alias, name in SAME_EMOJI.items() if name == emoji})
        return found


class Settings(OfflineSettings):
    """Everything that can be set about Scribe."""

    slack_bot_token: str
    slack_app_token: str
    slack_api_url: str = "https://slack.com/api/"

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, value: str) -> str:
        if not value.startswith("xoxb-"):
            raise ValueError("is no bot token, which starts with xoxb-")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, value: str) -> str:
        if not value.startswith("xapp-"):
            raise ValueError("is no app-level token, which starts with xapp-")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("is no address; leave it out, or for example https://slack.com/api/")
        return value.rstrip("/") + "/"


S = TypeVar("S", bound=OfflineSettings)


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: one or more are missing or wrong.
    """
    return _load(Settings)


def offline_settings() -> OfflineSettings:
    """The settings of a command that needs no Slack.

    Raises:
        SettingsError: one or more are wrong.
    """
    return _load(OfflineSettings)


def _load(kind: type[S]) -> S:
    try:
        return kind()
    except ValidationError as problem:
        raise SettingsError([_line(error) for error in problem.errors()]) from None


def _line(error: Mapping[str, object]) -> str:
    location = error["loc"]
    name = str(location[0]) if isinstance(location, tuple) and location else ""
    hint = f": {WHERE[name]}" if name in WHERE else ""
    if error["type"] == "missing":
        return f"{name.upper()} is not set{hint}."
    said = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "literal_error":
        said = said.replace("Input should be", "must be")
    return f"{name.upper()} {said}{hint}."


def _emoji_names(setting: str) -> list[str]:
    names = [part.strip().strip(":") for part in setting.split(",")]
    return [name for name in names if name] or ["pushpin"]
