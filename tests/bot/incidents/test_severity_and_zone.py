"""Severities of the settings, and zones of the IANA database, as people write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.severity import NoSuchSeverity, read_severity
from bot.incidents.zone import NoSuchZone, read_zone

KNOWN = ("sev1", "sev2", "Needs a look")


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ("SEV2", "sev2"),
        ("needs  a LOOK", "Needs a look"),
        ("SEV-2", "sev2"),
        ("sev 1", "sev1"),
        ("1", "sev1"),
        ("sev1 please", "sev1"),
        ("needs-a-look", "Needs a look"),
    ],
)
def test_a_severity_is_known_by_its_name(said: str, severity: str) -> None:
    assert read_severity(said, KNOWN) == severity


@pytest.mark.parametrize("said", ["3", "", "sev", "p1", "sev12", "-", "please"])
def test_a_number_that_no_severity_or_more_than_one_has_is_no_severity(said: str) -> None:
    with pytest.raises(NoSuchSeverity):
        read_severity(said, KNOWN)
    with pytest.raises(NoSuchSeverity):
        read_severity("1", ("sev1", "prio1"))


def test_a_severity_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSuchSeverity) as refusal:
        read_severity("<!channel> sev9", KNOWN)

    assert "`sev1`, `sev2`, `Needs a look`" in refusal.value.sentence
    assert "<" not in refusal.value.sentence


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_zone_is_one_of_the_iana_database(said: str, zone: str) -> None:
    assert read_zone(said) == zone


@pytest.mark.parametrize(
    ("said", "nearest"),
    [("Berlin", "Europe/Berlin"), ("Europe/Berlim", "Europe/Berlin"), ("qqqq", ""), ("UTC+2", "")],
)
def test_a_zone_that_is_none_is_refused_with_the_nearest(said: str, nearest: str) -> None:
    with pytest.raises(NoSuchZone) as refusal:
        read_zone(said)

    assert ("Did you mean" in refusal.value.sentence) is bool(nearest)
    assert nearest in refusal.value.sentence


@given(st.text())
def test_any_text_is_a_zone_or_refused(text: str) -> None:
    try:
        zone = read_zone(text)
    except NoSuchZone as refusal:
        assert "<" not in refusal.sentence
    else:
        ZoneInfo(zone)
