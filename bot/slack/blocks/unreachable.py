"""What a channel's loss is told as: to whoever leads its incident, in the list and in the summary."""

from __future__ import annotations

from bot.slack.blocks import Surface, section
from storage.vocabulary import Unreachable

SHORT = {
    Unreachable.REMOVED: "Scribe was taken out of its channel",
    Unreachable.HIDDEN: "Slack does not show Scribe its channel any more",
    Unreachable.DELETED: "its channel was deleted",
    Unreachable.ARCHIVED: "its channel is archived",
}
"""For a line of a list."""


def lost(short: str) -> str:
    """A sentence below an incident whose channel Scribe hears no more; `short` is one of `SHORT`."""
    return f"{short[:1].upper()}{short[1:]}: nothing more that is said there comes onto the record."


def unreachable(
    number: int, because: Unreachable, channel_name: str, channel_id: str | None, bot_user_id: str
) -> Surface:
    """`channel_name` is escaped. What happened, what it means, and what can be done."""
    where = (
        f"<#{channel_id}>"
        if channel_id and because in (Unreachable.REMOVED, Unreachable.ARCHIVED)
        else f"#{channel_name}"
    )
    happened = {
        Unreachable.REMOVED: f"Scribe was taken out of {where}",
        Unreachable.HIDDEN: (
            f"Slack does not show Scribe {where} any more: it was deleted, or Scribe was taken out of it"
        ),
        Unreachable.DELETED: f"{where} was deleted",
        Unreachable.ARCHIVED: f"{where} was archived",
    }[because]
    invite = f"`/invite` <@{bot_user_id}>"
    back = {
        Unreachable.REMOVED: f"Say {invite} there, and Scribe catches up",
        Unreachable.HIDDEN: f"If it is still there, say {invite} in it, and Scribe catches up",
        Unreachable.DELETED: "What was recorded until now is kept",
        Unreachable.ARCHIVED: "Bring the channel back, and Scribe goes on",
    }[because]
    text = (
        f"{happened} while INC-{number} is open, so nothing more that is said there comes onto its record. "
        f"{back}. From any channel `/resolve INC-{number}` ends it, and its draft is sent to whoever says so."
    )
    return Surface(text, [section(text)])
