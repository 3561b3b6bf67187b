"""`scribe hold`: what must not be deleted while somebody may ask for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.shared import at_terminal, guarded, number_of, offline, opened


def hold(
    incident: Annotated[str, typer.Argument(help="The incident, for example INC-7.")],
    release: Annotated[bool, typer.Option("--release", help="Release it again.")] = False,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's address, where several have this incident.")
    ] = None,
) -> None:
    """Put an incident on legal hold: nothing of it is purged, and retention passes it over."""
    from bot.incidents.purge import hold as put_on_hold
    from bot.postmortem.export import incident_named

    settings = offline()
    number = number_of(incident, "scribe hold INC-7")

    async def work() -> bool:
        async with opened(settings) as database, database.write() as session:
            found = await incident_named(session, number, workspace, database.shown)
            now = datetime.now(UTC)
            return await put_on_hold(session, found, at_terminal(), now, is_held=not release)

    is_changed = guarded(work())
    state = "not on legal hold" if release else "on legal hold"
    typer.echo(f"INC-{number} is {state}{'' if is_changed else ' already'}.")
