"""Reading from the record what its milestones might be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.incidents.milestones import Evidence
from bot.postmortem.compiling import compile_facts
from bot.postmortem.facts import Suggestion
from bot.postmortem.gather import hints
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import KnownNames
from storage.tables import Incident

_LINKED = re.compile(
    r"/archives/(?P<channel_id>[A-Z0-9]+)/p(?P<seconds>[0-9]{10})(?P<micros>[0-9]{6})(?:\?|$)"
)


async def suggested(
    services: Services, incident: Incident, *, asks_slack: bool = True
) -> tuple[Suggestion, ...]:
    """What the record suggests for the milestones nobody has stated.

    With `asks_slack` false people whose name is not known keep their id, so that nobody waits for Slack.
    """
    async with services.database.read() as session:
        rows = await hints(session, incident)

    async def of_people(_: Iterable[str], user_ids: Collection[str]) -> KnownNames:
        """Suggestions name people and quote nothing."""
        return await names_in(services.directory, (), user_ids, asks_slack=asks_slack)

    compiled = await compile_facts(rows, services.workspace, services.settings, of_people)
    return compiled.facts.suggestions


def evidence_of(suggestion: Suggestion) -> Evidence | None:
    """The message a suggestion rests on, as its permalink names it."""
    found = _LINKED.search(suggestion.permalink or "")
    return Evidence(found["channel_id"], f"{found['seconds']}.{found['micros']}") if found else None
