"""Which titles may name the same disruption, so that whoever declares the second is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.alike import are_alike, telling_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Checkout is down", "Checkout is down"),
        ("Checkout is down", "CHECKOUT: errors again"),
        ("Payments fail", "payment failures"),
        ("Payment API is slow", "The payment API times out"),
        ("Größe falsch", "GRÖSSE falsch"),
        ("支付故障", "支付故障"),
        ("Down", "down"),
        ("Drill: Checkout is down", "Checkout is down"),
        ("Checkout &amp; cart", "cart and checkout"),
    ],
)
def test_these_are_asked_about(one: str, other: str) -> None:
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Checkout is down", "Payments are down"),
        ("web-12 is down", "web-13 is down"),
        ("Queue is stuck", "Checkout latency in Europe after the deploy"),
        ("Checkout is down", ""),
        ("", ""),
        ("Checkout", "Login, search and checkout of the old shop in Japan"),
        ("<@U0ANA> is out", "<@U0BEN> was there"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert not are_alike(one, other)
    assert not are_alike(other, one)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_titles_are_compared_the_same_way_round_and_back(one: str, other: str) -> None:
    assert are_alike(one, other) == are_alike(other, one)
    assert are_alike(one, one) == bool(telling_words(one))
