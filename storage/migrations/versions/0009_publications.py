"""The table publication: every published version of a post-mortem"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=True),
        sa.Column("reopened_by", sa.String(), nullable=True),
        sa.Column("reopened_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "version"),
    )
    op.execute(
        "INSERT INTO publication (incident_id, version, published_by, published_at, markdown) "
        "SELECT incident_id, 1, published_by, published_at, final_markdown FROM postmortem "
        "WHERE state = 'published' AND published_by IS NOT NULL AND published_at IS NOT NULL"
    )
