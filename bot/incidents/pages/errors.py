"""What can be wrong with a press that decides about an edited page."""

from __future__ import annotations

from bot.incidents.errors import ScribeError


class PageSettled(ScribeError):
    """Nothing is to be decided about the page any more, or something else is."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"This was decided already, or the page has changed since, so nothing was done. "
            f"`/postmortem status INC-{number}` says how it stands."
        )
