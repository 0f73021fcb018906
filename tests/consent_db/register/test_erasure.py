from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from consent_db import Keyring, Store
from consent_db.approvals.records import CheckDraft, CheckState
from consent_db.checks.records import Mark
from consent_db.data_rights import tombstones
from consent_db.data_rights.tombstones import Tombstones
from consent_db.errors import KeyringProblem, NotFound, NotPossible
from consent_db.register.holdings import ABOUT_NO_PERSON, KEPT, holdings
from consent_db.schema import CheckRow, ReferencePhotoRow, Table
from gatekeeper.types import CheckRequest, PersonId, Role
from tests.support.register import (
    ADMIN,
    DIMENSION,
    ENGINE,
    NOW,
    PUPIL,
    TODAY,
    add_channel,
    add_pupil,
    approve,
    stored_bytes,
)

OTHER = replace(PUPIL, first_name="Wren", last_name="Abernathy", known_as=None, external_id="P-2")


def test_every_table_says_what_becomes_of_people_in_it() -> None:
    """A new table fails here until somebody has thought about who is in it."""
    about = {holding.table.name for holding in holdings()}
    assert about.isdisjoint(ABOUT_NO_PERSON)
    assert about | set(ABOUT_NO_PERSON) == set(Table.metadata.tables)
    assert set(KEPT) <= about


def test_what_stays_holds_ids_codes_and_days_only() -> None:
    """No sealed bytes, and no text that somebody typed, outlive an erasure."""
    typed = {"id", "party", "subject", "scope", "stance", "source", "restriction", "by", "recorded_by", "found_by"}
    typed |= {"check_id", "publication_id", "person_id"}
    for holding in holdings():
        if holding.kept:
            assert not holding.sealed
            texts = {c.name for c in holding.table.columns if c.type.python_type is str}
            assert texts <= typed, holding.table.name


def test_rows_of_every_table_are_deleted(store: Store) -> None:
    """Whatever a table holds about a person goes, and is counted, without being named here."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.groups.add_event("fair", "Summer fair", TODAY, frozenset({person}))
        tx.consent.list_person(person, "adoption")
        photo = {"id": "ref_1", "person_id": person, "kept_at": NOW, "sealed": b"\x01" * 60}
        tx.people._context.connection.execute(insert(ReferencePhotoRow).values(photo))
        erasure = tx.people.erase(person)
    gone = {table: rows for table, rows in erasure.deleted.items() if rows}
    rows = {"notes": 4, "templates": 1, "memberships": 2, "attendances": 1}
    assert gone == rows | {"reference_photos": 1, "release_searches": 1}
    kept = {table for table, rows in erasure.kept.items() if rows}
    assert kept == {"statements", "restrictions", "register_changes"}
    proof = store.prove_erasure(person, erasure.cells)
    assert proof.holds
    assert set(proof.rows) == {h.table.name for h in holdings() if not h.kept} | {"people"}


def test_the_proof_finds_what_is_still_there(lite: Store) -> None:
    """Before the erasure it finds the rows and every piece of the sealed cells in the file."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        connection = tx.people._context.connection
        cells = [cell for h in holdings() for c in h.sealed for cell in connection.execute(select(c)).scalars()]
    proof = lite.prove_erasure(person, cells)
    assert not proof.holds
    assert (proof.rows["templates"], proof.rows["people"]) == (1, 3)
    assert proof.found == proof.pieces > 0


def test_pictures_that_show_the_person_go_too(store: Store) -> None:
    """The stored files of checks they were bound in are named, to be deleted; others stay."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person, other = add_pupil(tx), add_pupil(tx, OTHER)
        mine, theirs = approve(tx, person, other), approve(tx, other)
    with store.transaction(ADMIN, NOW) as tx:
        erasure = tx.people.erase(person)
        assert erasure.files == {f"examined/{mine.id}"}
        assert tx.checks.picture_keys() == {f"examined/{theirs.id}"}
        assert tx.checks.get(theirs.id).stands(NOW)


@pytest.mark.parametrize(
    ("caption", "redacted"),
    [
        ("Amira Quillfeather-Odubanjo won the race", 1),
        ("Well done Mimi!", 1),
        ("The Quillfeather-Odubanjo family", 1),
        ("Well done Wren!", 0),
        ("Autumn leaves", 0),
    ],
)
def test_words_that_name_the_person_go_from_pictures_they_are_not_in(store: Store, caption: str, redacted: int) -> None:
    """A caption may name somebody whom nobody bound: it is found by the names, and only then emptied."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        add_pupil(tx, OTHER)
        waiting = tx.checks.receive(CheckDraft("website", CheckRequest(caption=caption)))
        erasure = tx.people.erase(person)
        after = tx.checks.get(waiting.id)
    assert erasure.redacted == redacted
    assert (after.draft.request.caption is None) is bool(redacted)
    assert after.state is (CheckState.REVOKED if redacted else CheckState.RECEIVED)


