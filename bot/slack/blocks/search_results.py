"""What a search finds: incidents, where their words stand, and where their post-mortem is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import LONGEST_SECTION, Surface, context, section, shortened_mrkdwn
from bot.text.moments import shown

NOTHING_FOUND = "Nothing was found for that. Fewer words find more; for example `/postmortem search deploy`."


NOT_TOLD = "Slack did not tell me in time which other incidents you may see. Say it again."


@dataclass(frozen=True)
class Result:
    """An incident that was found; `title` and `snippet` are inert Slack text."""

    number: int
    title: str
    snippet: str
    declared_at: datetime
    severity: str | None
    channel_id: str | None
    draft_link: str | None


def search_results(results: Sequence[Result], words: str, *, is_complete: bool = True) -> Surface:
    """The answer to `/postmortem search`; `words` is inert.

    Not complete where Slack did not say in time which incidents its reader may see.
    """
    if not results:
        if not is_complete:
            return Surface(NOT_TOLD, [section(NOT_TOLD)])
        return Surface(NOTHING_FOUND, [section(NOTHING_FOUND)])
    return _listed(f"Found for {words}:", results, is_complete=is_complete)


def similar_incidents(number: int, results: Sequence[Result], *, is_complete: bool = True) -> Surface:
    """The answer to `/incident similar`."""
    if not results:
        if not is_complete:
            return Surface(NOT_TOLD, [section(NOT_TOLD)])
        text = f"No other incident has words in common with INC-{number} yet."
        return Surface(text, [section(text)])
    return _listed(f"Incidents like INC-{number}, the nearest first:", results, is_complete=is_complete)


def _listed(lead: str, results: Sequence[Result], *, is_complete: bool) -> Surface:
    blocks = [section(shortened_mrkdwn(lead, LONGEST_SECTION))]
    for result in results:
        severity = f" ({result.severity})" if result.severity else ""
        text = f"*INC-{result.number}* {result.title}{severity}"
        if result.snippet:
            text += f"\n{result.snippet}"
        blocks.append(section(shortened_mrkdwn(text, LONGEST_SECTION)))
        blocks.append(context(_places(result)))
    if not is_complete:
        blocks.append(context(NOT_TOLD))
    numbers = ", ".join(f"INC-{result.number}" for result in results)
    return Surface(shortened_mrkdwn(f"{lead} {numbers}", LONGEST_SECTION), blocks)


def _places(result: Result) -> str:
    places = [f"declared {shown(result.declared_at)}"]
    if result.channel_id:
        places.append(f"<#{result.channel_id}>")
    places.append(f"<{result.draft_link}|post-mortem>" if result.draft_link else "no draft yet")
    return " · ".join(places)
