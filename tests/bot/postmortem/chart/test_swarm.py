"""Dots on a line: each at its time, none on another."""

from __future__ import annotations

from itertools import combinations

from bot.postmortem.chart.swarm import RADII, swarm


def test_dots_close_to_each_other_are_stacked_without_touching() -> None:
    stacked = swarm([100, 100, 101, 140], room=96)

    assert stacked.radius == RADII[0]
    assert sorted(x for x, _ in stacked.points) == [100, 100, 101, 140]
    for (x1, y1), (x2, y2) in combinations(stacked.points, 2):
        assert (x1 - x2) ** 2 + (y1 - y2) ** 2 >= (2 * stacked.radius) ** 2


def test_many_dots_are_smaller_and_never_higher_than_the_room() -> None:
    stacked = swarm([at % 500 / 2 for at in range(3000)], room=96)

    assert stacked.radius < RADII[0]
    assert stacked.height <= 96
