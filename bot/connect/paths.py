"""Where something stands in JSON, as in JSONPath (RFC 9535) without wildcards and filters.

`monitor.name` is read from an alert, `$.monitor.name` from the whole body, `$.hosts[0]['short name']` too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_STEPS = 20
_STEP = re.compile(
    r"\.?(?P<name>[A-Za-z_][\w-]{0,99})"
    r"|\[(?P<place>-?\d{1,6})\]"
    r"|\[(?P<quote>['\"])(?P<quoted>.{1,100}?)(?P=quote)\]"
)


class BadPath(ValueError):
    """It is no path; the text says what is wrong."""


@dataclass(frozen=True)
class JsonPath:
    """The way to a value; `is_of_body`: from the whole body, not from one alert in it."""

    steps: tuple[str | int, ...]
    is_of_body: bool = False

    def value(self, alert: object, body: object) -> Any:
        """What stands there; None where nothing does."""
        found = body if self.is_of_body else alert
        for step in self.steps:
            if isinstance(step, str) and isinstance(found, Mapping):
                found = found.get(step)
            elif isinstance(step, int) and isinstance(found, list) and -len(found) <= step < len(found):
                found = found[step]
            else:
                return None
        return found


def path_in(text: str) -> JsonPath:
    """The path that is written there.

    Raises:
        BadPath: none is.
    """
    rest = text.strip()
    is_of_body = rest.startswith("$")
    rest = rest.removeprefix("$")
    steps: list[str | int] = []
    while rest:
        found = _STEP.match(rest)
        if (
            found is None
            or len(steps) >= MOST_STEPS
            or (steps and found["name"] and not rest.startswith("."))
        ):
            raise BadPath(f"{text!r} is no path; for example monitor.name or $.alerts[0].id")
        steps.append(int(found["place"]) if found["place"] else found["quoted"] or found["name"])
        rest = rest[found.end() :]
    if not steps and not is_of_body:
        raise BadPath("an empty path; for example monitor.name")
    return JsonPath(tuple(steps), is_of_body)
