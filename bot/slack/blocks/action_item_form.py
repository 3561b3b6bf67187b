"""The form of an action item: behind `/incident task add`, `/incident task edit 2` and the button "Edit…"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.incidents.action_items.parse import KINDS, LONGEST, PRIORITIES, ActionItemDetails
from bot.incidents.source_message import SourceMessage
from bot.slack.blocks import Block, form_field, option, plain
from bot.slack.blocks.carried import packed
from bot.text.form_text import field_text, fingerprint
from bot.text.nobody import name_of
from bot.text.visible import visible

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
FIELDS = (TEXT, OWNER, DUE, PRIORITY, KIND, DONE_WHEN, TICKET)
FILING, FILED = "filing", "filed"
CHOSEN = {OWNER: "selected_user", DUE: "selected_date"}


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for, and what it held; it travels with the form and comes back.

    `item` is the one to change; None: a new one. `incident` is the number of its incident; None: that of the
    channel. `held` has a short hash of each field that held something: what comes back as it was is not said
    anew, so that two people may change different things at once. `source` is the message that is to become
    an item.
    """

    channel_id: str
    response_url: str
    item: int | None = None
    incident: int | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    source: SourceMessage | None = None


def holding(origin: Origin, item: ActionItemDetails) -> Origin:
    """The same, with what the form holds of an item."""
    held = {name: fingerprint(value) for name, value in _shown(item).items() if value}
    return replace(origin, held=held)


def action_item_form(
    origin: Origin,
    item: ActionItemDetails | None = None,
    *,
    asked: Sequence[Block] = (),
    tracker: str | None = None,
) -> dict[str, Any]:
    """The modal; `item` is what it begins with. Of a new item only what is to be done must be filled in.

    `asked` are fields above the others: which incident it is for, where that is not known. Where there is a
    `tracker`, by its title, one that has no ticket can be filed there.
    """
    is_new = origin.item is None
    said = _shown(item or ActionItemDetails())
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(origin.incident, origin),
        "title": plain(_title(origin)),
        "submit": plain("Add" if is_new else "Save"),
        "close": plain("Cancel"),
        "blocks": [
            *asked,
            _input(
                TEXT,
                "What is to be done?",
                {**_line(said[TEXT]), "multiline": True},
                is_optional=not is_new,
            ),
            _input(OWNER, "By whom?", {"type": "users_select", **_initial("initial_user", said[OWNER])}),
            _input(DUE, "By when?", {"type": "datepicker", **_initial("initial_date", said[DUE])}),
            _input(PRIORITY, "Priority", _choice(PRIORITIES, said[PRIORITY])),
            _input(KIND, "What for?", _choice(KINDS, said[KIND])),
            _input(DONE_WHEN, "Done when", _line(said[DONE_WHEN])),
            _input(TICKET, "Ticket", {"type": "url_text_input", **_initial("initial_value", said[TICKET])}),
            *([_filing(tracker)] if tracker and not said[TICKET] else []),
        ],
    }


def _filing(tracker: str) -> Block:
    choice = option(f"File it in {tracker}", FILED)
    return _input(FILING, "Tracker", {"type": "checkboxes", "options": [choice]})


def wants_ticket(values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether it is to be filed, from a submission's `view.state.values`."""
    state = values.get(FILING, {}).get(VALUE) or {}
    return bool(state.get("selected_options"))


def _title(origin: Origin) -> str:
    """At most 24 characters (docs.slack.dev/reference/views/modal-views)."""
    if origin.incident is None:
        return "Add an action item" if origin.item is None else f"Action item {origin.item}"
    return f"INC-{origin.incident}: {'new item' if origin.item is None else f'item {origin.item}'}"[:24]


def changed(values: Mapping[str, Mapping[str, Any]], origin: Origin) -> dict[str, str]:
    """The fields that say something else than they did, by name, from a submission's `view.state.values`.

    An emptied one is "". Text is as it was typed, not yet Slack text.
    """
    said = {name: _value(name, values.get(name, {}).get(VALUE) or {}) for name in FIELDS}
    return {
        name: new for name, new in said.items() if fingerprint(new) != origin.held.get(name, fingerprint(""))
    }


def _value(name: str, state: Mapping[str, Any]) -> str:
    if name in (PRIORITY, KIND):
        state = state.get("selected_option") or {}
    return str(state.get(CHOSEN.get(name, VALUE)) or "").replace("\0", "").strip()


def fits(text: str) -> bool:
    """Whether the form's field for what is to be done takes a Slack text, and shows some of it."""
    said = field_text(text).strip()
    return bool(visible(said)) and len(said) <= LONGEST


def _shown(item: ActionItemDetails) -> dict[str, str]:
    """What each field holds at first; a text too long for one is left out, and so stays."""
    texts = {
        TEXT: field_text(item.text).strip(),
        DONE_WHEN: " ".join(field_text(item.done_when or "").split()),
    }
    return {
        **{name: text if len(text) <= LONGEST else "" for name, text in texts.items()},
        # Slack refuses a form that begins with somebody who is in no workspace
        OWNER: item.owner_id if item.owner_id and name_of(item.owner_id) is None else "",
        DUE: item.due_on.isoformat() if item.due_on else "",
        PRIORITY: item.priority or "",
        KIND: item.kind or "",
        TICKET: item.ticket_url or "",
    }


def _line(said: str) -> Block:
    return {"type": "plain_text_input", "max_length": LONGEST, **_initial("initial_value", said)}


def _initial(name: str, said: str) -> Block:
    return {name: said} if said else {}


def _choice(names: tuple[str, ...], said: str) -> Block:
    options = {name: option(name, name) for name in names}
    initial = {"initial_option": options[said]} if said in options else {}
    return {
        "type": "static_select",
        "placeholder": plain("Not said"),
        "options": list(options.values()),
        **initial,
    }


def _input(block_id: str, label: str, element: Block, *, is_optional: bool = True) -> Block:
    return form_field(block_id, label, {**element, "action_id": VALUE}, is_optional=is_optional)
