"""What can be wrong with a post for people outside."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted

EXAMPLE = "/incident update --public We are looking into slow payments"


class NoStatusPage(ScribeError):
    """No status page is set."""

    def __init__(self, said: str = "") -> None:
        lost = f" Nothing was posted of: {said}" if said else ""
        super().__init__(
            "No status page is connected, so nothing can be posted publicly. Whoever runs Scribe connects "
            "one by its token, for example STATUSPAGE_TOKEN; `/incident update Rolled back` tells people "
            f"inside.{lost}"
        )


class NoPageChosen(ScribeError):
    def __init__(self) -> None:
        super().__init__("No status page is ticked, so nothing was posted. Tick one, for example the first.")


class DrillStaysInside(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is a drill, so nothing of it is posted publicly. "
            f"`/incident update INC-{number} Rolled back` tells people inside."
        )


class PrivateNotSaid(ScribeError):
    """The incident is private, and nobody said that something of it may be read by everybody."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is private, so nothing of it was posted: tick that everybody may read this. Where "
            "there is nothing to tick it became private since; close this and say "
            f"`/incident update INC-{number} --public`."
        )


class NotForOutside(ScribeError):
    """Words hold what nobody outside is to read."""

    def __init__(self, found: Sequence[str]) -> None:
        named = ", ".join(quoted(one) for one in found[:3])
        super().__init__(
            f"Nothing was posted: people outside are told no names, mentions and links into Slack. Take out "
            f"{named}; for example write “a colleague”, or say what was done."
        )


class NoWords(ScribeError):
    def __init__(self) -> None:
        super().__init__("Say in a sentence what people outside are to read.")


class PostedSince(ScribeError):
    """Somebody posted while a form was open; `by` is a user id."""

    def __init__(self, number: int, by: str, text: str) -> None:
        super().__init__(
            f"<@{by}> posted of INC-{number} while this form was open: {quoted(text)}. Nothing was posted of "
            "yours; read it, then press again."
        )
        self.by = by
        self.text = text
