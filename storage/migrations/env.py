"""Alembic's entry: it works on the connection `storage.migrate` hands over, never on one of its own."""

from alembic import context
from sqlmodel import SQLModel

import storage.alert_tables
import storage.audit_tables
import storage.deploy_tables
import storage.import_tables
import storage.installation_tables
import storage.page_tables
import storage.postmortem_tables
import storage.replica_tables
import storage.status_page_tables
import storage.surface_tables
import storage.tables
import storage.ticket_tables  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
