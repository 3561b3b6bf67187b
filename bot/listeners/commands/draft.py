"""`/postmortem draft`, by the template of the draft before or by one that is named."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.channels import place_of
from bot.incidents.errors import ScribeError
from bot.incidents.lifecycle import check_may_draft
from bot.incidents.resolve import ask_for_draft
from bot.listeners.about import changing
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.templates import names

EXAMPLE = "/postmortem draft"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Have the next version of the draft compiled.

    Raises:
        NoSuchTemplate: none is called so.
    """
    template = _template(command.text, scribe)
    async with changing(command, scribe) as (session, incident):
        await check_may_draft(session, incident)
        draft = await ask_for_draft(
            session,
            incident,
            by=command.user_id,
            response_url=command.response_url or None,
            now=scribe.clock.now(),
            template=template,
            due_in=scribe.settings.postmortem_due_in,
        )
    return answers.drafting(incident.number, draft.version, place_of(incident, command.channel_id))


class NoSuchTemplate(ScribeError):
    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no such template. There are {', '.join(known)}; for example `/postmortem draft sre`."
        )


def _template(said: str, scribe: Scribe) -> str | None:
    name = said.strip().lower()
    if not name:
        return None
    known = {template.lower(): template for template in names(scribe.settings.templates_folder)}
    if name not in known:
        raise NoSuchTemplate(sorted(known.values()))
    return known[name]
