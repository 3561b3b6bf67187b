"""How far an incident is: what people are told of it, and the form that asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.incidents.stage import EXAMPLE, RESOLVED
from bot.incidents.views.incident import History
from bot.slack.blocks import Block, Surface, form_field, option, plain
from bot.slack.blocks.carried import packed
from bot.slack.blocks.milestone_answers import history_of

FORM_ACTION = "set_stage_form"
FORM = "set_stage"
STAGE, VALUE = "stage", "value"


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back."""

    channel_id: str
    response_url: str


def stage_changed(number: int, old: str | None, new: str) -> str:
    """To whoever said it."""
    if old == new:
        return f"INC-{number} is {new} already."
    return f"INC-{number} is {new} now; it was {old}. `/resolve` ends it."


def stage_history(history: History, known: Sequence[str]) -> Surface:
    """How far it is, and how that changed; `known` are the stages there are."""
    how = f"`{EXAMPLE}` changes it; there are {', '.join(known)}. `/resolve` ends the incident."
    return history_of(f"*INC-{history.number}* is {history.now}", history, known[0], how)


def stage_form(origin: Origin, number: int, known: Sequence[str], now: str | None = None) -> dict[str, Any]:
    """The modal; `now` is how far the incident is, where that is known."""
    ending = option("resolved", RESOLVED)
    ending["description"] = plain("Ends the incident; its post-mortem draft follows")
    element: Block = {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": [*(option(name, name) for name in known), ending],
    }
    if now in known:
        element["initial_option"] = option(str(now), str(now))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"Status of INC-{number}"[:24]),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [form_field(STAGE, "How far is it?", element)],
    }


def chosen(values: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The stage of a submission's `view.state.values`."""
    selected = (values.get(STAGE, {}).get(VALUE) or {}).get("selected_option") or {}
    return str(selected["value"]) if "value" in selected else None
