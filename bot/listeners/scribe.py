"""What listeners have at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, partial

from bot.incidents.message_events import MessageEvent
from bot.incidents.unit_of_work import UnitOfWork
from bot.slack.permission import Permission
from bot.slack.services import Services


@dataclass(frozen=True)
class Scribe(Services):
    """One workspace's Scribe, put together in `bot.app`: the services, and who may see what.

    `record` returns when what happened is on the record.
    """

    record: Callable[[MessageEvent], Awaitable[None]]
    permission: Permission

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
