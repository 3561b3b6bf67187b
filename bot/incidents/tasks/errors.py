"""What can be wrong with a request about an action item."""

from __future__ import annotations

from bot.incidents.errors import ScribeError


class TaskUnreadable(ScribeError):
    """The words do not say an action item."""

    def __init__(self, problem: str, example: str) -> None:
        super().__init__(f"{problem} For example: `{example}`.")


class NoSuchTask(ScribeError):
    def __init__(self, said: str) -> None:
        super().__init__(
            f"There is no action item {said} here. `/incident task` lists them with their numbers; "
            "then for example `/incident task done 2`."
        )
