"""The `scribe` command: one file for each of its commands.

All of them are read whichever is called, so that each imports what it works with when it is called.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.audit import audit
from bot.cli.backup import backup, restore
from bot.cli.connect import check_connection, list_connections, try_connection
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.export import export_incident
from bot.cli.hold import hold
from bot.cli.import_channel import import_channel
from bot.cli.import_from import import_from
from bot.cli.init import init
from bot.cli.manifest import print_manifest
from bot.cli.migrate import migrate
from bot.cli.outbox import list_outbox, retry
from bot.cli.purge import purge
from bot.cli.run import run
from bot.cli.templates import check_templates

app = typer.Typer(
    help="The incident scribe for Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"scribe {version('incident-scribe')}")
        raise typer.Exit


@app.callback()
def scribe(
    is_version_asked: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which Scribe this is, and end."
        ),
    ] = False,
) -> None:
    """The incident scribe for Slack."""


outbox_app = typer.Typer(help="What Slack must still be told.", no_args_is_help=True)
outbox_app.command(name="list")(list_outbox)
outbox_app.command()(retry)
connect_app = typer.Typer(help="The tools that tell Scribe of alerts and deploys.", no_args_is_help=True)
connect_app.command(name="list")(list_connections)
connect_app.command(name="check")(check_connection)
connect_app.command(name="try")(try_connection)
templates_app = typer.Typer(help="How drafts are laid out.", no_args_is_help=True)
templates_app.command(name="check")(check_templates)

app.command(name="manifest")(print_manifest)
app.command()(init)
app.command()(run)
app.command()(migrate)
app.command()(backup)
app.command()(restore)
app.command()(audit)
app.command()(hold)
app.command()(purge)
app.command(name="export")(export_incident)
app.command(name="import")(import_channel)
app.command()(import_from)
app.command()(doctor)
app.add_typer(connect_app, name="connect")
app.add_typer(outbox_app, name="outbox")
app.add_typer(templates_app, name="templates")
app.command()(demo)
