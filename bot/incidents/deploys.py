"""What deploys do to incidents: they are remembered, offered where one begins, and put on its timeline.

A deploy counts once, by its sender's own id, and follows what its sender tells of it later, in whatever
order that comes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents import timeline as timeline_rules
from bot.settings.hooks import HookSettings
from bot.text.of_programs import inert_words, linked
from storage import deploys, incidents, outbox, timeline
from storage.advisory_lock import record_of
from storage.deploy_tables import Deploy, IncidentDeploy
from storage.deploys import Window
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import DeployState, EventKind, EventSource, MilestoneKind

REMEMBERED = timedelta(hours=48)
"""How long a deploy is remembered that no incident uses, from when its sender told of it last."""
BEFORE = timedelta(hours=1)
"""How long before an incident began a deploy may have brought it about."""
LONGEST_LINE = 400
ENDED = frozenset({DeployState.SUCCEEDED, DeployState.FAILED})


@dataclass(frozen=True)
class IncomingDeploy:
    """One deploy or release as its sender tells it now.

    `source` names the hook, and `deploy_id` the deploy, whatever becomes of it. `service`, `version`,
    `environment` and `who` are plain text. `changed_at` is the sender's time of this state: of two states
    the later one stands; without it an end stands once it was told. `part_of` is the sender's id of the run
    that it was a part of, told as a deploy or not. `workflow` is plain text: what names a run of the
    sender's CI, of which only some deploy; None: it surely is a deploy.
    """

    source: str
    deploy_id: str
    service: str
    state: DeployState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    changed_at: datetime | None = None
    repository: str | None = None
    version: str | None = None
    environment: str | None = None
    who: str | None = None
    link: str | None = None
    part_of: str | None = None
    is_release: bool = False
    workflow: str | None = None


def is_deploy(told: IncomingDeploy, words: Collection[str]) -> bool:
    """Whether it is one: a run of CI is, if its name holds one of these words in lower case."""
    return told.workflow is None or any(word in told.workflow.casefold() for word in words)


async def take(
    session: AsyncSession, team_id: str, told: Sequence[IncomingDeploy], *, by: str, now: datetime
) -> int:
    """Remember deploys, and have those follow that were told before; how many were news."""
    await deploys.take(session, team_id)
    news = 0
    for source in {one.source for one in told}:
        ours = [one for one in told if one.source == source]
        known = await deploys.known(session, team_id, source, {one.deploy_id for one in ours})
        for one in ours:
            before = known.get(one.deploy_id)
            if before is None:
                known[one.deploy_id] = made = _made(team_id, one, now)
                session.add(made)
                news += 1
            elif _follow(before, one, now):
                session.add(before)
                await session.flush()
                await _retell(session, before, by=by, now=now)
                news += 1
    await session.flush()
    return news


def _made(team_id: str, told: IncomingDeploy, now: datetime) -> Deploy:
    has_ended = told.state in ENDED
    changed_at = told.changed_at or (told.ended_at if has_ended else told.started_at) or now
    ended_at = min(told.ended_at or changed_at, now) if has_ended else None
    started_at = min(told.started_at or changed_at, ended_at or now, now)
    return Deploy(
        team_id=team_id,
        source=told.source,
        deploy_id=told.deploy_id,
        service=told.service,
        repository=told.repository,
        version=told.version,
        environment=told.environment,
        is_release=told.is_release,
        state=told.state,
        who=told.who,
        link=told.link,
        part_of=told.part_of,
        started_at=started_at,
        ended_at=ended_at,
        last_at=ended_at or started_at,
        changed_at=changed_at,
        heard_at=now,
    )


def _follow(known: Deploy, told: IncomingDeploy, now: datetime) -> bool:
    """Bring a deploy in step with what was told of it; whether that changed anything."""
    new, before = _made(known.team_id, told, now), _facts(known)
    is_later = _is_later(known, told, new)
    for name in ("version", "environment", "who", "link", "part_of", "repository"):
        value = getattr(new, name)
        if value and (is_later or getattr(known, name) is None):
            setattr(known, name, value)
    known.started_at = min(known.started_at, new.started_at)
    if is_later:
        known.state, known.ended_at, known.changed_at = new.state, new.ended_at, new.changed_at
    known.last_at = known.ended_at or known.started_at
    is_changed = _facts(known) != before
    if is_changed:
        known.heard_at = now
    return is_changed


def _is_later(known: Deploy, told: IncomingDeploy, new: Deploy) -> bool:
    """Whether what is told is of after what stands; of the same moment an end is."""
    is_by_our_clock = known.changed_at == known.heard_at
    if is_by_our_clock and new.state in ENDED and known.state not in ENDED:
        return True
    if told.changed_at is None:
        return new.state != known.state and new.state in ENDED
    return (new.changed_at, new.state in ENDED) > (known.changed_at, known.state in ENDED)


def _facts(deploy: Deploy) -> tuple[object, ...]:
    return (
        deploy.state,
        deploy.started_at,
        deploy.ended_at,
        deploy.version,
        deploy.environment,
        deploy.who,
        deploy.link,
        deploy.part_of,
        deploy.repository,
    )


async def _retell(session: AsyncSession, deploy: Deploy, *, by: str, now: datetime) -> None:
    """Where it stands on a timeline, have its event say how it ended, unless people made it theirs."""
    uses = [
        (await incidents.by_id(session, use.incident_id), use)
        for use in await deploys.uses_of(session, deploy.pk)
    ]
    for incident, use in sorted(uses, key=lambda one: record_of(one[0].team_id, one[0].channel_id)):
        await timeline.take(session, incident)
        line = await timeline.by_number(session, incident.pk, use.event_number)
        if line is None or line.event.text != use.told or use.told == line_of(deploy):
            continue
        use.told = line_of(deploy)
        session.add(use)
        await timeline.revise(session, line.event, "text", use.told, by=by, at=now)
        if line.event.occurred_until is None and deploy.ended_at:
            await timeline.revise(session, line.event, "occurred_until", _until(deploy), by=by, at=now)


def window(began_at: datetime, environments: Collection[str] = ()) -> Window:
    """The hour before an incident began."""
    return Window(began_at - BEFORE, began_at, environments)


async def began_at(session: AsyncSession, incident: Incident) -> datetime:
    """When the incident began: its impact, where somebody said when; else when it was declared."""
    known = await incidents.milestones(session, incident.pk)
    impact = known.get(MilestoneKind.IMPACT_STARTED)
    return impact.at if impact else incident.declared_at


async def before(
    session: AsyncSession, incident: Incident, hooks: HookSettings, besides: Collection[int] = ()
) -> Window:
    """The hour before the incident began, without these deploys."""
    found = window(await began_at(session, incident), hooks.deploy_environment_names)
    return replace(found, besides=besides)


async def offer(session: AsyncSession, incident: Incident, hooks: HookSettings, *, now: datetime) -> None:
    """Have the channel of an incident that was just declared told what was deployed in the hour before."""
    if await deploys.count_within(session, incident.team_id, await before(session, incident, hooks)):
        await outbox.ask(session, [intents.tell_deploys(incident.pk)], asked_at=now)


def concerns(incident: Incident, service: str, known: Collection[str]) -> bool:
    """Whether an incident is about a service: `known`, in lower case, has it, or the title names it."""
    if service.casefold() in known:
        return True
    name = re.escape(service.casefold())
    return bool(re.search(rf"(?<![^\W_]){name}(?![^\W_])", incident.title.casefold()))


def deploy_key(deploy_id: int) -> str:
    """What a dismissed deploy is known by in its incident."""
    return f"deploy:{deploy_id}"


async def add(
    session: AsyncSession, incident: Incident, found: Sequence[Deploy], *, by: str, now: datetime
) -> Mapping[int, TimelineEvent]:
    """Put deploys on the timeline, each at its own time, by the deploys' keys; once, whoever adds them.

    One that was taken off comes back under its number.
    """
    await deploys.take(session, incident.team_id)
    await timeline.take(session, incident)
    used = await deploys.used_by(session, incident.pk)
    events: dict[int, TimelineEvent] = {}
    for deploy in sorted(found, key=lambda one: (one.started_at, one.pk)):
        use = used.get(deploy.pk)
        if use is None:
            events[deploy.pk] = await _new_event(session, incident, deploy, by=by, now=now)
            continue
        line = await timeline.by_number(session, incident.pk, use.event_number)
        assert line is not None, "no event is ever deleted while its incident stands"
        if line.event.removed_at:
            line = await timeline_rules.restore(session, incident, line.event.number, by=by, now=now)
        events[deploy.pk] = line.event
    return events


async def _new_event(
    session: AsyncSession, incident: Incident, deploy: Deploy, *, by: str, now: datetime
) -> TimelineEvent:
    text = line_of(deploy)
    event = TimelineEvent(
        incident_id=incident.pk,
        team_id=incident.team_id,
        number=await timeline.next_number(session, incident),
        kind=EventKind.DEPLOY,
        source=EventSource.HOOK,
        occurred_at=deploy.started_at,
        occurred_until=_until(deploy),
        recorded_at=now,
        text=text,
        added_by=by,
        is_explicit=True,
    )
    session.add(event)
    session.add(
        IncidentDeploy(incident_id=incident.pk, deploy_id=deploy.pk, event_number=event.number, told=text)
    )
    await session.flush()
    return event


def _until(deploy: Deploy) -> datetime | None:
    """When it ended, where that is another minute than that of its start."""
    ended, started = deploy.ended_at, deploy.started_at
    is_span = ended is not None and ended.replace(second=0, microsecond=0) > started
    return ended if is_span else None


def line_of(deploy: Deploy) -> str:
    """`Deploy of checkout 1.4.2 to production succeeded, by octocat (its page)`, as Slack text."""
    what = f"{deploy.service} {deploy.version}" if deploy.version else deploy.service
    if deploy.is_release:
        said = f"{what} released"
    else:
        where = f" to {deploy.environment}" if deploy.environment else ""
        said = f"Deploy of {what}{where} {deploy.state}"
    if deploy.who:
        said += f", by {deploy.who}"
    said = inert_words(said, LONGEST_LINE)
    return f"{said} ({linked('its page', deploy.link)})" if deploy.link else said
