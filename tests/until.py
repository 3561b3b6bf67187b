"""Waiting for what no event of the test's own process tells of."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds until a wait is given up as vain; so long that a busy machine makes no difference."""


async def until(happened: Callable[[], T | Awaitable[T]], *, patience: float = PATIENCE) -> T:
    """Ask again and again until the answer is true, and return it.

    Raises:
        TimeoutError: it did not happen.
    """
    async with asyncio.timeout(patience):
        while True:
            answer = happened()
            found = await answer if inspect.isawaitable(answer) else answer
            if found:
                return found
            await asyncio.sleep(0.01)
