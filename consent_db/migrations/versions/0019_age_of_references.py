"""From when on the age of a template is counted: earlier than it was made for the youngest, and for old photographs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_SQLITE = "'1970-01-01 00:00:00.000000'"


def upgrade() -> None:
    """Add the column; templates that are there already count from when they were made, as before.

    The table is changed in place: made anew, it would lose the triggers that note changes of the register. The default
    is only there because a column that is never empty needs one; a template of that age would not count.
    """
    never = sa.text("'1970-01-01 00:00:00+00:00'" if op.get_context().dialect.name == "postgresql" else _SQLITE)
    column = sa.Column("ages_from", sa.DateTime(timezone=True), nullable=False, server_default=never)
    op.add_column("templates", column)
    op.execute(sa.text("UPDATE templates SET ages_from = enrolled_at"))


def downgrade() -> None:
    """Count all from when they were made."""
    op.drop_column("templates", "ages_from")
