"""What a draft costs at Slack: the first one, and one again where nothing changed meanwhile."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from benchmarks.rig import folder, quiet
from bot.app import start
from bot.settings import Settings
from sandbox.server import Sandbox

UNLIMITED = 100_000.0
BEGAN = datetime(2023, 9, 10, 14, 10, tzinfo=UTC)
CATCHING_UP = ("conversations.history", "conversations.replies", "conversations.info", "reactions.get")
UPLOADS = "files."
FOR_THE_SUMMARY = "chat.update"
"""The summary message gets the link to a first draft; that is told in full."""


async def measure(*, is_quick: bool) -> dict[str, float]:
    """Calls of Slack's Web API that follow `/postmortem draft`; without and with what goes beside it."""
    quiet()
    with folder() as place:
        async with Sandbox(now=BEGAN, rate_scale=UNLIMITED) as sandbox:
            running = await start(
                Settings(
                    _env_file=None,
                    slack_bot_token=sandbox.bot_token,
                    slack_app_token=sandbox.app_token,
                    slack_api_url=sandbox.api_url,
                    database_url=f"sqlite:///{place / 'scribe.db'}",
                    scribe_clock="slack",
                    rate_scale=UNLIMITED,
                )
            )
            try:
                await sandbox.wait_connected()
                workspace = sandbox.workspace
                ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
                channel = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])

                async def said(command: str, text: str) -> Counter[str]:
                    before = len(workspace.calls())
                    await workspace.command(ana.id, channel.id, command, text)
                    while not await running.worker.drained():
                        await sandbox.settled()
                    return Counter(call.method for call in workspace.calls()[before:])

                workspace.say(ana.id, channel.id, "Something is off.")
                await said("/incident", "start here Checkout is down")
                for number in range(5 if is_quick else 50):
                    ts = workspace.say(ana.id, channel.id, f"Step {number}.")
                    workspace.react(ana.id, channel.id, ts, "pushpin")
                await sandbox.settled()
                await said("/timeline", "")  # whatever the marks cause has been sent
                first = await said("/postmortem", "draft")
                again = await said("/postmortem", "draft")
            finally:
                await running.stop()
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
        if method not in CATCHING_UP and method != FOR_THE_SUMMARY and not method.startswith(UPLOADS)
    )
