"""What the channel of announcements reads of an incident, in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.blocks import Surface
from bot.slack.blocks.announcement import News, first_message, news, withdrawn
from storage.vocabulary import IncidentStatus
from tests.bot.slack.blocks.golden import assert_posted
from tests.bot.slack.blocks.test_summary import EMPTY, FULL, RESOLVED, STATES, TWENTY_PAST_TWO

GOLDEN = Path(__file__).parent / "golden_announcement"


def told(what: str, old: str | None, new: str) -> News:
    return News(what, old, new, "Ana &lt;3", TWENTY_PAST_TWO)


ENDED = told("status", IncidentStatus.OPEN, IncidentStatus.RESOLVED)
SURFACES: Mapping[str, Surface | None] = {
    "first-empty": first_message(EMPTY, "C0WEB"),
    "first-full": first_message(FULL, "C0WEB"),
    "first-resolved": first_message(RESOLVED, "C0WEB"),
    "first-cancelled": first_message(STATES["cancelled"], "C0WEB"),
    "first-right-to-left": first_message(STATES["right-to-left"], "C0WEB"),
    "first-longest": first_message(replace(EMPTY, title="<&> " * 1000), "C0WEB"),
    "withdrawn": withdrawn(7),
    "news-severity": news(FULL, [told("severity", None, "sev<1>")]),
    "news-several": news(FULL, [told("severity", "sev2", "sev1"), told("stage", "triage", "fixing")]),
    "news-resolved": news(RESOLVED, [ENDED]),
    "news-resolved-unstated": news(STATES["resolved-unstated"], [ENDED]),
    "news-resolved-longest": news(replace(RESOLVED, conclusion="It was the cache. " * 400), [ENDED]),
    "news-resolved-and-open-again": news(FULL, [ENDED]),
    "news-reopened": news(FULL, [told("status", IncidentStatus.RESOLVED, IncidentStatus.OPEN)]),
    "news-cancelled": news(
        STATES["cancelled"], [told("status", IncidentStatus.OPEN, IncidentStatus.CANCELLED)]
    ),
    "news-no-mistake": news(RESOLVED, [told("status", IncidentStatus.CANCELLED, IncidentStatus.RESOLVED)]),
}


@pytest.mark.parametrize("name", SURFACES)
def test_what_is_announced(name: str) -> None:
    surface = SURFACES[name]

    assert surface is not None
    assert_posted(GOLDEN / f"{name}.json", surface)


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == SURFACES.keys()


def test_what_concerns_the_incidents_own_people_alone_is_not_announced() -> None:
    assert news(FULL, [told("role:commander", None, "U0BEN"), told("zone", None, "UTC")]) is None
