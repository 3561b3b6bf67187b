"""Whatever stands anywhere in what Slack sends, one bad item costs one item."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.incidents.message_events import MessagePosted
from bot.incidents.record import Recording
from bot.slack.catch_up.comparing import Known, Place, compare, has_changed
from bot.slack.catch_up.reading import Page, lists_all_reactors, readable
from bot.slack.directory import person_of
from bot.slack.message_events import Unreadable, message_event_of, reaction_event_of, spoken_in
from bot.text.well_formed import mend
from storage.readings import KnownThread
from storage.record import IncidentSpan, RecordState

TS, EDITED, LATER = "1694354400.000100", "1694354410.000000", "1694354420.000200"
NOW = datetime(2023, 9, 10, 15, 0, tzinfo=UTC)
RECORDING = Recording({"pushpin": "timeline"}, lambda: NOW)
PLACE = Place(
    team_id="T1",
    channel_id="C1",
    bot_user_id="UB",
    bot_id="BB",
    heard_since=TS,
    kept_since="1600000000.000000",
    section_of=RECORDING.section_of,
)

MESSAGE: dict[str, Any] = {
    "type": "message",
    "subtype": "bot_message",
    "user": "U1",
    "bot_id": "B1",
    "username": "Grafana",
    "bot_profile": {"id": "B1", "name": "Grafana", "team_id": "T1", "icons": {"image_36": "x"}},
    "text": "CPU",
    "ts": TS,
    "thread_ts": TS,
    "reply_count": 2,
    "latest_reply": LATER,
    "reply_users": ["U1", "U2"],
    "edited": {"user": "B1", "ts": EDITED},
    "files": [{"id": "F1", "name": "g.png", "title": "g", "mimetype": "image/png", "size": 5}],
    "reactions": [{"name": "pushpin", "users": ["U2"], "count": 1}],
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "a"}, "fields": [{"type": "mrkdwn"}]},
        {"type": "context", "elements": [{"type": "image", "alt_text": "x"}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "b"}]},
                {"type": "rich_text_list", "style": "ordered", "offset": 1, "elements": []},
            ],
        },
        {"type": "unheard_of", "title": {"type": "plain_text", "text": "c"}, "items": [{"text": "d"}]},
    ],
    "attachments": [
        {
            "is_share": True,
            "title": "t",
            "title_link": "https://x.test",
            "text": "e",
            "fields": [{"title": "f", "value": "g"}],
            "files": [{"id": "F2"}],
            "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "h"}}],
            "message_blocks": [{"message": {"text": "i", "blocks": [{"type": "divider"}]}}],
        }
    ],
}
SAID = {**MESSAGE, "channel": "C1", "event_ts": TS, "channel_type": "channel"}
CHANGED = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "C1",
    "ts": LATER,
    "event_ts": LATER,
    "message": MESSAGE,
    "previous_message": {**MESSAGE, "text": "before"},
}
DELETED = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": "C1",
    "deleted_ts": TS,
    "event_ts": LATER,
    "previous_message": MESSAGE,
}
REACTED = {
    "type": "reaction_added",
    "user": "U1",
    "reaction": "pushpin",
    "item": {"type": "message", "channel": "C1", "ts": TS},
    "event_ts": LATER,
}
PERSON = {
    "id": "U1",
    "name": "ana",
    "real_name": "Ana",
    "tz": "UTC",
    "is_bot": False,
    "profile": {"display_name": "Ana", "real_name": "Ana Ferreira"},
}

TEXTS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        [
            "\ud83d",
            "nul \0",
            "a\udfff",
            "1694354400",
            "soon",
            "mrkdwn",
            "rich_text",
            "message_changed",
            "9" * 30,
        ]
    ),
)
ANY_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value within a payload."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*way, key)
        yield from places(inner, (*way, key))


@st.composite
def spoilt(draw: st.DrawFn, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with anything at all in one to three of its places, or with nothing there."""
    found = copy.deepcopy(payload)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(sorted(places(found), key=str) or [("type",)]))
        inner: Any = found
        for step in way:
            inner = inner[step]
        if draw(st.booleans()):
            inner[last] = draw(ANY_JSON)
        else:
            del inner[last]
    return mend(found)


def is_storable(value: object) -> bool:
    text = json.dumps(value, allow_nan=False)
    return "\\u0000" not in text and json.loads(text) == value and bool(str(value).encode())


@given(spoilt(SAID) | spoilt(CHANGED) | spoilt(DELETED))
def test_an_event_of_a_message_is_read_or_unreadable(event: dict[str, Any]) -> None:
    try:
        message_event = message_event_of("T1", event)
    except Unreadable:
        return
    if message_event is None:
        return
    state = RecordState(incidents={("T1", "C1"): [IncidentSpan(1, NOW, NOW)]})
    changes = RECORDING.decide(state, [message_event])
    assert all(is_storable(row["payload"]) for row in changes.messages.values())
    assert all(row["text"].encode() is not None for row in changes.messages.values())


@given(spoilt(REACTED))
def test_an_event_of_a_reaction_is_read_or_unreadable(event: dict[str, Any]) -> None:
    with contextlib.suppress(Unreadable):
        reaction_event_of("T1", event)


def stand_beside(bad: object) -> list[object]:
    before = {"type": "message", "user": "U1", "ts": "1694354399.000100", "text": "before"}
    after = {"type": "message", "user": "U2", "ts": "1694354401.000100", "text": "after"}
    return [after, bad, before]


@given(spoilt(MESSAGE) | ANY_JSON.map(mend))
@example(None)
@example({**MESSAGE, "files": [None], "reactions": None})
@example({**MESSAGE, "ts": 1694354400.0001})
@example({**MESSAGE, "attachments": [None], "blocks": {}, "edited": "x", "text": 5})
@example({**MESSAGE, "text": "x" * 1_000_000})
def test_what_stands_beside_a_bad_message_is_news(bad: object) -> None:
    messages, unread = readable(stand_beside(bad), TS)
    found = compare(Page(messages, None, None), Known({}, {}), PLACE, LATER)

    texts = [one.text for one in found.news if isinstance(one, MessagePosted)]
    assert {"before", "after"} <= set(texts)
    assert len(messages) + len(unread) == 3
    for message in messages:
        assert lists_all_reactors(message) in (True, False)
        assert has_changed(message, KnownThread(1, TS, is_on_record=False)) in (True, False)


@given(spoilt(PERSON))
def test_a_person_has_a_name_whatever_slack_says(user: dict[str, Any]) -> None:
    person = person_of("T1", {**user, "id": "U1"})
    assert person.name.encode()
    assert person.zone is None or person.zone.encode()


@pytest.mark.parametrize(
    ("text", "kept"), [("Rolled\0 back.", "Rolled back."), ("half \ud83d pair", "half � pair"), ("😀", "😀")]
)
def test_a_broken_text_is_kept_without_what_breaks_it(text: str, kept: str) -> None:
    assert spoken_in(("T1", "C1", TS), {"ts": TS, "user": "U1", "text": text}).text == kept
    assert mend({"a": [{"b": text}], text: 1}) == {"a": [{"b": kept}], kept: 1}


def test_lists_within_lists_without_an_end_are_cut() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert json.dumps(mend({"text": "kept", "blocks": deep})).startswith('{"text": "kept"')
