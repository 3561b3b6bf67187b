"""The table ticket: action items that stand in the team's tracker as well"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0020"
down_revision = "0019"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tried_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("read_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("incident_id", "number"),
    )
    op.create_index("tickets_by_remote", "ticket", ["tracker", "project", "remote_id"])
