"""`python -m sandbox`: a Slack workspace on this machine that stays until Ctrl-C, for apps to connect to."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.server import Sandbox

PEOPLE = {"ana": "Ana Ferreira", "ben": "Ben Okafor", "chloe": "Chloe Martin"}
CHANNELS = ("general", "incidents")
VERIFY_EVERY = 0.2


async def serve(port: int, env: Path | None, rate_scale: float, request_urls: Sequence[str] = ()) -> None:
    """Serve a workspace with three people and two channels until the process is asked to end.

    `env`: the file to write the settings into by which an app connects, and the ids of people and channels;
    nobody else may read it. `request_urls`: where the app in HTTP mode is, of which each must pass Slack's
    challenge before it is told anything; without any, the app is in Socket Mode.
    """
    asked_to_end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_end.set)
    async with Sandbox(port=port, rate_scale=rate_scale, is_http=bool(request_urls)) as sandbox:
        ids = {
            name.upper(): sandbox.workspace.add_person(name, real_name=real).id
            for name, real in PEOPLE.items()
        }
        members = list(ids.values())
        for name in CHANNELS:
            ids[name.upper()] = sandbox.workspace.add_channel(name, members=members).id
        settings = "".join(
            f"{name}={value}\n" for name, value in {**connecting(sandbox, rate_scale), **ids}.items()
        )
        if env:
            _keep(env, settings)
        else:
            print(settings)
        print(f"The workspace is at {sandbox.url} until Ctrl-C.", file=sys.stderr, flush=True)
        verifying = asyncio.create_task(_verify(sandbox, request_urls))
        await asked_to_end.wait()
        verifying.cancel()


async def _verify(sandbox: Sandbox, request_urls: Sequence[str]) -> None:
    """Ask each URL until it passes the challenge: the app may be started later."""
    while request_urls:
        try:
            await sandbox.request_url.verify(*request_urls)
        except SandboxError:
            await asyncio.sleep(VERIFY_EVERY)
        else:
            print(f"Verified: {', '.join(request_urls)}", file=sys.stderr, flush=True)
            return


def connecting(sandbox: Sandbox, rate_scale: float) -> dict[str, str]:
    """The settings by which Scribe connects."""
    mode = {"SLACK_APP_TOKEN": sandbox.app_token}
    if sandbox.is_http:
        mode = {"SLACK_SIGNING_SECRET": sandbox.signing_secret}
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        **mode,
        "RATE_SCALE": f"{rate_scale:g}",
    }


def _keep(file: Path, text: str) -> None:
    """Write the whole file at once, so that who waits for it never reads half of it."""
    unfinished = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    unfinished.replace(file)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, if not given: the system chooses one")
    parser.add_argument("--env", type=Path, help="write the settings for an app into this file")
    parser.add_argument("--rate-scale", type=float, default=1.0, help="times Slack's rate limits")
    parser.add_argument(
        "--request-url", action="append", default=[], help="HTTP mode: where the app is; of replicas one each"
    )
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(asked.port, asked.env, asked.rate_scale, asked.request_url))


if __name__ == "__main__":
    main()
