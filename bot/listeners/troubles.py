"""What a person is told when Scribe's own record is in trouble, one sentence or two each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.incidents.attempt import InDoubt, RecordAway, Unanswered

RecordTrouble = RecordAway | Unanswered | InDoubt
RECORD_TROUBLE = (RecordAway, Unanswered, InDoubt)

FORM_IN_TROUBLE = "Nothing is lost here: press the button again in a minute."


def said(body: Mapping[str, Any]) -> str:
    """What a person said, to be shown to them again; it can ping nobody."""
    return f"{body.get('command') or ''} {body.get('text') or ''}".strip().replace("`", "'")


def about_command(trouble: RecordTrouble, text: str) -> str:
    """What became of a command; `text` is what was said."""
    match trouble:
        case RecordAway(is_write=True):
            return (
                "Scribe cannot write to its record just now, so nothing was recorded. "
                f"Please say it again in a minute: {text}"
            )
        case RecordAway():
            return (
                "Scribe cannot read its record just now, so nothing was done. "
                f"Please say it again in a minute: {text}"
            )
        case Unanswered():
            return f"This is recorded; `/incident show` and `/timeline` show it: {text}"
        case InDoubt():
            return (
                "Scribe's record went away in the middle of this, and Scribe cannot tell whether it was "
                f"recorded. Before you say it again, look with `/timeline` or `/incident list`: {text}"
            )


def about_form(trouble: RecordAway | InDoubt) -> str:
    """What became of a form that was sent; sending the same form again is safe, since it is done once."""
    if isinstance(trouble, RecordAway):
        return f"Scribe cannot write to its record just now, so nothing was recorded. {FORM_IN_TROUBLE}"
    return f"Scribe cannot tell yet whether this was recorded. {FORM_IN_TROUBLE} It is recorded once."
