"""The last moment that was believed, and the uses of receipts that hold for one post."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables; the first writing transaction begins with the newest entry of the audit."""
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("believed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("database_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_only_one")),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
    )
    op.create_table(
        "receipt_uses",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_receipt_uses_check_id"),
        sa.PrimaryKeyConstraint("check_id", name="pk_receipt_uses"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("receipt_uses")
    op.drop_table("clock")
