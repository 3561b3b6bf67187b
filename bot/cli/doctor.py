"""`scribe doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bot.cli.shared import console, guarded, online

if TYPE_CHECKING:
    from bot.doctor.finding import Finding


def doctor(
    is_live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Also make a canvas and delete it, and ask Slack about all that Scribe shows; some minutes.",
        ),
    ] = False,
) -> None:
    """Say what is wrong, and what to do about it; ends with 1 when something is."""
    from bot.doctor import examine

    settings = online()

    async def work() -> list[Finding]:
        return await examine(settings, datetime.now(UTC), is_live=is_live)

    findings = guarded(work())
    show(findings)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(code=1)


def show(findings: Sequence[Finding]) -> None:
    """One line for each thing that was looked at."""
    for finding in findings:
        sign = "[green]ok[/green]   " if finding.is_well else "[red]wrong[/red]"
        console.print(f"{sign} {escape(finding.what)}: {escape(finding.found)}", soft_wrap=True)
