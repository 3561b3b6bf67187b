"""The forms behind the menu of a message: onto the timeline, and into a section of the post-mortem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.incidents.source_message import SourceMessage
from bot.incidents.timeline import CHOSEN_KINDS
from bot.slack.blocks import Block, context, form_field, option, plain, shortened
from bot.slack.blocks.carried import packed
from bot.text.form_text import field_text, fingerprint
from storage.vocabulary import EventKind, MarkSection

TIMELINE_FORM, SECTION_FORM = "take_message", "choose_section"
INCIDENT, TEXT, TIME, KIND, SECTION = "incident", "text", "time", "kind", "section"
VALUE = "value"
LONGEST_TEXT = 3000
LONGEST_TIME = 100
LONGEST_OPTION = 75
SECTIONS: tuple[MarkSection, ...] = tuple(one for one in MarkSection if one != MarkSection.TIMELINE)
FIRST_SECTION = MarkSection.ROOT_CAUSE


@dataclass(frozen=True)
class Origin:
    """Which message it is about; it travels with the form and comes back.

    `held` has a short hash of each field that held something, so that what comes back as it was is as the
    message says it.
    """

    source: SourceMessage
    response_url: str
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Offered:
    """An incident that may be chosen; `title` is plain text."""

    number: int
    title: str


@dataclass(frozen=True)
class Held:
    """What the fields hold: the text as it is typed, the time as its reader writes it.

    `event` is the number of the event that stands for the message already. `is_copied`: the message goes
    onto the record, and not a link to it alone.
    """

    text: str
    time: str
    kind: EventKind
    is_copied: bool = True
    event: int | None = None


def timeline_form(
    number: int | None, offered: Sequence[Offered], origin: Origin, held: Held
) -> dict[str, Any]:
    """The modal that puts a message on a timeline, or changes the event that stands for it."""
    text = field_text(held.text).strip()
    text = text if len(text) <= LONGEST_TEXT else ""  # the event then reads as its message does
    kinds = [*CHOSEN_KINDS, *([] if held.kind in CHOSEN_KINDS else [held.kind])]
    kind_options = {kind: option(kind.capitalize(), kind) for kind in kinds}
    hashes = {TEXT: fingerprint(text), TIME: fingerprint(held.time), KIND: fingerprint(held.kind)}
    return _modal(
        TIMELINE_FORM,
        "Add to timeline" if held.event is None else f"Event {held.event}",
        "Add" if held.event is None else "Save",
        packed(number, Origin(origin.source, origin.response_url, hashes)),
        [
            *_note(number, held),
            *incident_field(number, offered),
            form_field(
                TEXT,
                "What happened?",
                {
                    "type": "plain_text_input",
                    "action_id": VALUE,
                    "multiline": True,
                    "max_length": LONGEST_TEXT,
                    **({"initial_value": text} if text else {}),
                },
                is_optional=True,
            ),
            form_field(
                TIME,
                "When? (your time)",
                {
                    "type": "plain_text_input",
                    "action_id": VALUE,
                    "max_length": LONGEST_TIME,
                    **({"initial_value": held.time} if held.time else {}),
                },
                is_optional=True,
            ),
            form_field(
                KIND,
                "What kind of event is it?",
                {
                    "type": "static_select",
                    "action_id": VALUE,
                    "options": list(kind_options.values()),
                    "initial_option": kind_options[held.kind],
                },
            ),
        ],
    )


def section_form(
    number: int | None, offered: Sequence[Offered], origin: Origin, emoji: Mapping[MarkSection, str]
) -> dict[str, Any]:
    """The modal that puts a message into a section; `emoji` names that of each."""
    options = {one: option(_section_name(one), one, f"Like a :{emoji[one]}: on it") for one in SECTIONS}
    element = {
        "type": "static_select",
        "action_id": VALUE,
        "options": list(options.values()),
        "initial_option": options[FIRST_SECTION],
    }
    return _modal(
        SECTION_FORM,
        "Put into section",
        "Put",
        packed(number, origin),
        [*incident_field(number, offered), form_field(SECTION, "Which section?", element)],
    )


def incident_field(number: int | None, offered: Sequence[Offered]) -> list[Block]:
    """Which incident, where the message's channel keeps none; by its number where they are not known."""
    if number is not None:
        return []
    if not offered:
        typed = {
            "type": "number_input",
            "action_id": VALUE,
            "is_decimal_allowed": False,
            "min_value": "1",
            "placeholder": plain("7, for INC-7"),
        }
        return [form_field(INCIDENT, "Which incident?", typed)]
    options = [
        option(shortened(f"INC-{one.number} {one.title}", LONGEST_OPTION), str(one.number)) for one in offered
    ]
    chosen = {
        "type": "static_select",
        "action_id": VALUE,
        "options": options,
        "initial_option": options[0],
    }
    return [form_field(INCIDENT, "Which incident?", chosen)]


def chosen_incident(values: Mapping[str, Mapping[str, Any]]) -> int | None:
    """The number that was chosen, or typed; None where there was nothing to choose."""
    said = _said(values.get(INCIDENT, {}).get(VALUE) or {})
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def changed(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> dict[str, str]:
    """The fields of the timeline's form that say something else than they did, by name."""
    said = {name: _said(values.get(name, {}).get(VALUE) or {}) for name in (TEXT, TIME, KIND)}
    return {
        name: new for name, new in said.items() if fingerprint(new) != origin.held.get(name, fingerprint(""))
    }


def chosen_section(values: Mapping[str, Mapping[str, Any]]) -> str:
    return _said(values.get(SECTION, {}).get(VALUE) or {})


def _said(state: Mapping[str, Any]) -> str:
    chosen = state.get("selected_option") or {}
    return str(chosen.get("value") or state.get("value") or "").replace("\0", "").strip()


def _note(number: int | None, held: Held) -> list[Block]:
    if held.event is not None:
        said = f"This message is event {held.event} of INC-{number}'s timeline already: change it here."
    elif not held.is_copied:
        said = "The event links to the message, and holds none of its words but those you write here."
    else:
        return []
    return [context(said)]


def _section_name(section: MarkSection) -> str:
    return section.replace("_", " ").capitalize()


def _modal(form: str, title: str, submit: str, carried: str, blocks: Sequence[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": form,
        "private_metadata": carried,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "blocks": list(blocks),
    }
