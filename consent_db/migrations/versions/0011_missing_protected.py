"""People on the do-not-publish list, or under a hold, whom an import did not have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table of questions for the safeguarding lead."""
    op.create_table(
        "missing_protected",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_missing_protected_person_id"),
        sa.ForeignKeyConstraint(["import_id"], ["roster_imports.id"], name="fk_missing_protected_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_missing_protected"),
    )
    op.create_index("ix_missing_protected_person_id", "missing_protected", ["person_id"])


def downgrade() -> None:
    """Forget the questions."""
    op.drop_table("missing_protected")
