"""Whose part of the register changed last, so that a reader reads only what changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_TABLES = {
    "people": ("id", "INSERT OR UPDATE OF kind, leaving_date, profile, erased_at"),
    "statements": ("person_id", "INSERT OR UPDATE OR DELETE"),
    "restrictions": ("person_id", "INSERT OR UPDATE OR DELETE"),
    "templates": ("person_id", "INSERT OR UPDATE OR DELETE"),
}
"""The tables that a register is read from, the column that says about whom, and what counts as a change."""

# Names of tables and columns below are those of this file; nothing comes from outside.
_NEXT = "(SELECT coalesce(max(position), 0) + 1 FROM register_changes)"


def upgrade() -> None:
    """Make the table, note everybody as changed, and have the database note every change from now on."""
    op.create_table(
        "register_changes",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_register_changes_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_register_changes"),
        sa.UniqueConstraint("position", name="uq_register_changes_position"),
    )
    op.execute(
        "INSERT INTO register_changes (person_id, position) SELECT id, row_number() OVER (ORDER BY id) FROM people"
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def _postgresql() -> None:
    """Number changes by a sequence: writers follow one another, so its order is the order of commits."""
    op.execute("CREATE SEQUENCE register_changes_position OWNED BY register_changes.position")
    op.execute(f"SELECT setval('register_changes_position', {_NEXT}, false)")
    for column in ("id", "person_id"):
        op.execute(
            f"CREATE FUNCTION note_change_by_{column}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            "INSERT INTO register_changes (person_id, position) "
            f"VALUES (coalesce(NEW.{column}, OLD.{column}), nextval('register_changes_position')) "
            "ON CONFLICT (person_id) DO UPDATE SET position = excluded.position; RETURN NULL; END $$"
        )
    for table, (column, changes) in _TABLES.items():
        op.execute(
            f"CREATE TRIGGER {table}_noted AFTER {changes} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION note_change_by_{column}()"
        )


def _sqlite() -> None:
    for table, (column, changes) in _TABLES.items():
        for change in changes.split(" OR "):
            verb, row = change.split()[0], "OLD" if change == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER {table}_{verb.lower()}_noted AFTER {change} ON {table} BEGIN "  # noqa: S608
                f"INSERT INTO register_changes (person_id, position) VALUES ({row}.{column}, {_NEXT}) "
                "ON CONFLICT (person_id) DO UPDATE SET position = excluded.position; END"
            )


def downgrade() -> None:
    """Forget it: a register is read as a whole again."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            op.execute(f"DROP TRIGGER {table}_noted ON {table}")
        for column in ("id", "person_id"):
            op.execute(f"DROP FUNCTION note_change_by_{column}()")
    else:
        for table, (_, changes) in _TABLES.items():
            for change in changes.split(" OR "):
                op.execute(f"DROP TRIGGER {table}_{change.split()[0].lower()}_noted")
    op.drop_table("register_changes")
