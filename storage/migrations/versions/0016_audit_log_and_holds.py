"""The table audit_entry, and since when an incident is on legal hold"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0016"
down_revision = "0015"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_by_time", "audit_entry", ["at"])
    op.add_column(
        "incident", sa.Column("held_since", storage.columns.UtcDateTime(timezone=True), nullable=True)
    )
