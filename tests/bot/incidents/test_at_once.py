"""Two people act on the same at the same moment, on PostgreSQL: each is told what truly became of it.

Where one of two can have their way, one is told yes, and the other in a sentence what stands. Where both can,
nothing of either is lost. Every pair runs many times, in both orders, each time on an incident of its own.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import (
    action_items,
    lifecycle,
    milestones,
    roles,
    severity,
    stage,
    stated,
    status,
    timeline,
    updates,
    zone,
)
from bot.incidents.conclusion import conclude
from bot.incidents.declare import Declaration, declare
from bot.incidents.errors import ScribeError
from bot.incidents.import_here import import_here
from bot.incidents.rename import rename
from bot.incidents.resolve import ask_for_draft, resolve
from bot.incidents.updates import NewUpdate
from bot.settings.team import TeamSettings
from bot.text.when import Moment
from storage import dismissals, drafts, incidents
from storage.database import Database
from storage.postmortem_tables import ActionItem, Draft, Postmortem, Publication, Reminder, Reviewer
from storage.surface_tables import StatusUpdate
from storage.tables import (
    Dismissal,
    Incident,
    IncidentChange,
    Message,
    Milestone,
    Revision,
    RoleHeld,
    StatedDuration,
    Suggested,
    TimelineEvent,
)
from storage.vocabulary import MilestoneKind

THE_TEAMS = TeamSettings()
TEAM, NOW, UTC_ZONE = "T1", datetime(2023, 9, 10, 14, 0, tzinfo=UTC), ZoneInfo("UTC")
ANA, BEN = "U0ANA", "U0BEN"
SAID = "1694354400.000100"
T = TypeVar("T", bound=SQLModel)
ROUNDS = 12
YES = "yes"


@dataclass
class Ground:
    """An incident in a channel of its own, of one round; `by` and `at` are of whoever acts."""

    session: AsyncSession
    incident: Incident
    by: str

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=1 if self.by == ANA else 2)

    @property
    def id(self) -> int:
        return self.incident.id or 0


Act = Callable[[Ground], Awaitable[object]]
Outcome = tuple[str, str]
"""What Ana and Ben were told: yes, or the sentence."""


class Record:
    """What stands in the tables after a round, of its incident."""

    def __init__(self, rows: Sequence[SQLModel], incident: Incident) -> None:
        self.incident = incident
        self._rows = rows

    def of(self, table: type[T]) -> list[T]:
        return [row for row in self._rows if isinstance(row, table)]

    def changed(self, what: str) -> list[tuple[str | None, str | None]]:
        return [(row.old, row.new) for row in self.of(IncidentChange) if row.what == what]


Check = Callable[[Record, Outcome], None]


@dataclass(frozen=True)
class Pair:
    """Two acts at once, what was there before, and what must be true after; `first` is Ana's."""

    name: str
    first: Act
    second: Act
    check: Check
    before: Act | None = None


PAIRS: list[Pair] = []


def pair(first: Act, second: Act | None = None, before: Act | None = None) -> Callable[[Check], Check]:
    """Declare a pair; the same act twice unless there is a second."""

    def declared(check: Check) -> Check:
        PAIRS.append(Pair(check.__name__, first, second or first, check, before))
        return check

    return declared


def one_yes(told: Outcome) -> str:
    """Exactly one was told yes; the sentence of the other."""
    assert Counter(one == YES for one in told) == {True: 1, False: 1}, told
    return next(one for one in told if one != YES)


# --- what people do ------------------------------------------------------------------------------------


async def resolves(ground: Ground) -> None:
    await resolve(
        ground.session,
        ground.incident,
        by=ground.by,
        conclusion=f"Said {ground.by}",
        response_url=None,
        now=ground.now,
    )


async def drafts_again(ground: Ground) -> None:
    await lifecycle.check_may_draft(ground.session, ground.incident)
    await ask_for_draft(ground.session, ground.incident, by=ground.by, response_url=None, now=ground.now)


