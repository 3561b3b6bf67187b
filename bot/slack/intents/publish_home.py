"""Publishing somebody's App Home, where it shows something else than before."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.access import OursAlone, PeopleAlone
from bot.incidents.actor import Actor
from bot.incidents.views.home import home_view
from bot.slack.blocks.home import closed_home
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.showing.home import show_home
from storage import homes
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

log = structlog.get_logger()

NO_HOME = frozenset({"not_enabled", "user_not_found", "missing_scope", "access_denied"})
"""The app has no Home here, or the person is none who has one.

docs.slack.dev/reference/methods/views.publish, Errors.
"""


async def publish_home(services: Services, intent: PendingIntent) -> OnSent | None:
    """Make a Home say what its person may see now; one that says so already costs no call."""
    user_id, team_id = subject.text(intent, "user_id"), services.workspace.team_id
    async with services.slack.turn("views_publish"):
        async with services.database.read() as session:
            last = await homes.shown_to(session, team_id, user_id)
        view = await _view(services, user_id)
        digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if last and last.digest == digest:
            return None
        try:
            await services.slack.call("views_publish", user_id=user_id, view=view)
        except Refused as refusal:
            if refusal.error not in NO_HOME:
                raise
            log.warning(
                "home.not_shown", person=user_id, why=str(refusal), do="install the app's manifest again"
            )
            return None

    async def note(session: AsyncSession) -> None:
        await homes.note_shown(session, team_id, user_id, digest)

    return note


async def _view(services: Services, user_id: str) -> dict[str, Any]:
    # nobody vouches for which workspace they are of: until Slack says who they are, they see nothing
    actor = Actor(user_id, services.workspace.team_id, channel_id="", is_there=False)
    try:
        return await show_home(services, await home_view(services.work, actor), user_id)
    except (OursAlone, PeopleAlone) as refusal:
        return closed_home(refusal.sentence)


KIND = IntentKind(
    IntentName.PUBLISH_HOME,
    publish_home,
    Reconciled.AGAIN,
    could_not=None,
    is_closed_with_others=True,
)
