"""What can go wrong with a request, each with one sentence for the person who made it."""

from __future__ import annotations

import math
from datetime import timedelta

from bot.incidents.quoted import quoted


class ScribeError(Exception):
    """A request that cannot be done; `sentence` says why and what works instead, in Slack mrkdwn."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NoIncidentHere(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "This channel keeps no incident. Name one by its number, for example `/incident show INC-7` "
            "(`/incident list` shows them), or start one with `/incident start here Checkout is down`."
        )


class NoSuchIncident(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(f"There is no INC-{number}. `/incident list` shows the incidents there are.")


class AlreadyOpenHere(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"This channel already keeps INC-{number}, which is open. "
            "To start another incident in a channel of its own, say `/incident start Checkout is down`."
        )


class NotPrivateHere(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "This channel is public, so an incident kept here can't be private. "
            "`/incident start private Checkout is down` opens a private channel for it."
        )


class TooManyDeclared(ScribeError):
    def __init__(self, most: int, wait: timedelta, unsaved: str) -> None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            f"You have declared {most} incidents within a minute, and one more has to wait {seconds} s: "
            "then say it again, for example `/incident start Checkout is down`. "
            f"`/incident list` shows what is open. Nothing was recorded of: {unsaved}"
        )


class NotInADirectMessage(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "An incident needs a channel, and this is a direct message. "
            "`/incident start Checkout is down` opens one of its own."
        )


class AlreadyResolved(ScribeError):
    """`when` it was is as Slack shows times, `by` a mention."""

    def __init__(self, number: int, when: str, by: str, unsaved: str) -> None:
        self.when, self.by = when, by
        lost = f" Your text was not recorded: {unsaved}" if unsaved else ""
        super().__init__(
            f"INC-{number} was already resolved {when} by {by}. "
            f"`/postmortem draft INC-{number}` compiles its draft again.{lost}"
        )


class ReopenedSince(ScribeError):
    """It was resolved and opened again after a form was opened that would resolve it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} was resolved and opened again since this form was opened, so nothing was "
            f"recorded. Copy what you need, and open a new form with `/incident resolve INC-{number} form`."
        )


class NoSuchEvent(ScribeError):
    def __init__(self, number: str) -> None:
        super().__init__(
            f"The timeline has no event {number}. `/timeline` shows them with their numbers; "
            "then for example `/timeline edit 3 14:05 Rolled back`."
        )


class WhichEvent(ScribeError):
    """No number, or more than one, was named."""

    def __init__(self, verb: str) -> None:
        super().__init__(
            f"Say one number, for example `/timeline {verb} 3`; nothing was changed. "
            "`/timeline` shows them with their numbers."
        )


class NothingMoreToSay(ScribeError):
    """A verb that takes no words was followed by some, which may mean something else."""

    def __init__(self, name: str, words: str, example: str) -> None:
        super().__init__(
            f"I don't know what {quoted(words)} means behind `{name}`, so nothing was done. "
            f"Say it without, for example `{example}`."
        )


class EventStands(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"Event {number} stands on the timeline, so there is nothing to restore. "
            f"`/timeline remove {number}` takes it off, `/timeline history {number}` shows what became of it."
        )


class NoSuchMessage(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "That message is not in the incident's channel any more, so nothing was added. "
            "`/timeline suggest` lists what is there now."
        )


class StandsElsewhere(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"That message is part of INC-{number}, which this channel kept before, so nothing was added. "
            f"`/timeline INC-{number}` shows its timeline."
        )


class EventUnchanged(ScribeError):
    def __init__(self, number: int, why: str, example: str) -> None:
        super().__init__(f"Event {number} stays as it is. {why} For example: `{example}`.")


class NothingToRecord(ScribeError):
    def __init__(self, example: str) -> None:
        super().__init__(f"There is nothing to record yet. For example: `{example}`.")


class NothingToFind(ScribeError):
    def __init__(self, example: str) -> None:
        super().__init__(f"Which words shall I look for? For example: `{example}`.")


class NoVerb(ScribeError):
    def __init__(self, meant: str, example: str) -> None:
        super().__init__(f"Did you mean `{meant}`? Nothing is recorded yet. For example: `{example}`.")


class UnknownVerb(ScribeError):
    """A word that is no verb of `command`, in all of its `text`, and the verb that is `nearest`, if any.

    `shown` is the command with the word, to be shown again as code.
    """

    def __init__(
        self, *, said: str, shown: str, command: str, text: str, nearest: str | None, example: str
    ) -> None:
        guess = f"Did you mean `{command} {nearest}`?" if nearest else f"`{command} help` says what there is."
        super().__init__(f"I don't know `{shown}`. {guess} For example: `{example}`.")
        self.said, self.command, self.text, self.nearest = said, command, text, nearest


class OneBeginning(ScribeError):
    def __init__(self, said: str) -> None:
        super().__init__(
            f"{quoted(said)} has two times, and an incident begins once. Write one, for example `14:00`."
        )


class ZoneUnknown(ScribeError):
    def __init__(self, said: str) -> None:
        super().__init__(
            "Slack did not tell me your time zone in time, so nothing is recorded. "
            f"Name the zone, for example `14:05 UTC`, or say it again. You wrote: {said}"
        )
