"""The ledger of publications, take-downs, and what the answer at a past moment rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from consent_db.migrations.append_only import refuse_changes

revision = "0003"
down_revision = "0002"

_APPEND_ONLY = ("school_terms", "restriction_reviews")


def upgrade() -> None:
    """Make the tables; the age of own consent moves from the school's row to the terms."""
    _publications()
    _history()
    for table in _APPEND_ONLY:
        refuse_changes(table)
    op.execute(
        "INSERT INTO school_terms (at, by, own_consent_age, biometrics, takedown_hours) "
        "SELECT CURRENT_TIMESTAMP, 'system', own_consent_age, true, 24 FROM school"
    )
    op.drop_column("school", "own_consent_age")


def downgrade() -> None:
    """Forget them again; what the terms said last about the age stays."""
    op.add_column("school", sa.Column("own_consent_age", sa.Integer(), nullable=False, server_default="13"))
    op.execute(
        "UPDATE school SET own_consent_age = "
        "COALESCE((SELECT own_consent_age FROM school_terms ORDER BY id DESC LIMIT 1), 13)"
    )
    for table in (
        "event_objections",
        "restriction_reviews",
        "school_terms",
        "former_facts",
        "release_searches",
        "takedowns",
        "publication_people",
        "publications",
    ):
        op.drop_table(table)


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("release_sha256", sa.String(), nullable=False),
        sa.Column("post_index", sa.LargeBinary(), nullable=False),
        sa.Column("post", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["checks.id"], name="fk_publications_check_id"),
        sa.ForeignKeyConstraint(["channel"], ["channels.name"], name="fk_publications_channel"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("post_index", name="uq_publications_post_index"),
    )
    op.create_index("ix_publications_check_id", "publications", ["check_id"])
    op.create_index("ix_publications_release_sha256", "publications", ["release_sha256"])
    op.create_table(
        "publication_people",
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name="fk_publication_people_publication_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_publication_people_person_id"),
        sa.PrimaryKeyConstraint("publication_id", "person_id", name="pk_publication_people"),
    )
    op.create_index("ix_publication_people_person_id", "publication_people", ["person_id"])
    op.create_table(
        "takedowns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("publication_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name="fk_takedowns_publication_id"),
        sa.PrimaryKeyConstraint("id", name="pk_takedowns"),
    )
    op.create_index("ix_takedowns_publication_id", "takedowns", ["publication_id"])
    op.create_table(
        "release_searches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked", sa.Integer(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_release_searches_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_release_searches"),
    )
    op.create_index("ix_release_searches_person_id", "release_searches", ["person_id"])


def _history() -> None:
    op.create_table(
        "former_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_former_facts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_former_facts"),
    )
    op.create_index("ix_former_facts_person_id", "former_facts", ["person_id"])
    op.create_table(
        "school_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("own_consent_age", sa.Integer(), nullable=False),
        sa.Column("biometrics", sa.Boolean(), nullable=False),
        sa.Column("takedown_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_school_terms"),
    )
    op.create_table(
        "restriction_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restriction_id", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["restriction_id"], ["restrictions.id"], name="fk_restriction_reviews_restriction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_restriction_reviews"),
    )
    op.create_index("ix_restriction_reviews_restriction_id", "restriction_reviews", ["restriction_id"])
    op.create_table(
        "event_objections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("description", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["events.name"], name="fk_event_objections_event"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_event_objections_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_objections"),
    )
    op.create_index("ix_event_objections_event", "event_objections", ["event"])
    op.create_index("ix_event_objections_person_id", "event_objections", ["person_id"])
