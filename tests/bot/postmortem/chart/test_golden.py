"""The pictures of what a record can hold, in both forms. UPDATE_GOLDEN=1 writes the files anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.postmortem.chart.draw import svg
from tests.bot.postmortem.chart.recorded import RECORDED


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("form", ["wide", "tall"])
def test_a_record_is_drawn_as_it_was_looked_at(
    name: str, form: str, assert_golden: Callable[[str, str], None]
) -> None:
    assert_golden(f"chart/{name}-{form}.svg", svg(RECORDED[name], is_tall=form == "tall"))
