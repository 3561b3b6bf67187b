"""The record's tables, in the words of the design.

Every time is an aware UTC `datetime`; Slack's `ts` is kept as the text Slack sent, since it is an
identifier and loses digits as a float. A message is known by (team_id, channel_id, ts), and what hangs on
it (marks, timeline events) names it by the same three, so that a mark may stand before its message is known.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import LATER_FALSE, Keyed, Row, UtcDateTime, partial_index, text_of
from storage.vocabulary import (
    Basis,
    EventKind,
    EventSource,
    IncidentStatus,
    IntentState,
    MarkSection,
    MilestoneKind,
    Unreachable,
)


class Workspace(Row, table=True):
    """A Slack workspace Scribe serves, as `auth.test` named it."""

    team_id: str = Field(primary_key=True)
    name: str
    url: str
    bot_user_id: str
    bot_id: str
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When Scribe was last known to be connected; from then to its return it was away."""


class Absence(Keyed, table=True):
    """A time in which no Scribe was connected to the workspace, so that events may have been missed.

    With a `channel_id` Scribe was not in that channel, and missed what happened there alone.
    """

    team_id: str = Field(index=True)
    channel_id: str | None = None
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class Person(Row, table=True):
    """Somebody of the workspace, as far as Scribe needs to know them: a name and a zone."""

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str
    zone: str | None = None
    is_bot: bool = False
    learned_at: datetime = Field(sa_type=UtcDateTime)


class Incident(Keyed, table=True):
    """One disruption, `INC-7`: its channel, status, and where Scribe keeps its summary."""

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        partial_index(
            "one_open_incident_per_channel", "team_id", "channel_id", where="status = 'open'", unique=True
        ),
        Index("incidents_of_a_channel", "team_id", "channel_id"),
    )

    team_id: str
    number: int
    title: str = Field(sa_type=Text)
    severity: str | None = None
    status: IncidentStatus = Field(sa_type=text_of(IncidentStatus))
    channel_id: str | None = None
    channel_name: str
    is_own_channel: bool
    is_private: bool = False
    is_archived: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    unreachable_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when Scribe cannot read its channel, or the channel is no more."""
    unreachable_because: Unreachable | None = Field(default=None, sa_type=text_of(Unreachable))
    is_ext_shared: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    """Whether people of another company are in the channel, or invited to it (Slack Connect)."""
    channel_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When Slack last said who can be in the channel."""
    declared_by: str
    declared_at: datetime = Field(sa_type=UtcDateTime)
    declared_in: str | None = None
    """The channel where somebody said so, whichever keeps it."""
    resolved_by: str | None = None
    conclusion: str | None = Field(default=None, sa_type=Text)
    summary_ts: str | None = None
    zone: str | None = None
    """The IANA zone its times are shown in, where that is not the setting's."""
    imported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was made from a channel's history, without anybody declaring it."""
    read_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """How far back its channel's history is its own, where somebody said so."""
    stage: str | None = None
    """How far an open one is, by one of the settings' stages; None: the first of them."""
    is_drill: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    """Declared to practise: nobody outside its channel is told."""
    is_announced: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    """Whether the channel where incidents are announced is told of it."""
    next_update_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When people wait for the next update, where somebody promised one or the settings do."""
    template: str | None = None
    """The template of its first draft, where the route that declared it names one."""
    held_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is on legal hold: nothing of it is purged or forgotten meanwhile."""


class IncidentChange(Keyed, table=True):
    """A change of an incident itself, after it was declared; `what` is as `ChangeKind.of` writes it."""

    __tablename__ = "incident_change"

    incident_id: int = Field(foreign_key="incident.id", index=True)
    what: str
    old: str | None = Field(default=None, sa_type=Text)
    new: str | None = Field(default=None, sa_type=Text)
    changed_by: str
    changed_at: datetime = Field(sa_type=UtcDateTime)


class RoleHeld(Keyed, table=True):
    """Somebody held a role of the incident; `until` is None while they hold it."""

    __tablename__ = "role_held"

    incident_id: int = Field(foreign_key="incident.id", index=True)
    role: str
    user_id: str
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_by: str


class StatedDuration(Row, table=True):
    """A duration as somebody stated it, shown beside the one that is computed."""

    __tablename__ = "stated_duration"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    name: str = Field(primary_key=True)
    said: str = Field(sa_type=Text)
    stated_by: str
    stated_at: datetime = Field(sa_type=UtcDateTime)


class Dismissal(Row, table=True):
    """A suggestion or a note of the editor that somebody does not want to see again."""

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    key: str = Field(primary_key=True)
    dismissed_by: str
    dismissed_at: datetime = Field(sa_type=UtcDateTime)


class Suggested(Row, table=True):
    """A milestone Scribe suggested in the incident's channel, by the suggestion's key.

    `posted_ts` is the message that asks; `settled_at` is None while nobody has answered it.
    """

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    key: str = Field(primary_key=True)
    kind: MilestoneKind = Field(sa_type=text_of(MilestoneKind))
    at: datetime = Field(sa_type=UtcDateTime)
    because: str = Field(sa_type=Text)
    posted_ts: str
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Arrival(Row, table=True):
    """When somebody came into an incident's channel, as Slack told it; the first time counts."""

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    joined_at: datetime = Field(sa_type=UtcDateTime)


class Milestone(Row, table=True):
    """A moment the durations are counted from, with its basis.

    `channel_id` and `message_ts` name the message it rests on, when it rests on one.
    """

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    kind: MilestoneKind = Field(primary_key=True, sa_type=text_of(MilestoneKind))
    at: datetime = Field(sa_type=UtcDateTime)
    basis: Basis = Field(sa_type=text_of(Basis))
    stated_by: str | None = None
    stated_at: datetime = Field(sa_type=UtcDateTime)
    channel_id: str | None = None
    message_ts: str | None = None


