"""One function says who said a message, and of what kind it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incidents.author import author_of, kind_of
from bot.slack.message_events import bot_name_of

PEOPLE = {"U0ANA"}


@pytest.mark.parametrize(
    ("message", "expected", "kind"),
    [
        ({"user": "U0ANA"}, ("U0ANA", None), "message"),
        ({"user": "U0ANA", "username": "ana"}, ("U0ANA", None), "message"),
        ({"user": "U0ANA", "bot_id": "B1", "bot_profile": {"name": "Zapier"}}, ("U0ANA", None), "message"),
        ({"user": "U0BOT", "bot_id": "B1", "bot_profile": {"name": "Zapier"}}, (None, "Zapier"), "alert"),
        ({"user": "U0NEW", "bot_id": "B1", "bot_profile": {"name": "Zapier"}}, (None, "Zapier"), "alert"),
        (
            {"user": "U0BOT", "bot_id": "B1", "username": "Deploys", "bot_profile": {"name": "CI"}},
            (None, "Deploys"),
            "alert",
        ),
        ({"subtype": "bot_message", "bot_id": "B1", "username": "Grafana"}, (None, "Grafana"), "alert"),
        ({"subtype": "bot_message", "username": "Nagios"}, (None, "Nagios"), "alert"),
        ({"username": "Nagios"}, (None, "Nagios"), "alert"),
        ({"subtype": "bot_message"}, (None, "a bot"), "alert"),
        ({"bot_id": "B1"}, (None, "B1"), "alert"),
        ({"user": "USLACKBOT"}, (None, "Slackbot"), "alert"),
        ({}, (None, None), "message"),
    ],
)
def test_who_said_it(message: dict[str, Any], expected: tuple[str | None, str | None], kind: str) -> None:
    bot_name = bot_name_of(message)
    author = author_of(message.get("user"), bot_name, PEOPLE.__contains__)

    assert (author.user_id, author.app_name) == expected
    assert kind_of("alert" if bot_name else "message", author) == kind
