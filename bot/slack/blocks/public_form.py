"""The form of a public post: what it holds when somebody presses is what everybody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.incidents.status_pages.contract import Component
from bot.incidents.vocabulary import PublicImpact, PublicState
from bot.slack.blocks import Block, context, form_field, option, plain, section, shortened
from bot.slack.blocks.carried import packed
from bot.text.slack_text import escape, link

FORM = "post_publicly"
FORM_ACTION = "public_form"
NAME, TEXT, STATE, IMPACT, WHERE, NOTIFY, PRIVATE, VALUE = (
    "name",
    "text",
    "state",
    "impact",
    "where",
    "notify",
    "private",
    "value",
)
AFFECTED = "affected_"
"""Begins the field of what is affected on a page, whose name follows."""
LONGEST_NAME, LONGEST_TEXT = 200, 3000
MOST_COMPONENTS = 100
"""Options of a menu (docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element)."""
LONGEST_OPTION = 75
YES = "yes"
STATES = {
    PublicState.INVESTIGATING: "Investigating",
    PublicState.IDENTIFIED: "Identified",
    PublicState.MONITORING: "Monitoring",
    PublicState.RESOLVED: "Resolved",
}
IMPACTS = {
    PublicImpact.OPERATIONAL: "Operational: it works",
    PublicImpact.DEGRADED: "Degraded performance",
    PublicImpact.PARTIAL_OUTAGE: "Partial outage",
    PublicImpact.MAJOR_OUTAGE: "Major outage",
}


@dataclass(frozen=True)
class PublicOrigin:
    """Where the form was asked for, and what it showed; it travels with the form and comes back.

    `pages` are the names of the pages it offers, `seen` the newest post then. `is_update`: what is posted is
    an update for people inside as well.
    """

    channel_id: str
    response_url: str
    pages: tuple[str, ...]
    seen: int = 0
    is_update: bool = False


@dataclass(frozen=True)
class Page:
    """A page as the form shows it; `components` None: it did not answer. `chosen` are ids of those."""

    name: str
    title: str
    url: str | None = None
    components: Sequence[Component] | None = None
    chosen: Sequence[str] = ()


@dataclass(frozen=True)
class PublicWords:
    """What the form holds, in plain text; `since` is inert Slack text about a post that came between."""

    name: str = ""
    text: str = ""
    state: PublicState = PublicState.INVESTIGATING
    impact: PublicImpact = PublicImpact.DEGRADED
    is_private: bool = False
    notifies: bool = False
    since: str = ""


@dataclass(frozen=True)
class FilledIn:
    """What somebody filled in; `pages` are those that are ticked, with the ids of what is affected there."""

    name: str
    text: str
    state: PublicState
    impact: PublicImpact
    pages: Mapping[str, Sequence[str]]
    notifies: bool
    is_private_said: bool


def public_form(
    number: int | None, origin: PublicOrigin, words: PublicWords, pages: Sequence[Page]
) -> dict[str, Any]:
    """The modal; `number` None is the incident of the channel."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": packed(number, origin),
        "title": plain(f"Public: INC-{number}"[:24] if number else "Public post"),
        "submit": plain("Post publicly"),
        "close": plain("Cancel"),
        "blocks": [*_warnings(words, pages), *_fields(words, pages)],
    }


def _warnings(words: PublicWords, pages: Sequence[Page]) -> list[Block]:
    where = " and ".join(link(one.title, one.url) if one.url else f"*{escape(one.title)}*" for one in pages)
    found = [
        section(
            f":mega: Everybody outside reads this on {where}, word for word as it stands here. Nothing is "
            "posted before you press."
        )
    ]
    if words.since:
        found.insert(0, section(f":warning: {words.since}"))
    if words.is_private:
        found.insert(
            0,
            section(
                ":lock: *This incident is private.* Its members alone see it, and what you post here is read "
                "by everybody. Nothing of it is filled in beforehand."
            ),
        )
        said = {"type": "checkboxes", "action_id": VALUE, "options": [_PRIVATE_OPTION]}
        found.insert(1, form_field(PRIVATE, "Although it is private", said))
    return found


