"""What is said of action items and their tickets."""

from __future__ import annotations

from bot.slack.blocks import Surface, section
from bot.text.of_programs import inert_words
from bot.text.slack_text import escape, link
from storage.vocabulary import ActionItemState, TicketNews

LONGEST_WHO = 80


def asked_answer(number: int, item: int, title: str, project: str) -> str:
    """To who asked for a ticket, at once."""
    where = f"{escape(title)} ({escape(project)})"
    return f"Action item {item} of INC-{number} is being filed in {where}; its link follows in a moment."


def filed_answer(number: int, item: int, key: str, url: str) -> str:
    """To who asked for it, once it is there."""
    return f"Action item {item} of INC-{number} is filed as {link(key, url)}."


def ticket_news(
    number: int,
    item: int,
    state: ActionItemState,
    ticket: str,
    tracker: str,
    what: TicketNews,
    who: str | None,
    theirs: str = "",
    ours: str = "",
) -> Surface:
    """To the channel: an item followed its ticket, or they contradicted each other. `ticket` is its link.

    `theirs` and `ours` name the fields that were changed in both, and stay as they are there, or here.
    """
    by = f"{inert_words(who, LONGEST_WHO)} " if who else "somebody "
    there = escape(tracker)
    text = {
        TicketNews.REOPENED: f"{by}opened its ticket {ticket} again in {there}, so it is to be done.",
        TicketNews.DROPPED: f"{by}closed its ticket {ticket} in {there} as not to be done: it is dropped.",
        TicketNews.THEIRS_KEPT: (
            f"it was changed here, and later its ticket {ticket} in {there} by {by.strip()}. The later "
            f"change stands: it is {state}."
        ),
        TicketNews.OURS_KEPT: (
            f"its ticket {ticket} was changed in {there} by {by.strip()}, and later it was changed here. The "
            f"later change stands: it is {state}, and the ticket follows."
        ),
        TicketNews.EDITED_THERE: _edited(ticket, there, theirs, ours),
        TicketNews.WITHHELD: (
            f"it was not filed in {there}, since this channel became private after somebody asked for it. "
            f"`/incident task ticket {item}` files it all the same."
        ),
    }[what]
    said = f"Action item {item} of INC-{number}: {text}"
    return Surface(said, [section(said)])


def _edited(ticket: str, there: str, theirs: str, ours: str) -> str:
    """The sentences about fields that were changed in both places; each is told of those that are."""
    later = (
        f"its ticket {ticket} was changed in {there} ({ours}), and later it was changed here. The later "
        "change stands, and the ticket follows."
    )
    stays = (
        f"it was changed here, and its ticket {ticket} in {there} as well ({theirs}). What stands there "
        "is not overwritten; here it is as somebody said here."
    )
    return " Also, ".join([*([later] if ours else []), *([stays] if theirs else [])])
