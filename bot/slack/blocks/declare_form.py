"""The form behind `/incident start` without a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block, form_field, option, plain
from bot.slack.blocks.carried import packed

FORM = "declare_incident"
TITLE, SEVERITY, PLACE, SINCE = "title", "severity", "place", "since"
VALUE = "value"
HERE, NEW, NEW_PRIVATE = "here", "new", "private"
"""Where an incident may be kept."""
LONGEST_TITLE = 150


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back on submission."""

    channel_id: str
    channel_name: str
    response_url: str


@dataclass(frozen=True)
class Filled:
    """What somebody filled in; empty text is what they left empty."""

    title: str
    severity: str | None
    is_here: bool
    is_private: bool
    since: str


def declare_form(
    origin: Origin, severities: Sequence[str], *, place: str = NEW, since: str = ""
) -> dict[str, Any]:
    """The modal; `place` is chosen beforehand, `since` is what was said already."""
    began: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "placeholder": plain("14:00, or 20 minutes ago"),
    }
    if since:
        began["initial_value"] = since
    places = {
        NEW: option("A new channel", NEW),
        NEW_PRIVATE: option("A new private channel", NEW_PRIVATE),
        HERE: option("This channel", HERE),
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(None, origin),
        "title": plain("Start an incident"),
        "submit": plain("Start"),
        "close": plain("Cancel"),
        "blocks": [
            form_field(
                TITLE,
                "What is going wrong?",
                {
                    "type": "plain_text_input",
                    "action_id": VALUE,
                    "max_length": LONGEST_TITLE,
                    "placeholder": plain("Checkout is down"),
                },
            ),
            form_field(
                SEVERITY,
                "Severity",
                {
                    "type": "static_select",
                    "action_id": VALUE,
                    "placeholder": plain("Not known yet"),
                    "options": [option(name, name) for name in severities],
                },
                is_optional=True,
            ),
            form_field(
                PLACE,
                "Where?",
                {
                    "type": "radio_buttons",
                    "action_id": VALUE,
                    "options": list(places.values()),
                    "initial_option": places[place],
                },
            ),
            form_field(SINCE, "Since when? (your time)", began, is_optional=True),
        ],
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Filled:
    """Read a submission's `view.state.values`."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    place = (of(PLACE).get("selected_option") or {}).get("value")
    return Filled(
        title=(of(TITLE).get("value") or "").strip(),
        severity=(of(SEVERITY).get("selected_option") or {}).get("value"),
        is_here=place == HERE,
        is_private=place == NEW_PRIVATE,
        since=(of(SINCE).get("value") or "").strip(),
    )
