"""What users are called, sealed, and from when on an account that has to has a second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"

_ALREADY = ("admin", "safeguarding_lead")
"""Roles that needed a second factor before: they get no time to think it over."""


def upgrade() -> None:
    """Add the cells; approvers of before have a while from their next sign-in on."""
    op.add_column("users", sa.Column("name", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("factor_due_at", sa.DateTime(timezone=True), nullable=True))
    users = sa.table("users", *(sa.column(name) for name in ("role", "created_at", "factor_due_at")))
    op.execute(users.update().where(users.c.role.in_(_ALREADY)).values(factor_due_at=users.c.created_at))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("users", "factor_due_at")
    op.drop_column("users", "name")
