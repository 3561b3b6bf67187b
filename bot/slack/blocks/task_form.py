"""The form behind `/incident task add`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.incidents.tasks.parse import KINDS, LONGEST, PRIORITIES, Said
from bot.slack.blocks import Block

FORM = "add_task"
VALUE = "value"
TEXT, OWNER, DUE, PRIORITY, KIND, DONE_WHEN, TICKET = (
    "text",
    "owner",
    "due",
    "priority",
    "kind",
    "done_when",
    "ticket",
)


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back."""

    channel_id: str
    response_url: str

    def packed(self) -> str:
        return json.dumps([self.channel_id, self.response_url])

    @classmethod
    def unpacked(cls, private_metadata: str) -> Origin:
        return cls(*json.loads(private_metadata))


def task_form(origin: Origin) -> dict[str, Any]:
    """The modal: only what is to be done must be filled in."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": origin.packed(),
        "title": _plain("Add an action item"),
        "submit": _plain("Add"),
        "close": _plain("Cancel"),
        "blocks": [
            _input(TEXT, "What is to be done?", {**_line(LONGEST), "multiline": True}, is_optional=False),
            _input(OWNER, "By whom?", {"type": "users_select"}),
            _input(DUE, "By when?", {"type": "datepicker"}),
            _input(PRIORITY, "Priority", _choice(PRIORITIES[:4])),
            _input(KIND, "What for?", _choice(KINDS)),
            _input(DONE_WHEN, "Done when", _line(LONGEST)),
            _input(TICKET, "Ticket", {"type": "url_text_input"}),
        ],
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Said:
    """Read a submission's `view.state.values`; its text is as typed, not yet Slack text."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    due = of(DUE).get("selected_date")
    return Said(
        text=(of(TEXT).get("value") or "").strip(),
        owner_id=of(OWNER).get("selected_user"),
        due_on=date.fromisoformat(due) if due else None,
        priority=(of(PRIORITY).get("selected_option") or {}).get("value"),
        kind=(of(KIND).get("selected_option") or {}).get("value"),
        done_when=(of(DONE_WHEN).get("value") or "").strip() or None,
        ticket_url=(of(TICKET).get("value") or "").strip() or None,
    )


def _line(longest: int) -> Block:
    return {"type": "plain_text_input", "max_length": longest}


def _choice(names: tuple[str, ...]) -> Block:
    options = [{"text": _plain(name), "value": name} for name in names]
    return {"type": "static_select", "placeholder": _plain("Not said"), "options": options}


def _input(block_id: str, label: str, element: Block, *, is_optional: bool = True) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "element": {**element, "action_id": VALUE},
        "optional": is_optional,
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
