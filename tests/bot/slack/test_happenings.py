"""Which changes of a message are edits: those of what it showed, wherever that stands."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incidents.message_events import MessageDeleted, MessagePosted
from bot.slack.message_events import message_event_of

TS, LATER = "1694354400.000100", "1694354460.000200"


def changed(before: dict[str, Any], after: dict[str, Any]) -> MessagePosted:
    whole = {"type": "message", "ts": TS, "bot_id": "B1"}
    found = message_event_of(
        "T1",
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": "C1",
            "ts": LATER,
            "event_ts": LATER,
            "message": {**whole, **after},
            "previous_message": {**whole, **before},
        },
    )
    assert isinstance(found, MessagePosted)
    return found


def block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


SHARED = {"is_share": True, "from_url": "https://x.test", "text": "The pool is exhausted."}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"text": "a"}, {"text": "b"}),
        ({"text": "Alert", "blocks": [block("a")]}, {"text": "Alert", "blocks": [block("b")]}),
        ({"blocks": [block("a")]}, {"blocks": [block("b")]}),
        ({"attachments": [{"text": "a"}]}, {"attachments": [{"text": "b"}]}),
        ({"text": "a"}, {"text": "a", "attachments": [{"text": "b"}]}),
        ({"text": "a", "attachments": [SHARED]}, {"text": "a"}),
        ({"text": "a", "files": [{"id": "F1"}]}, {"text": "a"}),
        ({"text": "a", "attachments": [{"files": [{"id": "F1"}]}]}, {"text": "a"}),
    ],
)
def test_a_change_of_what_it_showed_is_an_edit(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = changed(before, after)
    assert (found.is_unchanged, found.version_ts) == (False, LATER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"text": "a"}, {"text": "a", "reply_count": 1, "latest_reply": LATER}),
        ({"text": "a"}, {"text": "a", "attachments": [{"from_url": "https://x.test", "title": "Page"}]}),
        ({"text": "a"}, {"text": "a", "attachments": [{"is_app_unfurl": True, "blocks": [block("App")]}]}),
        ({"text": "a"}, {"text": "a", "attachments": [{**SHARED, "is_share": False, "is_msg_unfurl": True}]}),
        ({"text": "Alert", "blocks": [block("a")]}, {"text": "New alert", "blocks": [block("a")]}),
        ({"text": "a", "blocks": [block("a")]}, {"text": "a", "blocks": [block("a"), {"type": "actions"}]}),
    ],
)
def test_what_slack_or_an_app_adds_around_it_is_none(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert changed(before, after).is_unchanged


def test_what_is_left_of_a_deleted_root_is_a_deletion() -> None:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "event_ts": LATER}
    found = message_event_of("T1", event | {"message": {"subtype": "tombstone", "ts": TS}})
    assert found == MessageDeleted(("T1", "C1", TS), LATER)
