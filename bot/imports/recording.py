"""Putting an imported channel on the record, by the rules that also hold for what Scribe hears itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from bot.imports.reading import CannotImport, History, Skipped
from bot.incidents.message_events import MessageEvent, MessagePosted, ReactionChanged
from bot.incidents.record import Recording
from bot.slack.directory import person_of
from bot.slack.message_events import is_own, spoken_in
from bot.text.mrkdwn import escape
from storage import incidents, people, timeline
from storage.database import Database
from storage.record import load_state, write_changes
from storage.tables import Incident, TimelineEvent, Workspace
from storage.vocabulary import Basis, EventKind, EventSource, IncidentStatus, MarkSection, MilestoneKind

UNKNOWN = "USLACKBOT"
"""Who stands for the declarer of a channel in which no person said anything."""
AT_ONCE = 2000
NAMED = 10
"""Left out entries that are named one by one."""


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    number: int
    is_new: bool
    messages: int
    on_timeline: int
    in_sections: int
    skipped: Sequence[Skipped]
    notices: int
    guessed: int
    address: str | None = None
    """Of its workspace, where the database knows several."""


async def home_of(database: Database, history: History, named: str | None) -> Workspace:
    """The workspace a history belongs to: the one that is named, else the one the history says and that
    the database knows. It is never guessed, since every link and every name would be of another company.

    Raises:
        CannotImport: it is neither named nor known, or the export is of another one.
    """
    async with database.read() as session:
        known = await people.workspaces(session)
    of_history = next((one for one in known if one.team_id == history.team_id), None)
    if named is None:
        if of_history:
            return of_history
        raise CannotImport(_unknown(known))
    address = _address(named)
    standing = next((one for one in known if one.url == address or one.team_id == named), None)
    if standing:
        return standing
    if of_history:
        raise CannotImport(
            f"This export is of {of_history.name}, whose address is {of_history.url}, not {address}. "
            f"Say: --workspace {of_history.url}"
        )
    name = (urlsplit(address).hostname or "").split(".")[0]
    return Workspace(
        team_id=history.team_id or f"T-{name}", name=name, url=address, bot_user_id="", bot_id=""
    )


def _unknown(known: Sequence[Workspace]) -> str:
    first = known[0].url.rstrip("/") if known else "https://acme.slack.com"
    why = (
        "This database has not met the workspace yet" if not known else "The export is of no known workspace"
    )
    return (
        f"{why}, so nothing could link to its messages. Say where it is, for example: "
        f"scribe import export/ --workspace {first}"
    )


def _address(named: str) -> str:
    """`acme`, `acme.slack.com` and `https://acme.slack.com/` as the address that links begin with."""
    said = named.strip().rstrip("/")
    if re.fullmatch(r"[A-Za-z0-9-]+", said) and not re.fullmatch(r"T[A-Z0-9]{6,}", said):
        said = f"{said}.slack.com"
    with_scheme = said if "://" in said else f"https://{said}"
    scheme = host = ""
    port = None
    try:
        parts = urlsplit(with_scheme)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        pass  # refused below
    is_host = re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+|localhost", host)
    if scheme not in ("http", "https") or not is_host:
        raise CannotImport(
            f"{named!r} is no address of a workspace. For example: --workspace https://acme.slack.com"
        )
    return f"{scheme}://{host}{f':{port}' if port else ''}/"


def told(imported: Imported, emoji: str) -> str:
    """What came of it, in a few lines."""
    made = "was made" if imported.is_new else "was there already and is up to date"
    lines = [
        f"INC-{imported.number} {made}: {imported.messages} messages, {imported.on_timeline} of them on the "
        f"timeline, {imported.in_sections} in other sections."
    ]
    if imported.notices:
        lines.append(f"{imported.notices} notices of Slack's own (joins, topics and the like) are left out.")
    if imported.skipped:
        lines.append(f"{len(imported.skipped)} could not be read and are left out:")
        lines += [f"  {one.where}: {one.why}" for one in imported.skipped[:NAMED]]
        if len(imported.skipped) > NAMED:
            lines.append(f"  and {len(imported.skipped) - NAMED} more")
    if imported.guessed:
        lines.append(
            f"{imported.guessed} carry no exact time of Slack's (a number, or milliseconds): links to them "
            "may lead beside them."
        )
    if not imported.on_timeline:
        lines.append(f"No message carries :{emoji}:; say --all to put every message on the timeline.")
    where = f" --workspace {imported.address}" if imported.address else ""
    lines.append(f"Its post-mortem: scribe export INC-{imported.number} --format html{where}")
    return "\n".join(lines)


async def record(
    database: Database,
    history: History,
    workspace: Workspace,
    recording: Recording,
    *,
    title: str | None,
    takes_all: bool,
    now: datetime,
) -> Imported:
    """Make an incident of a channel's history, in one transaction; doing it again adds what is new.

    Messages that carry a mark's reaction get onto the record as if it had been put on today; with `takes_all`
    every message gets onto the timeline. Nothing is asked of Slack.

    Raises:
        CannotImport: nobody said anything in it.
    """
    team_id = workspace.team_id
    message_events = message_events_of(workspace, history)
    spoken = [message_event for message_event in message_events if isinstance(message_event, MessagePosted)]
    if not spoken:
        raise CannotImport(f"Nobody said anything in #{history.channel_name}, so there is nothing to import.")
    async with database.write() as session:
        await people.keep_workspace(session, workspace)
        for user in history.users:
            await people.keep(session, person_of(team_id, user))
        incident, is_new = await _incident(session, history, team_id, spoken, title, now)

        def work(connection: Connection) -> None:
            for start in range(0, len(message_events), AT_ONCE):
                some = message_events[start : start + AT_ONCE]
                changes = recording.decide(load_state(connection, [one.key for one in some]), some)
                changes.asks.clear()  # nobody waits in Slack for what happened there long ago
                write_changes(connection, changes, now)

        await (await session.connection()).run_sync(work)
        if takes_all:
            await _take_all(session, incident, spoken, now)
        lines = await timeline.standing(session, incident.pk)
        marked = await timeline.marked(session, incident.pk)
        is_alone = len(await people.workspaces(session)) == 1
    in_sections = {message.ts for mark, message in marked if mark.section != MarkSection.TIMELINE}
    return Imported(
        number=incident.number,
        is_new=is_new,
        messages=len(spoken),
        on_timeline=len(lines),
        in_sections=len(in_sections),
        skipped=history.skipped,
        notices=history.notices,
        guessed=history.guessed,
        address=None if is_alone else workspace.url,
    )


def message_events_of(workspace: Workspace, history: History) -> list[MessageEvent]:
    """What was said and marked, as the record takes it; what Scribe said is nobody's evidence."""
    found: list[MessageEvent] = []
    for message in history.messages:
        if is_own(message, workspace.bot_user_id, workspace.bot_id):
            continue
        key = (workspace.team_id, history.channel_id, str(message["ts"]))
        found.append(spoken_in(key, message))
        for reaction in message.get("reactions") or ():
            for user_id in reaction.get("users") or ():
                # when it was put on Slack does not say: it counts as old as its message
                found.append(ReactionChanged(key, str(user_id), str(reaction["name"]), key[2], is_set=True))
    return found


