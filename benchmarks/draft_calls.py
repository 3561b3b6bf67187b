"""What a draft costs at Slack: the first one, and one again where nothing changed meanwhile."""

from __future__ import annotations

from collections import Counter

from benchmarks.sandboxed import sandboxed

CATCHING_UP = ("conversations.history", "conversations.replies", "conversations.info", "reactions.get")
UPLOADS = "files."
FOR_THE_HEAD = ("chat.update", "bookmarks.add", "bookmarks.edit")
"""The summary message and the channel's bookmark get the link to a first draft; that is told in full."""


async def measure(*, is_quick: bool) -> dict[str, float]:
    """Calls of Slack's Web API that follow `/postmortem draft`; without and with what goes beside it."""
    async with sandboxed() as app:
        workspace, ana, ops = app.workspace, app.ana, app.ops
        workspace.say(ana.id, ops.id, "Something is off.")
        await app.said("/incident", "start here Checkout is down")
        for number in range(5 if is_quick else 50):
            ts = workspace.say(ana.id, ops.id, f"Step {number}.")
            workspace.react(ana.id, ops.id, ts, "pushpin")
        await app.sandbox.settled()
        await app.said("/timeline", "")  # whatever the marks cause has been sent
        first = await app.said("/postmortem", "draft")
        again = await app.said("/postmortem", "draft")
    return {
        "draft_calls": _alone(first),
        "draft_calls_full": first.total(),
        "redraft_calls": _alone(again),
        "redraft_calls_full": again.total(),
    }


def _alone(calls: Counter[str]) -> int:
    return sum(
        count
        for method, count in calls.items()
        if method not in (*CATCHING_UP, *FOR_THE_HEAD) and not method.startswith(UPLOADS)
    )
