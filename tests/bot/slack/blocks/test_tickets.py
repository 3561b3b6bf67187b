"""What the channel is told of an action item that followed its ticket."""

from __future__ import annotations

import pytest

from bot.slack.blocks.tickets import ticket_news
from storage.vocabulary import ActionItemState, TicketNews

HOSTILE = "*Ana* <!channel> `x`\n:fire: *INC-7 is over* \u202e@here"


NAMELESS = {TicketNews.WITHHELD, TicketNews.EDITED_THERE}


@pytest.mark.parametrize("what", [one for one in TicketNews if one not in NAMELESS])
def test_who_did_it_there_is_a_name_on_the_same_line(what: TicketNews) -> None:
    """Whoever may name themselves in a tracker neither calls nor formats nor begins a line."""
    told = ticket_news(7, 2, ActionItemState.OPEN, "<https://t.example/1|T-1>", "Jira", what, HOSTILE).text

    assert "\n" not in told and "\u202e" not in told and "`" not in told
    assert "<!channel>" not in told and "*Ana*" not in told
    assert "Ana" in told


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("owner, text", ""), ("", "due date"), ("text", "title")],
    ids=["theirs", "ours", "both"],
)
def test_what_was_changed_in_both_is_named_with_what_becomes_of_it(theirs: str, ours: str) -> None:
    ticket = "<https://t.example/1|T-1>"
    told = ticket_news(
        7, 2, ActionItemState.OPEN, ticket, "Jira", TicketNews.EDITED_THERE, None, theirs, ours
    ).text

    assert told.startswith("Action item 2 of INC-7: ")
    assert (f"({theirs}). What stands there is not overwritten" in told) == bool(theirs)
    assert (f"({ours}), and later it was changed here. The later change stands" in told) == bool(ours)
