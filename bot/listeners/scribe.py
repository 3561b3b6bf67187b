"""What listeners have at hand."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incidents.happenings import MessageHappening
from bot.slack.desk import Desk
from bot.slack.permission import Permission
from storage.recorder import Recorder


@dataclass(frozen=True)
class Scribe(Desk):
    """One workspace's Scribe, put together in `bot.app`: the desk, the recorder, and who may see what."""

    recorder: Recorder[MessageHappening]
    permission: Permission
