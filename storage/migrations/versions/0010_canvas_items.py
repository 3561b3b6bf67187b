"""What Scribe wrote into a canvas is stored as one digest for each item, and what people wrote as text

The texts that were kept before are dropped: they may quote messages that were deleted since. The next draft
is merged with what stands in the canvas.
"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.drop_column("left_alone")
        batch.add_column(sa.Column("planned", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("form", sa.String(), nullable=True))
    op.execute("UPDATE draft SET written = NULL")
    op.drop_table("canvas_reading")
    op.create_table(
        "canvas_reading",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("canvas_id", sa.String(), nullable=False),
        sa.Column("read_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("nodes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
