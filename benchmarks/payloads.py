"""Events as Slack sends them, in an incident's mix: four messages to a reaction, some edits, some asides."""

from __future__ import annotations

from typing import Any

TEAM, BOT_USER, BOT = "T0BENCH", "U0SCRIBE", "B0SCRIBE"
INCIDENT_CHANNELS = ("C0INC1", "C0INC2", "C0INC3")
OTHER_CHANNEL = "C0LUNCH"
FIRST_SECOND = 1_694_354_400
EDITED = 8
"""The place among twenty events at which a message is edited."""
WORDS = "Seeing 500s on checkout again, the pool of db-3 is exhausted and failover did not happen"


def envelope(event: dict[str, Any], number: int) -> dict[str, Any]:
    """The outer object around an event (docs.slack.dev/apis/events-api#event-type-structure)."""
    return {
        "token": "bench",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{number:010d}",
        "event_time": FIRST_SECOND + number,
        "authorizations": [
            {"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-bench",
    }


def mixed(number: int) -> dict[str, Any]:
    """The event of this number: of twenty, fifteen messages, four marks and an edit."""
    place = number % 20
    if place % 5 == 4:
        return envelope(_mark(number), number)
    if place == EDITED:
        return envelope(_edit(number), number)
    return envelope(message(number), number)


def message(number: int) -> dict[str, Any]:
    """Somebody says something; every tenth time where no incident is."""
    text = f"{WORDS} ({number})"
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "type": "message",
        "channel": _channel(number),
        "user": f"U0ANA{number % 7}",
        "text": text,
        "ts": ts(number),
        "event_ts": ts(number),
        "channel_type": "channel",
        "team": TEAM,
        "client_msg_id": f"00000000-0000-4000-8000-{number:012d}",
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": [section]}],
    }


def ts(number: int, micros: int = 100) -> str:
    """The `ts` of the message of this number."""
    return f"{FIRST_SECOND + number}.{micros:06d}"


def _channel(number: int) -> str:
    if number % 10 == 7:
        return OTHER_CHANNEL
    return INCIDENT_CHANNELS[number % len(INCIDENT_CHANNELS)]


def _mark(number: int) -> dict[str, Any]:
    said = number - 1 if (number - 1) % 20 != EDITED else number - 3  # after the edit: what was edited
    return {
        "type": "reaction_added",
        "user": f"U0BEN{number % 5}",
        "reaction": "pushpin" if number % 2 else "eyes",
        "item": {"type": "message", "channel": _channel(said), "ts": ts(said)},
        "item_user": "U0ANA0",
        "event_ts": ts(number, 200),
    }


def _edit(number: int) -> dict[str, Any]:
    before = message(number - 2)
    after = {**before, "text": f"{before['text']}, edited"}
    after["edited"] = {"user": before["user"], "ts": f"{FIRST_SECOND + number}.000000"}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": before["channel"],
        "channel_type": "channel",
        "message": after,
        "previous_message": before,
        "hidden": True,
        "ts": ts(number),
        "event_ts": ts(number),
    }
