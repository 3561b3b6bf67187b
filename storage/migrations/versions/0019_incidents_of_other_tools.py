"""The tables imported_incident and imported_part: what came from other tools, and where it was there"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0019"
down_revision = "0018"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_incident",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("original_id", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("first_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
        sa.UniqueConstraint("team_id", "origin", "original_id"),
    )
    op.create_table(
        "imported_part",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "key"),
    )
