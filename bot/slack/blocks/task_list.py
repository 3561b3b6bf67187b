"""Action items in Slack: the list with a button each, short answers, and the owner's reminder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.slack.blocks import LONGEST_SECTION, Block, Surface, context, section, shortened_mrkdwn
from storage.action_items import DONE, DROPPED, OPEN
from storage.postmortem_tables import ActionItem

DONE_ACTION, REOPEN_ACTION, SNOOZE_ACTION = "task_done", "task_reopen", "task_snooze"
DAYS = {"day": 1, "week": 7}
MOST_SHOWN = 40
"""Items in one message, which holds 50 blocks."""
EMPTY = (
    "No action item yet. `/incident task add @ana by friday: Add an index` adds one; "
    "so does marking a message with :{emoji}:."
)


@dataclass(frozen=True)
class ShownItem:
    """An item of the list; `text` is inert Slack text on one line."""

    item: ActionItem
    text: str


def task_list(number: int, incident_id: int, items: Sequence[ShownItem], emoji: str) -> Surface:
    """The open ones first, each with a button that ticks it."""
    if not items:
        text = EMPTY.format(emoji=emoji)
        return Surface(text, [section(text)])
    ordered = sorted(items, key=lambda one: (one.item.state != OPEN, one.item.number))
    left = sum(one.item.state == OPEN for one in items)
    lead = f"INC-{number}: {left} of {len(items)} action items open"
    blocks: list[Block] = [section(f"*{lead}*")]
    blocks += [_line(one, incident_id) for one in ordered[:MOST_SHOWN]]
    if len(ordered) > MOST_SHOWN:
        blocks.append(context(f"and {len(ordered) - MOST_SHOWN} more; the draft has them all"))
    return Surface(lead, blocks)


def _line(one: ShownItem, incident_id: int) -> Block:
    item = one.item
    box = {OPEN: ":white_large_square:", DONE: ":white_check_mark:", DROPPED: ":no_entry_sign:"}[item.state]
    words = f"~{one.text}~" if item.state == DROPPED else one.text
    text = shortened_mrkdwn(f"{box} *{item.number}* {words}{details(item)}", LONGEST_SECTION)
    action, label = (DONE_ACTION, "Done") if item.state == OPEN else (REOPEN_ACTION, "Reopen")
    return {**section(text), "accessory": _button(action, label, f"{incident_id}:{item.number}")}


def details(item: ActionItem) -> str:
    """What is known of it, after its words."""
    known = [
        f"<@{item.owner_id}>" if item.owner_id else "nobody yet",
        f"due {item.due_on.isoformat()}" if item.due_on else "no day yet",
        *filter(None, (item.priority, item.kind)),
    ]
    return f" · {' · '.join(known)}"


def said(what: str, number: int, item: ActionItem, text: str) -> str:
    """`Action item 2 of INC-7 is added: …`."""
    return shortened_mrkdwn(
        f"Action item {item.number} of INC-{number} {what}: {text}{details(item)}", LONGEST_SECTION
    )


def task_reminder(number: int, incident_id: int, item: ActionItem, text: str, *, today: date) -> Surface:
    """To its owner: the day before, on the day, and while it is late."""
    assert item.due_on is not None
    when = f"was due {item.due_on}" if item.due_on < today else f"is due {item.due_on}"
    if item.due_on == today:
        when = "is due today"
    lead = f"Action item {item.number} of INC-{number} {when}"
    value = f"{incident_id}:{item.number}"
    buttons = [_button(DONE_ACTION, "Done", value)]
    buttons += [_button(f"{SNOOZE_ACTION}_{length}", f"Snooze a {length}", value) for length in DAYS]
    return Surface(
        f"{lead}.",
        [
            section(shortened_mrkdwn(f":dart: {lead}: {text}", LONGEST_SECTION)),
            {"type": "actions", "elements": buttons},
        ],
    )


def _button(action_id: str, label: str, value: str) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label},
        "value": value,
    }
