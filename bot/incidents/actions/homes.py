"""Opening the App Home, and coming into or leaving a channel that decides what it shows."""

from __future__ import annotations

from bot.incidents import intents
from bot.incidents.unit_of_work import UnitOfWork
from storage import homes, outbox
from storage.outbox import URGENT


async def opened(work: UnitOfWork, user_id: str, *, is_blank: bool) -> None:
    """Somebody looks at their Home; `is_blank`: Slack shows them nothing yet."""
    team_id, now = work.workspace.team_id, work.clock.now()
    async with work.database.write() as session:
        await homes.note_opened(session, team_id, user_id, now, is_blank=is_blank)
        await outbox.ask(session, [intents.publish_home(team_id, user_id, urgency=URGENT)], asked_at=now)


async def bring_up_to_date(work: UnitOfWork, user_id: str) -> None:
    """What somebody may see has changed, or they pressed something: their Home shows it, if they have one."""
    async with work.reading() as session:
        has_one = await homes.shown_to(session, work.workspace.team_id, user_id)
    if has_one:
        async with work.database.write() as session:
            asked = intents.publish_home(work.workspace.team_id, user_id, urgency=URGENT)
            await outbox.ask(session, [asked], asked_at=work.clock.now())
