"""What a tracker was told of the fields of a ticket"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket") as table:
        table.add_column(sa.Column("followed", sa.JSON(), nullable=True))
