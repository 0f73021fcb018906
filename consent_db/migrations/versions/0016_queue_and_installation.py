"""How often each check was taken up and when next, and which installation the database belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns; what waits is due, and the first folder that opens the database is its own."""
    for name in ("attempts", "failures"):
        op.add_column("checks", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("checks", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("school", sa.Column("installation", sa.String(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("school") as table:
        table.drop_column("installation")
    with op.batch_alter_table("checks") as table:
        for name in ("due_at", "failures", "attempts"):
            table.drop_column(name)
