"""The form of an incident's title and of the zone that its post-mortem shows times in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import form_field, plain
from bot.slack.blocks.carried import packed
from bot.text.form_text import encoded, field_text, fingerprint

FORM = "title_and_zone"
TITLE, ZONE, VALUE = "title", "zone", "value"
LONGEST = 3000
"""Characters of a text field."""


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and fingerprints of what it held: what is unchanged is not said anew."""

    channel_id: str
    response_url: str
    title: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Filled:
    """What was changed; None: left as it was. The title is Slack text."""

    title: str | None
    zone: str | None


def title_form(number: int, channel_id: str, response_url: str, title: str, zone: str) -> dict[str, Any]:
    """The modal, with title (Slack text) and zone as they stand; a title too long for a field stays out."""
    shown = " ".join(field_text(title).split())
    shown = shown if len(shown) <= LONGEST else ""
    origin = Origin(channel_id, response_url, fingerprint(shown), fingerprint(zone))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"INC-{number}"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            form_field(TITLE, "Title", _line(shown, "Checkout is down in Europe")),
            form_field(ZONE, "Zone of the times in its post-mortem", _line(zone, "Europe/Berlin")),
        ],
    }


def filled(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> Filled:
    """Read a submission's `view.state.values`."""
    title, zone = _value(values, TITLE), _value(values, ZONE)
    return Filled(
        encoded(title) if title and fingerprint(title) != origin.title else None,
        zone if zone and fingerprint(zone) != origin.zone else None,
    )


def _value(values: Mapping[str, Mapping[str, Any]], name: str) -> str:
    said = (values.get(name, {}).get(VALUE) or {}).get("value") or ""
    return " ".join(str(said).replace("\0", "").split())


def _line(said: str, example: str) -> dict[str, Any]:
    field = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": LONGEST,
        "placeholder": plain(example),
    }
    return field | ({"initial_value": said} if said else {})
