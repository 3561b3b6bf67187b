"""Tables of earlier message texts and marks, of absences and of deliveries; the urgency of an intent"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("since", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_team_id", "absence", ["team_id"])
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("handled_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "message_version",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("version_ts", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", "version_ts"),
    )
    op.create_table(
        "mark_version",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("emoji", sa.String(), nullable=False),
        sa.Column("changed_ts", sa.String(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", "user_id", "emoji", "changed_ts"),
    )
    op.add_column(
        "workspace", sa.Column("heard_at", storage.columns.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "incident", sa.Column("is_archived", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("message", sa.Column("edited_by", sa.String(), nullable=True))
    op.add_column(
        "message", sa.Column("is_recovered", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("intent", sa.Column("urgency", sa.Integer(), nullable=False, server_default="1"))
    op.drop_index("waiting_intents", "intent")
    op.create_index(
        "waiting_intents",
        "intent",
        ["urgency", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
