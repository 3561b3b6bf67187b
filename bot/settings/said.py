"""What is said of settings that are missing or wrong, beside what their own checks say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class SettingsError(Exception):
    """Settings that cannot work; `lines` holds one sentence per problem."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class FileError(ValueError):
    """A file that a setting names cannot be used; `problems` are all its mistakes, one sentence each."""

    setting = ""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


WHERE = {
    "slack_bot_token": "copy it from your app's page, OAuth & Permissions, Bot User OAuth Token",
    "slack_app_token": (
        "make one on your app's page, Basic Information, App-Level Tokens, with connections:write; or set "
        "SLACK_SIGNING_SECRET instead, for HTTP mode"
    ),
    "slack_signing_secret": "copy it from your app's page, Basic Information, Signing Secret",
    "slack_client_id": "copy it from your app's page, Basic Information, Client ID",
    "slack_client_secret": "copy it from your app's page, Basic Information, Client Secret",
}
"""Where to get the value."""

RULES = {
    "retention_days": "must be a number of days from 0 to 36500; for example 90",
    "keep_deleted": "must be true or false; for example false",
    "silent_hours": "must be a number of hours from 0 to 720, 0 for never; for example 4",
    "rate_scale": "must be a number above 0; for example 1",
    "scribe_clock": "must be 'system' or 'slack'",
    "port": "must be a number from 1 to 65535; for example 3000",
    "log_level": "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'",
    "log_format": "must be 'text' or 'json'",
}
"""What to say of settings whose type alone says what they may be."""


def lines_about(error: Mapping[str, Any]) -> Sequence[str]:
    """What pydantic found wrong, as sentences that name the setting."""
    told = (error.get("ctx") or {}).get("error")
    if isinstance(told, FileError):
        return [f"{told.setting}: {one}" for one in told.problems]
    return [f"{name_of(error)} {what_is_wrong(error)}".lstrip()]


def name_of(error: Mapping[str, Any]) -> str:
    """The setting that pydantic found wrong; nothing where several are together."""
    location = error["loc"]
    return str(location[0]).upper() if isinstance(location, tuple) and location else ""


def what_is_wrong(error: Mapping[str, Any]) -> str:
    """How a sentence goes on that begins with its name."""
    name = name_of(error).lower()
    hint = f": {WHERE[name]}" if name in WHERE else ""
    if error["type"] == "missing":
        return f"is not set{hint}."
    is_ours = error["type"] == "value_error"
    said = str(error["msg"]).removeprefix("Value error, ") if is_ours else RULES.get(name, "cannot be read")
    end = "" if said.endswith("?") and not hint else "."
    return f"{said}{hint}{end}"
