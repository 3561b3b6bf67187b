"""What replicas share: which schema they may work with, and how often they may call Slack"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0014"
down_revision = "0013"
works_from = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schema_floor",
        sa.Column("works_from", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("works_from"),
    )
    op.create_table(
        "call_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("ended_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("places_of_a_method", "call_place", ["team_id", "method"])
