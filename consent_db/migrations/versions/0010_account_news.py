"""How far people have read what others did to accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table; nobody has read anything, and is told of what comes."""
    op.create_table(
        "account_news_read",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_account_news_read_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_account_news_read"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("account_news_read")
