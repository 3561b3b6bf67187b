"""Which changes of a message are edits: those of what it showed, wherever that stands."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incidents.message_events import MessageDeleted, MessagePosted
from bot.slack.catch_up.comparing import Known, compare
from bot.slack.catch_up.reading import Page
from bot.slack.message_events import message_event_of
from storage.tables import Message
from tests.bot.slack.test_one_bad_item import PLACE

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


def stored(text: str) -> Message:
    return Message(
        team_id="T1", channel_id="C1", ts=TS, user_id="U1", text=text, version_ts=TS, is_known=True
    )


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


@pytest.mark.parametrize(
    "subtype",
    ["huddle_thread", "channel_topic", "sh_room_created", "bot_enable", "app_conversation_join"],
)
def test_a_notice_that_slack_posts_or_changes_is_said_by_nobody(subtype: str) -> None:
    notice = {"subtype": subtype, "user": "USLACKBOT", "text": "A huddle started", "ts": TS}
    event = {"type": "message", "channel": "C1", "event_ts": LATER}

    assert message_event_of("T1", event | notice) is None
    assert message_event_of("T1", event | {"subtype": "message_changed", "message": notice}) is None


def test_what_stands_where_a_message_was_is_its_deletion_however_it_comes() -> None:
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": TS}
    found = message_event_of("T1", {"type": "message", "channel": "C1", "event_ts": LATER} | tombstone)
    assert found == MessageDeleted(("T1", "C1", TS), LATER)


def test_a_message_that_its_owners_locked_keeps_its_words_on_the_record() -> None:
    locked = {"subtype": "ekm_access_denied", "user": "UREVOKEDU", "text": "Your admins suspended", "ts": TS}
    event = {"type": "message", "channel": "C1", "event_ts": LATER}

    assert message_event_of("T1", event | locked) is None
    assert message_event_of("T1", event | {"subtype": "message_changed", "message": locked}) is None
    found = compare(Page([locked], None, None), Known({TS: stored("The pool is full.")}, {}), PLACE, LATER)
    assert (found.news, found.disputed) == ([], set())


def test_a_change_that_shows_its_time_as_slacks_page_of_it_does_is_read() -> None:
    """docs.slack.dev/reference/events/message/message_changed and message_deleted show `ts` alone."""
    event: dict[str, Any] = {"type": "message", "channel": "C1", "ts": LATER, "hidden": True}
    deleted = message_event_of("T1", event | {"subtype": "message_deleted", "deleted_ts": TS})
    edit = {"user": "U1", "text": "b", "ts": TS, "edited": {"user": "U1", "ts": LATER}}
    edited = message_event_of("T1", event | {"subtype": "message_changed", "message": edit})

    assert deleted == MessageDeleted(("T1", "C1", TS), LATER)
    assert isinstance(edited, MessagePosted)
    assert (edited.text, edited.version_ts) == ("b", LATER)


def test_a_comment_on_a_file_is_by_whom_it_names() -> None:
    event = {
        "type": "message",
        "subtype": "file_comment",
        "channel": "C1",
        "ts": TS,
        "text": "commented: yes",
    }
    found = message_event_of("T1", event | {"comment": {"id": "Fc1", "user": "U7", "comment": "yes"}})
    assert isinstance(found, MessagePosted)
    assert (found.user_id, found.text) == ("U7", "commented: yes")
