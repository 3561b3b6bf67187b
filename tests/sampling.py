"""What `make test`, which people wait for, leaves out of long lists: `make every` runs it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
TWINS_ONE_IN = 25
"""Of the tests of the whole bot that run on both kinds of database, this part runs on PostgreSQL too."""
WHOLE_BOT = "tests/e2e/"
WHOLE_BOT_ONE_IN = 1_000
"""Of the tests that drive the whole bot, the first of each file: each takes half a second of a core."""


EXAMPLES_ONE_IN = 1 if os.environ.get("ALL_EXAMPLES") else 5
"""Property tests try this part of their examples in `make test`, and all of them again in `make every`."""


def tries(examples: int) -> int:
    """How many of its examples a property test tries."""
    return -(-examples // EXAMPLES_ONE_IN)


def mark_the_others(items: Iterable[pytest.Item]) -> None:
    """Mark as `every` what `make test` leaves to `make every`: all but one in so many of each long list.

    A list is a test marked `one_in(n)` with its cases, all tests marked `on_each_database` as far as
    PostgreSQL is concerned, and the tests of one file that drive the whole bot. Storms have targets of
    their own.
    """
    lists: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if one_in := item.get_closest_marker("one_in"):
            lists[item.nodeid.partition("[")[0], one_in.args[0]].append(item)
        elif is_twin(item):
            lists["twins", TWINS_ONE_IN].append(item)
        elif item.nodeid.startswith(WHOLE_BOT) and not item.get_closest_marker("storm"):
            lists[item.nodeid.partition("::")[0], WHOLE_BOT_ONE_IN].append(item)
    for (_, one_in_so_many), cases in lists.items():
        for item in left_out(cases, one_in_so_many):
            item.add_marker("every")


def is_twin(item: pytest.Item) -> bool:
    """Whether it is a test's run on PostgreSQL, which runs on SQLite as well."""
    case = getattr(item, "callspec", None)
    is_on_each = item.get_closest_marker("on_each_database") and not item.get_closest_marker("only_on")
    return bool(is_on_each and case and case.params.get("database_url") == "postgresql")


def left_out(cases: Sequence[T], one_in: int) -> list[T]:
    """All but the first, and every so manieth after it: spread over the list, the same in every run."""
    return [case for place, case in enumerate(cases) if place % one_in]
