"""Deliveries that come at once share a transaction, and each is answered by what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.incidents.alerts import Incoming, IncomingAlert, together, told_once

NOON = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)


def told(*ids: str, group: str = "g", source: str = "alertmanager", fires: bool = True) -> Incoming:
    alerts = [IncomingAlert(one, one, is_firing=fires, started_at=NOON + timedelta(minutes=1)) for one in ids]
    return Incoming(source, "Alertmanager", group, "Checkout fails", alerts, hidden=len(ids))


def ids(found: list[Incoming]) -> list[list[str]]:
    return [[alert.alert_id for alert in one.alerts] for one in found]


def test_deliveries_of_one_group_are_taken_as_one() -> None:
    found = together([told("a"), told("b", "c"), told("d", group="other"), told("e")])

    assert ids(found) == [["a", "b", "c", "e"], ["d"]]
    assert found[0].hidden == 2


def test_what_is_told_of_one_alert_stays_in_its_order() -> None:
    found = together([told("a"), told("a", fires=False), told("b"), told("a")])

    assert ids(found) == [["a"], ["a", "b"], ["a"]]
    assert [[alert.is_firing for alert in one.alerts] for one in found] == [[True], [False, True], [True]]


def test_another_tools_group_of_the_same_key_is_another() -> None:
    assert ids(together([told("a"), told("b", source="grafana")])) == [["a"], ["b"]]


def test_of_an_alert_that_is_told_twice_at_once_the_later_counts() -> None:
    ended = IncomingAlert("a", "a", is_firing=False, started_at=NOON, ended_at=NOON + timedelta(minutes=2))
    again = IncomingAlert("a", "a", is_firing=True, started_at=NOON + timedelta(minutes=3))
    before = IncomingAlert("a", "a", is_firing=True, started_at=NOON)

    def counts(*alerts: IncomingAlert) -> IncomingAlert:
        return told_once(Incoming("alertmanager", "Alertmanager", "g", "Checkout fails", alerts))["a"]

    assert counts(ended, again) == counts(again, ended) == again
    assert counts(ended, before) == counts(before, ended) == ended
