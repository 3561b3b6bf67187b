"""Scribe's App Home: what is one's own first, then what is open, then what was lately; or how to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.incidents.views.home import HomeIncident, HomePostmortem, HomeView, Shortened
from bot.slack.blocks import (
    Block,
    actions,
    button,
    context,
    form_field,
    header,
    plain,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.action_item_list import LONGEST_TICKET, NO_TEXT, ItemRef, ticket_link
from bot.slack.blocks.carried import packed
from bot.text.moments import shown
from bot.text.nobody import mention
from storage.vocabulary import COMMANDER, PostmortemState

TICK_ACTION, SEARCH_ACTION, HELP_ACTION = "task_tick", "home_search", "home_help"
DECLARE = "declare_form"
"""The button that opens the form for an incident, here as everywhere."""
FORM = "search_record"
WORDS, VALUE = "words", "value"
LONGEST_TITLE, LONGEST_ITEM, LONGEST_WORDS = 200, 300, 200
MOST_FOUND = 90
"""Blocks of a form that show what was found; it holds a hundred."""
NOT_TOLD = "Slack did not tell me in time which other incidents you may see. Open this tab again."


@dataclass(frozen=True)
class ShownHomeItem:
    """An action item with its words as inert Slack text on one line; `number` is its incident's."""

    number: int
    item: int
    text: str
    due_on: date | None
    priority: str | None
    ticket_url: str | None = None


@dataclass(frozen=True)
class ShownHome:
    """What a Home shows; titles in `view` are inert, and `items` are shown instead of its own."""

    view: HomeView
    items: Shortened[ShownHomeItem]
    today: date


def home(facts: ShownHome, emoji: str) -> dict[str, Any]:
    """The view to publish; `emoji` puts a message on the timeline."""
    view = facts.view
    if view.is_empty:
        return _home(_guide(emoji))
    blocks: list[Block] = [actions([_declare(), _search(), _help()])]
    blocks += _listed("Your open incidents", [_incident(one) for one in view.mine.shown], view.mine.more)
    blocks += _listed(
        "Your action items", [_item(one, facts.today) for one in facts.items.shown], facts.items.more
    )
    blocks += _listed(
        "Post-mortems waiting for you",
        [_postmortem(one) for one in view.postmortems.shown],
        view.postmortems.more,
    )
    if len(blocks) == 1 and view.is_complete:
        blocks.append(context("Nothing waits for you."))
    what = "Other open incidents" if view.mine.shown else "Open incidents"
    blocks += _listed(what, [_incident(one) for one in view.open.shown], view.open.more)
    blocks += _listed("Lately resolved", [_resolved(one) for one in view.recent], 0)
    if not view.is_complete:
        blocks.append(context(f":warning: {NOT_TOLD}"))
    return _home(blocks)


def closed_home(why: str) -> dict[str, Any]:
    """For somebody to whom nothing is shown; `why` is one sentence."""
    return _home([section(why)])


def search_form(words: str = "", found: Sequence[Block] = ()) -> dict[str, Any]:
    """Asks for words to look for, and shows what was found for the last ones."""
    field: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": LONGEST_WORDS,
        "placeholder": plain("connection pool"),
    }
    if words:
        field["initial_value"] = words
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain("Search incidents"),
        "submit": plain("Search"),
        "close": plain("Close"),
        "blocks": [form_field(WORDS, "Words of its title, timeline or post-mortem", field), *found],
    }


def note_form(title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """Something to read, before whoever pressed a button of the Home: it has no message to answer with."""
    return {
        "type": "modal",
        "title": plain(title),
        "close": plain("Close"),
        "blocks": list(blocks),
    }


def _home(blocks: Sequence[Block]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks)}


def _declare() -> Block:
    return {**button(DECLARE, "Declare an incident", packed(None)), "style": "danger"}


def _search() -> Block:
    return button(SEARCH_ACTION, "Search", packed(None))


def _help() -> Block:
    return button(HELP_ACTION, "Help", packed(None))


