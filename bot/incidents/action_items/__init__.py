"""Action items: what people write, and what becomes of it."""

from bot.incidents.action_items.due_day import DayUnreadable, read_day
from bot.incidents.action_items.errors import ActionItemUnreadable, NoSuchActionItem, OneNumber
from bot.incidents.action_items.parse import EXAMPLE, KINDS, PRIORITIES, ActionItemDetails, parse, ticket_in
from bot.incidents.action_items.work import (
    add,
    change,
    close,
    first_reminder,
    remind_again,
    reopen,
    snooze,
)

__all__ = [
    "EXAMPLE",
    "KINDS",
    "PRIORITIES",
    "ActionItemDetails",
    "ActionItemUnreadable",
    "DayUnreadable",
    "NoSuchActionItem",
    "OneNumber",
    "add",
    "change",
    "close",
    "first_reminder",
    "parse",
    "read_day",
    "remind_again",
    "reopen",
    "snooze",
    "ticket_in",
]
