"""What the channel is told of an action item that followed its ticket."""

from __future__ import annotations

import pytest

from bot.slack.blocks.tickets import ticket_news
from storage.vocabulary import ActionItemState, TicketNews

HOSTILE = "*Ana* <!channel> `x`\n:fire: *INC-7 is over* \u202e@here"


@pytest.mark.parametrize("what", [one for one in TicketNews if one != TicketNews.WITHHELD])
def test_who_did_it_there_is_a_name_on_the_same_line(what: TicketNews) -> None:
    """Whoever may name themselves in a tracker neither calls nor formats nor begins a line."""
    told = ticket_news(7, 2, ActionItemState.OPEN, "<https://t.example/1|T-1>", "Jira", what, HOSTILE).text

    assert "\n" not in told and "\u202e" not in told and "`" not in told
    assert "<!channel>" not in told and "*Ana*" not in told
    assert "Ana" in told
