"""The answers that an idempotency key gets again, where they are not checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_KEYS = sa.table("idempotency", sa.column("check_id"))


def upgrade() -> None:
    """Let a key stand for an answer instead of a check."""
    with op.batch_alter_table("idempotency") as keys:
        keys.alter_column("check_id", existing_type=sa.String(), nullable=True)
        keys.add_column(sa.Column("answer", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Forget the keys that stand for answers."""
    op.execute(sa.delete(_KEYS).where(_KEYS.c.check_id.is_(None)))
    with op.batch_alter_table("idempotency") as keys:
        keys.drop_column("answer")
        keys.alter_column("check_id", existing_type=sa.String(), nullable=False)
