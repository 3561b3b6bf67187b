"""A moment in a sentence to people, shown to each reader in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime


def shown(moment: datetime) -> str:
    """A date and time in the reader's zone, with UTC for clients that cannot convert it.

    docs.slack.dev/messaging/formatting-message-text, "Date formatting".
    """
    at = moment.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
