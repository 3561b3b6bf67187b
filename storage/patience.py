"""Time limits for everything that waits for PostgreSQL.

The server itself enforces a session's limits, also against a client that is gone or stopped
(postgresql.org/docs/current/runtime-config-client.html). When the server itself is stopped or the connection
is dead, the client gives up. Why each value: docs/reliability.md.
"""

from __future__ import annotations

from dataclasses import dataclass

IDLE_IN_TRANSACTION = 6.0
"""Seconds after which the server ends the session of a client that leaves a transaction open: a Scribe that
was stopped in the middle of one, whose locks others wait for. No transaction of Scribe's waits for Slack."""


@dataclass(frozen=True)
class Patience:
    """Seconds that a session waits for a lock, and that one statement takes, before the server ends it."""

    lock: float
    statement: float


FOR_PEOPLE = Patience(lock=1.5, statement=2.5)
"""A person is answered within 2.6 s, of which waiting for a lock is only a part."""
FOR_BATCHES = Patience(lock=0.3, statement=5.0)
"""Short, since the recorder writes everybody's events and must not wait for one locked channel."""
FOR_OTHERS = Patience(lock=5.0, statement=30.0)
"""The outbox, jobs, drafts: nobody waits, and what fails is done again."""
FOR_MIGRATIONS = Patience(lock=30.0, statement=600.0)
"""A start waits for another one that migrates; rewriting a large table takes minutes."""
MIGRATION_LOCKS_WITHIN = 1.0
"""Seconds that a migration waits for a table that others use. Whoever comes to that table later waits behind
it, so it is less than people's patience; the migration is tried again until `FOR_MIGRATIONS.lock`."""

LEASE = 10.0
"""Seconds for which a claim on lanes of the outbox is good; the server ends a session that says nothing for
so long (`idle_session_timeout`), and its claims with it. Longer than `IDLE_IN_TRANSACTION` and a renewal
together, so that of a Scribe that was stopped no transaction is open any more when another takes over."""
RENEWED_EVERY = 2.5
SURE_FOR = 8.5
"""Seconds after a renewal was asked for in which Scribe may still send: a moment less than the lease."""

CONNECTED_WITHIN = 5
"""Seconds in which a connection is made."""
TRANSACTION_WITHIN = 60.0
"""Seconds after which the client gives up a transaction whose server says nothing, not even an error."""
BATCH_WITHIN = 8.0
"""The same for a batch of the recorder; giving up is safe, since Slack sends its events again."""
CONNECTION_FREE_WITHIN = 10.0
"""Seconds that a transaction waits for one of its process's connections to be free."""

NOTICED_WITHIN = {
    "connect_timeout": CONNECTED_WITHIN,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""So that a PostgreSQL that disappeared is noticed soon: seconds, the last one milliseconds
(postgresql.org/docs/current/libpq-connect.html); DATABASE_URL may set these otherwise."""


def limits_of(patience: Patience) -> str:
    """The statements that give a session these limits."""
    limits = {
        "lock_timeout": patience.lock,
        "statement_timeout": patience.statement,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }
    return "; ".join(f"SET {name} = {round(seconds * 1000)}" for name, seconds in limits.items())
