"""The form behind `/incident milestone set`: a field for each moment, holding what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.incidents.milestones import WORDS
from bot.slack.blocks import Block, form_field, plain, shortened
from bot.slack.blocks.carried import packed
from storage.vocabulary import MILESTONES, MilestoneKind

FORM = "state_milestones"
VALUE = "value"
EXAMPLE = "14:15, or 20 minutes ago"
LONGEST_PLACEHOLDER = 150
LONGEST_TIME = 100


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and what it held; it travels with the form and comes back.

    `held` is the text of each field by its kind: what comes back unchanged is not stated anew. `incident` is
    its number; None: that of the channel.
    """

    channel_id: str
    response_url: str
    held: Mapping[MilestoneKind, str] = field(default_factory=dict)
    incident: int | None = None


def milestone_form(
    origin: Origin,
    suggested: Mapping[MilestoneKind, str] | None = None,
    *,
    focus: MilestoneKind | None = None,
    is_open: bool = False,
) -> dict[str, Any]:
    """The modal; `suggested` says by kind what it might be, in plain words.

    `focus` is where the cursor stands; an open incident has no end to correct (`is_open`).
    """
    kinds = [kind for kind in MILESTONES if not (is_open and kind == MilestoneKind.RESOLVED)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(origin.incident, origin),
        "title": plain(f"INC-{origin.incident}: milestones"[-24:] if origin.incident else "Milestones"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            _field(kind, origin.held.get(kind, ""), (suggested or {}).get(kind), is_focused=kind == focus)
            for kind in kinds
        ],
    }


def changed(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> dict[MilestoneKind, str]:
    """The fields that say something else than they did, by kind, from a submission's `view.state.values`."""
    said = {
        kind: " ".join(str((values[kind].get(VALUE) or {}).get("value") or "").split())
        for kind in MILESTONES
        if kind in values
    }
    return {kind: text for kind, text in said.items() if text != origin.held.get(kind, "")}


def _field(kind: MilestoneKind, held: str, suggested: str | None, *, is_focused: bool) -> Block:
    placeholder = f"perhaps {suggested}" if suggested else EXAMPLE
    element: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": LONGEST_TIME,
        "placeholder": plain(shortened(placeholder, LONGEST_PLACEHOLDER)),
    }
    if held:
        element["initial_value"] = held
    if is_focused:
        element["focus_on_load"] = True
    return form_field(kind, f"{WORDS[kind].capitalize()} (your time)", element, is_optional=True)
