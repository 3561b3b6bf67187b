"""The full-text index search_entry, and columns of incidents imported from a channel's history"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("title", "timeline", "lessons", "factors")


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("factors", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("indexed_at", storage.columns.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("incident_id"),
    )
    for column in ("imported_at", "read_since"):
        op.add_column(
            "incident", sa.Column(column, storage.columns.UtcDateTime(timezone=True), nullable=True)
        )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    vector = " || ".join(
        f"setweight(to_tsvector('english', {column}), '{weight}')"
        for column, weight in zip(COLUMNS, "ADBC", strict=True)
    )
    op.execute(f"ALTER TABLE search_entry ADD COLUMN words tsvector GENERATED ALWAYS AS ({vector}) STORED")
    op.execute("CREATE INDEX search_entry_words ON search_entry USING gin (words)")


def _sqlite() -> None:
    """FTS5 over the table's own text, kept in step by triggers (sqlite.org/fts5.html, external content)."""
    columns = ", ".join(COLUMNS)
    new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
    op.execute(
        f"CREATE VIRTUAL TABLE search_words USING fts5({columns}, content='search_entry', "
        "content_rowid='incident_id', tokenize='porter unicode61 remove_diacritics 2')"
    )
    insert = f"INSERT INTO search_words(rowid, {columns}) VALUES (new.incident_id, {new});"
    remove = (
        f"INSERT INTO search_words(search_words, rowid, {columns}) VALUES ('delete', old.incident_id, {old});"
    )
    for name, event, work in (
        ("added", "INSERT", insert),
        ("removed", "DELETE", remove),
        ("changed", "UPDATE", remove + " " + insert),
    ):
        op.execute(f"CREATE TRIGGER search_entry_{name} AFTER {event} ON search_entry BEGIN {work} END")