class Message(Keyed, table=True):
    """A message of an incident channel, kept as Slack sent it.

    `version_ts` is Slack's own time of the text that stands (its edit's, else its own), so a late copy of
    an older text never wins. A row with `is_known` false stands in for a message that was marked before
    Scribe heard it; `is_recovered` says that catching up brought it, not Slack's event.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "channel_id", "ts"),
        Index("replies_of_a_thread", "team_id", "channel_id", "thread_ts"),
    )

    team_id: str
    channel_id: str
    ts: str
    thread_ts: str | None = None
    user_id: str | None = None
    bot_name: str | None = None
    text: str = Field(default="", sa_type=Text)
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    version_ts: str
    edited_by: str | None = None
    deleted_ts: str | None = None
    is_known: bool = True
    is_confirmed: bool = False
    is_recovered: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    is_version_approximate: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    """`version_ts` is when Scribe learnt of the text: an app had changed it, and Slack does not say when."""


class UnreadItem(Keyed, table=True):
    """Something in a channel that could not be read; `is_near`: it has no `ts`, and follows the one named."""

    __tablename__ = "unread_item"

    __table_args__ = (Index("unread_of_a_channel", "team_id", "channel_id", "ts"),)

    team_id: str
    channel_id: str
    ts: str
    is_near: bool
    why: str = Field(sa_type=Text)
    noticed_at: datetime = Field(sa_type=UtcDateTime)


class MessageVersion(Row, table=True):
    """A text a message had before the one that stands, by Slack's own time of it.

    Whatever order edits arrive in, the versions in the order of `version_ts` are the message's history.
    """

    __tablename__ = "message_version"

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    version_ts: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    edited_by: str | None = None
    is_version_approximate: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)


class Mark(Keyed, table=True):
    """One person's reaction that puts a message into a section of the record.

    `changed_ts` is Slack's time of the last change: of two contradicting events the later one holds, in
    whatever order they arrive.
    """

    __table_args__ = (UniqueConstraint("team_id", "channel_id", "ts", "user_id", "emoji"),)

    team_id: str
    channel_id: str
    ts: str
    user_id: str
    emoji: str
    section: MarkSection = Field(sa_type=text_of(MarkSection))
    incident_id: int = Field(foreign_key="incident.id", index=True)
    is_set: bool
    changed_ts: str


class MarkVersion(Row, table=True):
    """A state a mark had before the one that stands, by Slack's own time of it."""

    __tablename__ = "mark_version"

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    emoji: str = Field(primary_key=True)
    changed_ts: str = Field(primary_key=True)
    is_set: bool


class MovedMessage(Row, table=True):
    """A message of another channel that left an incident's record; older texts of that may still quote it."""

    __tablename__ = "moved_message"

    team_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    incident_id: int = Field(primary_key=True, foreign_key="incident.id", index=True)
    moved_ts: str


class TimelineEvent(Keyed, table=True):
    """One line of the timeline.

    An event with a message follows that message's text until somebody edits the event itself (`text`).
    `is_explicit` is an addition by command, which stands without any mark.
    """

    __tablename__ = "timeline_event"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        UniqueConstraint("incident_id", "channel_id", "message_ts"),
        Index("events_of_a_message", "team_id", "channel_id", "message_ts"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    team_id: str
    number: int
    kind: EventKind = Field(sa_type=text_of(EventKind))
    source: EventSource = Field(sa_type=text_of(EventSource))
    channel_id: str | None = None
    message_ts: str | None = None
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    occurred_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_approximate: bool = False
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    text: str | None = Field(default=None, sa_type=Text)
    author_id: str | None = None
    added_by: str
    is_explicit: bool = False
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Revision(Keyed, table=True):
    """One change of a timeline event: who, when, what, from which to which."""

    event_id: int = Field(foreign_key="timeline_event.id", index=True)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str
    field: str
    old: str | None = Field(default=None, sa_type=Text)
    new: str | None = Field(default=None, sa_type=Text)


_WAITING = "state = 'waiting'"


class Intent(Keyed, table=True):
    """Something Slack must be told: a row of the outbox.

    `is_begun` is noted before a call that must not be made twice: found set, an earlier try may have arrived.
    One row per `key`: asking again for what is still waiting only counts `requests` up, so a hundred
    changes of one summary are one call. A lane is told in the order of `id`, the lanes by their `urgency`:
    0 is what a person waits for. `team_id` is the workspace whose token tells it; a trigger finds it by the
    subject where it is not given.
    """

    __table_args__ = (
        partial_index("waiting_intents", "urgency", "id", where=_WAITING),
        partial_index("waiting_of_a_workspace", "team_id", "urgency", "id", where=_WAITING),
        partial_index("kept_intents", "kind", where="state IN ('failed', 'held')"),
    )

    key: str = Field(unique=True)
    kind: str
    lane: str
    urgency: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    subject: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: IntentState = Field(sa_type=text_of(IntentState))
    requests: int = 1
    attempts: int = 0
    is_begun: bool = False
    asked_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, sa_type=Text)
    team_id: str | None = None


class Delivery(Row, table=True):
    """A command or form that was carried out, by Slack's own id of it: a copy of it changes nothing.

    Written in the transaction of what it did.
    """

    key: str = Field(primary_key=True)
    handled_at: datetime = Field(sa_type=UtcDateTime)
