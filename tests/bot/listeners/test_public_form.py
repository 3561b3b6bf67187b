"""What of an update is for people outside."""

from __future__ import annotations

import pytest

from bot.listeners.public_form import public_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("--public Payments are slow", "Payments are slow"),
        ("\N{EM DASH}public: Payments are slow", "Payments are slow"),
        ("-PUBLIC", ""),
        ("--public", ""),
        ("", None),
        ("public transport is slow", None),
        ("--publicly known", None),
        ("Rolled back --public", "Rolled back"),
        ("Rolled back for the --public site", None),
        ("it is semi--public", None),
    ],
)
def test_it_begins_or_ends_with_the_word(said: str, words: str | None) -> None:
    assert public_words(said) == words
