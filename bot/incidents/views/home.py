"""What somebody's App Home shows: their own work first, then what is open, then what was lately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.incidents.actor import Actor
from bot.incidents.draft_link import draft_link
from bot.incidents.stage import stage_of
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.action_items import ActionItemView, view_of
from storage import action_items, homes, incidents
from storage.action_items import Found
from storage.postmortem_tables import Postmortem
from storage.tables import Incident
from storage.vocabulary import COMMANDER, IncidentStatus, PostmortemState

T = TypeVar("T")
R = TypeVar("R")

MINE, ITEMS, POSTMORTEMS, OPEN, RECENT = 10, 15, 10, 15, 8
"""How many are shown of each, so that a Home stays below the hundred blocks that Slack takes."""
LOOKED_AT = 200
"""The first of each that are looked at, since some may not be this person's to see."""
RECENT_LOOKED_AT = 50


@dataclass(frozen=True)
class Shortened(Generic[T]):
    """The first of a list, and how many more there are."""

    shown: Sequence[T] = ()
    more: int = 0

    @classmethod
    def of(cls, every: Sequence[R], most: int, shown: Callable[[R], T]) -> Shortened[T]:
        """`shown` makes of a row what is shown of it."""
        return cls([shown(one) for one in every[:most]], max(len(every) - most, 0))


@dataclass(frozen=True)
class HomeIncident:
    """An incident of a list; `roles` are those that the Home's person has in it, `link` is its draft's."""

    number: int
    title: str
    is_open: bool
    is_private: bool
    is_drill: bool
    channel_id: str | None
    severity: str | None
    stage: str | None
    declared_at: datetime
    next_update_at: datetime | None = None
    resolved_at: datetime | None = None
    commander: str | None = None
    roles: Sequence[str] = ()
    link: str | None = None


@dataclass(frozen=True)
class HomeItem:
    """An open action item that the person owns, of incident `number`."""

    number: int
    item: ActionItemView


@dataclass(frozen=True)
class HomePostmortem:
    """A post-mortem that waits for the person: theirs to finish (`is_owner`), else theirs to review."""

    number: int
    title: str
    state: PostmortemState
    is_owner: bool
    due_at: datetime | None
    is_late: bool
    link: str | None


@dataclass(frozen=True)
class HomeView:
    """What the Home shows; `mine` are open and none of `open`.

    `is_complete`: Slack said in time which incidents the person may see.
    """

    mine: Shortened[HomeIncident] = Shortened()
    items: Shortened[HomeItem] = Shortened()
    postmortems: Shortened[HomePostmortem] = Shortened()
    open: Shortened[HomeIncident] = Shortened()
    recent: Sequence[HomeIncident] = ()
    is_complete: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is recorded that the person may see."""
        lists = (self.mine, self.items, self.postmortems, self.open)
        return self.is_complete and not self.recent and not any(one.shown for one in lists)


async def home_view(work: UnitOfWork, actor: Actor) -> HomeView:
    """What is somebody's to do, and what they may see; of other incidents there is not a word.

    Raises:
        OursAlone, PeopleAlone: they are shown nothing at all.
    """
    team_id, user_id, now = work.workspace.team_id, actor.user_id, work.clock.now()
    async with work.reading() as session:
        mine = await homes.open_of(session, team_id, user_id, limit=LOOKED_AT)
        still_open = await incidents.newest(
            session, team_id, limit=LOOKED_AT, user_id=user_id, status=IncidentStatus.OPEN
        )
        resolved = await incidents.newest(
            session, team_id, limit=RECENT_LOOKED_AT, user_id=user_id, status=IncidentStatus.RESOLVED
        )
        items = await action_items.open_of(session, team_id, user_id, limit=LOOKED_AT)
        awaited = await homes.awaited_of(session, team_id, user_id, limit=LOOKED_AT)
        found = [*mine, *still_open, *resolved, *(one for _, one in items), *(one for _, one in awaited)]
        every = {incident.pk: incident for incident in found}
        roles: dict[int, dict[str, list[str]]] = {}
        for held in await homes.roles_in(session, [one.pk for one in (*mine, *still_open)]):
            roles.setdefault(held.incident_id, {}).setdefault(held.role, []).append(held.user_id)
    seen, is_complete = await work.permission.visible(actor, list(every.values()))
    may_see = {incident.pk for incident in seen}
    own = {one.pk for one in mine}
    awaited = [(postmortem, one) for postmortem, one in awaited if one.pk in may_see]
    recent = [one for one in resolved if one.pk in may_see][:RECENT]
    async with work.reading() as session:
        linked = [*(one.pk for one in recent), *(one.pk for _, one in awaited[:POSTMORTEMS])]
        drafts = await homes.delivered_drafts(session, linked)
        ends = await homes.resolved_at(session, [one.pk for one in recent])
    links = {one: draft_link(work.workspace, every[one], draft) for one, draft in drafts.items()}

    def shown(incident: Incident) -> HomeIncident:
        held = roles.get(incident.pk, {})
        end, link = ends.get(incident.pk), links.get(incident.pk)
        return _incident(incident, held, user_id, end, link, work.settings.stage_names[0])

    def waiting(found: tuple[Postmortem, Incident]) -> HomePostmortem:
        postmortem, incident = found
        return HomePostmortem(
            number=incident.number,
            title=incident.title,
            state=postmortem.state,
            is_owner=postmortem.owner_id == user_id,
            due_at=postmortem.due_at,
            is_late=bool(postmortem.due_at and postmortem.due_at < now),
            link=links.get(incident.pk),
        )

    def to_do(found: tuple[Found, Incident]) -> HomeItem:
        return HomeItem(found[1].number, view_of(found[0]))

    others = [one for one in still_open if one.pk in may_see and one.pk not in own]
    return HomeView(
        mine=Shortened.of([one for one in mine if one.pk in may_see], MINE, shown),
        items=Shortened.of([one for one in items if one[1].pk in may_see], ITEMS, to_do),
        postmortems=Shortened.of(awaited, POSTMORTEMS, waiting),
        open=Shortened.of(others, OPEN, shown),
        recent=[shown(one) for one in recent],
        is_complete=is_complete,
    )


def _incident(
    incident: Incident,
    held: Mapping[str, Sequence[str]],
    user_id: str,
    resolved_at: datetime | None,
    link: str | None,
    first_stage: str,
) -> HomeIncident:
    return HomeIncident(
        number=incident.number,
        title=incident.title,
        is_open=incident.status == IncidentStatus.OPEN,
        is_private=incident.is_private,
        is_drill=incident.is_drill,
        channel_id=incident.channel_id,
        severity=incident.severity,
        stage=stage_of(incident, first_stage) if incident.status == IncidentStatus.OPEN else None,
        declared_at=incident.declared_at,
        next_update_at=incident.next_update_at,
        resolved_at=resolved_at,
        commander=next(iter(held.get(COMMANDER, ())), None),
        roles=[role for role, people in held.items() if user_id in people],
        link=link,
    )
