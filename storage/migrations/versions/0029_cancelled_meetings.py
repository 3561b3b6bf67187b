"""Who cancelled a review meeting, and when"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0029"
down_revision = "0028"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("review_meeting") as table:
        table.add_column(sa.Column("cancelled_by", sa.String(), nullable=True))
        table.add_column(sa.Column("cancelled_at", storage.columns.UtcDateTime(timezone=True), nullable=True))
