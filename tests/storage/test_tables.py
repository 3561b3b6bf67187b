"""The keys of rows."""

from __future__ import annotations

import pytest

from storage.tables import Absence


def test_a_row_has_the_key_that_the_database_gave() -> None:
    assert Absence(id=3).pk == 3


def test_a_row_that_was_never_written_yields_no_key_at_all() -> None:
    with pytest.raises(RuntimeError, match="Absence has no key"):
        _ = Absence().pk
