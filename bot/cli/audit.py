"""`scribe audit`: who did what, when, and by which door."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shared import console, guarded, number_of, offline, opened

if TYPE_CHECKING:
    from storage.audit_tables import AuditEntry


def audit(
    incident: Annotated[str | None, typer.Option(help="Of this incident alone, for example INC-7.")] = None,
    user: Annotated[str | None, typer.Option(help="Of this person alone, by their Slack id.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(help="From this moment on (UTC).", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the last to show at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on each line.")] = False,
) -> None:
    """Show who did what, when, and by which door; nothing of what anybody said."""
    from rich.table import Table

    from storage.audit import entries

    settings = offline()
    number = number_of(incident, "scribe audit --incident INC-7") if incident is not None else None
    moment = since.replace(tzinfo=UTC) if since else None

    async def work() -> Sequence[AuditEntry]:
        async with opened(settings) as database, database.read() as session:
            return await entries(session, limit=limit, number=number, by=user, since=moment)

    found = guarded(work())
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.model_dump(mode="json", exclude={"id"})))
        return
    table = Table("at (UTC)", "by", "door", "action", "incident", "workspace")
    for one in found:
        named = f"INC-{one.number}" if one.number is not None else ""
        table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S}", one.by, one.door, one.action, named, one.team_id or "")
    console.print(table if table.row_count else "Nothing was done that is in the audit log.")
