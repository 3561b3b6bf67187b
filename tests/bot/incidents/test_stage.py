"""Stages of the settings as people write them, and `resolved` in their place."""

from __future__ import annotations

import pytest

from bot.incidents.stage import RESOLVED, NoSuchStage, read_stage

KNOWN = ("investigating", "identified", "fixing it", "monitoring")


@pytest.mark.parametrize(
    ("said", "stage", "rest"),
    [
        ("Monitoring", "monitoring", ""),
        ("fixing  IT", "fixing it", ""),
        ("resolved", RESOLVED, ""),
        ("Resolved: Rolled back, all is well", RESOLVED, "Rolled back, all is well"),
    ],
)
def test_a_stage_is_known_by_its_name(said: str, stage: str, rest: str) -> None:
    assert read_stage(said, KNOWN) == (stage, rest)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("monitring", "Did you mean `monitoring`?"),
        ("resolvd", "Did you mean `resolved`?"),
        ("<!channel> asleep", "There are `investigating`, `identified`, `fixing it`, `monitoring`."),
        ("monitoring closely", "There are `investigating`"),
    ],
)
def test_what_is_no_stage_is_refused_with_the_nearest_or_all(said: str, answer: str) -> None:
    with pytest.raises(NoSuchStage) as refusal:
        read_stage(said, KNOWN)

    assert answer in refusal.value.sentence
    assert "<" not in refusal.value.sentence