async def _incident(
    session: AsyncSession,
    history: History,
    team_id: str,
    spoken: Sequence[MessagePosted],
    title: str | None,
    now: datetime,
) -> tuple[Incident, bool]:
    """The channel's incident, or one that was over when its last message was said."""
    standing = await incidents.of_channel(session, team_id, history.channel_id)
    if standing and standing.status != IncidentStatus.CANCELLED:
        return standing, False
    first, last = spoken[0], spoken[-1]
    author = next((one.user_id for one in spoken if one.user_id), None)
    incident = Incident(
        team_id=team_id,
        number=await incidents.next_number(session, team_id),
        title=escape(title) if title else f"#{history.channel_name}",
        status=IncidentStatus.RESOLVED,
        channel_id=history.channel_id,
        channel_name=history.channel_name,
        is_own_channel=False,
        is_private=history.is_private,
        declared_by=author or UNKNOWN,
        declared_at=said_at(first.key[2]),
        imported_at=now,
    )
    session.add(incident)
    await session.flush()
    await incidents.set_milestone(
        session,
        incident.pk,
        MilestoneKind.RESOLVED,
        said_at(last.key[2]),
        basis=Basis.INFERRED,
        stated_by=None,
        stated_at=now,
    )
    return incident, True


async def _take_all(
    session: AsyncSession, incident: Incident, spoken: Sequence[MessagePosted], now: datetime
) -> None:
    """An explicit event for every message that has none yet; what somebody removed stays removed."""
    known = await timeline.message_keys(session, incident)
    number = await timeline.next_number(session, incident)
    for one in spoken:
        if one.key in known:
            continue
        session.add(_event(incident, number, one, now))
        number += 1
    await session.flush()


def _event(incident: Incident, number: int, spoken: MessagePosted, now: datetime) -> TimelineEvent:
    return TimelineEvent(
        incident_id=incident.pk,
        team_id=incident.team_id,
        number=number,
        kind=EventKind.ALERT if spoken.bot_name else EventKind.MESSAGE,
        source=EventSource.IMPORT,
        channel_id=spoken.key[1],
        message_ts=spoken.key[2],
        occurred_at=said_at(spoken.key[2]),
        recorded_at=now,
        added_by=spoken.user_id or UNKNOWN,
        is_explicit=True,
    )
