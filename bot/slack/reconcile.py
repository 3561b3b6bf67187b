"""What is done about each kind of intent when nobody noted whether an earlier try arrived.

A call whose answer is lost (a 5xx, a time-out, a broken connection, a killed process) may have been carried
out. Before a call that must not be made twice its intent is noted as begun (`bot.slack.posting.begin`); found
so at a later try, it is in doubt, and this table says what happens then. What cannot be decided raises
`OutcomeUnknown` and is held. Refusals and rate limits leave no doubt: those calls were not done.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Reconciled(Enum):
    """How an intent in doubt is decided."""

    BY_METADATA = "the message that carries its key is looked for in the channel; unreadable: held"
    BY_NAME = "a channel of this name that Scribe made and no incident has is taken as its own"
    BY_TAB = (
        "the canvas noted in the draft, else the tab with the draft's title; without any tabs shown: held. "
        "Its messages as by metadata"
    )
    BY_SLACK = "Slack takes it once: already_reacted, no_reaction, already_in_channel; so it is said again"
    READS = "it changes nothing in Slack, so it is done again"
    AGAIN = "a second question says the same, and its buttons do the same; so it is asked again"
    NEVER = "nobody can look up what one person alone was shown: held until an operator sends it"


HOW: Mapping[str, Reconciled] = {
    "ask_audience": Reconciled.AGAIN,
    "ask_review": Reconciled.BY_METADATA,
    "catch_up": Reconciled.READS,
    "confirm_mark": Reconciled.BY_SLACK,
    "deliver_draft": Reconciled.BY_TAB,
    "editor_notes": Reconciled.NEVER,
    "fetch_message": Reconciled.READS,
    "invite": Reconciled.BY_SLACK,
    "join_channel": Reconciled.BY_SLACK,
    "open_channel": Reconciled.BY_NAME,
    "point_out_deletion": Reconciled.BY_METADATA,
    "post_update": Reconciled.BY_METADATA,
    "publish": Reconciled.BY_METADATA,
    "refresh_draft": Reconciled.READS,
    "refresh_summary": Reconciled.BY_METADATA,
    "remind": Reconciled.BY_METADATA,
    "tell_changes": Reconciled.BY_METADATA,
    "reply": Reconciled.NEVER,
    "suggest_milestone": Reconciled.BY_METADATA,
    "tell_privacy": Reconciled.BY_METADATA,
    "tell_trouble": Reconciled.BY_METADATA,
    "tell_unreachable": Reconciled.NEVER,
    "update_copies": Reconciled.READS,
}
"""Every kind of intent."""

DECIDED_BY_RETRY = frozenset(kind for kind, how in HOW.items() if how is Reconciled.NEVER)
"""Held ones of these kinds are sent when an operator says retry; all others are looked up again."""
