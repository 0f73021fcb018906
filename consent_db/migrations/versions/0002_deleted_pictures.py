"""What is remembered of pictures that were deleted as compromising."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table; the marks of a deleted picture stay for good."""
    op.create_table(
        "deleted_pictures",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_deleted_pictures"),
    )


def downgrade() -> None:
    """Forget which pictures were deleted."""
    op.drop_table("deleted_pictures")
