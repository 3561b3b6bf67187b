"""`scribe outbox`: what Slack must still be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bot.cli.shared import at_terminal, console, fail, guarded, offline, opened

if TYPE_CHECKING:
    from storage.tables import Intent


def list_outbox(
    limit: Annotated[int, typer.Option(min=1, help="How many to show at most.")] = 50,
) -> None:
    """Show what was refused or is held, then what waits."""
    from rich.table import Table

    from storage import outbox_upkeep

    settings = offline()

    async def work() -> Sequence[Intent]:
        async with opened(settings) as database, database.read() as session:
            return await outbox_upkeep.unsent(session, limit=limit)

    table = Table("id", "state", "what", "asked (UTC)", "tries", "why")
    for intent in guarded(work()):
        asked = f"{intent.asked_at:%Y-%m-%d %H:%M}"
        table.add_row(
            *(
                str(intent.id),
                intent.state,
                intent.key,
                asked,
                str(intent.attempts),
                escape(intent.failure or ""),
            )
        )
    console.print(table if table.row_count else "Nothing waits, is held or was refused.")


def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Which, by their id in `outbox list`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that were refused or are held.")] = False,
) -> None:
    """Send again what Slack refused, and what is held; what may have arrived is looked up first."""
    if bool(ids) == every:
        fail("Name what to send again, for example: scribe outbox retry 12 13, or scribe outbox retry --all")
    from bot.intent_kinds import DECIDED_BY_RETRY
    from storage import audit, outbox_upkeep

    settings = offline()

    async def work() -> int:
        async with opened(settings) as database, database.write() as session:
            wanted = None if every else ids
            count = await outbox_upkeep.retry(session, wanted, decided_kinds=DECIDED_BY_RETRY)
            if count:
                audit.note(session, at_terminal(), "outbox_retry", at=datetime.now(UTC))
            return count

    count = guarded(work())
    if not count:
        fail("Nothing of that was refused or is held; `scribe outbox list` shows what is.")
    typer.echo(f"{count} will be sent again by the Scribe that is running, within seconds.")
