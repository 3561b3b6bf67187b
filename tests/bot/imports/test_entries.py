"""An entry of an export is a message, or refused with the reason; nothing else comes of it."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports.entries import Entry, Unread, message_of, user_of
from bot.imports.json_text import parsed
from bot.imports.reading import read
from bot.imports.recording import message_events_of
from bot.slack.directory import person_of
from storage.tables import Workspace
from tests.sampling import tries

MESSAGE: dict[str, Any] = {
    "type": "message",
    "user": "U1",
    "ts": "1694354460.000100",
    "text": "Checkout &amp; cart are slow <@U2>",
    "thread_ts": "1694354400.000100",
    "edited": {"user": "U1", "ts": "1694354470.000000"},
    "files": [{"id": "F1", "name": "graph.png", "size": 5}],
    "attachments": [{"fallback": "x", "fields": [{"title": "a", "value": "b"}]}],
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
    "reactions": [{"name": "pushpin", "users": ["U2"], "count": 1}],
    "user_profile": {"display_name": "Ana", "real_name": "Ana F."},
    "bot_profile": {"name": "Alerts"},
}
ACME = Workspace(team_id="T7", name="acme", url="https://acme.slack.com/", bot_user_id="", bot_id="")
USER = {"id": "U1", "team_id": "T7", "name": "ana", "profile": {"display_name": "Ana"}, "tz": "UTC"}


def read_as(ts: str) -> Entry:
    return message_of(parsed(f'{{"ts": {ts}, "text": "x"}}'.encode(), "x"))


@pytest.mark.parametrize(
    ("written", "ts", "is_guessed"),
    [
        ('"1694354460.000100"', "1694354460.000100", False),
        ('"1694354460.0001"', "1694354460.0001", False),
        ("1694354460.000100", "1694354460.000100", False),
        ("1694354460.0001", "1694354460.000100", False),
        ("1694354460.123457", "1694354460.123457", False),
        ("1694354460", "1694354460.000000", True),
        ('"1694354460"', "1694354460.000000", True),
        ("1694354460123", "1694354460.123000", True),
        ('"1694354460123"', "1694354460.123000", True),
        ("1694354460123456", "1694354460.123456", True),
    ],
)
def test_a_time_as_exports_write_it(written: str, ts: str, is_guessed: bool) -> None:
    entry = read_as(written)

    assert (entry.ts, entry.is_guessed) == (ts, is_guessed)


@pytest.mark.parametrize(
    "written",
    [
        *("null", '""', '"soon"', "true", "[]", "{}", "-1", "0", "5.0", '"5.0"', "1e999", "1.5e9", "NaN"),
        *('"1694354460."', '"99999999999.000100"', '"1694354460.0001000"', "9" * 400),
        '"１６９４３５４４６０.000100"',
    ],
)
def test_what_is_no_time_of_slacks_is_refused(written: str) -> None:
    with pytest.raises(Unread, match="time"):
        read_as(written)


@pytest.mark.parametrize(
    "subtype",
    ["channel_join", "bot_add", "tombstone", "channel_convert_to_public", "mpdm_move", "group_topic"],
)
def test_what_nobody_said_is_a_notice(subtype: str) -> None:
    assert message_of({**MESSAGE, "subtype": subtype}).is_notice
    assert not message_of({**MESSAGE, "subtype": "me_message"}).is_notice


@pytest.mark.parametrize("content", [None, 1, "x", [], {}, {"type": "channel"}, {"text": "x"}])
def test_what_is_no_message_is_refused(content: object) -> None:
    with pytest.raises(Unread):
        message_of(content)


def test_null_reactions_users_and_files_are_none() -> None:
    entry = message_of(
        {**MESSAGE, "files": [None], "reactions": [None, {"name": "pushpin", "users": None, "count": 2}]}
    )

    assert "files" not in entry.message
    assert entry.message["reactions"] == [{"name": "pushpin", "users": [], "count": 2}]
    assert "reactions" not in message_of({**MESSAGE, "reactions": None}).message


def test_half_a_character_and_what_is_no_number_are_replaced() -> None:
    content = parsed(rb'{"ts": "1694354460.000100", "text": "a\ud83d\u0000b", "x": NaN, "y": 1e999}', "x")

    message = message_of(content).message

    assert message["text"] == "a\ufffdb"
    assert "NaN" not in json.dumps(message)
    assert "Infinity" not in json.dumps(message)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1694354460.000100", "U1", "\ud83d", "\0", "x" * 300]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*MESSAGE, "id", "name", "users", "ts"]), inner, max_size=4)
    ),
    max_leaves=8,
)


def places(value: object, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value, as the keys that lead there."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [way, *(place for key, part in inner for place in places(part, (*way, key)))]


def changed(whole: Any, way: tuple[Any, ...], new: object) -> Any:
    if not way:
        return new
    whole = copy.deepcopy(whole)
    inner = whole
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = new
    return whole


@given(st.sampled_from(places(MESSAGE)), JSON)
@settings(max_examples=tries(400))
def test_whatever_stands_somewhere_in_an_entry_it_is_read_or_refused(
    way: tuple[Any, ...], new: object
) -> None:
    try:
        entry = message_of(changed(MESSAGE, way, new))
    except Unread as problem:
        assert str(problem)
        return
    json.dumps(entry.message, allow_nan=False).encode()
    assert entry.message["ts"] == entry.ts
    assert all(
        isinstance(entry.message.get(name, ""), str) for name in ("user", "bot_id", "text", "thread_ts")
    )


@given(st.sampled_from(places(USER)), JSON)
def test_whatever_stands_somewhere_in_a_person_they_are_read_or_left_out(
    way: tuple[Any, ...], new: object
) -> None:
    user = user_of(changed(USER, way, new))

    if user is not None:
        person = person_of("T7", user)
        assert person.name.encode()
        assert person.zone is None or person.zone.encode()


EXPORT: dict[str, Any] = {
    "channels.json": [{"id": "C9", "name": "ops", "is_private": False}],
    "users.json": [USER],
    "ops/2023-09-09.json": [MESSAGE, {**MESSAGE, "ts": "1694354461.000100", "bot_id": "B1"}],
    "ops/2023-09-10.json": [{**MESSAGE, "ts": "1694354470.000100", "text": "Whole."}],
}


@given(
    st.sampled_from([place for place in places(EXPORT) if place and place[0] != "ops/2023-09-10.json"]), JSON
)
@settings(max_examples=tries(150))
def test_whatever_one_place_of_an_export_holds_the_rest_is_read(
    tmp_path_factory: pytest.TempPathFactory, way: tuple[Any, ...], new: object
) -> None:
    root: Path = tmp_path_factory.mktemp("export")
    (root / "ops").mkdir()
    for name, content in changed(EXPORT, way, new).items():
        (root / name).write_text(json.dumps(content), encoding="utf-8")

    if way[0] == "channels.json":
        return  # of which `test_layouts` says what it may cost
    history = read(root, channel="ops")

    assert "Whole." in [message["text"] for message in history.messages]
    assert len(history.skipped) + history.notices <= 3
    message_events_of(ACME, history)
    assert all(math.isfinite(float(message["ts"])) for message in history.messages)
