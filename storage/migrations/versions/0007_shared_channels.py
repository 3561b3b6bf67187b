"""Whether a channel is shared with another company, and for whom drafts in such a channel are"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "incident", sa.Column("is_ext_shared", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "incident", sa.Column("channel_seen_at", storage.columns.UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column("draft", sa.Column("internal_channel_id", sa.String(), nullable=True))
    op.create_table(
        "draft_audience",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.String(), nullable=False),
        sa.Column("asked_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("chosen_by", sa.String(), nullable=True),
        sa.Column("chosen_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
