"""The form behind the button *Severity*: each with what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Block, form_field, option, plain
from bot.slack.blocks.carried import packed

FORM = "set_severity"
SEVERITY, VALUE = "severity", "value"
MOST_RADIOS = 10
"""Options of radio buttons (docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element)."""


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and what it held: what comes back unchanged is not set anew."""

    channel_id: str
    response_url: str
    held: str | None = None


def severity_form(
    number: int, origin: Origin, severities: Sequence[tuple[str, str | None]]
) -> dict[str, Any]:
    """The modal; each severity comes with what it means, if anybody said."""
    options = [option(name, name, meaning) for name, meaning in severities]
    choice: Block = {"type": "radio_buttons", "action_id": VALUE, "options": options}
    if len(options) > MOST_RADIOS:
        choice = {**choice, "type": "static_select", "placeholder": plain("Choose a severity")}
    initial = next((one for one in options if one["value"] == origin.held), None)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"INC-{number}: severity"[:24]),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            form_field(SEVERITY, "How bad is it?", choice | ({"initial_option": initial} if initial else {}))
        ],
    }


def chosen(values: Mapping[str, Mapping[str, Any]]) -> str:
    """The severity in a submission's `view.state.values`."""
    state = values.get(SEVERITY, {}).get(VALUE) or {}
    return str((state.get("selected_option") or {}).get("value") or "")
