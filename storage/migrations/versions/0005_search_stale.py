"""The table search_stale and the triggers that fill it: incidents to be indexed again"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_A_MESSAGE = (
    "SELECT incident_id FROM timeline_event WHERE team_id = new.team_id"
    " AND channel_id = new.channel_id AND message_ts = new.ts"
    " UNION SELECT incident_id FROM mark WHERE team_id = new.team_id"
    " AND channel_id = new.channel_id AND ts = new.ts"
)
"""The incidents that a message stands in."""

NOTES = (
    (
        "message_changed",
        "UPDATE OF text, deleted_ts ON message",
        "new.text IS DISTINCT FROM old.text OR new.deleted_ts IS DISTINCT FROM old.deleted_ts",
        OF_A_MESSAGE,
    ),
    ("mark_added", "INSERT ON mark", "new.section <> 'timeline'", "SELECT new.incident_id"),
    (
        "mark_changed",
        "UPDATE OF is_set, section, incident_id ON mark",
        "new.section <> 'timeline' OR old.section <> 'timeline'",
        "SELECT new.incident_id UNION SELECT old.incident_id",
    ),
    ("mark_removed", "DELETE ON mark", "old.section <> 'timeline'", "SELECT old.incident_id"),
    ("event_added", "INSERT ON timeline_event", "", "SELECT new.incident_id"),
    (
        "event_changed",
        "UPDATE OF text, removed_at, incident_id ON timeline_event",
        "new.text IS DISTINCT FROM old.text OR new.removed_at IS DISTINCT FROM old.removed_at"
        " OR new.incident_id <> old.incident_id",
        "SELECT new.incident_id UNION SELECT old.incident_id",
    ),
    ("event_removed", "DELETE ON timeline_event", "", "SELECT old.incident_id"),
    ("incident_added", "INSERT ON incident", "", "SELECT new.id"),
    (
        "incident_changed",
        "UPDATE OF title, conclusion ON incident",
        "new.title IS DISTINCT FROM old.title OR new.conclusion IS DISTINCT FROM old.conclusion",
        "SELECT new.id",
    ),
    (
        "postmortem_changed",
        "UPDATE OF final_markdown ON postmortem",
        "new.final_markdown IS DISTINCT FROM old.final_markdown",
        "SELECT new.incident_id",
    ),
)
"""Each trigger's name, when it fires, on what condition, and the incidents it notes.

A message that is new stands nowhere yet: the mark or the event that is written for it notes the incident.
"""


def upgrade() -> None:
    op.create_table(
        "search_stale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_stale_incident_id", "search_stale", ["incident_id"], unique=False)
    op.drop_column("search_entry", "fingerprint")
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, moment, condition, incidents in NOTES:
        note = f"INSERT INTO search_stale (incident_id) {incidents}"
        (_postgresql if is_postgresql else _sqlite)(f"search_{name}", moment, condition, note)
    op.execute("INSERT INTO search_stale (incident_id) SELECT id FROM incident ORDER BY id")


def _sqlite(name: str, moment: str, condition: str, note: str) -> None:
    when = condition.replace("IS DISTINCT FROM", "IS NOT")
    op.execute(f"CREATE TRIGGER {name} AFTER {moment} {f'WHEN {when}' if when else ''} BEGIN {note}; END")


def _postgresql(name: str, moment: str, condition: str, note: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note}; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {moment} FOR EACH ROW "
        f"{f'WHEN ({condition})' if condition else ''} EXECUTE FUNCTION {name}()"
    )
