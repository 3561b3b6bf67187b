"""Who said a message: one answer for the timeline, the draft, the search, the exports and the suggestions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.vocabulary import EventKind


@dataclass(frozen=True)
class Author:
    """Whoever said it: a person by their id, or an app by its name; neither when Slack does not say."""

    user_id: str | None
    app_name: str | None

    @property
    def is_app(self) -> bool:
        return self.app_name is not None


def author_of(user_id: str | None, bot_name: str | None, is_person: Callable[[str], bool]) -> Author:
    """The author of a message that names a user, an app, or both.

    Every message of an app with a bot user names both, and the user is the app itself; where the user is a
    person, the app posted for them, and Slack shows it as theirs. `is_person` says of a user id whether it
    is known to be a person's.
    """
    if bot_name and not (user_id and is_person(user_id)):
        return Author(None, bot_name)
    return Author(user_id, None)


def kind_of(kind: EventKind, author: Author) -> EventKind:
    """The kind of a timeline event: what an app posted for a person is a message, not an alert."""
    return EventKind.MESSAGE if kind == EventKind.ALERT and not author.is_app else kind
