"""The form of one field that answers what a post-mortem lacks: its severity, its owner, its reviewers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.blocks import Block, form_field, option, plain
from bot.slack.blocks.carried import packed

GAP_ACTION = "gap_form"
FORM = "answer_gap"
FIELD = VALUE = "value"


class Asked(StrEnum):
    """What the field asks for."""

    SEVERITY = "severity"
    OWNER = "owner"
    REVIEWERS = "reviewers"


@dataclass(frozen=True)
class Field:
    """What the button says that opens the form."""

    asked: Asked


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and for what; it travels with the form and comes back."""

    channel_id: str
    response_url: str
    asked: Asked


QUESTIONS: Mapping[Asked, str] = {
    Asked.SEVERITY: "How severe was it?",
    Asked.OWNER: "Who finishes the post-mortem?",
    Asked.REVIEWERS: "Who shall review it?",
}


def gap_form(number: int, origin: Origin, severities: Sequence[str]) -> dict[str, Any]:
    """The modal."""
    elements: Mapping[Asked, Block] = {
        Asked.SEVERITY: {"type": "static_select", "options": [option(name, name) for name in severities]},
        Asked.OWNER: {"type": "users_select"},
        Asked.REVIEWERS: {"type": "multi_users_select"},
    }
    element = {**elements[origin.asked], "action_id": VALUE}
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"INC-{number}"[:24]),
        "submit": plain("Ask them" if origin.asked is Asked.REVIEWERS else "Save"),
        "close": plain("Cancel"),
        "blocks": [form_field(FIELD, QUESTIONS[origin.asked], element)],
    }


def chosen(values: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What was chosen: a severity, or people's ids, from a submission's `view.state.values`."""
    state = values.get(FIELD, {}).get(VALUE) or {}
    option_of = (state.get("selected_option") or {}).get("value")
    users = state.get("selected_users") or []
    return [str(one) for one in (option_of, state.get("selected_user"), *users) if one]