async def is_delivered(ground: Ground) -> None:
    """Resolved, with a draft that people have before them."""
    await resolves(ground)
    for draft in await drafts.undelivered(ground.session, ground.id):
        draft.delivered_at = NOW
        ground.session.add(draft)


async def is_published(ground: Ground) -> None:
    await is_delivered(ground)
    await publishes(ground)


async def publishes(ground: Ground) -> None:
    await lifecycle.publish(ground.session, ground.incident, 1, by=ground.by, now=ground.now)


async def reopens_postmortem(ground: Ground) -> None:
    await lifecycle.reopen(ground.session, ground.incident, by=ground.by, now=ground.now)


async def owns(ground: Ground) -> None:
    await lifecycle.set_owner(ground.session, ground.incident, ground.by, by=ground.by, now=ground.now)


async def asks_review(ground: Ground) -> None:
    asked = await lifecycle.ask_review(
        ground.session, ground.incident, ["U0CARO"], by=ground.by, now=ground.now
    )
    if not asked:
        raise ScribeError("asked already")


async def has_review(ground: Ground) -> None:
    await is_delivered(ground)
    await asks_review(ground)


async def reviews(ground: Ground) -> None:
    await lifecycle.note_reviewed(ground.session, ground.id, "U0CARO", ground.now)


async def adds_task(ground: Ground) -> None:
    said = action_items.ActionItemDetails(
        text=f"Item of {ground.by}", owner_id=ground.by, due_on=date(2023, 10, 1)
    )
    await action_items.add(ground.session, ground.incident, said, by=ground.by, now=ground.now, zone=UTC_ZONE)


async def closes_task(ground: Ground) -> None:
    await action_items.close(ground.session, ground.incident, 1, state="done", by=ground.by, now=ground.now)


async def edits_task_text(ground: Ground) -> None:
    said = action_items.ActionItemDetails(text="Reworded")
    await action_items.change(
        ground.session, ground.incident, 1, said, by=ground.by, now=ground.now, zone=UTC_ZONE
    )


async def edits_task_due(ground: Ground) -> None:
    said = action_items.ActionItemDetails(due_on=date(2023, 11, 1))
    await action_items.change(
        ground.session, ground.incident, 1, said, by=ground.by, now=ground.now, zone=UTC_ZONE
    )


async def rewords_task(ground: Ground) -> None:
    said = action_items.ActionItemDetails(text=f"By {ground.by}")
    await action_items.change(
        ground.session, ground.incident, 1, said, by=ground.by, now=ground.now, zone=UTC_ZONE
    )


async def snoozes_task(ground: Ground) -> None:
    await action_items.snooze(ground.session, ground.incident, 1, NOW + timedelta(days=60), now=ground.now)


async def is_reminded_of_task(ground: Ground) -> None:
    found = await ground.session.exec(select(Reminder).where(Reminder.incident_id == ground.id))
    for reminder in found:
        await action_items.remind_again(
            ground.session, ground.incident, reminder.id or 0, UTC_ZONE, now=NOW + timedelta(days=30)
        )


async def has_due_task(ground: Ground) -> None:
    await adds_task(ground)
    await ground.session.flush()
    found = await ground.session.exec(select(Reminder).where(Reminder.incident_id == ground.id))
    for reminder in found:
        reminder.asked_at = NOW
        ground.session.add(reminder)


async def gives_role(ground: Ground) -> None:
    given = roles.Given("commander", ground.by)
    await roles.give(ground.session, ground.incident, [given], by=ground.by, now=ground.now)


async def sets_severity(ground: Ground) -> None:
    name = "sev1" if ground.by == ANA else "sev2"
    await severity.set_severity(
        ground.session, ground.incident, name, by=ground.by, now=ground.now, team=THE_TEAMS
    )


async def sets_stage(ground: Ground) -> None:
    name = "identified" if ground.by == ANA else "monitoring"
    await stage.set_stage(
        ground.session, ground.incident, name, first="investigating", by=ground.by, now=ground.now
    )