def test_a_name_that_somebody_else_in_the_picture_has_is_theirs(store: Store) -> None:
    """The approval of another child of the same first name stands."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        namesake = add_pupil(tx, replace(PUPIL, last_name="Abernathy", external_id="P-2"))
        check = approve(tx, namesake)
        assert tx.people.erase(person).redacted == 0
        assert tx.checks.get(check.id).stands(NOW)


def test_what_waits_with_the_person_in_it_ends(store: Store) -> None:
    """A check that is still to be screened loses its upload, so it must not be taken up."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
        waiting = update(CheckRow).where(CheckRow.id == check.id).values(state="received", upload_key="uploads/1")
        tx.people._context.connection.execute(waiting)
        assert "uploads/1" in tx.people.erase(person).files
        assert tx.checks.unfinished() == []


def test_the_entry_on_the_list_can_be_kept_without_a_name(lite: Store, tmp_path: Path) -> None:
    """The gate still knows the face; the file holds no name, number, group or reason any more."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.list_person(person, "adoption")
    with lite.transaction(ADMIN, NOW) as tx:
        erasure = tx.people.erase(person, keep_listing=True)
    assert lite.prove_erasure(person, erasure.cells, kept_listing=True).holds
    with lite.transaction(ADMIN, NOW) as tx:
        record = tx.people.get(person)
        assert (record.listed, record.template_engines) == (True, (ENGINE,))
        assert record.profile.first_name.startswith("Listed-")
        assert (record.profile.last_name, record.profile.external_id, record.profile.date_of_birth) == ("", None, None)
        register = tx.register(ENGINE, DIMENSION)
        assert register.gallery.people == (person,)
        assert tx.consent.reason(person, tx.consent.restrictions(person)[0].id, Role.SAFEGUARDING_LEAD) is None
        assert tx.lifecycle.tombstones().people == {person: True}
        tx.people.erase(person)
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.lifecycle.tombstones().people == {person: False}
    assert b"Listed" not in stored_bytes(tmp_path / "data")


@pytest.mark.parametrize("enrolled", [True, False])
def test_an_entry_that_would_protect_nobody_is_not_kept(store: Store, enrolled: bool) -> None:  # noqa: FBT001
    """Somebody who is not listed, or whom the gate cannot know, is erased wholly or not at all."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx, enrolled=enrolled)
        if not enrolled:
            tx.consent.list_person(person)
        with pytest.raises(NotPossible, match="worth keeping"):
            tx.people.erase(person, keep_listing=True)
        assert tx.people.get(person).profile.first_name == "Amira Jane"


def test_tombstones_are_added_to_a_private_file_and_never_taken_out(tmp_path: Path, keyring: Keyring) -> None:
    """Whoever is erased wholly once stays so, and the file is nobody else's to read."""
    path = tombstones.beside(tmp_path / "keys.json")
    one, two = PersonId("per_1"), PersonId("per_2")
    tombstones.add(path, Tombstones({one: False, two: True}, frozenset({Mark("a" * 64, 3, b"features")})))
    tombstones.add(path, Tombstones({one: True}, frozenset({Mark("b" * 64)})))
    assert tombstones.read(path) == Tombstones(
        {one: False, two: True}, frozenset({Mark("a" * 64, 3, b"features"), Mark("b" * 64)})
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["keys.json", "keys.json.tombstones"]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 2, "people": {}, "pictures": []}', b'{"people": 1}'])
def test_a_damaged_file_of_tombstones_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing is restored with half of them."""
    path = tmp_path / "x"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyringProblem, match="older copy"):
        tombstones.read(path)


def test_the_audit_gives_entries_about_one_object(lite: Store) -> None:
    """All of them or those of one kind; an empty audit has no newest entry."""
    with lite.transaction(ADMIN, NOW) as tx:
        with pytest.raises(NotFound, match="empty"):
            tx.audit.newest()
        person = add_pupil(tx)
        assert [entry.action for entry in tx.audit.about(person)][:2] == ["person.added", "consent.recorded"]
        assert len(tx.audit.about(person, "template.stored")) == 1
        assert tx.audit.newest().action == "template.stored"
