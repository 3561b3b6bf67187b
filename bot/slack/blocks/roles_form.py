"""The form of an incident's roles: who does what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.blocks import context, form_field, plain
from bot.slack.blocks.carried import packed
from bot.text.nobody import name_of

FORM = "give_roles"
VALUE = "value"
MOST = 40
"""Roles that a form shows; a view has at most 100 blocks."""


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and whom it held for each role: who stays is not given it anew."""

    channel_id: str
    response_url: str
    held: Mapping[str, str] = field(default_factory=dict)


def roles_form(number: int, origin: Origin, roles: Sequence[str]) -> dict[str, Any]:
    """The modal; a field that is emptied ends its role."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"INC-{number}: roles"[:24]),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            *(
                form_field(
                    role,
                    role.capitalize(),
                    {
                        # of several kinds of menus this one alone can be emptied
                        "type": "multi_users_select",
                        "action_id": VALUE,
                        "max_selected_items": 1,
                        "placeholder": plain("Nobody"),
                    }
                    | ({"initial_users": [held]} if (held := _held(origin, role)) else {}),
                    is_optional=True,
                )
                for role in roles[:MOST]
            ),
            context(
                "Whoever gets a role is told in the incident's channel, and invited where they are not in it."
            ),
        ],
    }


def _held(origin: Origin, role: str) -> str | None:
    """Who the form says holds it; Slack refuses one that begins with somebody who is in no workspace."""
    held = origin.held.get(role)
    return held if held and name_of(held) is None else None


def changed(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> dict[str, str | None]:
    """The roles that say somebody else than they did, from a submission's `view.state.values`."""
    said = {
        role: next(iter((state.get(VALUE) or {}).get("selected_users") or ()), None)
        for role, state in values.items()
    }
    return {role: user_id for role, user_id in said.items() if user_id != _held(origin, role)}
