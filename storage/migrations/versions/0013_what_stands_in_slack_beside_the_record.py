"""Stages, drills and updates, and what stands in Slack beside the record: announcements, heads, homes"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, storage.columns.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    # one by one: a batch makes the table anew on SQLite, without the triggers that note what is to be indexed
    op.add_column("incident", sa.Column("stage", sa.String(), nullable=True))
    for name in ("is_drill", "is_announced"):
        op.add_column("incident", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("incident", _moment("next_update_at"))
    op.add_column("incident", sa.Column("declared_in", sa.String(), nullable=True))
    op.create_table(
        "status_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=True),
        _moment("next_at"),
        sa.Column("by", sa.String(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("updates_of_an_incident", "status_update", ["incident_id", "at"])
    op.create_table(
        "announcement",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_table(
        "channel_header",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        _moment("topic_asked_at"),
        sa.Column("may_set_topic", sa.Boolean(), nullable=True),
        sa.Column("topic_before", sa.Text(), nullable=True),
        sa.Column("pinned_ts", sa.String(), nullable=True),
        sa.Column("bookmark_id", sa.String(), nullable=True),
        sa.Column("bookmark_link", sa.Text(), nullable=True),
        sa.Column("pointer_ts", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_table(
        "live_timeline",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("canvas_id", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        _moment("written_at"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    op.create_table(
        "home_shown",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        _moment("opened_at", nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "user_id"),
    )
