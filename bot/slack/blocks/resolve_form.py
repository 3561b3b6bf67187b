"""The form that resolves an incident: how it ended, what it hurt, when, and what is left to be decided."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.slack.blocks import Block, context, form_field, option, plain, shortened
from bot.slack.blocks.carried import packed
from bot.text.form_text import field_text

RESOLVE_ACTION = "resolve_form"
FORM = "resolve_incident"
CONCLUSION, IMPACT, MITIGATED, RESOLVED = "conclusion", "impact", "mitigated", "resolved"
ITEMS, UNMARKED = "items", "unmarked"
VALUE = "value"
LONGEST_TEXT, LONGEST_TIME = 3000, 100
LONGEST_OPTION = 75
MOST_OPTIONS = 10
"""Of checkboxes (docs.slack.dev/reference/block-kit/block-elements/checkboxes-element)."""
LONGEST_PLACEHOLDER = 150
EXAMPLE_TIME = "14:50, or 20 minutes ago"


LONGEST_BECAUSE = 200


@dataclass(frozen=True)
class Offered:
    """A time nobody has stated that a field was filled with: the hash of what it held, and the moment."""

    hash: str
    at: datetime


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and what it held; it travels with the form and comes back.

    `held` has a short hash of each field that held something: what comes back as it was is not stated anew.
    What was `offered`, by field, is stated by whoever sends it: to the second, which the field does not show.
    `seen` is the last change of the incident's status when it was opened, None where that was not known.
    """

    channel_id: str
    response_url: str
    held: Mapping[str, str] = field(default_factory=dict)
    seen: int | None = None
    offered: Mapping[str, Offered] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggested:
    """A time of the record's that nobody has stated: as its reader writes it, exactly, and what it is."""

    text: str
    at: datetime
    because: str


@dataclass(frozen=True)
class Choice:
    """Something to tick: what it is known by, and plain text that says what it is, and why."""

    value: str
    label: str
    why: str = ""


@dataclass(frozen=True)
class Held:
    """What the form begins with: Slack texts, times as its reader writes them, and what can be ticked.

    `suggested` is what the record has for a time that nobody stated, by field, `ended` when its alerts ended;
    `impact_marks` counts the messages that are marked as its impact.
    """

    conclusion: str = ""
    impact: str = ""
    mitigated: str = ""
    suggested: Mapping[str, Suggested] = field(default_factory=dict)
    ended: str = ""
    impact_marks: int = 0
    items: Sequence[Choice] = ()
    unmarked: Sequence[Choice] = ()
    more_unmarked: int = 0


@dataclass(frozen=True)
class Said:
    """What was filled in: the fields that say something else than they did, by name, and what was ticked.

    `agreed` are the times that were offered and left as they were.
    """

    texts: Mapping[str, str]
    items: Sequence[int]
    unmarked: Sequence[str]
    agreed: Mapping[str, datetime] = field(default_factory=dict)


def resolve_form(number: int | None, origin: Origin, held: Held) -> dict[str, Any]:
    """The modal; `number` None: the channel's incident."""
    texts = {CONCLUSION: _fitting(held.conclusion), IMPACT: _fitting(held.impact)}
    before = {**texts, MITIGATED: held.mitigated}
    hashes = {name: _hash(text) for name, text in before.items() if text}
    offered = {name: Offered(_hash(one.text), one.at) for name, one in held.suggested.items()}
    now = "now, if you leave it empty" + (f"; the alerts ended {held.ended}" if held.ended else "")
    blocks = [
        _text(CONCLUSION, "How did it end?", texts[CONCLUSION], "Rolled back; all payments go through again"),
        _text(IMPACT, "What was the impact?", texts[IMPACT], "3,000 customers could not pay"),
        *([context(_marks(held.impact_marks))] if held.impact_marks else []),
        _time(MITIGATED, "Mitigated when? (your time)", held, held.mitigated, EXAMPLE_TIME),
        _time(RESOLVED, "Resolved when? (your time)", held, "", now, "resolved now"),
        *_ticks(ITEMS, "Still to be done; tick what is done by now", held.items),
    ]
    if len(held.items) > MOST_OPTIONS:
        more = len(held.items) - MOST_OPTIONS
        blocks.append(context(f"{more} more: `/incident task` lists them all."))
    blocks += _ticks(UNMARKED, "Nobody marked these; tick what belongs on the timeline", held.unmarked)
    if held.more_unmarked:
        blocks.append(context(f"{held.more_unmarked} more: `/timeline suggest` lists them."))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, replace(origin, held=hashes, offered=offered)),
        "title": plain(f"Resolve INC-{number}"[:24] if number else "Resolve the incident"),
        "submit": plain("Resolve"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def filled(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> Said:
    """What somebody filled in, from a submission's `view.state.values`; texts are as typed."""
    states = {name: values.get(name, {}).get(VALUE) or {} for name in values}
    said = {
        name: str(states.get(name, {}).get("value") or "").replace("\0", "").strip()
        for name in (CONCLUSION, IMPACT, MITIGATED, RESOLVED)
    }
    agreed = {name: one.at for name, one in origin.offered.items() if _hash(said.get(name, "")) == one.hash}
    texts = {
        name: new
        for name, new in said.items()
        if name not in agreed and _hash(new) != origin.held.get(name, _hash(""))
    }
    ticked = {
        name: [str(one.get("value")) for one in states.get(name, {}).get("selected_options") or ()]
        for name in (ITEMS, UNMARKED)
    }
    return Said(texts, [int(one) for one in ticked[ITEMS] if one.isdecimal()], ticked[UNMARKED], agreed)


def _marks(count: int) -> str:
    are, they = ("message is", "it comes") if count == 1 else ("messages are", "they come")
    return f"{count} {are} marked as its impact; {they} into the draft as well."


def _fitting(text: str) -> str:
    """A Slack text as a field shows it; one too long for a field is left out, and so stays."""
    shown = field_text(text).strip()
    return shown if len(shown) <= LONGEST_TEXT else ""


def _text(name: str, label: str, text: str, example: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": True,
        "max_length": LONGEST_TEXT,
        "placeholder": plain(example),
    }
    return form_field(name, label, {**element, **_initial(text)}, is_optional=True)


def _time(name: str, label: str, held: Held, stated: str, placeholder: str, emptied: str = "") -> Block:
    """A field for a time: as stated, else as the record suggests it; `emptied` is what it says when empty."""
    suggested = held.suggested.get(name) if not stated else None
    element: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": LONGEST_TIME,
        "placeholder": plain(shortened(placeholder, LONGEST_PLACEHOLDER)),
    }
    hint = ""
    if suggested:
        hint = f"Filled in from the record: {shortened(suggested.because, LONGEST_BECAUSE)}. "
        hint += f"Empty it for {emptied}." if emptied else "Empty it if that is not so."
    text = suggested.text if suggested else stated
    return form_field(name, label, {**element, **_initial(text)}, is_optional=True, hint=hint)


def _ticks(name: str, label: str, choices: Sequence[Choice]) -> list[Block]:
    if not choices:
        return []
    options = [
        option(shortened(one.label, LONGEST_OPTION) or "(no text)", one.value, one.why or None)
        for one in choices[:MOST_OPTIONS]
    ]
    element: Block = {"type": "checkboxes", "action_id": VALUE, "options": options}
    return [form_field(name, label, element, is_optional=True)]


def _initial(said: str) -> Block:
    return {"initial_value": said} if said else {}


def _hash(said: str) -> str:
    """A hash of the words alone: Slack may change blanks and line ends."""
    return hashlib.blake2s(" ".join(said.split()).encode(), digest_size=6).hexdigest()
