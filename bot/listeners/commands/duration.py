"""`/incident duration time to repair 4h 27m`: a duration as somebody published it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents import milestones
from bot.incidents.stated import EXAMPLE, in_words, read_duration, state_duration
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.milestone_answers import ShownDuration, computed, duration_list, duration_stated
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from storage import changes
from storage.tables import StatedDuration

__all__ = ["EXAMPLE", "handle", "shown_durations"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """State a duration, take it back with `none`, or list them all."""
    if not command.text:
        incident = await incident_meant(command, scribe)
        async with scribe.database.read() as session:
            stated = await changes.stated_durations(session, incident.pk)
            known = await milestones.known(session, incident.pk)
        return duration_list(incident.number, await shown_durations(stated, scribe), known)
    async with changing(command, scribe) as (session, incident):
        said = read_duration(command.text)
        await state_duration(session, incident, said, by=command.user_id, now=scribe.clock.now())
        known = await milestones.known(session, incident.pk)
    names = await names_in(scribe.directory, [said.name, said.said or ""], asks_slack=False)
    return duration_stated(
        incident.number,
        inert_line(in_words(said.name), names),
        inert_line(said.said, names) if said.said else None,
        computed(known, said.name),
    )


async def shown_durations(stated: Sequence[StatedDuration], scribe: Scribe) -> list[ShownDuration]:
    """Stated durations as answers show them."""
    texts = [text for one in stated for text in (one.name, one.said)]
    names = await names_in(scribe.directory, texts, asks_slack=False)
    return [
        ShownDuration(
            inert_line(in_words(one.name), names), inert_line(one.said, names), f"<@{one.stated_by}>"
        )
        for one in stated
    ]
