"""What an open incident's channel is asked: for the next update, and whether it is still going on."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.slack.blocks import Surface, actions, button, section
from bot.slack.blocks.carried import packed
from bot.slack.blocks.resolve_form import RESOLVE_ACTION
from bot.slack.blocks.update_form import FORM_ACTION
from bot.text.moments import shown
from bot.text.spans import in_words

SNOOZE_ACTION, STOP_ACTION = "update_snooze", "update_stop"
GOING_ON_ACTION = "silence_going_on"
SNOOZED_FOR = timedelta(minutes=15)


def update_due(number: int, due_at: datetime) -> Surface:
    """People wait for the next update."""
    text = f"The next update on INC-{number} was due {shown(due_at)}."
    buttons = [
        button(FORM_ACTION, "Post an update…", packed(number)),
        button(SNOOZE_ACTION, f"Snooze {in_words(SNOOZED_FOR)}", packed(number)),
        button(STOP_ACTION, "Stop reminding", packed(number)),
    ]
    return Surface(
        f"The next update on INC-{number} is due.", [section(f":hourglass: {text}"), actions(buttons)]
    )


def snoozed(number: int, until: datetime) -> str:
    return f"I will ask for the next update on INC-{number} again {shown(until)}."


def nobody_waits(number: int) -> str:
    return f"Nobody waits for an update on INC-{number} any more. `/incident update …` posts one."


def stopped(number: int) -> str:
    return (
        f"I ask for no more updates on INC-{number}, until somebody promises one in the form of "
        "`/incident update`, or it is opened again."
    )


def silence(number: int, since: datetime, after: timedelta) -> Surface:
    """Nobody has written for so long that it may be over; it is never ended for that."""
    text = f"INC-{number} is open, and nobody has written here for {in_words(after)}. Is it still going on?"
    buttons = [
        button(GOING_ON_ACTION, "Still going on", packed(number)),
        button(RESOLVE_ACTION, "Resolve…", packed(number)),
    ]
    return Surface(text, [section(f":zzz: {text} The last I heard was {shown(since)}."), actions(buttons)])


def going_on(number: int, by: str, at: datetime) -> Surface:
    """In place of the question; `by` is an inert name."""
    text = f"INC-{number} is still going on, said {by} {shown(at)}."
    return Surface(text, [section(f":zzz: {text}")])
