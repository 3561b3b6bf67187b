"""Who may see an incident, and so act on it: one rule, which every command, button and form asks.

docs/privacy.md has it as a table, which is also the test (tests/e2e/test_privacy.py).
"""

from __future__ import annotations

from enum import Enum

from bot.incidents.errors import ScribeError


class Standing(Enum):
    """What somebody is to our workspace."""

    MEMBER = "member"
    GUEST = "guest"
    """Invited to some channels alone (Slack's `is_restricted` and `is_ultra_restricted`)."""
    OUTSIDER = "outsider"
    """Of another company, seen in a channel that is shared with it (a foreign team, `is_stranger`)."""
    BOT = "bot"
    LEFT = "left"
    """Somebody who is no longer of the company: their account is deactivated."""


class Verdict(Enum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Slack did not say in time."""


def may_see(*, is_private: bool, standing: Standing | None, is_in_channel: bool | None) -> Verdict:
    """Whether somebody may see an incident; what is None Slack did not say in time.

    Full members see what public channels keep; guests, and everybody where the channel is private, what
    they are in the channel of; outsiders, bots and those who left nothing. Whoever is surely in the channel
    and nothing worse is known of may see it, so that an incident's own channel works while Slack is silent.
    """
    if standing in (Standing.OUTSIDER, Standing.BOT, Standing.LEFT):
        return Verdict.NO
    if is_in_channel:
        return Verdict.YES
    if standing is Standing.MEMBER and not is_private:
        return Verdict.YES
    if is_in_channel is None:
        return Verdict.UNKNOWN
    # somebody who is not in the channel may still be a full member, to whom public ones are open
    return Verdict.UNKNOWN if standing is None and not is_private else Verdict.NO


class MembersOnly(ScribeError):
    """Its channel is private, or the person a guest, and they are not in it."""

    def __init__(self, number: int, *, is_private: bool) -> None:
        where = "a private channel" if is_private else "a channel you are not in"
        super().__init__(
            f"INC-{number} is kept in {where}, and shown to its members alone. Have one of them invite you; "
            f"then for example `/incident show INC-{number}`."
        )


class CannotTell(ScribeError):
    """Slack did not say in time who the person is, or which channel they are in."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Slack did not tell me in time whether you may see INC-{number}, so I show nothing and did "
            f"nothing. Say it again, or in INC-{number}'s own channel, for example `/incident show`."
        )


class OursAlone(ScribeError):
    """The person is of another company."""

    def __init__(self) -> None:
        super().__init__(
            "Scribe keeps the record of another workspace here, and takes commands from its members. "
            "Ask one of them to say it, for example `/timeline`."
        )


class PeopleAlone(ScribeError):
    """The request does not come from a person."""

    def __init__(self) -> None:
        super().__init__("I answer people, and you are an app. Somebody here can say `/incident show`.")
