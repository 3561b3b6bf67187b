"""When an alert was acknowledged in the tool that sent it"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0028"
down_revision = "0027"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "alert_note",
        sa.Column("acknowledged_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
    )
