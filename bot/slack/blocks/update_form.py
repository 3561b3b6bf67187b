"""The form of an update: what we know, what we do, and when people hear more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.slack.blocks import Block, form_field, option, plain
from bot.slack.blocks.carried import packed
from bot.text.spans import in_words

FORM_ACTION = "post_update_form"
FORM = "post_update"
KNOWN, DOING, NEXT, PUBLIC, VALUE = "known", "doing", "next", "public", "value"
MINUTES = (15, 30, 60, 120, 240)
NONE = timedelta(0)
NO_NEXT = "No next update is promised"
LONGEST = 2000


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back."""

    channel_id: str
    response_url: str


@dataclass(frozen=True)
class Filled:
    """What somebody filled in, as plain text; `next_in` zero: no next update is promised."""

    known: str
    doing: str
    next_in: timedelta
    is_public: bool = False
    """Whether a post for people outside is to be written next."""


def update_form(
    origin: Origin, number: int | None, next_in: timedelta | None, public: Sequence[str] = ()
) -> dict[str, Any]:
    """The modal; `number` None is the incident of the channel, `next_in` is chosen beforehand.

    `public` are the titles of the status pages for which a post may be written next.
    """
    lengths = {timedelta(minutes=one) for one in MINUTES} | ({next_in} if next_in else set())
    options = {length: option(f"In {in_words(length)}", _minutes(length)) for length in sorted(lengths)}
    options[NONE] = option(NO_NEXT, _minutes(NONE))
    chosen: Block = {
        "type": "static_select",
        "action_id": VALUE,
        "options": list(options.values()),
        "initial_option": options[next_in or NONE],
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"Update of INC-{number}"[:24] if number else "Update"),
        "submit": plain("Post"),
        "close": plain("Cancel"),
        "blocks": [
            form_field(KNOWN, "What do we know?", _text("Checkout is slow in Europe")),
            form_field(DOING, "What are we doing?", _text("Rolling back 1.5"), is_optional=True),
            form_field(NEXT, "Next update", chosen),
            *([form_field(PUBLIC, "People outside", _ticked(public), is_optional=True)] if public else []),
        ],
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Filled:
    """Read a submission's `view.state.values`."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    minutes = str((of(NEXT).get("selected_option") or {}).get("value") or "0")
    return Filled(
        known=(of(KNOWN).get("value") or "").strip(),
        doing=(of(DOING).get("value") or "").strip(),
        next_in=timedelta(minutes=int(minutes)) if minutes.isdigit() else NONE,
        is_public=bool(of(PUBLIC).get("selected_options")),
    )


def _ticked(titles: Sequence[str]) -> Block:
    label = f"Next, write a post for {' and '.join(titles)}"
    return {"type": "checkboxes", "action_id": VALUE, "options": [option(label, PUBLIC)]}


def _text(placeholder: str) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": True,
        "max_length": LONGEST,
        "placeholder": plain(placeholder),
    }


def _minutes(length: timedelta) -> str:
    return str(length // timedelta(minutes=1))
