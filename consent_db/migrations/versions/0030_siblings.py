"""Who was confirmed to be siblings or twins: the engine alone never decides between them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Make the table; no person is in it at first."""
    op.create_table(
        "siblings",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_siblings_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_siblings"),
    )
    op.create_index("ix_siblings_family", "siblings", ["family"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("siblings")