def _fields(words: PublicWords, pages: Sequence[Page]) -> list[Block]:
    fields: list[Block] = []
    if len(pages) > 1:
        every = [option(one.title, one.name) for one in pages]
        chosen = {"type": "checkboxes", "action_id": VALUE, "options": every, "initial_options": every}
        fields.append(form_field(WHERE, "Where", chosen, is_optional=True))
    if not all(one.url for one in pages):
        fields.append(
            form_field(NAME, "Title", _input(words.name, LONGEST_NAME, "Payments are slow", is_long=False))
        )
    example = "We are looking into slow payments and post again in half an hour."
    fields.append(form_field(TEXT, "What people outside read", _input(words.text, LONGEST_TEXT, example)))
    fields.append(form_field(STATE, "State", _select(STATES, words.state)))
    for page in pages:
        fields += _affected(page, is_alone=len(pages) == 1)
    fields.append(form_field(IMPACT, "How what is affected works", _select(IMPACTS, words.impact)))
    told: Block = {"type": "checkboxes", "action_id": VALUE, "options": [_NOTIFY_OPTION]}
    if words.notifies:
        told["initial_options"] = [_NOTIFY_OPTION]
    fields.append(form_field(NOTIFY, "Subscribers", told, is_optional=True))
    return fields


def _affected(page: Page, *, is_alone: bool) -> list[Block]:
    title = escape(page.title)
    if page.components is None:
        return [context(f"{title} does not say now what it has parts for; it is posted without them.")]
    if not page.components:
        return []
    listed = page.components[:MOST_COMPONENTS]
    options = {one.id: option(shortened(one.name, LONGEST_OPTION), one.id) for one in listed}
    chosen = [options[one] for one in page.chosen if one in options]
    menu: Block = {
        "type": "multi_static_select",
        "action_id": VALUE,
        "placeholder": plain("Nothing in particular"),
        "options": list(options.values()),
    }
    if chosen:
        menu["initial_options"] = chosen
    label = "Affected" if is_alone else f"Affected on {page.title}"
    found = [form_field(f"{AFFECTED}{page.name}", label, menu, is_optional=True)]
    if len(page.components) > MOST_COMPONENTS:
        found.append(context(f"The first {MOST_COMPONENTS} of {len(page.components)} parts are listed."))
    return found


def filled(values: Mapping[str, Mapping[str, Any]], origin: PublicOrigin) -> FilledIn:
    """Read a submission's `view.state.values`."""

    def of(block_id: str) -> Mapping[str, Any]:
        return values.get(block_id, {}).get(VALUE) or {}

    def ticked(block_id: str) -> list[str]:
        return [str(one.get("value")) for one in of(block_id).get("selected_options") or []]

    def text(block_id: str) -> str:
        return str(of(block_id).get("value") or "").strip()

    def chosen(block_id: str) -> str:
        return str((of(block_id).get("selected_option") or {}).get("value") or "")

    pages = [one for one in origin.pages if len(origin.pages) == 1 or one in ticked(WHERE)]
    state, impact = chosen(STATE), chosen(IMPACT)
    return FilledIn(
        name=" ".join(text(NAME).split()),
        text=text(TEXT),
        state=PublicState(state) if state in STATES else PublicState.INVESTIGATING,
        impact=PublicImpact(impact) if impact in IMPACTS else PublicImpact.DEGRADED,
        pages={one: ticked(f"{AFFECTED}{one}") for one in pages},
        notifies=YES in ticked(NOTIFY),
        is_private_said=YES in ticked(PRIVATE),
    )


def _input(value: str, most: int, example: str, *, is_long: bool = True) -> Block:
    made: Block = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "multiline": is_long,
        "max_length": most,
        "placeholder": plain(example),
    }
    return made | ({"initial_value": shortened(value, most)} if value else {})


def _select(labels: Mapping[Any, str], chosen: str) -> Block:
    options = {value: option(label, value) for value, label in labels.items()}
    return {
        "type": "static_select",
        "action_id": VALUE,
        "options": list(options.values()),
        "initial_option": options[chosen],
    }


_PRIVATE_OPTION = option("Everybody may read what stands below", YES)
_NOTIFY_OPTION = option("Notify the page's subscribers of this post", YES)
