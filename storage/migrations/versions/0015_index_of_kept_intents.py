"""What is kept in the outbox (refused or held) is counted without reading all that was ever sent"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
works_from = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.text("state IN ('failed', 'held')")
    op.create_index("kept_intents", "intent", ["kind"], sqlite_where=kept, postgresql_where=kept)
