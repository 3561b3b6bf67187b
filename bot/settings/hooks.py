"""What is set about the tools that tell Scribe something: who may, and which alerts declare incidents."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from bot.settings.team import names_in

LEAST_TOKEN = 16
HOOK_SECRETS = (
    "hooks_token",
    "grafana_secret",
    "github_hook_secret",
    "jira_hook_secret",
    "linear_hook_secret",
    "gitlab_hook_secret",
    "pagerduty_hook_secret",
    "sentry_hook_secret",
)
"""Each opens a hook, or several."""
SIGNED = {name.partition("_")[0]: name for name in HOOK_SECRETS[1:]}
"""Hooks whose senders may sign, with the setting of their secret."""


class HookSettings(BaseSettings):
    """Tools that call `POST /hooks/NAME`; without a secret there is no such address."""

    hooks_token: str = Field(default="", repr=False)
    grafana_secret: str = Field(default="", repr=False)
    github_hook_secret: str = Field(default="", repr=False)
    jira_hook_secret: str = Field(default="", repr=False)
    linear_hook_secret: str = Field(default="", repr=False)
    gitlab_hook_secret: str = Field(default="", repr=False)
    pagerduty_hook_secret: str = Field(default="", repr=False)
    sentry_hook_secret: str = Field(default="", repr=False)
    hooks_dir: str = ""
    alert_severities: str = "critical,page"
    deploy_workflows: str = "deploy,rollback,rollout"
    deploy_environments: str = ""

    @property
    def has_hooks(self) -> bool:
        """Whether anything may be told at all."""
        return any(getattr(self, name) for name in HOOK_SECRETS)

    @property
    def alert_severity_names(self) -> frozenset[str]:
        """The severities of alerts, as their senders name them, that declare an incident."""
        return frozenset(names_in(self.alert_severities.casefold()))

    @property
    def deploy_workflow_words(self) -> frozenset[str]:
        """What the name of a CI run holds that deploys, in lower case."""
        return frozenset(names_in(self.deploy_workflows.casefold()))

    @property
    def deploy_environment_names(self) -> frozenset[str]:
        """The environments whose deploys are shown, in lower case; none: all of them."""
        return frozenset(names_in(self.deploy_environments.lower()))

    @property
    def hooks_folder(self) -> Path | None:
        """Where the team's own mappings are, as NAME.toml."""
        return Path(self.hooks_dir) if self.hooks_dir else None

    @field_validator(*HOOK_SECRETS, mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator(*HOOK_SECRETS)
    @classmethod
    def _is_long_enough(cls, value: str) -> str:
        if value and not re.fullmatch(rf"[!-~]{{{LEAST_TOKEN},500}}", value):
            raise ValueError(
                f"must be {LEAST_TOKEN} to 500 letters, digits and signs without blanks; for example what "
                "`openssl rand -hex 24` prints"
            )
        return value

    @field_validator("hooks_dir")
    @classmethod
    def _is_folder(cls, value: str) -> str:
        if value and not Path(value).is_dir():
            raise ValueError("names no folder; for example /etc/scribe/hooks")
        return value
