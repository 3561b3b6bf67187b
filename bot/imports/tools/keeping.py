"""Storing what was planned, in the transaction in which it was planned. Nothing is asked of Slack."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.imports.tools.incident import Author, Entry, FollowUp, ToolIncident
from bot.imports.tools.people import People
from bot.imports.tools.planning import ENTRY, FOLLOW_UP, Planned, one_line
from bot.text.mrkdwn import escape
from storage import imports, incidents, postmortems
from storage.import_tables import ImportedIncident, ImportedPart
from storage.postmortem_tables import ActionItem, Postmortem, Publication
from storage.tables import Incident, Milestone, RoleHeld, TimelineEvent
from storage.vocabulary import (
    ActionItemState,
    Basis,
    EventSource,
    IncidentStatus,
    MilestoneKind,
    PostmortemState,
)


@dataclass(frozen=True)
class Keeper:
    """Stores incidents of other tools in one workspace; `severities` are the team's own names of them."""

    session: AsyncSession
    people: People
    severities: Collection[str]
    now: datetime

    async def keep(self, plan: Sequence[Planned]) -> dict[str, Incident]:
        """Store what is new; returns the incidents that changed, by their tool's id."""
        changing = [one for one in plan if one.changes]
        fresh = [(one, self._row(one)) for one in changing if one.row is None]
        if fresh:
            number = await incidents.next_number(self.session, self.people.team_id)
            for place, (_, row) in enumerate(fresh):
                row.number = number + place
        standing = [(one, one.row) for one in changing if one.row is not None]
        await imports.take_incidents(self.session, self.people.team_id, [row.pk for _, row in standing])
        self.session.add_all([row for _, row in fresh])
        await self.session.flush()
        for one, row in fresh:
            self._begin(one, row)
            self._add_entries(one, row, 1)
            self._add_follow_ups(one, row, 1)
            await self._publish(one, row, 1)
        for one, row in standing:
            await self._extend(one, row)
        await imports.keep_names(self.session, list(self.people.new.values()))
        self.people.new.clear()
        await self.session.flush()
        return {one.incident.original_id: row for one, row in [*fresh, *standing]}

    def _id(self, one: ToolIncident, author: Author | None) -> str:
        return self.people.id_of(one.origin, author)

    def _row(self, planned: Planned) -> Incident:
        one = planned.incident
        return Incident(
            team_id=self.people.team_id,
            number=0,
            title=one_line(one.title),
            severity=self._severity(one.severity),
            status=one.status,
            channel_name="",
            is_own_channel=False,
            is_private=planned.is_private,
            declared_by=self._id(one, one.declared_by),
            declared_at=one.declared_at,
            resolved_by=self._id(one, one.resolved_by) if one.resolved_by else None,
            imported_at=self.now,
            is_drill=one.is_drill,
        )

    def _severity(self, named: str | None) -> str | None:
        """The team's own name of a severity where it has this one, else the tool's."""
        own = {one.lower(): one for one in self.severities}
        return own.get(named.lower(), one_line(named)) if named else None

    def _begin(self, planned: Planned, row: Incident) -> None:
        one = planned.incident
        tool = self._id(one, None)
        self.session.add(
            ImportedIncident(
                incident_id=row.pk,
                team_id=row.team_id,
                origin=one.origin,
                original_id=one.original_id,
                shown_as=one.shown_as,
                url=one.url,
                first_at=self.now,
            )
        )
        for kind, at in one.milestones.items():
            if kind is not MilestoneKind.RESOLVED:
                self.session.add(_milestone(row, kind, at, Basis.STATED, tool, self.now))
        if one.status is not IncidentStatus.CANCELLED:
            last = max((entry.at for entry in one.entries), default=one.declared_at)
            at = one.ended_at or max(last, one.declared_at)
            basis = Basis.STATED if one.ended_at and one.is_end_known else Basis.INFERRED
            self.session.add(_milestone(row, MilestoneKind.RESOLVED, at, basis, tool, self.now))
        for role, author in one.roles:
            self.session.add(
                RoleHeld(
                    incident_id=row.pk,
                    role=role,
                    user_id=self._id(one, author),
                    since=one.declared_at,
                    given_by=tool,
                )
            )

    async def _extend(self, planned: Planned, row: Incident) -> None:
        row.is_private = planned.is_private
        self.session.add(row)
        if planned.entries:
            self._add_entries(planned, row, await self._after(TimelineEvent, row))
        if planned.follow_ups:
            self._add_follow_ups(planned, row, await self._after(ActionItem, row))
        for number, item in planned.closed:
            await self._close(planned.incident, row, number, item)
        one = planned.incident
        if planned.has_ended and one.ended_at:
            await incidents.set_milestone(
                self.session,
                row.pk,
                MilestoneKind.RESOLVED,
                one.ended_at,
                basis=Basis.STATED,
                stated_by=self._id(one, None),
                stated_at=self.now,
            )
        if planned.text:
            versions = await postmortems.publications(self.session, row.pk)
            await self._publish(planned, row, max((one.version for one in versions), default=0) + 1)

    async def _after(self, table: type[TimelineEvent] | type[ActionItem], row: Incident) -> int:
        found = await self.session.exec(
            select(func.max(table.number)).where(col(table.incident_id) == row.pk)
        )
        return (found.first() or 0) + 1

    def _add_entries(self, planned: Planned, row: Incident, number: int) -> None:
        for place, entry in enumerate(planned.entries):
            self.session.add(self._event(planned.incident, row, number + place, entry))
            self._note(row, ENTRY + entry.key, number + place)

    def _event(self, one: ToolIncident, row: Incident, number: int, entry: Entry) -> TimelineEvent:
        return TimelineEvent(
            incident_id=row.pk,
            team_id=row.team_id,
            number=number,
            kind=entry.kind,
            source=EventSource.IMPORT,
            occurred_at=entry.at,
            recorded_at=self.now,
            text=f"{escape(entry.text)}: <{escape(entry.url)}>" if entry.url else escape(entry.text),
            author_id=self._id(one, entry.author),
            added_by=self._id(one, entry.author),
            is_explicit=True,
        )

    def _add_follow_ups(self, planned: Planned, row: Incident, number: int) -> None:
        for place, item in enumerate(planned.follow_ups):
            self.session.add(self._item(planned.incident, row, number + place, item))
            self._note(row, FOLLOW_UP + item.key, number + place)

    def _item(self, one: ToolIncident, row: Incident, number: int, item: FollowUp) -> ActionItem:
        is_closed = item.state != ActionItemState.OPEN
        tool = self._id(one, None)
        return ActionItem(
            incident_id=row.pk,
            number=number,
            text=escape(item.text),
            is_explicit=True,
            owner_id=self._id(one, item.owner) if item.owner else None,
            priority=item.priority,
            due_on=item.due_on,
            ticket_url=item.ticket_url,
            state=item.state,
            added_by=tool,
            added_at=item.added_at or one.declared_at,
            closed_by=tool if is_closed else None,
            closed_at=(item.closed_at or self.now) if is_closed else None,
        )

    async def _close(self, one: ToolIncident, row: Incident, number: int, item: FollowUp) -> None:
        found = await self.session.exec(
            select(ActionItem).where(ActionItem.incident_id == row.pk, ActionItem.number == number)
        )
        standing = found.one()
        standing.state = item.state
        standing.closed_by, standing.closed_at = self._id(one, None), item.closed_at or self.now
        self.session.add(standing)

    async def _publish(self, planned: Planned, row: Incident, version: int) -> None:
        one = planned.incident
        if planned.text is None or one.postmortem is None:
            return
        tool, at = self._id(one, None), one.postmortem.published_at or one.ended_at or one.declared_at
        standing = await postmortems.of_incident(self.session, row.pk) if version > 1 else None
        published = standing or Postmortem(incident_id=row.pk)
        published.state, published.published_by, published.published_at = PostmortemState.PUBLISHED, tool, at
        published.final_markdown = planned.text
        self.session.add(published)
        self.session.add(
            Publication(
                incident_id=row.pk, version=version, published_by=tool, published_at=at, markdown=planned.text
            )
        )

    def _note(self, row: Incident, key: str, number: int) -> None:
        self.session.add(ImportedPart(incident_id=row.pk, key=key, number=number))


def _milestone(
    row: Incident, kind: MilestoneKind, at: datetime, basis: Basis, tool: str, now: datetime
) -> Milestone:
    return Milestone(incident_id=row.pk, kind=kind, at=at, basis=basis, stated_by=tool, stated_at=now)
