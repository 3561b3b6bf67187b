"""How ids become what people read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.text.rich_text import SentText
from storage.tables import Message
from storage.timeline import EventMessage


@dataclass(frozen=True)
class Lookups:
    """Names and links of a workspace, passed in so that gathering needs no Slack client."""

    name_of: Callable[[str], str]
    is_person: Callable[[str], bool]
    zone_of: Callable[[str], str | None]
    """user id to the name of their zone, where it is known"""
    link_to: Callable[[str, str, str | None], str]
    """(channel_id, ts, thread_ts) to a permalink"""
    rich_text_of: Callable[[Message | EventMessage], SentText | None] = lambda message: None
    """How Slack showed a message, where its text alone does not say."""
