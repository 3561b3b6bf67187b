"""An absence can name the one channel that Scribe was absent from"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("absence", sa.Column("channel_id", sa.String(), nullable=True))
