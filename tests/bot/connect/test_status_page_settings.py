"""Status pages are off unless they are set, and what is set wrong is said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}


def _settings(**said: Any) -> Settings:
    return Settings(_env_file=None, **SLACK, **said)


def test_without_a_token_there_is_none() -> None:
    assert _settings().status_pages == []


def test_a_token_is_in_no_text() -> None:
    settings = _settings(statuspage_token="very-secret", statuspage_page="gytm4qzbx9t6")

    assert [one.name for one in settings.status_pages] == ["statuspage"]
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "said, problem",
    [
        ({"statuspage_token": "12345678"}, "STATUSPAGE_PAGE is not; for example gytm4qzbx9t6"),
        ({"statuspage_token": "a token", "statuspage_page": "gytm4qzbx9t6"}, "no token has"),
        ({"statuspage_page": "https://acme.statuspage.io"}, "is no page's id, as Statuspage shows it"),
        ({"cachet_token": "12345678"}, "CACHET_URL is not; for example https://status.example.com"),
        ({"cachet_url": "status.example.com"}, "is no address"),
        ({"instatus_token": "12345678"}, "INSTATUS_PAGE is not; for example clx0example0000abcd"),
        ({"instatus_page": "acme.instatus.com"}, "is no page's id, as Instatus shows it"),
        ({"statuspage_url": "https://user:word@example.com"}, "is no address"),
    ],
)
def test_what_is_wrong_is_said(said: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        _settings(**said)


def test_they_are_for_one_workspace() -> None:
    many = {
        "slack_client_id": "1.2",
        "slack_client_secret": "0123456789abcdef",
        "slack_signing_secret": "0123456789abcdef",
        "tokens_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "statuspage_token": "12345678",
        "statuspage_page": "gytm4qzbx9t6",
    }
    with pytest.raises(ValidationError, match="STATUSPAGE_TOKEN is for one workspace"):
        Settings(_env_file=None, **many)