async def posts_update(ground: Ground) -> None:
    update = NewUpdate(f"Said {ground.by}", next_in=timedelta(hours=1 if ground.by == ANA else 2))
    await updates.post(ground.session, ground.incident, update, by=ground.by, now=ground.now, team=THE_TEAMS)


async def sets_zone(ground: Ground) -> None:
    name = "Europe/Berlin" if ground.by == ANA else "UTC"
    await zone.set_zone(ground.session, ground.incident, name, by=ground.by, now=ground.now)


async def states_duration(ground: Ground) -> None:
    said = stated.DurationStatement("impact", "1h" if ground.by == ANA else "2h")
    await stated.state_duration(ground.session, ground.incident, said, by=ground.by, now=ground.now)


async def states_milestone(ground: Ground) -> None:
    await milestones.state(
        ground.session, ground.incident, {MilestoneKind.DETECTED: ground.now}, by=ground.by, now=ground.now
    )


def _asked(ground: Ground) -> Suggested:
    return Suggested(
        incident_id=ground.id,
        key="detected:1",
        kind=MilestoneKind.DETECTED,
        at=NOW,
        because="",
        posted_ts="1.1",
    )


async def accepts(ground: Ground) -> None:
    await milestones.accept(
        ground.session, ground.incident, _asked(ground), None, by=ground.by, now=ground.now
    )


async def declines(ground: Ground) -> None:
    await milestones.decline(ground.session, ground.incident, _asked(ground), by=ground.by, now=ground.now)


async def dismisses(ground: Ground) -> None:
    await dismissals.dismiss(ground.session, ground.id, "note", by=ground.by, at=ground.now)


async def adds_line(ground: Ground) -> None:
    await timeline.add(
        ground.session,
        ground.incident,
        Moment(NOW),
        f"Line of {ground.by}",
        by=ground.by,
        now=ground.now,
    )


async def has_message(ground: Ground) -> None:
    ground.session.add(
        Message(
            team_id=TEAM,
            channel_id=str(ground.incident.channel_id),
            ts=SAID,
            user_id=ANA,
            text="Rolled back",
            version_ts=SAID,
        )
    )


async def adds_message(ground: Ground) -> None:
    await timeline.add_message(ground.session, ground.incident, SAID, by=ground.by, now=ground.now)


async def edits_line(ground: Ground) -> None:
    await timeline.edit(
        ground.session, ground.incident, 1, moment=None, text=f"By {ground.by}", by=ground.by, now=ground.now
    )


async def removes_line(ground: Ground) -> None:
    await timeline.remove(ground.session, ground.incident, 1, by=ground.by, now=ground.now)


async def restores_line(ground: Ground) -> None:
    await timeline.restore(ground.session, ground.incident, 1, by=ground.by, now=ground.now)


async def has_removed_line(ground: Ground) -> None:
    await adds_line(ground)
    await removes_line(ground)


async def reopens(ground: Ground) -> None:
    await status.reopen(ground.session, ground.incident, by=ground.by, now=ground.now, response_url=None)


async def cancels(ground: Ground) -> None:
    await status.cancel(ground.session, ground.incident, by=ground.by, now=ground.now)


async def renames(ground: Ground) -> None:
    title = f"Called so by {ground.by}"
    await rename(ground.session, ground.incident, title, by=ground.by, now=ground.now)


async def concludes(ground: Ground) -> None:
    text = f"Concluded by {ground.by}"
    await conclude(ground.session, ground.incident, text, by=ground.by, now=ground.now)


async def declares_here_too(ground: Ground) -> None:
    channel_id = ground.incident.channel_id or ""
    declaration = replace(_declaration(ground), channel_id=channel_id)
    await declare(ground.session, declaration, now=ground.now, prefix="inc-")


def _declaration(ground: Ground) -> Declaration:
    return Declaration(
        team_id=TEAM,
        channel_id=f"{ground.incident.channel_id}2",
        channel_name="ops",
        user_id=f"{ground.by}{ground.incident.number}",  # nobody declares too many a minute
        title=f"Down, says {ground.by}",
        is_here=True,
    )


