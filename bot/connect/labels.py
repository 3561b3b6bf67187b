"""Labels of alerts, as their senders give them: an object, or tags such as `env:prod`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from bot.connect.fields import text
from bot.text.of_programs import one_line

MOST_LABELS = 100
"""Of one alert; further ones are not looked at."""
LONGEST_NAME, LONGEST_VALUE = 100, 500
SERVICES = ("service", "service_name", "app", "application")
"""Labels that name what is in trouble, the most fitting first."""
LONGEST_SERVICE = 100


def labels_in(*told: Mapping[str, Any]) -> dict[str, str]:
    """The labels that say something, as plain text on one line; of the same name the last one counts."""
    found: dict[str, str] = {}
    for labels in told:
        for name, value in islice(labels.items(), 2 * MOST_LABELS):
            label, said = one_line(str(name), LONGEST_NAME), one_line(text(value), LONGEST_VALUE)
            if label and said and (label in found or len(found) < MOST_LABELS):
                found[label] = said
    return found


def tags_in(tags: Iterable[str]) -> dict[str, str]:
    """The labels in tags such as `env:prod`; of one name the first counts, and a bare tag is `true`."""
    found: dict[str, str] = {}
    for tag in tags:
        name, _, value = tag.strip().partition(":")
        found.setdefault(name.strip(), value.strip() or "true")
    return labels_in(found)


def service_in(labels: Mapping[str, str]) -> str | None:
    """The service that labels name, as `service_name` has it."""
    return service_name(next((labels[name] for name in SERVICES if name in labels), ""))


def service_name(said: str) -> str | None:
    """A service's name as it is compared: plain text on one line, in lower case; None for nothing."""
    return one_line(said.casefold(), LONGEST_SERVICE) or None
