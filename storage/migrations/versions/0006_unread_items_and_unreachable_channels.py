"""The table unread_item; which channels are unreachable, and which message times are approximate"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("is_near", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noticed_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("unread_of_a_channel", "unread_item", ["team_id", "channel_id", "ts"])
    for table in ("message", "message_version"):
        op.add_column(
            table,
            sa.Column("is_version_approximate", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.add_column(
        "incident",
        sa.Column("unreachable_since", storage.columns.UtcDateTime(timezone=True), nullable=True),
    )
    op.add_column("incident", sa.Column("unreachable_because", sa.String(), nullable=True))
