"""Pictures that were sent together, and what a second person said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
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
    op.create_table(
        "opinions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_opinions_check_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
    )
    op.create_index("ix_opinions_check_id", "opinions", ["check_id"], unique=False)


def downgrade() -> None:
    """Forget them."""
    for table in ("opinions", "batch_checks", "batches"):
        op.drop_table(table)
