"""Rows stand in tables that are as wide as they are."""

from __future__ import annotations

from bot.postmortem.merge.items import Kind
from bot.postmortem.merge.pieces import pieces_of
from bot.postmortem.merge.standing import Node

TIMELINE = "| Time (UTC) | What happened | Who |"
ITEMS = "| What | Type | Priority | Owner | Due | Done when | State | Ticket |"


def tables(*rows: str) -> list[str]:
    nodes = [Node(Kind.ROW, row, str(number)) for number, row in enumerate(rows)]
    return [piece.markdown for piece in pieces_of(nodes, [TIMELINE, ITEMS])]


def test_each_row_stands_below_the_head_of_its_own_table() -> None:
    event, item = "| 14:05 | It broke. | Ana |", "| Mend it |  |  | Ana |  |  | open |  |"
    assert tables(event, event, item) == [
        f"{TIMELINE}\n| --- | --- | --- |\n{event}\n{event}",
        f"{ITEMS}\n{'| --- ' * 8}|\n{item}",
    ]


def test_a_row_of_an_older_draft_that_people_changed_keeps_all_its_cells() -> None:
    event = "| 14:05 | It broke. | Ana |"
    wide = "| 14:06 | It burned. | Ben | [message](https://acme.slack.com/archives/C1/p1), our graph |"
    first, second = tables(event, wide)
    assert first == f"{TIMELINE}\n| --- | --- | --- |\n{event}"
    assert second == f"{ITEMS}\n{'| --- ' * 8}|\n{wide}"
    (alone,) = pieces_of([Node(Kind.ROW, wide, "1")], [TIMELINE])
    assert alone.markdown == f"| Detail | Detail | Detail | Detail |\n{'| --- ' * 4}|\n{wide}"


def test_a_narrow_row_that_people_added_stays_where_they_put_it() -> None:
    event, narrow = "| 14:05 | It broke. | Ana |", "| 14:06 | Smoke. |"
    assert tables(event, narrow, event) == [f"{TIMELINE}\n| --- | --- | --- |\n{event}\n{narrow}\n{event}"]
