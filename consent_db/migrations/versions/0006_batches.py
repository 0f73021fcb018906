"""Pictures that were sent together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_actor", "batches", ["actor"], unique=False)
    op.create_table(
        "batch_checks",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_batch_checks_batch_id"),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_batch_checks_check_id"),
        sa.PrimaryKeyConstraint("check_id", name="pk_batch_checks"),
    )
    op.create_index("ix_batch_checks_batch_id", "batch_checks", ["batch_id"], unique=False)


def downgrade() -> None:
    """Forget them."""
    for table in ("batch_checks", "batches"):
        op.drop_table(table)
