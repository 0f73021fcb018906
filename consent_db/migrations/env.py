"""Run by Alembic: use the connection and the transaction that `migrate` opened."""

from __future__ import annotations

from alembic import context

from consent_db.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
