"""App Home: how long it takes to read and lay out one of 50 open incidents and 300 action items."""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median

from benchmarks.payloads import TEAM
from benchmarks.rig import DECLARED_AT, Rig, folder, incident, rig
from bot.incidents.actor import Actor
from bot.incidents.views.home import home_view
from bot.slack.showing.home import show_home
from storage.postmortem_tables import ActionItem, Postmortem
from storage.tables import RoleHeld
from storage.vocabulary import COMMANDER, IncidentStatus

ME = "U0ANA0"
INCIDENTS, ITEMS, ENDED = 50, 300, 50
ROUNDS = 21


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The median of some readings, all of whose incidents and items are the reader's own."""
    with folder() as place:
        async with rig(f"sqlite:///{place / 'home.db'}") as app:
            await _fill(app)
            # Slack is not asked who the reader is, or the figure would be Slack's
            await app.scribe.directory.changed({"id": ME, "team_id": TEAM, "name": "ana"})
            taken = [await _once(app) for _ in range(3 if is_quick else ROUNDS)]
    return {"home_ms": median(taken[1:]) * 1000}


async def _once(app: Rig) -> float:
    began = time.perf_counter()
    view = await home_view(app.scribe.work, Actor(ME, TEAM, channel_id="", is_there=False))
    await show_home(app.scribe, view, ME)
    seconds = time.perf_counter() - began
    if not (view.mine.more and view.items.more and view.postmortems.more and view.is_complete):
        raise RuntimeError("the Home does not show what it is measured with")
    return seconds


async def _fill(app: Rig) -> None:
    numbers = range(1000, 1000 + INCIDENTS + ENDED)
    async with app.scribe.database.write() as session:
        for number in numbers:
            one = incident(number, f"CHOME{number}", TEAM)
            is_open = number < 1000 + INCIDENTS
            one.status = IncidentStatus.OPEN if is_open else IncidentStatus.RESOLVED
            session.add(one)
            await session.flush()
            session.add(
                RoleHeld(incident_id=number, role=COMMANDER, user_id=ME, since=DECLARED_AT, given_by=ME)
            )
            if not is_open:
                session.add(Postmortem(incident_id=number, owner_id=ME, due_at=DECLARED_AT))
        await session.flush()
        for place in range(ITEMS):
            session.add(
                ActionItem(
                    incident_id=numbers[place % len(numbers)],
                    number=place,
                    text=f"Do thing {place} that <@U0BEN> found",
                    owner_id=ME,
                    due_on=(DECLARED_AT + timedelta(days=place)).date(),
                    is_explicit=True,
                    added_by=ME,
                    added_at=DECLARED_AT,
                )
            )
