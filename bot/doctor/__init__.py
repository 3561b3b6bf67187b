"""`scribe doctor`: what is wrong, one line each, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.doctor import installed, live, machine, record, slack
from bot.doctor.finding import Finding
from bot.settings import Settings


async def examine(settings: Settings, now: datetime, *, is_live: bool = False) -> list[Finding]:
    """Every check; none depends on another, so that one that fails hides none.

    With `is_live` Slack is also asked about what Scribe shows, and for a canvas, which is deleted again.
    """
    checks: Sequence[Callable[[], Awaitable[list[Finding]]]] = (
        lambda: machine.examine(settings),
        lambda: record.examine(settings, now),
        lambda: installed.examine(settings, now) if settings.serves_many else slack.examine(settings),
    )
    found = [finding for check in checks for finding in await check()]
    if not is_live:
        return found
    return [*found, *await (live.examine_each(settings) if settings.serves_many else live.examine(settings))]
