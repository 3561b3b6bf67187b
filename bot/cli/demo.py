"""`scribe demo`: an incident replayed in a Slack workspace on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import SLOWEST, STOPPED, fail


def demo(
    scenario: Annotated[
        Path | None, typer.Option(help="Replay this scenario (TOML) or incident (JSON) instead.")
    ] = None,
    headless: Annotated[bool, typer.Option(help="Replay, write the files and end.")] = False,
    out: Annotated[Path, typer.Option(help="Where the draft, timeline and transcript go.")] = Path(
        "demo-out"
    ),
    pause: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds between the steps of the replay.")
    ] = 0.0,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the sandbox page; 0 lets the system choose.")
    ] = 0,
    rate_scale: Annotated[
        float,
        typer.Option(
            min=SLOWEST,
            envvar="RATE_SCALE",
            help="How many times faster than Slack's rate limits bot and sandbox go. An incident of hours is "
            "replayed in seconds, so its minutes are seconds too; 1 shows the real pace.",
        ),
    ] = 60.0,
) -> None:
    """Replay an incident in a Slack workspace on this machine and draft its post-mortem."""
    from bot.demo import DemoFailed, run_demo  # the sandbox is loaded by this command alone

    try:
        asyncio.run(
            run_demo(
                scenario=scenario,
                headless=headless,
                out=out,
                pause=pause,
                port=port,
                rate_scale=rate_scale,
            )
        )
    except DemoFailed as problem:
        fail(str(problem))
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
