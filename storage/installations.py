"""Reading and writing the workspaces that have installed Scribe. Tokens come and go sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.installation_tables import Installation
from storage.upsert import upsert

INSTALLATION = table_of(Installation)


async def keep(session: AsyncSession, installation: Installation) -> None:
    """Keep what Slack gave; a workspace that installs again goes on where it was, with the new tokens."""
    connection = await session.connection()
    await connection.execute(
        upsert(connection.dialect, INSTALLATION, keys=["team_id"]), installation.model_dump()
    )


async def of_team(session: AsyncSession, team_id: str) -> Installation | None:
    """A workspace's installation, also one that has ended."""
    return await session.get(Installation, team_id, populate_existing=True)


async def standing(session: AsyncSession) -> Sequence[Installation]:
    """Every installation with tokens that has not ended, those of whole organizations among them."""
    found = await session.exec(
        select(Installation)
        .where(col(Installation.ended_at).is_(None), col(Installation.bot_token).is_not(None))
        .order_by(col(Installation.team_id))
    )
    return found.all()


async def organizations(session: AsyncSession) -> Mapping[str, str]:
    """Whose each workspace of an organization is, also where its installation has ended, by its id."""
    found = await session.exec(
        select(Installation.team_id, Installation.enterprise_id).where(
            col(Installation.enterprise_id).is_not(None),
            col(Installation.enterprise_id) != col(Installation.team_id),
        )
    )
    return {team_id: str(organization_id) for team_id, organization_id in found}


async def members(session: AsyncSession) -> Sequence[Installation]:
    """The workspaces that are served by an organization's installation, as far as that stands."""
    found = await session.exec(
        select(Installation)
        .where(col(Installation.ended_at).is_(None), col(Installation.organization_id).is_not(None))
        .order_by(col(Installation.team_id))
    )
    return found.all()


async def keep_members(
    session: AsyncSession,
    organization: Installation,
    team_ids: Collection[str],
    at: datetime,
    *,
    asked_at: datetime,
) -> None:
    """Note which workspaces an organization's installation serves by now, and no others.

    One that has installed Scribe itself goes on with its own tokens, and one that was added after Slack was
    asked, at `asked_at`, stays.
    """
    found = await session.exec(
        select(Installation).where(
            col(Installation.team_id).in_(sorted(team_ids))
            | (col(Installation.organization_id) == organization.team_id)
        )
    )
    known = {one.team_id: one for one in found}
    for team_id in sorted(team_ids):
        standing = known.get(team_id)
        if standing and standing.ended_at is None:
            continue
        given = organization.model_dump(include={"enterprise_id", "app_id", "bot_user_id", "scopes"})
        member = Installation(
            **given,
            team_id=team_id,
            organization_id=organization.team_id,
            installed_by=organization.installed_by,
            installed_at=at,
        )
        await keep(session, member)
    for team_id in sorted(known.keys() - team_ids):
        await end(session, team_id, at, told_at=asked_at)


async def end(session: AsyncSession, team_id: str, at: datetime, *, told_at: datetime) -> bool:
    """End an installation and delete its tokens, unless it was made after `told_at`, when Slack said so.

    That of an organization ends for each of its workspaces. Returns whether it stood until now.
    """
    ended = await session.exec(
        update(Installation)
        .where(
            col(Installation.team_id) == team_id,
            col(Installation.ended_at).is_(None),
            col(Installation.installed_at) <= told_at,
        )
        .values(ended_at=at, bot_token=None, refresh_token=None, expires_at=None)
    )
    if ended.rowcount != 1:
        return False
    await session.exec(
        update(Installation)
        .where(col(Installation.organization_id) == team_id, col(Installation.ended_at).is_(None))
        .values(ended_at=at)
    )
    return True


async def keep_tokens(
    session: AsyncSession,
    team_id: str,
    *,
    instead_of: str,
    bot_token: str,
    refresh_token: str | None,
    expires_at: datetime | None,
) -> bool:
    """Put new tokens in the place of `instead_of`, the bot token as it is stored.

    Returns False where another stands there by now, or none.
    """
    kept = await session.exec(
        update(Installation)
        .where(col(Installation.team_id) == team_id, col(Installation.bot_token) == instead_of)
        .values(bot_token=bot_token, refresh_token=refresh_token, expires_at=expires_at)
    )
    return kept.rowcount == 1


async def expiring(session: AsyncSession, before: datetime) -> Sequence[str]:
    """The workspaces whose bot token can be renewed and expires before then, the soonest first."""
    found = await session.exec(
        select(Installation.team_id)
        .where(
            col(Installation.ended_at).is_(None),
            col(Installation.refresh_token).is_not(None),
            col(Installation.expires_at) < before,
        )
        .order_by(col(Installation.expires_at))
    )
    return found.all()
