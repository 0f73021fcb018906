"""What deleted pictures are known by inside screenshots and crops."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; pictures that are deleted already stay known by their hashes."""
    op.add_column("deleted_pictures", sa.Column("features", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("deleted_pictures") as table:
        table.drop_column("features")
