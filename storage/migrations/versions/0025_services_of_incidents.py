"""The table incident_service, and the template that an incident's route names"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
works_from = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_service",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id", "service"),
    )
    op.create_index("incidents_of_a_service", "incident_service", ["service"])
    op.add_column("incident", sa.Column("template", sa.String(), nullable=True))
