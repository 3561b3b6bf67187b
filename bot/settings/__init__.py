"""Every setting, read from the environment and `.env`; a wrong one is one clear line, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.hooks import HOOK_SECRETS, HookSettings
from bot.settings.many import ManySettings
from bot.settings.own import OwnSettings
from bot.settings.pages import PAGE_HOSTS, PageSettings
from bot.settings.routing import RoutingSettings
from bot.settings.said import WHERE, SettingsError, lines_about
from bot.settings.status_pages import STATUS_PAGES, StatusPageSettings
from bot.settings.team import are_numbers, names_in
from bot.settings.trackers import TRACKERS, TrackerSettings
from bot.templates import NEVER_A_MARK
from storage.address import BadAddress, read_address
from storage.vocabulary import MarkSection

__all__ = [
    "SAME_EMOJI",
    "OfflineSettings",
    "Settings",
    "SettingsError",
    "load_settings",
    "offline_settings",
    "templates_folder",
    "wrong_with",
]

SAME_EMOJI = {"collision": "boom", "open_book": "book"}
"""Names Slack's clients use for the same emoji; events may carry either."""


_EMOJI_NAME = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")


class OfflineSettings(
    OwnSettings, HookSettings, TrackerSettings, PageSettings, StatusPageSettings, RoutingSettings
):
    """What commands need that never talk to Slack; the names are the environment variables, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(default="sqlite:///scribe.db", repr=False)
    scribe_clock: Literal["system", "slack"] = "system"
    incident_channel_prefix: str = "inc-"
    timezone: str = "UTC"
    timeline_emoji: str = "pushpin"
    root_cause_emoji: str = "mag"
    action_item_emoji: str = "dart"
    lesson_emoji: str = "bulb"
    impact_emoji: str = "boom"
    background_emoji: str = "book"
    decision_emoji: str = "scales"
    went_well_emoji: str = "sports_medal"
    went_badly_emoji: str = "thunder_cloud_and_rain"
    lucky_emoji: str = "four_leaf_clover"
    detected_emoji: str = "rotating_light"
    mitigated_emoji: str = "adhesive_bandage"
    public_emoji: str = "mega"
    confirm_emoji: str = "white_check_mark"
    postmortem_due_days: str = "3,5,10,10"
    export_dir: str = ""
    keep_deleted: bool = False
    retention_days: int = Field(default=90, ge=0, le=36500)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = Field(default="text")

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        try:
            read_address(value)
        except BadAddress as problem:
            raise ValueError(str(problem)) from None
        return value.strip()

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ValueError("is no time zone; for example UTC or Europe/Berlin") from problem
        return value

    @field_validator(*(f"{section}_emoji" for section in (*MarkSection, "confirm")))
    @classmethod
    def _is_emoji(cls, value: str, info: ValidationInfo) -> str:
        names = _emoji_names(value)
        standing = cls.model_fields[str(info.field_name)].default
        if not names or (info.field_name == "confirm_emoji" and len(names) > 1):
            raise ValueError(f"must name an emoji; leave it out, or for example {standing}")
        if not all(_EMOJI_NAME.fullmatch(name) for name in names):
            raise ValueError(f"must be the name between the colons, not the picture; for example {standing}")
        if info.field_name != "confirm_emoji" and NEVER_A_MARK.intersection(names):
            raise ValueError(
                f"names what people use to agree; choose another, or leave it out for {standing}"
            )
        return ",".join(names)

    @field_validator("export_dir")
    @classmethod
    def _is_no_file(cls, value: str) -> str:
        if value and Path(value).exists() and not Path(value).is_dir():
            raise ValueError("names a file, not a folder; for example /srv/scribe/postmortems")
        return value

    @model_validator(mode="after")
    def _have_an_emoji_each(self) -> Self:
        places: dict[str, str] = {}
        for use in (*MarkSection, "confirm"):
            name = f"{use}_emoji".upper()
            for emoji in self.emoji_of(use):
                same = SAME_EMOJI.get(emoji, emoji)
                if places.setdefault(same, name) != name:
                    raise ValueError(f"{places[same]} and {name} both name {emoji}; give each its own")
        return self

    @field_validator("postmortem_due_days")
    @classmethod
    def _are_days(cls, value: str) -> str:
        if not are_numbers(value, 1, 366):
            raise ValueError("must be numbers of days, one per severity; for example 3,5,10,10")
        return value

    @field_validator("scribe_clock", "log_level", "log_format", mode="before")
    @classmethod
    def _tidy(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def postmortem_due_in(self, severity: str | None) -> timedelta:
        """How long after its first draft a post-mortem is due; the last number also for no severity."""
        return timedelta(days=self._of_severity(self.postmortem_due_days, severity))

    def emoji_of(self, use: MarkSection) -> list[str]:
        """The emoji of a mark: as the setting says, else as the template does."""
        name = f"{use}_emoji"
        if name not in self.model_fields_set and use in self.chosen_template.emoji:
            return [self.chosen_template.emoji[use]]
        return _emoji_names(getattr(self, name))

    @property
    def emoji_names(self) -> Mapping[MarkSection, str]:
        """The emoji Scribe names for each section when it tells people how to mark."""
        return {section: self.emoji_of(section)[0] for section in MarkSection}

    @property
    def sections(self) -> Mapping[str, MarkSection]:
        """Which section each emoji puts a message into, by emoji name."""
        found: dict[str, MarkSection] = {}
        for section in MarkSection:
            for emoji in self.emoji_of(section):
                same = SAME_EMOJI.get(emoji, emoji)
                found.update({alias: section for alias, name in SAME_EMOJI.items() if name == same})
                found[same] = section
        return found


class Settings(ManySettings, OfflineSettings):
    """Everything that can be set about Scribe."""

    slack_bot_token: str = Field(default="", repr=False, validate_default=True)
    slack_signing_secret: str = Field(default="", repr=False)
    slack_app_token: str = Field(default="", repr=False, validate_default=True)
    slack_api_url: str = "https://slack.com/api/"
    rate_scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    sentry_dsn: str = Field(default="", repr=False)
    otel_exporter_otlp_endpoint: str = Field(default="", repr=False)
    port: int | None = Field(default=None, ge=0, le=65535)
    listen_on: str = "127.0.0.1"

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if self.has_hooks and self.port is None and not self.serves_http:
            name = next(one.upper() for one in HOOK_SECRETS if getattr(self, one))
            raise ValueError(f"{name} is set and PORT is not, so nobody can call; for example PORT=3000")
        return self

    @property
    def serves_http(self) -> bool:
        """HTTP mode: Slack's requests come to this process, instead of by sockets that it opens."""
        return not self.slack_app_token

    @model_validator(mode="after")
    def _are_for_many(self) -> Self:
        """What a Scribe for many workspaces needs, and what it cannot have."""
        if not self.serves_many:
            if self.slack_client_secret:
                raise ValueError(f"SLACK_CLIENT_ID is not set: {WHERE['slack_client_id']}")
            if self.workspaces_file:
                raise ValueError(
                    "WORKSPACES_FILE is for a Scribe of many workspaces, and SLACK_CLIENT_ID is not set; "
                    "of one set it all in the environment"
                )
            return self
        for name in ("slack_client_secret", "slack_signing_secret"):
            if not getattr(self, name):
                raise ValueError(f"{name.upper()} is not set: {WHERE[name]}")
        for name in ("slack_bot_token", "slack_app_token"):
            if getattr(self, name):
                raise ValueError(
                    f"{name.upper()} is for one workspace and SLACK_CLIENT_ID for many; leave one of them out"
                )
        if self.scribe_clock == "slack":
            raise ValueError("SCRIBE_CLOCK=slack is for one workspace; leave it out")
        if self.is_of_one:
            return self
        hooks = [name.upper() for name in (*HOOK_SECRETS, "routes_file", "export_dir") if getattr(self, name)]
        trackers = [TRACKERS[one.name] for one in self.trackers]
        pages = [PAGE_HOSTS[one.name] for one in self.page_hosts]
        pages += [STATUS_PAGES[one.name] for one in self.status_pages]
        for name in (*hooks, *trackers, *pages):
            raise ValueError(
                f"{name} is for one workspace; leave it out, or name that one in WORKSPACES_FILE"
            )
        return self

    @field_validator("port", mode="before")
    @classmethod
    def _is_set(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("listen_on")
    @classmethod
    def _is_address_here(cls, value: str) -> str:
        try:
            return str(ip_address(value.strip()))
        except ValueError:
            raise ValueError(
                "must be an IP address of this machine; for example 127.0.0.1, or 0.0.0.0 for all of them"
            ) from None

    @field_validator(
        "slack_bot_token", "slack_signing_secret", "slack_app_token", "slack_api_url", mode="before"
    )
    @classmethod
    def _without_blanks(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            if not info.data.get("slack_client_id", "wrong"):
                raise ValueError("is not set")
            return value
        if not value.startswith("xoxb-"):
            raise ValueError("is no bot token, which starts with xoxb-")
        _check_token(value)
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_secret(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9]{16,}", value):
            raise ValueError("is no signing secret, which has 32 letters and digits")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            if info.data.get("slack_signing_secret") == "" and not info.data.get("slack_client_id"):
                raise ValueError("is not set")
            return value
        if not value.startswith("xapp-"):
            raise ValueError("is no app-level token, which starts with xapp-")
        _check_token(value)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number, or a host that is no name
            is_address = False
        if not is_address or re.search(r"[\s@?#]", value):
            raise ValueError("is no address; leave it out, or for example https://slack.com/api/")
        return value.rstrip("/") + "/"


class _TemplatesFolder(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    templates_dir: str = ""


B = TypeVar("B", bound=BaseSettings)
W = TypeVar("W", bound=OwnSettings)


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: one or more are missing or wrong.
    """
    return _with_own(_load(Settings))


def wrong_with(name: str, value: str) -> str | None:
    """What is wrong with one of Slack's tokens or its secret, in a sentence; an empty one is not set."""
    field = name.lower()
    if not value:
        return f"{name} is not set: {WHERE[field]}."
    given: dict[str, Any] = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", field: value}
    try:
        Settings(_env_file=None, **given)
    except ValidationError as problem:
        return next(
            (line for one in problem.errors() if one["loc"] == (field,) for line in lines_about(one)), None
        )
    return None


def offline_settings(database_url: str | None = None) -> OfflineSettings:
    """The settings of a command that needs no Slack; a `database_url` that is given is not looked for.

    Raises:
        SettingsError: one or more are wrong.
    """
    if database_url is None:
        return _with_own(_load(OfflineSettings))
    return _with_own(_load(lambda: OfflineSettings(database_url=database_url)))


def templates_folder() -> Path | None:
    """TEMPLATES_DIR alone, for who looks into templates because another setting names a bad one.

    Raises:
        SettingsError: `.env` cannot be read, or there is no such folder.
    """
    named = _load(_TemplatesFolder).templates_dir
    if named and not Path(named).is_dir():
        raise SettingsError([f"TEMPLATES_DIR names no folder: {named}."])
    return Path(named) if named else None


def _load(make: Callable[[], B]) -> B:
    try:
        return make()
    except UnicodeDecodeError:
        raise SettingsError([".env is not UTF-8 text; save it as UTF-8."]) from None
    except OSError as problem:
        raise SettingsError([f".env cannot be read ({problem.strerror or problem})."]) from None
    except ValidationError as problem:
        raise SettingsError([line for error in problem.errors() for line in lines_about(error)]) from None


def _with_own(settings: W) -> W:
    """The same, if what is set for single workspaces can be used."""
    _ = settings.own
    return settings


def _check_token(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise ValueError("has characters that no token has: copy it whole, without blanks or quotes")


def _emoji_names(setting: str) -> list[str]:
    return [name for name in (part.strip(": ") for part in names_in(setting)) if name]
