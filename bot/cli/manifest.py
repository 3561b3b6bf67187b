"""`scribe manifest`: what to paste where Slack asks for an app's manifest."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import manifest
from bot.cli.shared import fail
from bot.manifest import Mode


def print_manifest(
    mode: Annotated[
        Mode, typer.Option(help="How Slack reaches Scribe: socket needs no address of yours.")
    ] = Mode.SOCKET,
    url: Annotated[
        str | None,
        typer.Option(help="With --mode http, Scribe's public address: https://scribe.example.com"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, which the Slack CLI reads.")] = False,
) -> None:
    """Print the app's manifest, to paste at api.slack.com/apps, Create New App, From a manifest."""
    if url is not None and mode is Mode.SOCKET:
        fail("In Socket Mode Slack needs no address. Leave --url out, or add --mode http.")
    try:
        typer.echo(manifest.manifest(mode, url, as_json=as_json), nl=False)
    except manifest.BadAddress as problem:
        fail(str(problem))
