"""How files are read, what an import can take back, and reference photographs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "roster_mappings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_roster_mappings"),
    )
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_roster_imports"),
    )
    op.create_table(
        "roster_touched",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["roster_imports.id"], name="fk_roster_touched_import_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roster_touched_person_id"),
        sa.PrimaryKeyConstraint("import_id", "person_id", name="pk_roster_touched"),
    )
    op.create_index("ix_roster_touched_person_id", "roster_touched", ["person_id"], unique=False)
    op.create_table(
        "reference_photos",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reference_photos_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reference_photos"),
    )
    op.create_index("ix_reference_photos_person_id", "reference_photos", ["person_id"], unique=False)


def downgrade() -> None:
    """Forget them."""
    for table in ("reference_photos", "roster_touched", "roster_imports", "roster_mappings"):
        op.drop_table(table)
