"""`scribe connect`: the tools that tell Scribe something, whether they can, and what would come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Workspace = Annotated[
    str | None,
    typer.Option(help="Where many are served: one that WORKSPACES_FILE has a table of, by its id."),
]


def list_connections(workspace: Workspace = None) -> None:
    """Show which tools can tell Scribe of alerts and deploys, and at which address."""
    from bot.cli.connections import show_all

    show_all(workspace)


def check_connection(
    name: Annotated[
        str,
        typer.Argument(
            help="The hook, tracker, place for published post-mortems or status page, as "
            "`scribe connect list` names it, for example github; or routes."
        ),
    ],
    workspace: Workspace = None,
) -> None:
    """Ask a tracker, wiki or status page whether its token works, or the Scribe that runs here whether it
    takes what a tool sends; nothing is made there or put on the record. Of routes, say whether their file can
    be used.
    """
    from bot.cli.connections import check_one

    check_one(name, workspace)


def try_connection(
    what: Annotated[
        str, typer.Argument(help="A hook, as `scribe connect list` names it, or a mapping file.")
    ],
    payload: Annotated[
        Path | None,
        typer.Argument(help="What the tool sends, as JSON; of a hook an example, where left out."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Show what would come of a delivery; nothing is sent and nothing is put on the record."""
    from bot.cli.connections import try_one

    try_one(what, payload, workspace)
