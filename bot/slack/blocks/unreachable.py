"""What a channel's loss is told as: to whoever leads its incident, in the list and in the summary."""

from __future__ import annotations

from bot.incidents.channels import ARCHIVED, DELETED, HIDDEN, REMOVED
from bot.slack.blocks import Surface, section

SHORT = {
    REMOVED: "Scribe was taken out of its channel",
    HIDDEN: "Slack does not show Scribe its channel any more",
    DELETED: "its channel was deleted",
    ARCHIVED: "its channel is archived",
}
"""For a line of a list."""


def unreachable(
    number: int, because: str, channel_name: str, channel_id: str | None, bot_user_id: str
) -> Surface:
    """`channel_name` is escaped. What happened, what it means, and what can be done."""
    where = f"<#{channel_id}>" if channel_id and because in (REMOVED, ARCHIVED) else f"#{channel_name}"
    happened = {
        REMOVED: f"Scribe was taken out of {where}",
        HIDDEN: f"Slack does not show Scribe {where} any more: it was deleted, or Scribe was taken out of it",
        DELETED: f"{where} was deleted",
        ARCHIVED: f"{where} was archived",
    }[because]
    back = {
        REMOVED: f"Say `/invite` <@{bot_user_id}> there, and Scribe catches up",
        HIDDEN: f"If it is still there, say `/invite` <@{bot_user_id}> in it, and Scribe catches up",
        DELETED: "What was recorded until now is kept",
        ARCHIVED: "Bring the channel back, and Scribe goes on",
    }[because]
    text = (
        f"{happened} while INC-{number} is open, so nothing more that is said there comes onto its record. "
        f"{back}. From any channel `/resolve INC-{number}` ends it, and its draft is sent to whoever says so."
    )
    return Surface(text, [section(text)])
