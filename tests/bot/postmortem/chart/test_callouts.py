"""Labels beside what they name: none on another, and their lines across as few as possible."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.chart.callouts import Callout, place


def test_names_beside_each_other_get_rows_and_lines_that_cross_none() -> None:
    placed = place([Callout(x, f"phase {x}", 90) for x in (160, 163, 170, 700)], 158, 736)

    assert sorted(one.row for one in placed) == [0, 0, 1, 2]
    for one, other in combinations(placed, 2):
        lower, upper = (one, other) if one.row > other.row else (other, one)
        assert not (one.row != other.row and upper.left < lower.callout.x < upper.right)


@given(
    st.lists(
        st.builds(Callout, st.floats(158, 736), st.text("ab", max_size=3), st.floats(1, 500)), max_size=12
    )
)
def test_no_label_is_on_another_or_outside(callouts: list[Callout]) -> None:
    placed = place(callouts, 158, 736)

    assert sorted(one.callout.x for one in placed) == sorted(one.x for one in callouts)
    assert all(one.left >= 158 and one.right <= 736 + 1e-9 for one in placed)
    for one, other in combinations(placed, 2):
        assert one.row != other.row or one.right < other.left or other.right < one.left
