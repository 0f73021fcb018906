"""Reference photographs that were given for many people at once, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "photo_uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_photo_uploads"),
    )
    op.create_table(
        "photo_results",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["photo_uploads.id"], name="fk_photo_results_upload_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_photo_results_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_photo_results"),
    )
    op.create_index("ix_photo_results_upload_id", "photo_results", ["upload_id"])
    op.create_index("ix_photo_results_person_id", "photo_results", ["person_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("photo_results")
    op.drop_table("photo_uploads")
