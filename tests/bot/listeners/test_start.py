"""The words before a title that say where an incident is to be kept."""

from __future__ import annotations

import pytest

from bot.listeners.commands.start import Place, read_place


@pytest.mark.parametrize(
    ("said", "title", "place"),
    [
        ("Checkout is down", "Checkout is down", None),
        ("here Checkout is down", "Checkout is down", Place.HERE),
        ("here: Checkout is down", "Checkout is down", Place.HERE),
        ("here's the thing", "here's the thing", None),
        ("private Checkout is down", "Checkout is down", Place.PRIVATE),
        ("Private: Checkout is down", "Checkout is down", Place.PRIVATE),
        ("private-key leaked", "private-key leaked", None),
        ("privateer is down", "privateer is down", None),
        ("private here Checkout is down", "Checkout is down", Place.PRIVATE_HERE),
        ("here private Checkout is down", "Checkout is down", Place.PRIVATE_HERE),
        ("private", "", Place.PRIVATE),
        ("public API is down", "public API is down", None),
        ("public: API is down", "API is down", Place.PUBLIC),
        ("", "", None),
    ],
)
def test_where_an_incident_is_to_be_kept(said: str, title: str, place: Place | None) -> None:
    assert read_place(said) == (title, place)
