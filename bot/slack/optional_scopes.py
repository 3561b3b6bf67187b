"""What is left out where the app was installed without some of the manifest's optional scopes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.manifest import scopes

WITHOUT: Mapping[str, str] = {
    "channels:join": "in a public channel Scribe waits to be invited",
    "usergroups:read": "groups are shown by their id, and none is invited",
    "files:read": "a file whose sending was interrupted is not looked for",
    "files:write": "drafts have no picture of the timeline, and no draft comes as a file",
    "app_mentions:read": "mentions are not heard",
    "im:history": "direct messages to Scribe are not heard",
    "pins:write": "summaries are not pinned",
    "bookmarks:read": "an interrupted bookmark is not looked for",
    "bookmarks:write": "canvases are not bookmarked",
}
"""What is left out without an optional scope; the rest goes on."""


def left_out(granted: Collection[str]) -> Sequence[str]:
    """What is left out, one line for each optional scope that was not granted."""
    return [f"{WITHOUT[scope]} ({scope})" for scope in scopes()["bot_optional"] if scope not in granted]
