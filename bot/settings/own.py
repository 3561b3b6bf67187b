"""`WORKSPACES_FILE`: what is set for single workspaces, where one process serves many.

A table for each, by its id; what it leaves out is as the environment says
(docs/how-to/serve-many-workspaces.md).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.settings.hooks import HOOK_SECRETS, HookSettings
from bot.settings.pages import PageSettings
from bot.settings.said import SettingsError, name_of, what_is_wrong
from bot.settings.status_pages import StatusPageSettings
from bot.settings.team import TeamSettings, severity_key
from bot.settings.trackers import TrackerSettings
from bot.templates.lines import line_of
from bot.templates.parse import nearest
from storage.vocabulary import MarkSection

INVITE = "INVITE_"
OF_ONE = (
    *TeamSettings.model_fields,
    *TrackerSettings.model_fields,
    *PageSettings.model_fields,
    *StatusPageSettings.model_fields,
    *HookSettings.model_fields,
    "routes_file",
    *(f"{section}_emoji" for section in (*MarkSection, "confirm")),
    "template",
    "templates_dir",
    "incident_channel_prefix",
    "timezone",
    "postmortem_due_days",
    "export_dir",
    "keep_deleted",
    "retention_days",
)
"""What may be set for one workspace: all that concerns its people, their record and their tools."""
OF_ONE_ALONE = ("export_dir", *HOOK_SECRETS)
"""What two workspaces cannot share, so that it stands in no organization's table either."""
OF_ALL = (
    "database_url",
    "workspaces_file",
    "scribe_clock",
    "rate_scale",
    "log_level",
    "log_format",
    "sentry_dsn",
    "otel_exporter_otlp_endpoint",
    "port",
    "listen_on",
    "slack_api_url",
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "slack_client_id",
    "slack_client_secret",
    "tokens_key",
    "tokens_key_file",
)
"""What is one for the process and its app at Slack, and stands in the environment alone."""
EXAMPLE = '[T0123ABCD], and on a line below it SEVERITIES = "critical,major,minor"'
MOST_BYTES = 512 * 1024
MOST_TOLD = 20
"""Mistakes of one file; nobody reads more at once."""
_ID = re.compile(r"[TE][A-Z0-9]{2,20}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
S = TypeVar("S", bound=BaseSettings)


class OwnSettings(BaseSettings):
    """Where single workspaces have settings of their own."""

    is_of_one: ClassVar[bool] = False
    """Whether they are those of a single workspace of many."""
    workspaces_file: str = ""

    @cached_property
    def own(self) -> Mapping[str, Self]:
        """All the settings of each workspace or organization that the file has a table of, by its id.

        Raises:
            SettingsError: the file cannot be used.
        """
        return _read(Path(self.workspaces_file), self) if self.workspaces_file else {}

    def of(self, team_id: str, organization_id: str | None = None) -> Self:
        """The settings of a workspace: by its own table, else by its organization's, else these.

        Raises:
            SettingsError: WORKSPACES_FILE cannot be used.
        """
        return self.own.get(team_id) or self.own.get(organization_id or "") or self


def own_names(whole: OwnSettings, one: OwnSettings) -> list[str]:
    """What is set for one that is otherwise for all, by the names that the environment has for it."""
    return [name.upper() for name in OF_ONE if getattr(one, name) != getattr(whole, name)]


class _OfOne(OwnSettings):
    """Settings that are what they are given, whatever the environment says."""

    is_of_one = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def _read(file: Path, whole: S) -> Mapping[str, S]:
    def fail(why: str) -> SettingsError:
        return SettingsError([f"WORKSPACES_FILE: {why}"])

    try:
        if file.stat().st_size > MOST_BYTES:
            raise fail(f"{file} is larger than such files are; at most {MOST_BYTES // 1024} KiB.")
        # utf-8-sig: some editors begin a file with a mark that TOML does not know
        text = file.read_text("utf-8-sig").replace("\r\n", "\n")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as problem:
        raise fail(f"{file} is not UTF-8 text; save it as UTF-8.") from problem
    except OSError as problem:
        example = "WORKSPACES_FILE=/etc/scribe/workspaces.toml"
        raise fail(f"{file} cannot be read ({problem.strerror or problem}); for example {example}.") from None
    except tomllib.TOMLDecodeError as problem:
        raise fail(f"{file.name} is not valid TOML: {problem}; for example {EXAMPLE}.") from None
    except RecursionError as problem:
        raise fail(f"{file.name} is nested too deeply; for example {EXAMPLE}.") from problem
    reading = _Reading(whole)
    found = {team_id: reading.table(team_id, table) for team_id, table in tables.items()}
    reading.keep_files_apart(found)
    reading.keep_hooks_apart(found)
    if not tables:
        raise fail(f"{file.name}: there is no workspace in it; for example {EXAMPLE}.")
    if not reading.problems:
        return {team_id: one for team_id, one in found.items() if one is not None}
    told = reading.problems[:MOST_TOLD]
    shown = sorted((line_of(text, place), ".".join(place), why) for place, why in told)
    lines = [f"WORKSPACES_FILE: {file.name}, line {line}, `{key}`: {why}" for line, key, why in shown]
    if more := len(reading.problems) - len(told):
        lines.append(f"WORKSPACES_FILE: {file.name}: {more} more mistakes.")
    raise SettingsError(lines)


@dataclass
class _Reading(Generic[S]):
    whole: S
    problems: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def wrong(self, place: tuple[str, ...], why: str) -> None:
        self.problems.append((place, why if why.endswith(("?", ".")) else f"{why}."))

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The setting that each key stands for; those of secrets name where the secret is."""
        kinds, found = type(self.whole).model_fields, {}
        for name in OF_ONE:
            keys = [name.upper()] if kinds[name].repr else [f"{name}_env".upper(), f"{name}_file".upper()]
            found.update(dict.fromkeys(keys, name) if name != "invite" else {})
        return found

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """What the environment sets, for every workspace."""
        whole = self.whole
        return {name: getattr(whole, name) for name in whole.model_fields_set - {"workspaces_file"}}

    @cached_property
    def in_env_file(self) -> Mapping[str, str | None]:
        file = self.whole.model_config.get("env_file")
        return dotenv_values(str(file)) if file and Path(str(file)).is_file() else {}

    def table(self, team_id: str, table: object) -> S | None:
        """The settings of one; None where they cannot be used, which is told."""
        place, before = (team_id,), len(self.problems)
        if not _ID.fullmatch(team_id) or not isinstance(table, dict):
            self.wrong(
                place, f"is no table of a workspace or an organization, by its id; for example {EXAMPLE}"
            )
            return None
        own: dict[str, Any] = {}
        invite: dict[str, str] = {}
        keys: dict[str, str] = {}
        for key, said in table.items():
            value = self.value((team_id, key), key, said)
            if value is None:
                continue
            if team_id.startswith("E") and self.fields.get(key) in OF_ONE_ALONE:
                self.wrong((team_id, key), "is for one workspace, and stands in its table")
            if key.startswith(INVITE):
                invite[key.removeprefix(INVITE).lower()] = value
                continue
            name = self.fields[key]
            if name in own:
                self.wrong((team_id, key), f"{keys[name]} is set as well; leave one of them out")
            own[name], keys[name] = value, key
        try:
            made = cast(S, _given_alone(type(self.whole))(**_merged(self.defaults, own, invite)))
        except ValidationError as problem:
            for error in problem.errors():
                self.about(team_id, error, keys)
            return None
        return made if len(self.problems) == before else None

    def keep_files_apart(self, found: Mapping[str, S | None]) -> None:
        """Files are named by the numbers of incidents, which are each workspace's own."""
        places: dict[str, Path] = {}
        for team_id, one in found.items():
            if not (named := getattr(one, "export_dir", "")):
                continue
            place = Path(named).resolve()
            for other, taken in places.items():
                if place.is_relative_to(taken) or taken.is_relative_to(place):
                    why = f"is a folder of {other}, whose incidents have the same numbers; name another"
                    self.wrong((team_id, "EXPORT_DIR"), why)
                    break
            places[team_id] = place

    def keep_hooks_apart(self, found: Mapping[str, S | None]) -> None:
        """Who may tell one workspace something may tell no other."""
        taken: dict[str, str] = {}
        for team_id, one in found.items():
            secrets = {getattr(one, name) for name in HOOK_SECRETS} - {""} if one else set()
            for secret in secrets:
                if taken.setdefault(secret, team_id) != team_id:
                    why = f"a hook has the same secret as one of {taken[secret]}; give each its own"
                    self.wrong((team_id,), why)

    def about(self, team_id: str, error: Mapping[str, Any], keys: Mapping[str, str]) -> None:
        told = getattr((error.get("ctx") or {}).get("error"), "problems", None)
        name, why = name_of(error), what_is_wrong(error)
        key = keys.get(name.lower())
        if told:
            for one in told:
                self.wrong((team_id,), one)
        elif key:
            self.wrong((team_id, key), why if key == name else f"what it names {why}")
        else:
            self.wrong((team_id,), f"{name} {why}".lstrip())

    def value(self, place: tuple[str, ...], key: str, said: object) -> str | None:
        """What a key is set to; None where that cannot be used, which is told."""
        known = [*self.fields, f"{INVITE}SEV1"]
        if key not in self.fields and not re.fullmatch(rf"{INVITE}\w+", key):
            name = key.lower()
            if name in OF_ALL:
                self.wrong(place, "is one for all workspaces, and stands in the environment alone")
            elif name in OF_ONE and name != "invite":
                self.wrong(place, f"is a secret, which stands in no file of settings: {_instead(key)}")
            else:
                hint = nearest(key.upper(), known)
                hint = hint if hint.endswith("?") else "; .env.example lists what there is"
                self.wrong(place, f"there is no such setting of a workspace{hint}")
            return None
        if isinstance(said, bool):
            said = "true" if said else "false"
        if not isinstance(said, str | int):
            example = 'SEVERITIES = "critical,major,minor"'
            self.wrong(place, f"a text is needed, as in the environment; for example {example}")
            return None
        is_plain = key.startswith(INVITE) or key.lower() in OF_ONE
        return str(said) if is_plain else self.secret(place, key, str(said))

    def secret(self, place: tuple[str, ...], key: str, named: str) -> str | None:
        if key.endswith("_ENV"):
            found = os.environ.get(named) or self.in_env_file.get(named)
            if not found or not _VARIABLE.fullmatch(named):
                self.wrong(place, f"no variable {named!r:.80} is set in the environment, nor in .env")
                return None
            return found
        try:
            return Path(named).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or "it is no text"
            self.wrong(place, f"{named!r:.200} cannot be read ({why})")
            return None


def _instead(key: str) -> str:
    return f'{key}_ENV = "ACME_{key}" names the variable that it is in, {key}_FILE a file'


def _merged(
    defaults: Mapping[str, Any], own: Mapping[str, Any], invite: Mapping[str, str]
) -> Mapping[str, Any]:
    """What is set for one over what is set for all.

    Where its severities are its own, what is set for others by their names is not for it.
    """
    merged, invited = {**defaults, **own}, dict(defaults.get("invite", {}))
    if "severities" in own:
        known = {severity_key(name) for name in str(own["severities"]).split(",")} | {"alert"}
        invited = {key: names for key, names in invited.items() if key in known}
        if "severity_meanings" not in own:
            merged.pop("severity_meanings", None)
    return {**merged, "invite": {**invited, **invite}}


@lru_cache
def _given_alone(kind: type[BaseSettings]) -> type[BaseSettings]:
    return type(f"{kind.__name__}OfOne", (_OfOne, kind), {"__module__": __name__})
