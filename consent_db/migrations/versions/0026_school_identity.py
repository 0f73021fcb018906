"""What the school is called, and its crest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make the table; a school without a row has neither."""
    op.create_table(
        "school_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("crest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_school_identity_only_one")),
        sa.PrimaryKeyConstraint("id", name="pk_school_identity"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("school_identity")
