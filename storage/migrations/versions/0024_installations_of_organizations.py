"""installation.organization_id: workspaces that an organization's installation serves"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("organization_id", sa.String(), nullable=True))
