"""Labels as programs give them: bounded, on one line, and naming the service."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connect.labels import LONGEST_VALUE, MOST_LABELS, labels_in, service_in, tags_in

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.text(max_size=150), VALUES | st.text(min_size=600, max_size=700), max_size=5))
def test_labels_are_short_plain_lines(told: dict[str, object]) -> None:
    for name, value in labels_in(told).items():
        assert name and value
        assert len(value) <= LONGEST_VALUE
        assert "\n" not in name + value


def test_there_are_only_so_many() -> None:
    told = {f"label{number}": "x" for number in range(MOST_LABELS * 2)}

    assert len(labels_in(told, {"label0": "y", "other": "z"})) == MOST_LABELS
    assert labels_in(told, {"label0": "y"})["label0"] == "y"


def test_tags_are_labels() -> None:
    assert tags_in(["env:prod", " url:http://a:1 ", "public", "env:later", "", ":x"]) == {
        "env": "prod",
        "url": "http://a:1",
        "public": "true",
    }


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "Checkout"}, "checkout"),
        ({"app": "web", "service_name": "cart"}, "cart"),
        ({"instance": "web-1"}, None),
    ],
)
def test_the_service_is_the_most_fitting_label(labels: dict[str, str], service: str | None) -> None:
    assert service_in(labels) == service