def _guide(emoji: str) -> list[Block]:
    return [
        header("Welcome to Scribe"),
        section(
            "I keep the record of an incident while people fight it, and draft its post-mortem when it is "
            "over. Nothing is recorded yet that you may see; three steps make a first one."
        ),
        section(
            "*1. Declare it.* Press the button, or say `/incident start Checkout is down` in any channel. "
            "I open a channel for it and bring you in. To practise tick *drill* in the form: nobody outside "
            "its channel is told."
        ),
        actions([_declare()]),
        section(
            f"*2. Talk, and mark.* React with :{emoji}: to a message that belongs on the timeline; "
            "`/timeline` shows it."
        ),
        section(
            "*3. Resolve it.* `/resolve Rolled back, all is well` ends it. The draft then appears in its "
            "channel, every line linked to the message it came from."
        ),
        actions([_help()]),
    ]


def _listed(heading: str, lines: Sequence[Block], more: int) -> list[Block]:
    """A heading with its lines, and how many more there are; nothing where there are none."""
    if not lines:
        return []
    rest = [context(f"and {more} more")] if more else []
    return [header(heading), *lines, *rest]


def _incident(one: HomeIncident) -> Block:
    others = [role for role in one.roles if role != COMMANDER]
    leads = f"commander {mention(one.commander)}" if one.commander else "nobody leads it yet"
    about = [one.stage or "", "you lead it" if COMMANDER in one.roles else leads]
    if others:
        about.append(f"you: {', '.join(others)}")
    about.append(f"declared {shown(one.declared_at)}")
    if one.next_update_at:
        about.append(f"next update due {shown(one.next_update_at)}")
    return section(_lines(f":red_circle: {_named(one)}", about))


def _resolved(one: HomeIncident) -> Block:
    about = [
        f"resolved {shown(one.resolved_at)}" if one.resolved_at else f"declared {shown(one.declared_at)}"
    ]
    about.append(f"<{one.link}|post-mortem>" if one.link else "")
    return section(_lines(f":large_green_circle: {_named(one)}", about))


def _named(one: HomeIncident) -> str:
    marks = ", ".join(filter(None, (one.severity, "drill" if one.is_drill else "")))
    lock = ":lock: " if one.is_private else ""
    where = f" in <#{one.channel_id}>" if one.channel_id else ""
    title = shortened_mrkdwn(one.title, LONGEST_TITLE)
    return f"{lock}*INC-{one.number}* {title}{f' ({marks})' if marks else ''}{where}"


def _item(one: ShownHomeItem, today: date) -> Block:
    known = [f"due {one.due_on.isoformat()}" if one.due_on else "", one.priority or ""]
    if one.due_on and one.due_on < today:
        known[0] = f":warning: was due {one.due_on.isoformat()}"
    if one.due_on == today:
        known[0] = ":warning: due today"
    if one.ticket_url and len(one.ticket_url) <= LONGEST_TICKET:
        known.append(ticket_link(one.ticket_url))
    words = shortened_mrkdwn(one.text, LONGEST_ITEM) or NO_TEXT
    line = section(
        " · ".join([f"*INC-{one.number}* item {one.item}: {words}", *(part for part in known if part)])
    )
    return {**line, "accessory": button(TICK_ACTION, "Done", packed(one.number, ItemRef(one.item)))}


def _postmortem(one: HomePostmortem) -> Block:
    what = "yours to finish" if one.is_owner else "your review is asked for"
    if one.is_owner and one.state == PostmortemState.IN_REVIEW:
        what = "in review, yours to publish"
    due = ""
    if one.due_at:
        due = f":warning: was due {shown(one.due_at)}" if one.is_late else f"due {shown(one.due_at)}"
    title = f":memo: *INC-{one.number}* {shortened_mrkdwn(one.title, LONGEST_TITLE)}"
    return section(_lines(title, [what, due, f"<{one.link}|open the draft>" if one.link else "no draft yet"]))


def _lines(first: str, about: Sequence[str]) -> str:
    return f"{first}\n{' · '.join(part for part in about if part)}"
