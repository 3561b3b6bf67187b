"""What can be wrong with a request for a ticket."""

from __future__ import annotations

from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.text.slack_text import escape


class NoTracker(ScribeError):
    """No tracker is set."""

    def __init__(self) -> None:
        super().__init__(
            "No tracker is connected, so nothing was filed. Whoever runs Scribe connects one by its token, "
            "for example GITHUB_TOKEN; a link to a ticket goes into the item's form, `/incident task edit 2`."
        )


class NoSuchProject(ScribeError):
    """What was said is no name of a project there."""

    def __init__(self, said: str, title: str, example: str) -> None:
        super().__init__(
            f"{quoted(said)} is no project of {title}. For example: `/incident task ticket 2 {example}`."
        )


class HasTicket(ScribeError):
    """The item has one; `url` leads to it."""

    def __init__(self, number: int, url: str) -> None:
        super().__init__(
            f"Action item {number} has a ticket already: {escape(url)}. Another link, or none, goes into its "
            f"form: `/incident task edit {number}`."
        )
