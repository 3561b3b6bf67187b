"""What every intent's sender has at hand and gives back, and what is decided about each kind of intent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.incidents.pages.contract import PageHost
from bot.incidents.record import Recording, recording_for
from bot.incidents.status_pages.contract import StatusPage
from bot.incidents.tickets.contract import Tracker
from bot.incidents.unit_of_work import UnitOfWork
from bot.settings import Settings
from bot.settings.status_pages import PAGE_TITLES
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from bot.slack.permission import Permission
from bot.slack.reconcile import Reconciled
from storage.database import Database
from storage.outbox import PendingIntent
from storage.tables import Workspace
from storage.vocabulary import IntentName


@dataclass(frozen=True)
class Services:
    """Where intents become Slack calls, and who may see what."""

    slack: Slack
    database: Database
    directory: Directory
    clock: Clock
    settings: Settings
    workspace: Workspace
    kinds: Mapping[str, IntentKind]
    permission: Permission
    trackers: Mapping[str, Tracker] = field(default_factory=dict, kw_only=True)
    """The team's trackers that are set, by name."""
    page_hosts: Mapping[str, PageHost] = field(default_factory=dict, kw_only=True)
    """The places for published post-mortems that are set, by name."""
    status_pages: Mapping[str, StatusPage] = field(default_factory=dict, kw_only=True)
    """The team's status pages that are set, by name."""

    @cached_property
    def work(self) -> UnitOfWork:
        """What actions and views are handed."""
        return UnitOfWork(
            database=self.database,
            clock=self.clock,
            settings=self.settings,
            workspace=self.workspace,
            permission=self.permission,
            persons_zone=partial(self.directory.known_zone, otherwise=self.settings.zone),
        )

    def page_title(self, page: str) -> str:
        """What people call a status page, which may not be set any more."""
        return PAGE_TITLES.get(page, page)

    @property
    def recording(self) -> Recording:
        """How what happens to messages is put on the record here."""
        return recording_for(self.settings, self.clock)


OnSent = Callable[[AsyncSession], Awaitable[None]]
"""What the record learns from a sent intent, written in the transaction that closes it."""

Sender = Callable[[Services, PendingIntent], Awaitable[OnSent | None]]
"""Renders an intent from the record as it stands and tells Slack; raises `SlackTrouble` if it cannot."""

LOOK_HERE = (
    "Scribe may have posted about INC-{number} here already (Slack's answer was lost) and cannot look. If "
    "the message is missing, `scribe outbox retry` sends it once Scribe can read this channel."
)


@dataclass(frozen=True)
class IntentKind:
    """All that is decided about one kind of intent; each stands below its sender, all in `bot.intent_kinds`.

    `could_not` ends the sentence "Scribe could not …", which the incident's channel is told when the intent
    is given up; None: it is told nothing. `question` is what the channel is asked about one that is held.
    `is_closed_with_others`: what the record learns of it touches rows of its own alone, so that several may
    be closed in one transaction.
    """

    name: IntentName
    send: Sender
    reconcile: Reconciled
    could_not: str | None
    question: str = LOOK_HERE
    is_closed_with_others: bool = False
