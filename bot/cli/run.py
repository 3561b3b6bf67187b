"""`scribe run`: connect to Slack and keep the record."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.shared import SLOWEST, fail, guarded, loading, online

if TYPE_CHECKING:
    from bot.app import Running
    from bot.settings import Settings

ENDS_WITHIN = 9.5
"""Seconds after which a stopping process is gone; process managers kill after ten."""


def run(
    rate_scale: Annotated[
        float | None,
        typer.Option(
            min=SLOWEST,
            help="How many times faster than Slack's rate limits to call; above 1 only against a sandbox "
            "that is as fast. Instead of RATE_SCALE.",
            show_default="RATE_SCALE, else 1",
        ),
    ] = None,
    http: Annotated[
        bool,
        typer.Option(
            "--http",
            help="HTTP mode: Slack calls /slack/events on PORT. So it is, too, where only "
            "SLACK_SIGNING_SECRET is set and not SLACK_APP_TOKEN.",
        ),
    ] = False,
) -> None:
    """Connect to Slack and keep the record until stopped."""
    settings = online()
    if http:
        if not settings.slack_signing_secret:
            from bot.settings.said import WHERE

            fail(f"SLACK_SIGNING_SECRET is not set: {WHERE['slack_signing_secret']}.")
        settings = settings.model_copy(update={"slack_app_token": ""})
    if rate_scale is not None:
        settings = settings.model_copy(update={"rate_scale": rate_scale})
    with loading():
        from bot import logs
        from bot.app import start
        from bot.error_reports import ExtraMissing

    try:
        logs.configure(settings)
        if settings.otel_exporter_otlp_endpoint:
            from bot.tracing import start_tracing

            start_tracing(settings.otel_exporter_otlp_endpoint)
    except ExtraMissing as problem:
        fail(str(problem))
    guarded(_keep_running(settings, start))


async def _keep_running(
    settings: Settings, start: Callable[[Settings], Coroutine[Any, Any, Running]]
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    starting = asyncio.create_task(start(settings))
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return
    running: Running = await starting
    gc.collect()
    gc.freeze()  # these objects live as long as the process; collecting over them takes 100 ms or more
    typer.echo(f"Scribe keeps the record in {running.served.name}. Ctrl-C stops it.", err=True)
    await stopping
    # end even when the database hangs: what was acknowledged is committed, Slack sends the rest again
    ending = threading.Timer(ENDS_WITHIN, os._exit, args=(0,))
    ending.daemon = True
    ending.start()
    await running.stop()
