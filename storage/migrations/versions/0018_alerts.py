"""The tables alert_group and alert"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0018"
down_revision = "0017"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("firing", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Integer(), nullable=False),
        sa.Column("episodes", sa.Integer(), nullable=False),
        sa.Column("heard_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("resolved_number", sa.Integer(), nullable=True),
        sa.Column("resolved_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_by_group", "alert_group", ["team_id", "source", "group_key"])
    op.create_index(op.f("ix_alert_group_incident_id"), "alert_group", ["incident_id"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("started_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_firing", sa.Boolean(), nullable=False),
        sa.Column("heard_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["alert_group.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "source", "alert_id"),
    )
    op.create_index("alerts_of_a_group", "alert", ["group_id"])
    op.create_index(op.f("ix_alert_incident_id"), "alert", ["incident_id"])
