"""A moment in a sentence to people, shown to each reader in their own zone."""

from __future__ import annotations

from datetime import UTC, datetime


def shown(moment: datetime) -> str:
    """A date and time in the reader's zone, with UTC for clients that cannot convert it.

    docs.slack.dev/messaging/formatting-message-text, "Date formatting".
    """
    return _shown(moment, "{date_short_pretty} {time}")


def shown_ago(moment: datetime) -> str:
    """The same with how long ago it is, which the reader's client counts: no message is edited for it."""
    return _shown(moment, "{date_short_pretty} {time} ({ago})")


def _shown(moment: datetime, pattern: str) -> str:
    at = moment.astimezone(UTC)
    return f"<!date^{int(at.timestamp())}^{pattern}|{at:%Y-%m-%d %H:%M} UTC>"
