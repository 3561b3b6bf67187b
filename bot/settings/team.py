"""How a team works: its severities and its roles."""

from __future__ import annotations

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from storage.vocabulary import COMMANDER

MOST_CHOICES, LONGEST_CHOICE = 100, 75
"""Options in a menu, characters in each (docs.slack.dev/reference/block-kit, option object)."""

LONGEST_ROLE, MOST_ROLES = 30, 20
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
    def role_names(self) -> tuple[str, ...]:
        """The roles that forms and lists name; people may give others."""
        return tuple(names_in(self.roles))


def names_in(setting: str) -> list[str]:
    return [name.strip() for name in setting.split(",") if name.strip()]


def _meanings(setting: str) -> list[str]:
    """One per severity, in their order; one that is left empty says nothing."""
    return [" ".join(meaning.split()) for meaning in setting.split(";")] if setting.strip() else []
