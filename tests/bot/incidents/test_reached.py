"""Which severities an incident reached: those it was declared with or rose to."""

from __future__ import annotations

import pytest

from bot.incidents.severity import reached
from bot.settings.team import TeamSettings

TEAM = TeamSettings(severities="sev1,sev2,sev3")


@pytest.mark.parametrize(
    ("history", "found"),
    [
        ([None], []),
        (["sev2"], ["sev2"]),
        ([None, "sev3", "sev1"], ["sev3", "sev1"]),
        (["sev1", "sev3", "sev2"], ["sev1", "sev2"]),
        (["sev1", "sev2"], ["sev1"]),
        (["sev2", "sev2"], ["sev2"]),
        (["sev2", "an old name", "sev2"], ["sev2", "sev2"]),
    ],
)
def test_what_it_rose_to(history: list[str | None], found: list[str]) -> None:
    assert reached(history, TEAM) == found
