"""How a draft of this workspace names people and links to messages."""

from __future__ import annotations

from bot.postmortem.gather import Lookups
from bot.slack.permalink import permalink
from bot.text.mrkdwn import KnownNames
from storage.tables import Workspace


def lookups(workspace: Workspace, names: KnownNames) -> Lookups:
    """How a draft of this workspace names people and links to messages."""
    return Lookups(
        name_of=lambda user_id: names.person(user_id) or user_id,
        is_person=names.is_person,
        link_to=lambda channel_id, ts, thread_ts: permalink(workspace.url, channel_id, ts, thread_ts),
    )
