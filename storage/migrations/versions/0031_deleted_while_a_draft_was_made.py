"""What was deleted while a draft was made, and when its canvas was brought up to date by itself"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0031"
down_revision = "0030"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("taken_out", sa.String(), nullable=True))
    moment = storage.columns.UtcDateTime(timezone=True)
    op.add_column("draft", sa.Column("refreshed_at", moment, nullable=True))
