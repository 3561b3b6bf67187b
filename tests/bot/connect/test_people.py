"""Somebody is taken for the owner only where their address says so."""

from __future__ import annotations

import pytest

from bot.connect.people import FoundPerson, by_address

BEN = "ben@example.com"


def person(remote_id: str, address: str = "", *names: str) -> FoundPerson:
    return FoundPerson(remote_id, address, names or ("Ben Okafor",))


@pytest.mark.parametrize(
    ("found", "who"),
    [
        ([], None),
        ([person("1", BEN)], "1"),
        ([person("1", "Ben@Example.COM")], "1"),
        ([person("1", BEN), person("2", "ben@example.com.au")], "1"),
        ([person("1", "ben@example.com.au")], None),
        ([person("1", BEN), person("2", BEN)], None),
        ([person("1")], "1"),
        ([person("1"), person("2")], None),
        ([person("1"), person("2", "ben@example.com.au")], None),
        ([person("1", "", "Ben@example.com")], None),
        ([person("1", BEN, "ben@example.com")], "1"),
        ([person("1", "mallory@example.com", "ben@example.com")], None),
        ([person("", BEN)], None),
    ],
)
def test_by_address(found: list[FoundPerson], who: str | None) -> None:
    assert by_address(found, BEN) == who
