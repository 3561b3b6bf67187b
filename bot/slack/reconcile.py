"""What is done about an intent when nobody noted whether an earlier try arrived.

A call whose answer is lost (a 5xx, a time-out, a broken connection, a killed process) may have been carried
out. Before a call that must not be made twice its intent is noted as begun (`bot.slack.posting.begin`); found
so at a later try, it is in doubt, and its kind says what happens then. What cannot be decided raises
`OutcomeUnknown` and is held. Refusals and rate limits leave no doubt: those calls were not done.
"""

from __future__ import annotations

from enum import Enum


class Reconciled(Enum):
    """How an intent in doubt is decided."""

    BY_METADATA = "the message that carries its key is looked for in the channel; unreadable: held"
    BY_NAME = "a channel of this name that Scribe made and no incident has is taken as its own"
    BY_TAB = (
        "the canvas noted in the draft, else the tab with the draft's title; without any tabs shown: held. "
        "Its messages as by metadata"
    )
    BY_TEXT = "the canvas or thread is read, and what stands in it is not written again"
    BY_TITLE = "the bookmark with its title is looked for in the channel; where nobody may look, it stays so"
    BY_SLACK = (
        "Slack takes it once: already_reacted, no_reaction, already_in_channel, canvas_not_found; "
        "so it is said again"
    )
    BY_FILE = "the file that Slack took is asked for, whether it is shared; where nobody may ask: held"
    BY_MARKER = (
        "the ticket that carries its marker is looked for in the tracker, once one that was made must be "
        "found; too many to look through: held"
    )
    BY_PAGE = (
        "the page that carries its marker is looked for at its host, once one that was made must be found; "
        "one of this publication is not written again, and a receiver of calls gets the same id twice"
    )
    BY_TRACKER = "a tracker's ticket is made as it is to be, which twice is the same as once"
    BY_STATUS_PAGE = (
        "what the status page shows is read: the incident that carries its marker, the posts below it, once "
        "one that was made must be found"
    )
    READS = "it changes nothing in Slack, so it is done again"
    AGAIN = "a second question says the same, and its buttons do the same; so it is asked again"
    NEVER = "nobody can look up what one person alone was shown: held until an operator sends it"
