"""The table installation, and the workspace of each intent, which a trigger finds for those that name none"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0017"
down_revision = "0016"
works_from = "0015"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "coalesce(json_extract({row}subject, '$.team_id'),"
    " (SELECT i.team_id FROM incident AS i WHERE i.id = json_extract({row}subject, '$.incident_id')))"
)
ON_POSTGRESQL = (
    "coalesce({row}subject->>'team_id', CASE WHEN {row}subject->>'incident_id' ~ '^[0-9]{{1,9}}$' THEN"
    " (SELECT i.team_id FROM incident AS i WHERE i.id = ({row}subject->>'incident_id')::integer) END)"
)


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.String(), nullable=True),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(), nullable=False),
        sa.Column("installed_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("bot_token", sa.Text(), nullable=True),
        sa.Column("refresh_token", sa.Text(), nullable=True),
        sa.Column("expires_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", storage.columns.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id"),
    )
    op.add_column("intent", sa.Column("team_id", sa.String(), nullable=True))
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    found = (ON_POSTGRESQL if is_postgresql else ON_SQLITE).format(row="intent.")
    # where one workspace alone was ever met, what names none is its own
    op.execute(
        f"UPDATE intent SET team_id = coalesce({found},"
        " (SELECT min(w.team_id) FROM workspace AS w HAVING count(*) = 1))"
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "waiting_of_a_workspace",
        "intent",
        ["team_id", "urgency", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    (_postgresql if is_postgresql else _sqlite)()


def _sqlite() -> None:
    op.execute(
        "CREATE TRIGGER intent_team AFTER INSERT ON intent WHEN new.team_id IS NULL BEGIN"
        f" UPDATE intent SET team_id = {ON_SQLITE.format(row='new.')} WHERE id = new.id; END"
    )


def _postgresql() -> None:
    found = ON_POSTGRESQL.format(row="NEW.")
    op.execute(
        "CREATE FUNCTION intent_team() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN NEW.team_id := {found}; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER intent_team BEFORE INSERT ON intent FOR EACH ROW"
        " WHEN (NEW.team_id IS NULL) EXECUTE FUNCTION intent_team()"
    )
