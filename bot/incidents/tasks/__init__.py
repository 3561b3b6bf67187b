"""Action items: what people write, and what becomes of it."""

from bot.incidents.tasks.due_day import DayUnreadable, read_day
from bot.incidents.tasks.errors import NoSuchTask, OneNumber, TaskUnreadable
from bot.incidents.tasks.parse import EXAMPLE, KINDS, PRIORITIES, Said, parse, ticket_in
from bot.incidents.tasks.work import TASK, add, change, close, first_reminder, remind_again, reopen, snooze

__all__ = [
    "EXAMPLE",
    "KINDS",
    "PRIORITIES",
    "TASK",
    "DayUnreadable",
    "NoSuchTask",
    "OneNumber",
    "Said",
    "TaskUnreadable",
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
