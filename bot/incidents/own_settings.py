"""Which settings hold for a workspace that is read from the record, and not served."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.settings.own import OwnSettings
from storage import installations

S = TypeVar("S", bound=OwnSettings)


async def settings_of(session: AsyncSession, settings: S, team_id: str) -> S:
    """The settings of a workspace: its own, else its organization's, else those of all."""
    if not settings.own:
        return settings
    installation = await installations.of_team(session, team_id)
    return settings.of(team_id, installation.enterprise_id if installation else None)
