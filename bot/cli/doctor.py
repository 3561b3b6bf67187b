"""`scribe doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime

import typer
from rich.markup import escape

from bot.cli.shared import console, guarded, read_settings
from bot.doctor import Finding, examine
from bot.settings import load_settings


def doctor() -> None:
    """Say what is wrong, and what to do about it; ends with 1 when something is."""
    settings = read_settings(load_settings)

    async def work() -> list[Finding]:
        return await examine(settings, datetime.now(UTC))

    findings = guarded(work())
    for finding in findings:
        sign = "[green]ok[/green]   " if finding.is_well else "[red]wrong[/red]"
        console.print(f"{sign} {escape(finding.what)}: {escape(finding.found)}", soft_wrap=True)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(code=1)
