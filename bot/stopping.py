"""How long a stop may take: less than ten seconds, whatever hangs; a process manager kills after that."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

ANSWERED_WITHIN = 4.0
"""Seconds a stop waits for the batch being written and for commands, which answer within Slack's 3."""
CALLS_WITHIN = 6.5
"""Seconds a stop waits for calls of Slack's Web API that are under way."""
LAST_ANSWERS_WITHIN = 0.5
"""Seconds more for commands that came meanwhile."""
CLOSED_WITHIN = 1.2
"""Seconds that the socket, and then the database, may take to close."""


async def at_most(seconds: float, work: Coroutine[Any, Any, None], what: str) -> None:
    """Do one step of stopping; one that hangs or fails, even when cancelled, does not delay the others."""
    part = asyncio.create_task(work)
    await asyncio.wait({part}, timeout=seconds)
    if not part.done():
        part.cancel()
        log.warning("stop.unfinished", what=what, why=f"not done in {seconds} s")
    elif not part.cancelled() and (problem := part.exception()):
        log.warning("stop.unfinished", what=what, why=problem)
