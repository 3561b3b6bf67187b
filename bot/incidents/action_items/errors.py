"""What can be wrong with a request about an action item."""

from __future__ import annotations

from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted


class ActionItemUnreadable(ScribeError):
    """The words do not say an action item."""

    def __init__(self, problem: str, example: str) -> None:
        super().__init__(f"{problem} For example: `{example}`.")


class NoSuchActionItem(ScribeError):
    """No item stands by this number, or what was said is no number."""

    def __init__(self, said: str) -> None:
        which = f"action item {quoted(said)}" if said.strip() else "action item without a number"
        super().__init__(
            f"There is no {which} here. `/incident task` lists them with their numbers; "
            "then for example `/incident task done 2`."
        )


class OneNumber(ScribeError):
    """More than a number was said where one item is meant."""

    def __init__(self, verb: str, number: int) -> None:
        super().__init__(
            f"Name one action item at a time, and nothing after it: `/incident task {verb} {number}`."
        )
