"""Action items in Slack: the list with a button each, short answers, and the owner's reminder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.incidents.action_items import ActionItemDetails
from bot.incidents.views.action_items import ActionItemView
from bot.slack.blocks import LONGEST_SECTION, Block, Surface, actions, button, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.slack.blocks.paging import turns, within
from bot.text.mrkdwn import escape
from bot.text.nobody import mention
from bot.text.slack_text import link
from bot.text.ticket_label import ticket_label
from storage.vocabulary import ActionItemState

DONE_ACTION, REOPEN_ACTION, EDIT_ACTION = "task_done", "task_reopen", "task_edit"
TICKET_ACTION = "task_ticket"
SNOOZE_ACTION = "task_snooze"
DAYS = {"day": 1, "week": 7}
PAGE_ACTION = "task_page"
MOST_BLOCKS = 48
"""Blocks for items in one message, which holds 50: two are its head and its pages' buttons."""
MOST_CHARACTERS = 9000
"""Characters of all items: Slack takes 12,000 to 13,000 in one message (observed)."""
LONGEST_TEXT, LONGEST_DONE_WHEN, LONGEST_TICKET = 400, 200, 500
NO_TEXT = "(its message has no text)"
EMPTY = (
    "No action item yet. `/incident task add @ana by friday: Add an index` adds one; "
    "so does marking a message with :{emoji}:."
)


@dataclass(frozen=True)
class ItemRef:
    """The item that a button is about; `page` of the list it stands on, None in a reminder."""

    item: int
    page: int | None = None


@dataclass(frozen=True)
class ShownItem:
    """An item of the list; `text` and `done_when` are inert Slack text on one line."""

    item: ActionItemView
    text: str
    done_when: str = ""


def action_item_list(
    number: int, items: Sequence[ShownItem], emoji: str, page: int = 1, *, tracker: str | None = None
) -> Surface:
    """A page of them (from 1), the open ones first, each with a button that ticks it and one to change it.

    Where there is a `tracker`, by its title, another one files those there that have no ticket.
    """
    if not items:
        text = EMPTY.format(emoji=emoji)
        return Surface(text, [section(text)])
    ordered = sorted(items, key=lambda one: (one.item.state != ActionItemState.OPEN, one.item.number))
    left = sum(one.item.state == ActionItemState.OPEN for one in items)
    lead = f"INC-{number}: {left} of {len(items)} action items open"
    pages = _pages(ordered)
    page = within(page, len(pages))
    where = f", page {page} of {len(pages)}" if len(pages) > 1 else ""
    blocks: list[Block] = [section(f"*{lead}*{where}")]
    for one in pages[page - 1]:
        blocks += _lines(one, number, page, tracker)
    blocks += turns(PAGE_ACTION, "Previous", "Next", page, len(pages), number)
    return Surface(lead, blocks)


def _pages(items: Sequence[ShownItem]) -> list[list[ShownItem]]:
    """As many on a page as one message holds."""
    pages: list[list[ShownItem]] = [[]]
    blocks = characters = 0
    for one in items:
        length, count = len(_words(one)), 2 if one.item.state == ActionItemState.OPEN else 1
        if pages[-1] and (blocks + count > MOST_BLOCKS or characters + length > MOST_CHARACTERS):
            pages.append([])
            blocks = characters = 0
        pages[-1].append(one)
        blocks, characters = blocks + count, characters + length
    return pages


def _lines(one: ShownItem, number: int, page: int, tracker: str | None) -> list[Block]:
    item = one.item
    value = packed(number, ItemRef(item.number, page))
    line = section(_words(one))
    if item.state != ActionItemState.OPEN:
        return [{**line, "accessory": button(REOPEN_ACTION, "Reopen", value)}]
    buttons = [button(DONE_ACTION, "Done", value), button(EDIT_ACTION, "Edit…", value)]
    if tracker and not item.details.ticket_url:
        buttons.append(button(TICKET_ACTION, f"File in {tracker}", value))
    return [line, actions(buttons)]


def _words(one: ShownItem) -> str:
    item = one.item
    box = {
        ActionItemState.OPEN: ":white_large_square:",
        ActionItemState.DONE: ":white_check_mark:",
        ActionItemState.DROPPED: ":no_entry_sign:",
    }[item.state]
    words = shortened_mrkdwn(one.text, LONGEST_TEXT) or NO_TEXT
    more = [f"Done when {shortened_mrkdwn(one.done_when, LONGEST_DONE_WHEN)}"] if one.done_when else []
    ticket = item.details.ticket_url or ""
    if ticket and escape(ticket) not in words and len(escape(ticket)) <= LONGEST_TICKET:
        more.append(ticket_link(ticket))
    words = f"~{words}~" if item.state == ActionItemState.DROPPED else words
    return "\n".join(
        [f"{box} *{item.number}* {words}{details(item.details)}", *filter(None, [" · ".join(more)])]
    )


def details(said: ActionItemDetails) -> str:
    """What is known of it, after its words."""
    known = [
        mention(said.owner_id) if said.owner_id else "nobody yet",
        f"due {said.due_on.isoformat()}" if said.due_on else "no day yet",
        *filter(None, (said.priority, said.kind)),
    ]
    return f" · {' · '.join(known)}"


def ticket_link(url: str) -> str:
    """A link that says what the tracker calls it, where its address tells."""
    return link(ticket_label(url) or url, url)


def said(what: str, number: int, item: ActionItemView, text: str) -> str:
    """`Action item 2 of INC-7 is added: …`."""
    known = details(item.details)
    lead = f"Action item {item.number} of INC-{number} {what}"
    return f"{lead}: {shortened_mrkdwn(text or NO_TEXT, LONGEST_SECTION - len(lead) - len(known) - 2)}{known}"


def action_item_reminder(number: int, item: ActionItemView, text: str, *, today: date) -> Surface:
    """To its owner: the day before, on the day, and while it is late."""
    due_on = item.details.due_on
    assert due_on is not None
    when = f"was due {due_on}" if due_on < today else f"is due {due_on}"
    if due_on == today:
        when = "is due today"
    lead = f"Action item {item.number} of INC-{number} {when}"
    value = packed(number, ItemRef(item.number))
    buttons = [button(DONE_ACTION, "Done", value)]
    buttons += [button(f"{SNOOZE_ACTION}_{length}", f"Snooze a {length}", value) for length in DAYS]
    return Surface(
        f"{lead}.",
        [
            section(shortened_mrkdwn(f":dart: {lead}: {text or NO_TEXT}", LONGEST_SECTION)),
            actions(buttons),
        ],
    )
