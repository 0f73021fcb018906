"""The names of the files that were sent together, sealed, so that those that did not arrive are told by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the cell; earlier batches have none."""
    op.add_column("batches", sa.Column("names", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Forget the names."""
    op.drop_column("batches", "names")
