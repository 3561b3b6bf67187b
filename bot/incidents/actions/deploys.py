"""Remembering what was deployed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import deploys as rules
from bot.incidents.deploys import IncomingDeploy
from bot.incidents.unit_of_work import UnitOfWork


async def take_deploys(work: UnitOfWork, told: Sequence[IncomingDeploy]) -> int:
    """Remember deploys, each once by its sender's id, and how each goes on; how many were news.

    Runs of CI whose names do not say that they deploy are passed over.
    """
    words = work.settings.deploy_workflow_words
    ours = [one for one in told if rules.is_deploy(one, words)]
    if not ours:
        return 0
    news = 0

    async def write(session: AsyncSession) -> None:
        nonlocal news
        team_id, by = work.workspace.team_id, work.workspace.bot_user_id
        news = await rules.take(session, team_id, ours, by=by, now=work.clock.now())

    await work.database.coalescer.write(write)  # deliveries that come at once share a transaction
    return news
