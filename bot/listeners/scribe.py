"""What listeners have at hand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incidents.message_events import MessageEvent
from bot.slack.permission import Permission
from bot.slack.services import Services
from storage.recorder import Recorder


@dataclass(frozen=True)
class Scribe(Services):
    """One workspace's Scribe, put together in `bot.app`: the services, the recorder, and who may see what."""

    recorder: Recorder[MessageEvent]
    permission: Permission
