"""How a team works: its severities, stages and roles, and how often it tells how an incident goes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.vocabulary import COMMANDER, IncidentStatus

MOST_CHOICES, LONGEST_CHOICE = 100, 75
"""Options in a menu, characters in each (docs.slack.dev/reference/block-kit, option object)."""

LONGEST_ROLE, MOST_ROLES = 30, 20
LONGEST_STAGE, MOST_STAGES = 30, 9
"""Radio buttons are ten at most, and the last of them ends the incident."""
MOST_MINUTES = 7 * 24 * 60
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,20}")
CHANNEL_NAME = re.compile(r"#?[^\s#@,.:;<>A-Z]{1,80}")
INVITED = re.compile(r"[@#][^,@#<>]{1,80}|[UWSCG][A-Z0-9]{2,20}")
"""A person or a group by its handle, a channel by its name, or any of them by its id."""
ALERT = "alert"
"""INVITE_ALERT: whom to bring into the channel of an incident that an alert declared."""
MEANINGS = (
    "Customers cannot work, or data is at risk: all hands, now",
    "Much is broken or slow for many customers: now",
    "Something is broken, and there is a way around it: today",
    "A small fault that hardly anybody notices: when there is time",
)
"""What the severities mean that stand where SEVERITIES is not set."""


class TeamSettings(BaseSettings):
    """The names that a team has for what every incident has."""

    severities: str = "sev1,sev2,sev3,sev4"
    severity_meanings: str = ""
    roles: str = "commander,communications,scribe,operations"
    stages: str = "investigating,identified,monitoring"
    update_minutes: str = "30,60,0,0"
    silent_hours: int = Field(default=4, ge=0, le=720)
    announce_channel: str = ""
    invite: dict[str, str] = Field(default_factory=dict)
    """Whom to bring into an incident's channel, by severity: INVITE_SEV1, in the names of `severity_key`."""

    model_config = SettingsConfigDict(env_nested_delimiter="_", env_nested_max_split=1)

    @field_validator("severities")
    @classmethod
    def _are_choices(cls, value: str) -> str:
        names = names_in(value)
        if not 1 <= len(names) <= MOST_CHOICES or any(len(name) > LONGEST_CHOICE for name in names):
            raise ValueError(
                f"must be 1 to {MOST_CHOICES} names of at most {LONGEST_CHOICE} characters; "
                "for example sev1,sev2,sev3"
            )
        if len({name.casefold() for name in names}) < len(names):
            raise ValueError("names one of them twice; for example sev1,sev2,sev3")
        return value

    @field_validator("severity_meanings")
    @classmethod
    def _are_meanings(cls, value: str, info: ValidationInfo) -> str:
        meanings = _meanings(value)
        if any(len(meaning) > LONGEST_CHOICE for meaning in meanings):
            raise ValueError(
                f"must be sentences of at most {LONGEST_CHOICE} characters, separated by semicolons; "
                "for example Customers cannot work; Much is slow"
            )
        if "severities" in info.data and len(meanings) > len(names_in(info.data["severities"])):
            raise ValueError("has more meanings than SEVERITIES has names; separate them by semicolons")
        return value

    @field_validator("roles")
    @classmethod
    def _are_roles(cls, value: str) -> str:
        names = names_in(value.casefold())
        if not all(name.isalpha() and len(name) <= LONGEST_ROLE for name in names):
            raise ValueError(
                f"must be words of letters, at most {LONGEST_ROLE} each; for example commander,communications"
            )
        if COMMANDER not in names or len(set(names)) < len(names) or len(names) > MOST_ROLES:
            raise ValueError(
                f"must name {COMMANDER}, each role once, and at most {MOST_ROLES}; "
                "for example commander,communications"
            )
        return ",".join(names)

    @field_validator("stages")
    @classmethod
    def _are_stages(cls, value: str) -> str:
        names = [" ".join(name.casefold().split()) for name in names_in(value)]
        if not 1 <= len(names) <= MOST_STAGES or any(len(name) > LONGEST_STAGE for name in names):
            raise ValueError(
                f"must be 1 to {MOST_STAGES} names of at most {LONGEST_STAGE} characters; "
                "for example investigating,identified,monitoring"
            )
        if len(set(names)) < len(names) or set(names) & set(IncidentStatus):
            raise ValueError(
                "must name each stage once, and none of open, resolved and cancelled, which every incident "
                "has besides; for example investigating,identified,monitoring"
            )
        return ",".join(names)

    @field_validator("update_minutes")
    @classmethod
    def _are_minutes(cls, value: str) -> str:
        if not are_numbers(value, 0, MOST_MINUTES):
            raise ValueError(
                "must be numbers of minutes, one per severity, 0 for no reminder; for example 30,60,0,0"
            )
        return value

    @field_validator("announce_channel")
    @classmethod
    def _is_channel(cls, value: str) -> str:
        if value.strip() and not (is_channel_id(value.strip()) or CHANNEL_NAME.fullmatch(value.strip())):
            raise ValueError("must be one channel's name or id; for example #incidents or C0123456789")
        return value.strip().removeprefix("#")

    @model_validator(mode="after")
    def _invite_for_severities(self) -> Self:
        known = {ALERT, *(severity_key(name) for name in self.severity_names)}
        for key, named in self.invite.items():
            setting = f"INVITE_{key.upper()}"
            if key not in known:
                raise ValueError(f"{setting} is for none of SEVERITIES, which are {self.severities}")
            if not all(INVITED.fullmatch(name) for name in names_in(named)):
                raise ValueError(
                    f"{setting} must name people, groups and channels, separated by commas; "
                    "for example @oncall,#ops-leads,U0123456789"
                )
        return self

    def invited_for(self, severity: str | None) -> list[str]:
        """Whom to bring into the channel of an incident of this severity, by the names the team wrote."""
        return names_in(self.invite.get(severity_key(severity), "")) if severity else []

    @property
    def severity_names(self) -> tuple[str, ...]:
        return tuple(names_in(self.severities))

    def meaning_of(self, severity: str) -> str | None:
        """What a severity means, in one line; None where nobody said."""
        names, meanings = self.severity_names, _meanings(self.severity_meanings)
        if not meanings and names == tuple(names_in(type(self).model_fields["severities"].default)):
            meanings = list(MEANINGS)
        return dict(zip(names, meanings, strict=False)).get(severity) or None

    @property
    def stage_names(self) -> tuple[str, ...]:
        """How far an open incident can be; the first is that of a new one."""
        return tuple(names_in(self.stages))

    def update_due_in(self, severity: str | None) -> timedelta | None:
        """How long after an update people wait for the next; None: nobody is reminded of one."""
        minutes = self._of_severity(self.update_minutes, severity)
        return timedelta(minutes=minutes) if minutes else None

    @property
    def silent_after(self) -> timedelta | None:
        """How long an open incident may be silent before it is asked about; None: it never is."""
        return timedelta(hours=self.silent_hours) if self.silent_hours else None

    def _of_severity(self, numbers: str, severity: str | None) -> int:
        """The number of a severity, of one for each; the last one counts for further ones and for none."""
        found, names = names_in(numbers), self.severity_names
        place = names.index(severity) if severity in names else len(found) - 1
        return int(found[min(place, len(found) - 1)])

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles that forms and lists name; people may give others."""
        return tuple(names_in(self.roles))


def is_channel_id(named: str) -> bool:
    """Whether a channel is named by its id."""
    return CHANNEL_ID.fullmatch(named) is not None


def severity_key(severity: str) -> str:
    """A severity as the name of a setting has it, in lower case: `sev 1` is INVITE_SEV_1."""
    return re.sub(r"\W+", "_", severity.strip().casefold())


def names_in(setting: str) -> list[str]:
    return [name.strip() for name in setting.split(",") if name.strip()]


def are_numbers(setting: str, least: int, most: int) -> bool:
    numbers = names_in(setting)
    return bool(numbers) and all(
        part.isascii() and part.isdigit() and least <= int(part) <= most for part in numbers
    )


def _meanings(setting: str) -> list[str]:
    """One per severity, in their order; one that is left empty says nothing."""
    return [" ".join(meaning.split()) for meaning in setting.split(";")] if setting.strip() else []
