"""Trackers are off unless they are set, and what is set wrong is said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}


def _settings(**said: Any) -> Settings:
    return Settings(_env_file=None, **SLACK, **said)


def test_without_a_token_there_is_none() -> None:
    assert _settings().trackers == []


def test_a_token_is_in_no_text() -> None:
    settings = _settings(github_token="github_pat_secret", github_repository="acme/shop")

    assert [one.name for one in settings.trackers] == ["github"]
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "said, problem",
    [
        ({"github_token": "github_pat_x"}, "GITHUB_REPOSITORY is not; for example acme/shop"),
        ({"github_token": "a token", "github_repository": "acme/shop"}, "no token has"),
        (
            {"github_token": "github_pat_x", "github_repository": "shop"},
            "is no project of GitHub; for example acme/shop",
        ),
        ({"github_url": "file:///etc/passwd"}, "is no address"),
        ({"github_url": "https://user:word@example.com"}, "is no address"),
        ({"jira_token": "12345678", "jira_project": "OPS"}, "JIRA_URL is not"),
        ({"jira_token": "12345678", "jira_url": "https://a.example"}, "JIRA_PROJECT is not"),
        ({"jira_project": "ops team"}, "is no project of Jira; for example OPS"),
        ({"jira_email": "ana"}, "is no e-mail address"),
        ({"linear_token": "12345678"}, "LINEAR_TEAM is not"),
        ({"gitlab_token": "12345678"}, "GITLAB_PROJECT is not"),
        ({"tickets": "yes"}, "must be on or off"),
        ({"tickets": "on"}, "no tracker is set"),
    ],
)
def test_what_is_wrong_is_said(said: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        _settings(**said)
