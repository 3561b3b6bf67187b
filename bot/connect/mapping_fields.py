"""What every mapping file is made of: paths to values, and what is kept of a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.connect.adapter import MOST_ALERTS, Dropped, Unreadable
from bot.connect.fields import moment, text
from bot.connect.paths import JsonPath, path_in

MOST_PATHS = 10


def _paths(value: object) -> object:
    return [path_in(str(one)) for one in (value if isinstance(value, list) else [value])]


Paths = Annotated[tuple[JsonPath, ...], BeforeValidator(_paths), Field(max_length=MOST_PATHS)]
Words = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]


class Strict(BaseModel):
    """Takes what it knows alone, so that a misspelt name is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Only(Strict):
    """Deliveries in which `path` says none of `words` are dropped."""

    path: Paths = Field(min_length=1)
    words: Words = Field(min_length=1)

    def check(self, body: object) -> None:
        """Nothing, of a delivery to keep.

        Raises:
            Dropped: it is none.
        """
        if first_at(self.path, body, body).casefold() not in folded(self.words):
            raise Dropped("Dropped: the mapping keeps other deliveries.")


def listed_in(paths: Sequence[JsonPath], body: object, what: str) -> Sequence[object]:
    """The list of `what` that a body holds there; without paths the body is the one.

    Raises:
        Unreadable: there is no list.
    """
    if not paths:
        return [body]
    listed = next((found for path in paths if (found := path.value(body, body)) is not None), None)
    if not isinstance(listed, list):
        raise Unreadable(f"There is no list of {what} where the mapping says.")
    return listed[:MOST_ALERTS]


def first_at(paths: Sequence[JsonPath], one: object, body: object) -> str:
    """What the first of these says that says something."""
    return next((said for path in paths if (said := text(path.value(one, body)))), "")


def joined_at(paths: Sequence[JsonPath], one: object, body: object) -> str:
    """What all of these say, with slashes between."""
    return "/".join(said for path in paths if (said := text(path.value(one, body))))


def moment_at(paths: Sequence[JsonPath], one: object, body: object) -> datetime | None:
    """The moment that the first of these says that says one."""
    return next((at for path in paths if (at := moment(path.value(one, body)))), None)


def folded(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
