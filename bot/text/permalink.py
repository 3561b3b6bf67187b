"""Links to messages, built and not fetched."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"https?://[^/\s<>|]+/archives/(?P<channel>[CDG][A-Z0-9]+)/p(?P<seconds>\d{10,})(?P<rest>\d{6})(?!\d)"
)


def permalink(workspace_url: str, channel_id: str, ts: str, thread_ts: str | None = None) -> str:
    """The address of a message, in the form of Slack's own "Copy link".

    `workspace_url` is what `auth.test` answers, with its slash at the end.
    """
    link = f"{workspace_url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
    if thread_ts and thread_ts != ts:
        link += f"?thread_ts={thread_ts}&cid={channel_id}"
    return link


def message_in(text: str) -> tuple[str, str] | None:
    """The channel and the `ts` of the message that a link in Slack text leads to, if one does."""
    found = _LINK.search(text)
    return (found["channel"], f"{found['seconds']}.{found['rest']}") if found else None
