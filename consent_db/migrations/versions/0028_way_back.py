"""What an undo needs: when a repeated statement was first said, and what was replaced by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the column, empty for what no undo said again, and the table."""
    op.add_column("statements", sa.Column("first_said_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "former_values",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_former_values"),
    )


def downgrade() -> None:
    """Forget both."""
    op.drop_table("former_values")
    op.drop_column("statements", "first_said_at")
