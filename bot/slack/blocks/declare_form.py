"""The form that declares an incident: behind `/incident start`, a shortcut, a message's menu, App Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.incidents.declare import is_direct
from bot.incidents.source_message import SourceMessage
from bot.slack.blocks import Block, context, form_field, option, plain, section, shortened
from bot.slack.blocks.carried import packed
from bot.text.mrkdwn import escape

FORM = "declare_incident"
TITLE, SEVERITY, PLACE, SINCE, COMMANDER, MORE = (
    "title",
    "severity",
    "place",
    "since",
    "commander",
    "more",
)
VALUE = "value"
HERE, NEW, NEW_PRIVATE = "here", "new", "private"
"""Where an incident may be kept."""
ANNOUNCED, DRILL = "announced", "drill"
LONGEST_TITLE = 150
LONGEST_SINCE = 100


@dataclass(frozen=True)
class Origin:
    """Where the form was asked for; it travels with the form and comes back on submission.

    `channel_id` is empty where it was asked for in no channel, as by the global shortcut. `source` is the
    message that it was asked for by. `is_asked`: its person was asked whether another incident is the same.
    """

    channel_id: str
    channel_name: str
    response_url: str
    source: SourceMessage | None = None
    is_asked: bool = False


@dataclass(frozen=True)
class Filled:
    """What somebody filled in, or what the form begins with; empty text is what they left empty."""

    title: str = ""
    severity: str | None = None
    place: str = NEW
    since: str = ""
    commander_id: str | None = None
    is_announced: bool = True
    is_drill: bool = False

    @property
    def is_here(self) -> bool:
        return self.place == HERE

    @property
    def is_private(self) -> bool:
        return self.place == NEW_PRIVATE


@dataclass(frozen=True)
class Choices:
    """What the form offers: each severity with what it means, if somebody said so.

    `is_announcing`: there is a channel where incidents are announced.
    """

    severities: Mapping[str, str | None]
    is_announcing: bool = False


def declare_form(
    origin: Origin, choices: Choices, said: Filled = Filled(), *, question: Sequence[Block] = ()
) -> dict[str, Any]:
    """The modal; `question` stands above its fields, and asks whether another incident is the same."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(None, origin),
        "title": plain("Declare an incident"),
        "submit": plain("Declare anyway" if question else "Declare"),
        "close": plain("Cancel"),
        "blocks": [
            *question,
            form_field(TITLE, "What is going wrong?", _line(said.title, LONGEST_TITLE, "Checkout is down")),
            form_field(SEVERITY, "Severity", _severity(choices, said.severity), is_optional=True),
            form_field(PLACE, "Where?", _place(origin, said.place)),
            *_of_source(origin),
            form_field(
                SINCE,
                "Since when? (your time)",
                _line(said.since, LONGEST_SINCE, "14:00, or 20 minutes ago"),
                is_optional=True,
            ),
            form_field(COMMANDER, "Who leads? (commander)", _commander(said.commander_id), is_optional=True),
            form_field(MORE, "And", _more(choices, said), is_optional=True),
        ],
    }


def told(text: str) -> dict[str, Any]:
    """What takes the form's place where its person cannot be answered in a channel; Slack text."""
    return {
        "type": "modal",
        "callback_id": "told",
        "title": plain("Declare an incident"),
        "close": plain("Close"),
        "blocks": [section(text)],
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Filled:
    """Read a submission's `view.state.values`."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    more = {one.get("value") for one in of(MORE).get("selected_options") or ()}
    return Filled(
        title=_text(of(TITLE)),
        severity=(of(SEVERITY).get("selected_option") or {}).get("value"),
        place=(of(PLACE).get("selected_option") or {}).get("value") or NEW,
        since=_text(of(SINCE)),
        commander_id=of(COMMANDER).get("selected_user") or None,
        is_announced=ANNOUNCED in more,
        is_drill=DRILL in more,
    )


def _text(state: Mapping[str, Any]) -> str:
    return str(state.get("value") or "").replace("\0", "").strip()


def _line(said: str, longest: int, example: str) -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": longest,
        "placeholder": plain(example),
    }
    return element | ({"initial_value": said[:longest]} if said else {})


def _severity(choices: Choices, said: str | None) -> Block:
    options = {name: option(name, name, meaning) for name, meaning in choices.severities.items()}
    return {
        "type": "static_select",
        "action_id": VALUE,
        "placeholder": plain("Not known yet"),
        "options": list(options.values()),
    } | ({"initial_option": options[said]} if said in options else {})


def _place(origin: Origin, said: str) -> Block:
    places = {
        NEW: option("A new channel", NEW, "Everybody of the workspace may see the incident"),
        NEW_PRIVATE: option("A new private channel", NEW_PRIVATE, "Only its members see the incident"),
    }
    if origin.channel_id and not is_direct(origin.channel_id, origin.channel_name):
        places[HERE] = option("This channel", HERE, "Whoever sees this channel sees the incident")
    return {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": list(places.values()),
        "initial_option": places.get(said, places[NEW]),
    }


def _commander(said: str | None) -> Block:
    return {
        "type": "users_select",
        "action_id": VALUE,
        "placeholder": plain("Nobody yet"),
    } | ({"initial_user": said} if said else {})


def _more(choices: Choices, said: Filled) -> Block:
    options = {}
    if choices.is_announcing:
        about = "What is private, and a drill, is announced to nobody"
        options[ANNOUNCED] = option("Announce it", ANNOUNCED, about)
    options[DRILL] = option("This is a drill", DRILL, "Its title says so, and nobody else is told")
    chosen = [
        options[name]
        for name, is_chosen in ((ANNOUNCED, said.is_announced), (DRILL, said.is_drill))
        if is_chosen and name in options
    ]
    return {"type": "checkboxes", "action_id": VALUE, "options": list(options.values())} | (
        {"initial_options": chosen} if chosen else {}
    )


def _of_source(origin: Origin) -> list[Block]:
    """What becomes of the message that the form was asked for by."""
    source = origin.source
    if source is None:
        return []
    if source.is_private:
        return [
            context(
                ":lock: The message stands among few, so that a private channel is chosen. Wherever but "
                "here the incident goes on, its record holds a link to the message, and none of its words."
            )
        ]
    if not source.is_followed:
        return [context("The incident's record begins with a link to the message.")]
    return [context("The incident's record begins with the message.")]


def title_from(words: str) -> str:
    """A title from the first line of what a message says, as people typed it."""
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return shortened(first, LONGEST_TITLE)


def slack_title(said: Filled) -> str:
    """What was typed as Slack text, which pings nobody."""
    return escape(said.title)
