"""What was deleted while a draft was made, as of when it speaks, and whose words a thread of it holds"""

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
    op.add_column("draft", sa.Column("as_of", moment, nullable=True))
    op.add_column("draft", sa.Column("posted", sa.JSON(), nullable=True))
