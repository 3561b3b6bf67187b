"""`scribe connect check` of a place for published post-mortems: whether it is there, and what may be done."""

from __future__ import annotations

from rich.markup import escape

from bot.cli.shared import console, fail, guarded
from bot.connect.pages import page_hosts_of
from bot.settings.pages import PAGE_HOSTS, PageSettings
from bot.slack.calls import RefusedByTracker, SlackTrouble


def check_page_host(name: str, settings: PageSettings) -> None:
    """Print what is well, or end with the host's own error in a sentence; nothing is made there."""
    if name not in {one.name for one in settings.page_hosts}:
        fail(f"{name} is off: {PAGE_HOSTS[name]} is not set.")

    async def work() -> list[str]:
        host = page_hosts_of(settings)[name]
        try:
            return list(await host.check())
        finally:
            await host.close()

    try:
        lines = guarded(work())
    except RefusedByTracker as refusal:
        fail(f"{refusal.by} answered {refusal.error}: {refusal.said}.")
    except SlackTrouble as trouble:
        fail(f"It could not be asked ({trouble}). Try again, or look at its address and the network.")
    for line in lines:
        console.print(f"[green]ok[/green]    {name}: {escape(line.rstrip('.'))}.", soft_wrap=True)
