"""The meeting in which a post-mortem is reviewed: its form, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.incidents.channels import Place
from bot.incidents.review_meetings import LENGTHS, LONGEST_NOTE, LONGEST_TITLE, usual_title
from bot.slack.blocks import Block, Surface, actions, button, confirm, form_field, option, plain, section
from bot.slack.blocks.carried import packed
from bot.text.moments import shown
from bot.text.of_programs import inert_words

FORM_ACTION = "plan_meeting_form"
FORM = "plan_meeting"
CANCEL_ACTION = "cancel_meeting"
DAY, AT, LENGTH, TITLE, NOTE, VALUE = "day", "at", "length", "title", "note", "value"
MOST_NAMED = 10
LONGEST_NAME = 80


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back."""

    channel_id: str
    response_url: str


@dataclass(frozen=True)
class Proposed:
    """What the form begins with, on the clock of `zone`, as people write its name."""

    day: date | None = None
    at: time = time(10)
    zone: str = ""
    minutes: int = 45
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Filled:
    """What somebody filled in, as plain text; None where Slack sent nothing that could be read."""

    day: date | None
    at: time | None
    minutes: int
    title: str
    note: str


def plan_button(number: int) -> Block:
    """The button that opens the form."""
    return button(FORM_ACTION, "Plan a review meeting…", packed(number))


@dataclass(frozen=True)
class MeetingRef:
    """The meeting that somebody saw: it counts up each time it is moved or cancelled."""

    sequence: int


def cancel_button(number: int, sequence: int) -> Block:
    """The button that cancels the meeting as it stands, once its person says yes."""
    asked = confirm(
        f"Cancel the review of INC-{number}?",
        "The channel is told, with a file that takes it out of calendars. Whoever planned it and the "
        "post-mortem's owner can do this.",
        "Cancel the meeting",
    )
    return button(
        CANCEL_ACTION,
        "Cancel the meeting…",
        packed(number, MeetingRef(sequence)),
        style="danger",
        confirm=asked,
    )


def cancel_question(number: int, at: datetime, sequence: int) -> Surface:
    """What `/postmortem meeting cancel` is answered."""
    text = f"The review of INC-{number} is planned for {shown(at)}."
    return Surface(text, [section(text), actions([cancel_button(number, sequence)])])


def meeting_cancelled(number: int, place: Place) -> str:
    """To whoever cancelled it."""
    return (
        f"The review of INC-{number} is cancelled; a file that takes it out of calendars follows in "
        f"{place.called}. `/postmortem meeting INC-{number}` plans it again."
    )


def cancelled_shared(number: int, title: str, at: datetime, by: str) -> str:
    """To the channel, with the file that says so. Names are plain."""
    lead = f":calendar: {inert_words(title, LONGEST_TITLE)}"
    subject = "It" if title == usual_title(number) else f"The review of INC-{number}"
    return f"{lead}\n{subject} was to be {shown(at)} and is cancelled, by {inert_words(by, LONGEST_NAME)}."


def meeting_form(number: int | None, origin: Origin, proposed: Proposed) -> dict[str, Any]:
    """The modal; `number` None is the incident of the channel."""
    clock = f"At what time ({proposed.zone})?" if proposed.zone else "At what time, on your clock?"
    lengths = {one: option(f"{one} minutes", str(one)) for one in LENGTHS}
    picker = {"type": "datepicker", **({"initial_date": proposed.day.isoformat()} if proposed.day else {})}
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain("Review meeting"),
        "submit": plain("Share it"),
        "close": plain("Cancel"),
        "blocks": [
            _field(DAY, "On which day?", picker),
            _field(AT, clock, {"type": "timepicker", "initial_time": f"{proposed.at:%H:%M}"}),
            _field(
                LENGTH,
                "For how long?",
                {
                    "type": "static_select",
                    "options": list(lengths.values()),
                    "initial_option": lengths.get(proposed.minutes, lengths[45]),
                },
            ),
            _field(
                TITLE,
                "Called what?",
                _text(LONGEST_TITLE, proposed.title or (usual_title(number) if number else "")),
                is_optional=True,
            ),
            _field(NOTE, "Note", _text(LONGEST_NOTE, proposed.note, is_long=True), is_optional=True),
        ],
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Filled:
    """Read a submission's `view.state.values`."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    minutes = str((of(LENGTH).get("selected_option") or {}).get("value") or "")
    return Filled(
        day=_read(date.fromisoformat, of(DAY).get("selected_date")),
        at=_read(time.fromisoformat, of(AT).get("selected_time")),
        minutes=int(minutes) if minutes in map(str, LENGTHS) else 45,
        title=" ".join(str(of(TITLE).get("value") or "").replace("\0", "").split()),
        note=str(of(NOTE).get("value") or "").replace("\0", "").strip(),
    )


def meeting_planned(number: int, at: datetime, minutes: int, place: Place) -> str:
    """To whoever planned it."""
    return (
        f"The review of INC-{number} is {shown(at)}, for {minutes} minutes; its calendar file follows in "
        f"{place.called}. `/postmortem meeting INC-{number}` moves it."
    )


def meeting_shared(
    number: int,
    title: str,
    at: datetime,
    minutes: int,
    by: str,
    others: Sequence[str],
    *,
    is_moved: bool,
) -> str:
    """To the channel, with its file. Names are plain, and nobody is called by them."""
    named = [inert_words(one, LONGEST_NAME) for one in others[:MOST_NAMED]]
    more = len(others) - len(named)
    people = ", ".join([*named, *([f"{more} more"] if more > 0 else [])])
    lead = f":calendar: {inert_words(title, LONGEST_TITLE)}"
    planned = "was moved to" if is_moved else "is planned for"
    subject = "It" if title == usual_title(number) else f"The review of INC-{number}"
    said = (
        f"{lead}\n{subject} {planned} {shown(at)}, for {minutes} minutes, by {inert_words(by, LONGEST_NAME)}."
    )
    return f"{said} It concerns {people}." if people else said


def _field(block_id: str, label: str, element: Block, *, is_optional: bool = False) -> Block:
    return form_field(block_id, label, {**element, "action_id": VALUE}, is_optional=is_optional)


def _text(longest: int, said: str, *, is_long: bool = False) -> Block:
    made: Block = {"type": "plain_text_input", "max_length": longest, "multiline": is_long}
    return {**made, "initial_value": said[:longest]} if said else made


def _read(parse: Any, said: object) -> Any:
    try:
        return parse(str(said or ""))
    except ValueError:
        return None
