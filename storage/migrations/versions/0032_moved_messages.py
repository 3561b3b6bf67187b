"""From whose record a message went onto that of another incident"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moved_message",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("moved_ts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", "incident_id"),
    )
    op.create_index(op.f("ix_moved_message_incident_id"), "moved_message", ["incident_id"])
