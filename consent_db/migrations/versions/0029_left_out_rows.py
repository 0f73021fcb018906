"""Rows that imports left out, to be corrected later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make the table; what earlier imports left out is not known any more."""
    op.create_table(
        "roster_left_out",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["roster_imports.id"], name="fk_roster_left_out_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_left_out"),
    )
    op.create_index("ix_roster_left_out_import_id", "roster_left_out", ["import_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("roster_left_out")
