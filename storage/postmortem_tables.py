"""The tables of what follows an incident: its post-mortem, the drafts, action items, and what is due."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import LATER_FALSE, Keyed, Row, UtcDateTime, partial_index, text_of
from storage.vocabulary import (
    ActionItemKind,
    ActionItemPriority,
    ActionItemState,
    Audience,
    DraftPlace,
    PostmortemState,
    ReminderKind,
)


class Draft(Keyed, table=True):
    """One version of an incident's post-mortem, and where it was delivered.

    What Slack has taken so far (`canvas_id`, `thread_ts`, `parts_sent` of the thread's parts, `file_id`,
    `chart_file_id`) is noted call by call, so that a delivery that is interrupted goes on where it stopped.
    The parts are `posted`; they say whose words they hold, to take these out later
    (`bot.postmortem.render.thread_parts`), and are forgotten in time: None is what Scribe cannot change.
    `parts` are those of a draft that an earlier version of Scribe had begun to post.
    `written` says what Scribe itself wrote into the canvas, item by item and as digests, in which `form`
    (`bot.postmortem.merge.items`); it is cleared in drafts that a later one replaced. `planned` is what
    Scribe is about to write into an existing canvas (`bot.postmortem.merge.planned`), None while it writes
    nothing.
    """

    __table_args__ = (UniqueConstraint("incident_id", "version"),)

    incident_id: int = Field(foreign_key="incident.id")
    version: int
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    surface: DraftPlace | None = Field(default=None, sa_type=text_of(DraftPlace))
    canvas_id: str | None = None
    thread_ts: str | None = None
    parts: list[str] | None = Field(default=None, sa_type=JSON)
    parts_sent: int = 0
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    template: str | None = None
    is_public: bool = Field(default=False, sa_column_kwargs=LATER_FALSE)
    """For people outside: it stands beside the team's own drafts and replaces none of them."""
    file_id: str | None = None
    chart_file_id: str | None = None
    chart_url: str | None = None
    internal_channel_id: str | None = None
    """For a draft that only our own people see: the direct messages in which its owner is told."""
    written: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    planned: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    form: str | None = None
    deletions_told: str | None = None
    """How many deleted messages the channel was told of, and when the last of them was deleted."""
    taken_out: str | None = None
    """How many messages were deleted while its canvas was made, and when the last of them: of these it was
    cleared, or could not be. None: of none.
    """
    as_of: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """It quotes nothing that was said after this, and nothing that was deleted before."""
    posted: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)


class DraftAudience(Row, table=True):
    """For whom the drafts of an incident are whose channel is shared with another company.

    `asked_id` was asked in their direct messages, `channel_id`; `choice` is None until somebody chose.
    """

    __tablename__ = "draft_audience"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    asked_id: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    channel_id: str | None = None
    choice: Audience | None = Field(default=None, sa_type=text_of(Audience))
    chosen_by: str | None = None
    chosen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CanvasReading(Row, table=True):
    """What people had written in an incident's canvas when Scribe last read it.

    `nodes` hold their words and where they stood; of Scribe's own items nothing but their ids
    (`bot.postmortem.merge.standing`).
    """

    __tablename__ = "canvas_reading"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    canvas_id: str
    read_at: datetime = Field(sa_type=UtcDateTime)
    nodes: list[dict[str, Any]] = Field(sa_type=JSON)


class Postmortem(Row, table=True):
    """An incident's post-mortem on its way from draft to published.

    `final_markdown` is the text as it was published, people's edits included.
    """

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    state: PostmortemState = Field(default=PostmortemState.DRAFT, sa_type=text_of(PostmortemState))
    owner_id: str | None = None
    template: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    review_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: str | None = None
    final_markdown: str | None = Field(default=None, sa_type=Text)


class Publication(Row, table=True):
    """A post-mortem as it was published once, kept for good; `reopened_at` once it was a draft again.

    `markdown` is its final text, None until the outbox has read it.
    """

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    version: int = Field(primary_key=True)
    published_by: str
    published_at: datetime = Field(sa_type=UtcDateTime)
    markdown: str | None = Field(default=None, sa_type=Text)
    reopened_by: str | None = None
    reopened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reviewer(Row, table=True):
    """Somebody asked to review a post-mortem; `reviewed_at` once they said they have."""

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    user_id: str = Field(primary_key=True)
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewMeeting(Row, table=True):
    """The meeting in which a post-mortem is reviewed; moved or cancelled, its `sequence` goes up.

    `minutes` is how long it lasts, `title` and `note` are plain text; `asked_by` planned it last, and so
    organizes it, also where somebody else cancelled it. `file_id` is the file of this
    `sequence` that Slack has taken, which may be shared by now.
    """

    __tablename__ = "review_meeting"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    sequence: int
    starts_at: datetime = Field(sa_type=UtcDateTime)
    minutes: int
    title: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    file_id: str | None = None
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ActionItem(Keyed, table=True):
    """Follow-up work, `INC-7 task 2`.

    One that was marked (`message_ts`) follows its message's text until somebody words it otherwise (`text`),
    and stands while the message is marked or once anybody has said something about it (`is_explicit`).
    """

    __tablename__ = "action_item"
    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        UniqueConstraint("incident_id", "channel_id", "message_ts"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    number: int
    text: str | None = Field(default=None, sa_type=Text)
    channel_id: str | None = None
    message_ts: str | None = None
    is_explicit: bool = False
    owner_id: str | None = None
    priority: ActionItemPriority | None = Field(default=None, sa_type=text_of(ActionItemPriority))
    kind: ActionItemKind | None = Field(default=None, sa_type=text_of(ActionItemKind))
    due_on: date | None = None
    done_when: str | None = Field(default=None, sa_type=Text)
    ticket_url: str | None = Field(default=None, sa_type=Text)
    state: ActionItemState = Field(default=ActionItemState.OPEN, sa_type=text_of(ActionItemState))
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reminder(Keyed, table=True):
    """Something to be said at `due_at`; `asked_at` is set with its intent, so no restart repeats it.

    One row per `key`; setting it again moves it. `subject` says which item it is about.
    """

    __table_args__ = (partial_index("waiting_reminders", "due_at", where="asked_at IS NULL"),)

    key: str = Field(unique=True)
    kind: ReminderKind = Field(sa_type=text_of(ReminderKind))
    incident_id: int = Field(foreign_key="incident.id", index=True)
    subject: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SearchEntry(Row, table=True):
    """What of an incident can be found again, as people read it; the database indexes its words."""

    __tablename__ = "search_entry"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    team_id: str
    title: str = Field(sa_type=Text)
    timeline: str = Field(sa_type=Text)
    lessons: str = Field(sa_type=Text)
    factors: str = Field(sa_type=Text)
    indexed_at: datetime = Field(sa_type=UtcDateTime)


class SearchStale(Keyed, table=True):
    """An incident changed after it was indexed; the database notes it itself, by triggers.

    A row for each change and no key on the incident, so that nobody who writes waits for anybody else.
    """

    __tablename__ = "search_stale"

    incident_id: int = Field(index=True)
