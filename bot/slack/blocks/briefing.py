"""What somebody reads who joins an incident late, and the line that offers it to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents.views.action_items import ActionItemView
from bot.incidents.views.briefing import Briefing
from bot.incidents.views.incident import StatusView
from bot.slack.blocks import (
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    context,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.action_item_list import NO_TEXT, details
from bot.slack.blocks.carried import packed
from bot.slack.blocks.summary import TAKE_ACTION
from bot.slack.blocks.timeline_page import SHOW_ACTION, ShownEvent, event_line
from bot.slack.blocks.unreachable import SHORT, lost
from bot.text.moments import shown
from bot.text.mrkdwn import escape
from bot.text.nobody import mention
from storage.vocabulary import COMMANDER

BRIEFING_ACTION = "show_briefing"
LONGEST_TITLE, LONGEST_ITEM, LONGEST_UPDATE = 300, 200, 1000
ITEMS = 10
ROLES = 20


@dataclass(frozen=True)
class ShownUpdate:
    """What people were told last; `known` and `doing` are inert Slack text on one line."""

    at: datetime
    known: str
    doing: str | None


@dataclass(frozen=True)
class ShownBriefing:
    """How an incident stands; `title`, `conclusion` and the words of items are inert, on one line."""

    view: Briefing
    title: str
    conclusion: str | None
    events: Sequence[ShownEvent]
    items: Sequence[tuple[ActionItemView, str]]
    update: ShownUpdate | None = None


def briefing(facts: ShownBriefing) -> Surface:
    """Its state, what happened last, who does what, what is still to be done."""
    view, status = facts.view, facts.view.status
    number, title = status.number, shortened_mrkdwn(facts.title, LONGEST_TITLE)
    head = [f"*INC-{number}: {title}*", _state(status), _since(status)]
    if facts.conclusion and not status.is_open:
        head.append(f"Concluded: {shortened_mrkdwn(facts.conclusion, LONGEST_UPDATE)}")
    if status.unreachable:
        head.append(f":warning: {lost(SHORT[status.unreachable])}")
    blocks: list[Block] = [section("\n".join(head))]
    if facts.update:
        blocks.append(section(_update(facts.update)))
    blocks.append(section(_roles(status)))
    blocks.append(section(_counted(view)))
    blocks += [section(event_line(one)) for one in facts.events]
    if facts.items:
        blocks.append(section(_items(facts)))
    buttons = [button(SHOW_ACTION, "Whole timeline", packed(number))]
    if status.is_open and not status.commander:
        buttons.append(button(TAKE_ACTION, "Take command", packed(number)))
    blocks.append(actions(buttons))
    links = [f"<{status.timeline_link}|Timeline (live)>"] if status.timeline_link else []
    links += [f"<{status.draft_link}|Post-mortem draft>"] if status.draft_link else []
    if links:
        blocks.append(context(" · ".join(links)))
    return Surface(f"How INC-{number} stands", blocks)


def offer(number: int) -> Surface:
    """To somebody who joined an open incident's channel after it had begun."""
    text = f"INC-{number} has been going on here for a while."
    told = button(BRIEFING_ACTION, "How does it stand?", packed(number))
    return Surface(f"{text} `/incident catchup` says how it stands.", [{**section(text), "accessory": told}])


def _state(status: StatusView) -> str:
    state = ":no_entry_sign: cancelled" if status.is_cancelled else ":large_green_circle: resolved"
    if status.is_open:
        state = f":red_circle: {escape(status.stage or 'open')}"
    marks = [*(["*drill*"] if status.is_drill else []), *([":lock: private"] if status.is_private else [])]
    return " · ".join([state, *marks, escape(status.severity or "severity not set")])


def _since(status: StatusView) -> str:
    began = f"Impact since {shown(status.started_at)}, declared" if status.started_at else "Declared"
    said = f"{began} {shown(status.declared_at)} by {mention(status.declared_by)}"
    said += f", resolved {shown(status.resolved_at)}." if status.resolved_at else "."
    return f"{said}\nNext update by {shown(status.next_update_at)}." if status.next_update_at else said


def _update(update: ShownUpdate) -> str:
    said = f"*Last update*, {shown(update.at)}: {shortened_mrkdwn(update.known, LONGEST_UPDATE)}"
    if update.doing:
        said += f"\nWhat is done: {shortened_mrkdwn(update.doing, LONGEST_UPDATE)}"
    return said


def _roles(status: StatusView) -> str:
    leads = f"{COMMANDER}: {mention(status.commander)}" if status.commander else "Nobody leads it."
    lines = [leads, *(f"{role}: {mention(who)}" for role, who in list(status.roles.items())[:ROLES])]
    return shortened_mrkdwn("\n".join(["*Who does what*", *lines]), LONGEST_SECTION)


def _counted(view: Briefing) -> str:
    if not view.events:
        return "Nothing stands on the timeline yet."
    last = len(view.events)
    return "*The timeline*" if last == view.count else f"*The last {last} of {view.count:,} events*"


def _items(facts: ShownBriefing) -> str:
    lines = [
        f"*{item.number}* {shortened_mrkdwn(words, LONGEST_ITEM) or NO_TEXT}{details(item.details)}"
        for item, words in facts.items[:ITEMS]
    ]
    more = len(facts.items) - ITEMS
    if more > 0:
        lines.append(f"{more} more: `/incident task INC-{facts.view.status.number}`")
    return shortened_mrkdwn("\n".join(["*Still to be done*", *lines]), LONGEST_SECTION)
