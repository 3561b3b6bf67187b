"""What it costs at Slack that somebody changes how an incident stands."""

from __future__ import annotations

from typing import Any

from benchmarks.sandboxed import sandboxed

CHANGES = ("status identified", "severity sev1", "status monitoring", "severity sev2")
ROUNDS = 5


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The most calls that follow one change; without and with a channel of announcements."""
    rounds = 1 if is_quick else ROUNDS
    return {
        "slack_calls_per_change": await _most(rounds),
        "slack_calls_per_change_announced": await _most(rounds, announce_channel="#incidents"),
    }


async def _most(rounds: int, **settings: Any) -> int:
    """In a channel of the incident's own, whose topic says how it stands."""
    async with sandboxed(**settings) as app:
        app.workspace.add_channel("incidents", members=[app.ana.id])
        await app.said("/incident", "start Checkout is down")
        own = next(one for one in app.workspace.channels.values() if one.name.startswith("inc-"))
        followed = [await app.said("/incident", said, own) for _ in range(rounds) for said in CHANGES]
    return max(calls.total() for calls in followed)
