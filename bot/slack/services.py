"""What every intent's sender has at hand, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.incidents.record import Recording
from bot.settings import Settings
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from storage.database import Database
from storage.outbox import PendingIntent
from storage.tables import Workspace


@dataclass(frozen=True)
class Services:
    """Where intents become Slack calls."""

    slack: Slack
    database: Database
    directory: Directory
    clock: Clock
    settings: Settings
    workspace: Workspace

    @property
    def recording(self) -> Recording:
        """How what happens to messages is put on the record here."""
        return recording_for(self.settings, self.clock)


def recording_for(settings: Settings, clock: Clock) -> Recording:
    """How the record follows messages under these settings."""
    return Recording(settings.sections, clock.now, keeps_deleted=settings.keep_deleted)


OnSent = Callable[[AsyncSession], Awaitable[None]]
"""What the record learns from a sent intent, written in the transaction that closes it."""

Sender = Callable[[Services, PendingIntent], Awaitable[OnSent | None]]
"""Renders an intent from the record as it stands and tells Slack; raises `SlackTrouble` if it cannot."""
