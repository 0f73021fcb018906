"""Who answers for what a program's key does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column; of keys that are there already, whoever made them holds them."""
    op.add_column("clients", sa.Column("holder", sa.String(), nullable=True))
    made = "SELECT MIN(actor) FROM audit WHERE action = 'client.added' AND object_id = clients.id"
    op.execute(sa.text(f"UPDATE clients SET holder = ({made})"))  # noqa: S608 -- a constant


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("clients") as table:
        table.drop_column("holder")
