"""What an import would change: compared with what is stored, and told without storing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.imports.tools.incident import Entry, FollowUp, ToolIncident
from bot.imports.tools.safe_links import with_safe_links
from bot.incidents.origins import TOOL_NAMES
from bot.text.mrkdwn import escape
from storage import imports
from storage.imports import Standing
from storage.postmortem_tables import ActionItem, Postmortem
from storage.tables import Incident, IncidentChange, Milestone
from storage.vocabulary import (
    ActionItemState,
    Basis,
    ChangeKind,
    MilestoneKind,
    Origin,
    PostmortemState,
)

ENTRY, FOLLOW_UP = "entry:", "follow_up:"
OF_TEAMS = frozenset({Origin.MARKDOWN})
"""Where ids are names of files, or what somebody wrote: another folder may hold another under the same."""
NAMESAKE = "has the name of another that was imported before, and is kept beside it"
UNFINISHED = "*It was a draft in {tool} when it was imported.*\n\n"


@dataclass(frozen=True)
class Planned:
    """An incident, what stands of it (None: nothing yet), and what would come to it."""

    incident: ToolIncident
    row: Incident | None
    is_private: bool
    entries: Sequence[Entry]
    follow_ups: Sequence[FollowUp]
    closed: Sequence[tuple[int, FollowUp]] = ()
    """Action items, by their number, that are open here and closed in the tool."""
    has_ended: bool = False
    """Its end was worked out before, and is stated now."""
    text: str | None = None
    """The post-mortem's text, where that is new."""
    changes_privacy: bool = False

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def changes(self) -> bool:
        return bool(
            self.row is None
            or self.entries
            or self.follow_ups
            or self.closed
            or self.has_ended
            or self.text
            or self.changes_privacy
        )


async def planned(
    session: AsyncSession, team_id: str, batch: Sequence[ToolIncident], tool_id: str, *, is_public: bool
) -> list[Planned]:
    """What each of a batch of one tool's incidents would bring.

    `tool_id` is whom an earlier import published texts as; `is_public`: those of which the tool does not say
    who may see them are for everybody.
    """
    origin = batch[0].origin
    named = [name for one in batch for name in (one.original_id, _dated_id(one))]
    known = await imports.standing(session, team_id, origin, named)
    ids = [one.incident.pk for one in known.values()]
    ends = {
        one.incident_id: one
        for one in await session.exec(
            select(Milestone).where(
                col(Milestone.incident_id).in_(ids), Milestone.kind == MilestoneKind.RESOLVED
            )
        )
    }
    texts = {
        one.incident_id: one
        for one in await session.exec(select(Postmortem).where(col(Postmortem.incident_id).in_(ids)))
    }
    is_open = await _open_items(session, ids)
    found = []
    for one in batch:
        stands = known.get(one.original_id)
        if stands and _is_namesake(one, stands):
            one = replace(one, original_id=_dated_id(one), notes=[*one.notes, NAMESAKE])
            stands = known.get(one.original_id)
        text, entries = _text(one), _entries(one)
        follow_ups = list(one.follow_ups)
        if stands is None:
            found.append(
                Planned(one, None, _is_private(one, None, is_public), entries, follow_ups, text=text)
            )
            continue
        row = stands.incident
        end, is_private = ends.get(row.pk), _is_private(one, stands.incident, is_public)
        found.append(
            Planned(
                one,
                row,
                is_private,
                [entry for entry in entries if ENTRY + entry.key not in stands.parts],
                [item for item in follow_ups if FOLLOW_UP + item.key not in stands.parts],
                [
                    (stands.parts[FOLLOW_UP + item.key], item)
                    for item in follow_ups
                    if item.state != ActionItemState.OPEN
                    and (row.pk, stands.parts.get(FOLLOW_UP + item.key)) in is_open
                ],
                bool(end and end.basis == Basis.INFERRED and one.ended_at and one.is_end_known),
                text if _is_new_text(text, texts.get(row.pk), tool_id) else None,
                is_private != row.is_private,
            )
        )
    return found


def _dated_id(one: ToolIncident) -> str:
    """What it is known by where its id is another's."""
    return f"{one.original_id} ({one.declared_at:%Y-%m-%d})"


def _is_namesake(one: ToolIncident, stands: Standing) -> bool:
    """Whether what stands under its id is another incident: of another day and title, with no line in common.

    Follow-ups say nothing: many post-mortems have the same.
    """
    row = stands.incident
    is_of_that_day = abs(one.declared_at - row.declared_at) <= timedelta(days=1)
    if one.origin not in OF_TEAMS or is_of_that_day or row.title == one_line(one.title):
        return False
    return not any(ENTRY + entry.key in stands.parts for entry in one.entries)


def one_line(text: str) -> str:
    """A title as it is stored, as Slack text."""
    return escape(" ".join(text.split()))


def _is_private(one: ToolIncident, row: Incident | None, is_public: bool) -> bool:
    """What the tool says holds; else what is stored, unless it is said to be public now."""
    if one.is_private is not None:
        return one.is_private
    return not is_public and (row is None or row.is_private)


def _is_new_text(text: str | None, stands: Postmortem | None, tool_id: str) -> bool:
    """Whether the text is another one than an import brought; one that people published here stays."""
    if text is None:
        return False
    if stands is None:
        return True
    is_ours = stands.state == PostmortemState.PUBLISHED and stands.published_by == tool_id
    return is_ours and stands.final_markdown != text


def _text(one: ToolIncident) -> str | None:
    if one.postmortem is None:
        return None
    note = "" if one.postmortem.is_finished else UNFINISHED.format(tool=TOOL_NAMES[one.origin])
    return note + with_safe_links(one.postmortem.markdown)


def _entries(one: ToolIncident) -> list[Entry]:
    """The timeline, before it where the incident is from, and how it is summed up there."""
    first = [Entry("origin", one.declared_at, _origin(one), url=one.url)]
    if one.summary:
        first.append(Entry("summary", one.declared_at, one.summary, author=one.declared_by))
    return list({entry.key: entry for entry in [*first, *one.entries]}.values())


def _origin(one: ToolIncident) -> str:
    where = f"Imported from {TOOL_NAMES[one.origin]}, where it is {one.shown_as}"
    if one.origin is Origin.MARKDOWN:
        where = f"Imported from the post-mortem {one.shown_as}"
    is_open = "" if one.ended_at else ", and was still open"
    return where + is_open


async def _open_items(session: AsyncSession, ids: Sequence[int]) -> set[tuple[int, int]]:
    """The open items of these incidents, by incident and number, that nobody has changed here."""
    changed = {
        (incident_id, what.split(":")[1])
        for incident_id, what in await session.exec(
            select(IncidentChange.incident_id, IncidentChange.what).where(
                col(IncidentChange.incident_id).in_(ids),
                col(IncidentChange.what).startswith(f"{ChangeKind.ACTION_ITEM}:"),
            )
        )
    }
    found = await session.exec(
        select(ActionItem.incident_id, ActionItem.number).where(
            col(ActionItem.incident_id).in_(ids), ActionItem.state == ActionItemState.OPEN
        )
    )
    return {
        (incident_id, number) for incident_id, number in found if (incident_id, str(number)) not in changed
    }
