"""The tables deploy and incident_deploy"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0022"
down_revision = "0021"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deploy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("deploy_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("environment", sa.String(), nullable=True),
        sa.Column("is_release", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("started_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("heard_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "source", "deploy_id"),
    )
    op.create_index("deploys_by_time", "deploy", ["team_id", "last_at"])
    op.create_index("deploys_of_a_run", "deploy", ["team_id", "source", "part_of"])
    op.create_table(
        "incident_deploy",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("deploy_id", sa.Integer(), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deploy_id"], ["deploy.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "deploy_id"),
    )
    op.create_index(op.f("ix_incident_deploy_deploy_id"), "incident_deploy", ["deploy_id"])
