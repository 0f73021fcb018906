"""Second factors, one-time links, accounts elsewhere, two keys for a program; everybody signs in again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and give each program's key a row of its own."""
    _make_tables()
    _make_sessions(
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("proved_at", MOMENT, nullable=False),
    )
    op.create_table(
        "client_keys",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("prefix", name="pk_client_keys"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_client_keys_client_id"),
    )
    op.create_index("ix_client_keys_client_id", "client_keys", ["client_id"])
    op.execute(
        "INSERT INTO client_keys (prefix, client_id, secret_sha256, created_at, expires_at, last_used) "
        "SELECT prefix, id, secret_sha256, created_at, expires_at, last_used FROM clients"
    )
    with op.batch_alter_table("clients") as clients:
        clients.drop_constraint("uq_clients_prefix", type_="unique")
        for name in ("prefix", "secret_sha256", "expires_at", "last_used"):
            clients.drop_column(name)


def downgrade() -> None:
    """Keep one key of each program, the one that ends last; forget the rest."""
    with op.batch_alter_table("clients") as clients:
        for name in ("prefix", "secret_sha256"):
            clients.add_column(sa.Column(name, sa.String()))
        for name in ("expires_at", "last_used"):
            clients.add_column(sa.Column(name, MOMENT))
    for name in ("prefix", "secret_sha256", "expires_at", "last_used"):
        last = f"SELECT {name} FROM client_keys WHERE client_id = clients.id ORDER BY expires_at DESC, prefix LIMIT 1"  # noqa: S608
        op.execute(f"UPDATE clients SET {name} = ({last})")  # noqa: S608
    with op.batch_alter_table("clients") as clients:
        for name in ("prefix", "secret_sha256"):
            clients.alter_column(name, existing_type=sa.String(), nullable=False)
        clients.alter_column("expires_at", existing_type=MOMENT, nullable=False)
        clients.create_unique_constraint("uq_clients_prefix", ["prefix"])
    op.drop_table("client_keys")
    _make_sessions()
    for table in ("links", "recovery_codes", "second_factors", "identities"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "identities",
        sa.Column("subject_index", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject_index", name="pk_identities"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id"),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user_id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code_sha256", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id"),
    )
    op.create_table(
        "links",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_links"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_links_user_id"),
    )
    op.create_index("ix_links_user_id", "links", ["user_id"])


def _make_sessions(*more: sa.Column[object]) -> None:
    """Make the table anew: a session is short, and an old one says too little to be kept."""
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_used", MOMENT, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.UniqueConstraint("token_sha256", name="uq_sessions_token_sha256"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
