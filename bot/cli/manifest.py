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
    is_for_many: Annotated[
        bool,
        typer.Option(
            "--many",
            help="With --mode http: any workspace may install the app; its tokens are rotated.",
        ),
    ] = False,
    is_for_organizations: Annotated[
        bool,
        typer.Option(
            "--organizations",
            help="With --many: also for whole organizations of Enterprise Grid.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, which the Slack CLI reads.")] = False,
) -> None:
    """Print the app's manifest, to paste at api.slack.com/apps, Create New App, From a manifest."""
    if url is not None and mode is Mode.SOCKET:
        fail("In Socket Mode Slack needs no address. Leave --url out, or add --mode http.")
    if is_for_many and mode is Mode.SOCKET:
        fail("Workspaces install Scribe over HTTP. Add --mode http --url https://scribe.example.com.")
    if is_for_organizations and not is_for_many:
        fail("Organizations install Scribe as workspaces do. Add --many.")
    try:
        made = manifest.manifest(
            mode,
            url,
            as_json=as_json,
            is_for_many=is_for_many,
            is_for_organizations=is_for_organizations,
        )
        typer.echo(made, nl=False)
    except manifest.BadAddress as problem:
        fail(str(problem))
