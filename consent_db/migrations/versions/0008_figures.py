"""Why checks were blocked, to be counted; and which approvals will have ended by time."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_CHECKS = sa.table("checks", sa.column("id"), sa.column("state"), sa.column("approved"), sa.column("expires_at"))
_AUDIT = sa.table("audit", sa.column("action"), sa.column("object_id"), sa.column("payload"))


def upgrade() -> None:
    """Make both tables, and fill them: the first from what the audit kept, notes among the reasons."""
    blocks = op.create_table(
        "check_blocks",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_check_blocks_check_id"),
        sa.PrimaryKeyConstraint("check_id", "code", name="pk_check_blocks"),
    )
    op.create_index("ix_check_blocks_code", "check_blocks", ["code"], unique=False)
    expiries = op.create_table(
        "expiries",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_expiries_check_id"),
        sa.PrimaryKeyConstraint("check_id", name="pk_expiries"),
    )
    connection = op.get_bind()
    kept = sa.select(_AUDIT.c.object_id, _AUDIT.c.payload).where(_AUDIT.c.action == "check.decided")
    kept = kept.where(_AUDIT.c.object_id.in_(sa.select(_CHECKS.c.id)))
    for check, payload in connection.execute(kept).all():
        answer = json.loads(payload)
        if answer["outcome"] == "block" and answer["findings"]:
            rows = [{"check_id": check, "code": code} for code in answer["findings"]]
            connection.execute(sa.insert(blocks), rows)
    # Of what has ended already nobody is told late: these tables begin today.
    standing = sa.select(_CHECKS.c.id).where(
        _CHECKS.c.state == "decided", _CHECKS.c.approved.is_(True), _CHECKS.c.expires_at > sa.func.current_timestamp()
    )
    connection.execute(sa.insert(expiries).from_select(["check_id"], standing))


def downgrade() -> None:
    """Forget them."""
    for table in ("expiries", "check_blocks"):
        op.drop_table(table)
