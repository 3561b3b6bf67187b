"""Remembering what was deployed, and putting it on an incident's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import deploys as rules
from bot.incidents.actor import Actor
from bot.incidents.deploys import IncomingDeploy
from bot.incidents.errors import ScribeError
from bot.incidents.unit_of_work import UnitOfWork
from storage import deploys, dismissals


class DeployForgotten(ScribeError):
    """None of the deploys is remembered any more."""

    def __init__(self) -> None:
        super().__init__(
            "Scribe remembers a deploy for two days, and these are older. Add it by hand, for example "
            "`/timeline add 14:05 Deployed checkout 1.4.2`."
        )


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


@dataclass(frozen=True)
class AddDeploys:
    """`keys` are those of the deploys as they are stored."""

    keys: Sequence[int]
    number: int | None = None


async def add_deploys(work: UnitOfWork, actor: Actor, request: AddDeploys) -> int:
    """Put deploys on the timeline, each once, whoever adds them; how many of them stand there now.

    Raises:
        DeployForgotten: none of them is remembered any more.
    """
    async with work.changing(actor, request.number, "add_deploys") as change:
        found = await deploys.by_ids(change.session, change.incident.team_id, request.keys)
        if not found:
            raise DeployForgotten
        events = await rules.add(change.session, change.incident, found, by=change.by, now=change.now)
        return await work.done(change.session, len(events))


@dataclass(frozen=True)
class DismissDeploys:
    """`keys` are of deploys that were suggested for the timeline."""

    keys: Sequence[int]
    number: int


async def dismiss_deploys(work: UnitOfWork, actor: Actor, request: DismissDeploys) -> None:
    """Never suggest deploys for this incident again, to nobody; `/timeline deploys` still lists them."""
    async with work.changing(actor, request.number, "dismiss_deploys") as change:
        for key in sorted(request.keys):
            await dismissals.dismiss(
                change.session, change.incident.pk, rules.deploy_key(key), by=change.by, at=change.now
            )
