"""What can go wrong on a post-mortem's way to being published, each with one sentence."""

from __future__ import annotations

from bot.incidents.errors import ScribeError


class NoDraftYet(ScribeError):
    def __init__(self, number: int, *, is_open: bool) -> None:
        draft = f"`/postmortem draft INC-{number}`"
        how = f"`/resolve INC-{number}` or {draft}" if is_open else draft
        super().__init__(f"INC-{number} has no post-mortem draft yet. {how} makes one; then say this again.")


class ReopenFirst(ScribeError):
    """It is published, and what was asked for would change it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number}'s post-mortem is published. `/postmortem reopen INC-{number}` makes it a draft "
            "again; then say this again."
        )


class AlreadyPublished(ScribeError):
    """It is published, and was to be published again."""

    def __init__(self, number: int, when: str, by: str) -> None:
        super().__init__(
            f"INC-{number}'s post-mortem was already published {when} by {by}. "
            f"`/postmortem reopen INC-{number}` makes it a draft again."
        )


class PublishedSince(ScribeError):
    """It was published and reopened after somebody was asked whether to publish it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number}'s post-mortem was published and reopened since this was asked, so nothing was "
            f"done. `/postmortem publish INC-{number}` shows what is missing now, and asks again."
        )


class NoChannelForDraft(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} was imported from another tool and has no channel where a draft could appear. Its "
            f"post-mortem stays as it was imported, `/timeline INC-{number}` shows what happened, and "
            f"`/incident reopen INC-{number}` opens a channel for it."
        )


class NotPublishedYet(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number}'s post-mortem is not published, so there is nothing to reopen. "
            f"`/postmortem status INC-{number}` says how far it is."
        )


class NotAReviewer(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "This asks somebody else for a review. `/postmortem review @you` adds you to the reviewers."
        )


class NobodyNamed(ScribeError):
    def __init__(self, example: str, said: str) -> None:
        about = f" I found nobody in: {said}" if said else ""
        super().__init__(f"Name whom you mean with an @. For example: `{example}`.{about}")


class OneOwnerOnly(ScribeError):
    def __init__(self, example: str) -> None:
        super().__init__(f"One person owns a post-mortem, so name one. For example: `{example}`.")


class NotTheOwner(ScribeError):
    def __init__(self, number: int, owner_id: str | None) -> None:
        owner = f"its owner, <@{owner_id}>, alone" if owner_id else "its owner alone, and it has none yet"
        super().__init__(
            f"The notes on INC-{number}'s post-mortem are for {owner}. "
            f"`/postmortem owner INC-{number} @who` changes that."
        )