async def declares_here(ground: Ground) -> None:
    await declare(ground.session, _declaration(ground), now=ground.now, prefix="inc-")


async def imports_here(ground: Ground) -> None:
    since = NOW - timedelta(hours=1 if ground.by == ANA else 2)
    await import_here(ground.session, _declaration(ground), since, now=ground.now, prefix="inc-")


# --- what must be true ---------------------------------------------------------------------------------


@pair(resolves)
def resolving(record: Record, told: Outcome) -> None:
    sentence = one_yes(told)
    winner, loser = (ANA, BEN) if told[0] == YES else (BEN, ANA)
    assert record.incident.conclusion == f"Said {winner}"
    assert "already resolved" in sentence and f"<@{winner}>" in sentence
    assert f"Said {loser}" in sentence  # their text is in the answer, so that it is not lost
    assert [row.version for row in record.of(Draft)] == [1]


@pair(drafts_again, before=is_delivered)
def drafting(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert sorted(row.version for row in record.of(Draft)) == [1, 2, 3]


@pair(publishes, before=is_delivered)
def publishing(record: Record, told: Outcome) -> None:
    assert "already published" in one_yes(told)
    (postmortem,), (publication,) = record.of(Postmortem), record.of(Publication)
    assert postmortem.published_by == publication.published_by == (ANA if told[0] == YES else BEN)


@pair(publishes, drafts_again, before=is_delivered)
def publishing_while_drafting(record: Record, told: Outcome) -> None:
    (postmortem,) = record.of(Postmortem)
    assert told[0] == YES
    assert postmortem.state == "published"
    assert len(record.of(Draft)) == (2 if told[1] == YES else 1)


@pair(reopens_postmortem, before=is_published)
def reopening_a_postmortem(record: Record, told: Outcome) -> None:
    one_yes(told)
    (postmortem,), (publication,) = record.of(Postmortem), record.of(Publication)
    assert postmortem.state == "draft"
    assert publication.reopened_by == (ANA if told[0] == YES else BEN)


@pair(owns, before=is_delivered)
def owning(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (postmortem,) = record.of(Postmortem)
    history = record.changed("postmortem_owner")
    assert history[-1][1] == postmortem.owner_id
    assert [old for old, _ in history[1:]] == [new for _, new in history[:-1]]


@pair(asks_review, before=is_delivered)
def asking_for_review(record: Record, told: Outcome) -> None:
    one_yes(told)
    assert len(record.of(Reviewer)) == 1


@pair(reviews, before=has_review)
def reviewing(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (reviewer,) = record.of(Reviewer)
    assert reviewer.reviewed_at is not None


@pair(posts_update)
def updating(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    last = max(record.of(StatusUpdate), key=lambda row: row.pk)
    assert sorted(row.known for row in record.of(StatusUpdate)) == [f"Said {ANA}", f"Said {BEN}"]
    assert sorted(row.number for row in record.of(TimelineEvent)) == [1, 2]
    assert record.incident.next_update_at == last.next_at
    assert [row.due_at for row in record.of(Reminder)] == [last.next_at]


@pair(posts_update, resolves)
def updating_while_resolving(record: Record, told: Outcome) -> None:
    assert told[1] == YES
    assert len(record.of(StatusUpdate)) == (1 if told[0] == YES else 0)
    assert told[0] == YES or f"Nothing was recorded of: Said {ANA}" in told[0]
    assert record.incident.next_update_at is None
    assert "update" not in {row.kind for row in record.of(Reminder)}


@pair(sets_stage)
def setting_the_stage(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("stage")
    assert history[0][0] == "investigating"
    assert history[1] == (history[0][1], record.incident.stage)


@pair(adds_task)
def adding_tasks(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert sorted(row.number for row in record.of(ActionItem)) == [1, 2]


@pair(closes_task, before=adds_task)
def closing_a_task(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert record.changed("task:1:state") == [("open", "done")]


@pair(edits_task_text, edits_task_due, before=adds_task)
def editing_a_task_twice(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (item,) = record.of(ActionItem)
    assert (item.text, item.due_on) == ("Reworded", date(2023, 11, 1))


@pair(rewords_task, before=adds_task)
def rewording_a_task(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (item,) = record.of(ActionItem)
    history = record.changed("task:1:text")
    assert history[0][1] == history[1][0]
    assert history[1][1] == item.text


@pair(snoozes_task, is_reminded_of_task, before=has_due_task)
def snoozing_while_a_reminder_is_told(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (reminder,) = record.of(Reminder)
    assert reminder.due_at == NOW + timedelta(days=60)


@pair(gives_role)
def giving_a_role(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert len([row for row in record.of(RoleHeld) if row.until is None]) == 1
    history = record.changed("role:commander")
    assert history[0][0] is None
    assert history[0][1] == history[1][0]


@pair(sets_severity)
def setting_the_severity(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("severity")
    assert history[0][1] == history[1][0]
    assert record.incident.severity == history[1][1]


@pair(sets_zone)
def setting_the_zone(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("zone")
    assert history[0][1] == history[1][0]
    assert record.incident.zone == history[1][1]


@pair(states_duration)
def stating_a_duration(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("duration:impact")
    assert history[0][1] == history[1][0]
    assert [row.said for row in record.of(StatedDuration)] == [history[1][1]]


@pair(states_milestone)
def stating_a_milestone(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("milestone:detected")
    assert history[0][1] == history[1][0]
    assert [row.at.isoformat() for row in record.of(Milestone)] == [history[1][1]]


@pair(accepts)
def accepting_a_suggestion(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert len(record.changed("milestone:detected")) == 1
    assert len(record.of(Suggested)) == 1


@pair(accepts, declines)
def accepting_and_declining(record: Record, told: Outcome) -> None:
    assert told[0] == YES
    assert len(record.of(Milestone)) == 1
    assert len(record.of(Dismissal)) == (1 if told[1] == YES else 0)
    assert told[1] == YES or "already known" in told[1]


@pair(declines)
def declining(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert len(record.of(Dismissal)) == 1


@pair(dismisses)
def dismissing(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert len(record.of(Dismissal)) == 1


@pair(adds_line)
def adding_lines(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    assert sorted(row.number for row in record.of(TimelineEvent)) == [1, 2]


@pair(edits_line, before=adds_line)
def editing_a_line(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (event,) = record.of(TimelineEvent)
    history = [(row.old, row.new) for row in record.of(Revision)]
    assert history[0][1] == history[1][0]
    assert history[1][1] == event.text


@pair(removes_line, before=adds_line)
def removing_a_line(record: Record, told: Outcome) -> None:
    assert "no event 1" in one_yes(told)
    assert len(record.of(Revision)) == 1


@pair(edits_line, removes_line, before=adds_line)
def editing_and_removing_a_line(record: Record, told: Outcome) -> None:
    assert told[1] == YES
    (event,) = record.of(TimelineEvent)
    assert event.removed_at is not None
    assert event.text == (f"By {ANA}" if told[0] == YES else f"Line of {ANA}")


@pair(reopens, before=resolves)
def reopening(record: Record, told: Outcome) -> None:
    assert "is open, so there is nothing to reopen" in one_yes(told)
    assert record.incident.status == "open"
    assert record.changed("status") == [("open", "resolved"), ("resolved", "open")]
    assert len(record.of(TimelineEvent)) == 2


@pair(reopens, declares_here_too, before=resolves)
def reopening_while_another_is_declared_here(record: Record, told: Outcome) -> None:
    assert "which is open" in one_yes(told)


@pair(cancels)
def cancelling(record: Record, told: Outcome) -> None:
    assert "already cancelled" in one_yes(told)
    assert record.changed("status") == [("open", "cancelled")]


@pair(resolves, cancels)
def resolving_and_cancelling(record: Record, told: Outcome) -> None:
    assert told[1] == YES
    assert record.incident.status == "cancelled"
    assert told[0] == YES or "was cancelled" in told[0]
    assert len(record.of(Draft)) == (1 if told[0] == YES else 0)


@pair(resolves, reopens)
def resolving_and_reopening(record: Record, told: Outcome) -> None:
    assert told[0] == YES
    assert record.incident.status == ("open" if told[1] == YES else "resolved")


@pair(renames)
def renaming(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("title")
    assert history[0][1] == history[1][0]
    assert record.incident.title == history[1][1]


@pair(concludes, before=resolves)
def concluding(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    history = record.changed("conclusion")
    assert [old for old, _ in history[1:]] == [new for _, new in history[:-1]]
    assert {new for _, new in history} == {f"Said {ANA}", f"Concluded by {ANA}", f"Concluded by {BEN}"}
    assert record.incident.conclusion == history[-1][1]


@pair(restores_line, before=has_removed_line)
def restoring_a_line(record: Record, told: Outcome) -> None:
    assert "Event 1 stands on the timeline" in one_yes(told)
    (event,) = record.of(TimelineEvent)
    assert event.removed_at is None


@pair(adds_message, before=has_message)
def adding_a_message(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)
    (event,) = record.of(TimelineEvent)
    assert (event.number, event.message_ts, event.removed_at) == (1, SAID, None)


@pair(declares_here)
def declaring_here(record: Record, told: Outcome) -> None:
    assert "already keeps INC-" in one_yes(told)


@pair(imports_here)
def importing_here(record: Record, told: Outcome) -> None:
    assert told == (YES, YES)


# --- running them --------------------------------------------------------------------------------------


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    yield database
    await database.close()


async def declared(database: Database, number: int) -> Incident:
    async with database.write() as session:
        made = Incident(
            team_id=TEAM,
            number=number,
            title="Checkout is down",
            status="open",
            channel_id=f"C{number}",
            channel_name="ops",
            is_own_channel=False,
            declared_by=ANA,
            declared_at=NOW - timedelta(hours=1),
        )
        session.add(made)
    return made


async def does(database: Database, incident: Incident, act: Act, by: str) -> str:
    """What somebody is told who does this, in a transaction of their own."""
    try:
        async with database.write() as session:
            found = await incidents.by_id(session, incident.id or 0)
            await act(Ground(session, found, by))
    except ScribeError as problem:
        return problem.sentence
    return YES


TABLES: Sequence[type[SQLModel]] = (
    StatusUpdate,
    ActionItem,
    Dismissal,
    Draft,
    IncidentChange,
    Milestone,
    Postmortem,
    Publication,
    Reminder,
    Reviewer,
    RoleHeld,
    StatedDuration,
    Suggested,
    TimelineEvent,
)


async def recorded(database: Database, incident: Incident) -> Record:
    rows: list[SQLModel] = []
    async with database.read() as session:
        for table in TABLES:
            columns = table.__table__.c  # type: ignore[attr-defined]
            order = columns.id if "id" in columns else columns.incident_id
            found = await session.exec(
                select(table).where(col(columns.incident_id) == incident.id).order_by(order)
            )
            rows += found.all()
        events = [row.id for row in rows if isinstance(row, TimelineEvent)]
        rows += await session.exec(
            select(Revision).where(col(Revision.event_id).in_(events)).order_by(col(Revision.id))
        )
        return Record(rows, await incidents.by_id(session, incident.id or 0))


@pytest.mark.one_in(6)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
async def test_two_at_once(database: Database, pair: Pair) -> None:
    numbers = itertools.count(1, 10)  # what is declared in a round takes the numbers between
    for round_number in range(ROUNDS):
        incident = await declared(database, next(numbers))
        if pair.before:
            assert await does(database, incident, pair.before, ANA) == YES
        acts = [(pair.first, ANA), (pair.second, BEN)]
        if round_number % 2:
            acts.reverse()
        told = dict(
            zip(
                (by for _, by in acts),
                await asyncio.gather(*(does(database, incident, act, by) for act, by in acts)),
                strict=True,
            )
        )
        pair.check(await recorded(database, incident), (told[ANA], told[BEN]))
