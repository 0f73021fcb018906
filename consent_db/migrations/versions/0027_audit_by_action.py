"""An index by which the newest audit entries of an action are found without reading the others."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_audit_action_seq", "audit", ["action", "seq"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_audit_action_seq", table_name="audit")
