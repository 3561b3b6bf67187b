"""Wikis are off unless they are set, and what is set wrong is said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
CONFLUENCE = {
    "confluence_url": "https://acme.atlassian.net/",
    "confluence_token": "confluence-secret",
    "confluence_space": "OPS",
}
ID, WRITTEN = "59833787c2cf94fdf8782e53db20768a", "59833787-c2cf-94fd-f878-2e53db20768a"


def _settings(**said: Any) -> Settings:
    return Settings(_env_file=None, **SLACK, **said)


def test_without_a_token_there_is_none() -> None:
    assert _settings(notion_parent=ID, confluence_space="OPS").page_hosts == []


def test_what_is_set_is_named_and_no_token_is_in_a_text() -> None:
    settings = _settings(**CONFLUENCE, notion_token="ntn_secret", notion_data_source=ID)

    assert [(one.name, one.title, one.place) for one in settings.page_hosts] == [
        ("confluence", "Confluence", "OPS"),
        ("notion", "Notion", WRITTEN),
    ]
    assert settings.confluence_url == "https://acme.atlassian.net"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    "said",
    [
        ID,
        WRITTEN,
        ID.upper(),
        f"https://www.notion.so/acme/Post-mortems-{ID}?pvs=4",
        f"https://app.notion.com/p/{ID}",
    ],
)
def test_an_id_of_notion_may_be_copied_as_an_address(said: str) -> None:
    assert _settings(notion_parent=f" {said} ").notion_parent == WRITTEN


@pytest.mark.parametrize(
    "said",
    [
        "65600",
        "https://a.example/wiki/spaces/OPS/pages/65600/Title+1",
        "/pages/viewpage.action?pageId=65600",
    ],
)
def test_a_page_of_confluence_may_be_copied_as_an_address(said: str) -> None:
    assert _settings(confluence_parent=said).confluence_parent == "65600"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"confluence_token": "12345678"}, "CONFLUENCE_URL is not; for example https://acme.atlassian.net"),
        ({**CONFLUENCE, "confluence_space": ""}, "CONFLUENCE_SPACE is not; for example OPS"),
        ({**CONFLUENCE, "confluence_token": "a token"}, "no token has"),
        ({"confluence_space": 'OPS" or 1'}, "is no key of a space; for example OPS"),
        ({"confluence_url": "acme.atlassian.net"}, "is no address"),
        ({"confluence_email": "scribe"}, "is no e-mail address"),
        ({"confluence_parent": "Post-mortems"}, "is no page; for example 65600"),
        ({"notion_token": "ntn_12345678"}, "neither NOTION_DATA_SOURCE nor NOTION_PARENT is"),
        ({"notion_data_source": "Post-mortems"}, "is no id of Notion"),
        ({"notion_parent": ID, "notion_data_source": ID}, "are both set; leave one out"),
        ({"notion_token": "a token"}, "no token has"),
        ({"notion_url": "file:///etc"}, "is no address"),
    ],
)
def test_what_is_wrong_is_said(said: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        _settings(**said)
