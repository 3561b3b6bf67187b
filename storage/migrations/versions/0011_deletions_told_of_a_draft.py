"""Which deletions in Slack people were told of is kept with a draft, so that nobody is told twice"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("deletions_told", sa.String(), nullable=True))
