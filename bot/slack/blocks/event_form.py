"""The form that changes an event of the timeline: its text, its time and its kind at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.incidents.timeline import CHOSEN_KINDS
from bot.incidents.views.timeline import EventView, Rows
from bot.slack.blocks import form_field, option, plain
from bot.slack.blocks.carried import packed
from bot.text.form_text import field_text
from storage.vocabulary import EventKind

FORM = "edit_event"
TEXT, TIME, KIND = "text", "time", "kind"
VALUE = "value"
LONGEST_TEXT = 3000
LONGEST_TIME = 100


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and what it held; it travels with the form and comes back.

    `rows` is the page on which the event stands. `held` has a short hash of each field that held something:
    what comes back as it was is not said anew, so that two people may change different things at once.
    """

    channel_id: str
    response_url: str
    event: int
    rows: Rows = field(default_factory=Rows)
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """What the fields hold: text as it is typed, the time as its reader writes it."""

    text: str = ""
    time: str = ""
    kind: EventKind | None = None


def held_of(event: EventView, time: str) -> Held:
    """What the form holds of an event; a text too long for a field is left out, and so stays."""
    text = field_text(event.text).strip()
    return Held(text if len(text) <= LONGEST_TEXT else "", time, event.kind)


def event_form(number: int, origin: Origin, held: Held) -> dict[str, Any]:
    """The modal."""
    hashes = {TEXT: _hash(held.text), TIME: _hash(held.time), KIND: _hash(held.kind or "")}
    origin = Origin(origin.channel_id, origin.response_url, origin.event, origin.rows, hashes)
    kinds = [*CHOSEN_KINDS, *([held.kind] if held.kind and held.kind not in CHOSEN_KINDS else [])]
    options = {kind: option(kind.capitalize(), kind) for kind in kinds}
    text = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT, **_initial(held.text)}
    time = {
        "type": "plain_text_input",
        "max_length": LONGEST_TIME,
        "placeholder": plain("14:05, or 20 minutes ago"),
        **_initial(held.time),
    }
    kind: dict[str, Any] = {"type": "static_select", "options": list(options.values())}
    if held.kind:
        kind["initial_option"] = options[held.kind]
    fields = {
        TEXT: ("What happened?", text),
        TIME: ("When? (your time)", time),
        KIND: ("What kind of event is it?", kind),
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"INC-{number}: event {origin.event}"[-24:]),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            form_field(name, label, {**element, "action_id": VALUE}, is_optional=True)
            for name, (label, element) in fields.items()
        ],
    }


def changed(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> dict[str, str]:
    """The fields that say something else than they did, by name, from a submission's `view.state.values`."""
    said = {name: _said(values.get(name, {}).get(VALUE) or {}) for name in (TEXT, TIME, KIND)}
    return {name: new for name, new in said.items() if _hash(new) != origin.held.get(name, _hash(""))}


def _said(state: Mapping[str, Any]) -> str:
    chosen = state.get("selected_option") or {}
    return str(chosen.get("value") or state.get("value") or "").replace("\0", "").strip()


def _hash(said: str) -> str:
    """A hash of the words alone: Slack may change blanks and line ends."""
    return hashlib.blake2s(" ".join(said.split()).encode(), digest_size=6).hexdigest()


def _initial(said: str) -> dict[str, Any]:
    return {"initial_value": said} if said else {}
