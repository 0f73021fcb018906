from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from consent_db import Store
from consent_db.errors import AlreadyExists, NotFound, NotPossible
from consent_db.people.profiles import Profile
from gatekeeper.types import Kind, PersonId
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, PUPIL, add_channel, add_pupil, approve, stored_bytes


def test_a_person_comes_back_as_they_went_in(store: Store) -> None:
    """Everything of the draft is kept, and nothing is permitted by itself."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
    with store.reading(ADMIN, NOW) as tx:
        record = tx.people.get(person)
        assert record.profile == PUPIL
        assert (record.listed, record.held, record.template_engines) == (False, False, ())
        assert tx.people.by_external_id(" P-0077 ") == record
        assert tx.people.by_external_id("P-0078") is None
        assert tx.people.all() == [record]


def test_everybody_is_in_the_order_of_their_names(store: Store) -> None:
    """Lists for people are sorted by last and then first name."""
    names = [("Zoe", "Adams"), ("Ann", "adams"), ("Bo", "Aalto")]
    with store.transaction(ADMIN, NOW) as tx:
        for first, last in names:
            tx.people.add(replace(PUPIL, first_name=first, last_name=last, external_id=None))
        assert [r.profile.first_name for r in tx.people.all()] == ["Bo", "Ann", "Zoe"]


def test_an_external_id_belongs_to_one_person(store: Store) -> None:
    """Neither adding nor changing can give a second person the same number."""
    with store.transaction(ADMIN, NOW) as tx:
        tx.people.add(PUPIL)
        other = tx.people.add(replace(PUPIL, external_id="P-2"))
        with pytest.raises(AlreadyExists):
            tx.people.add(replace(PUPIL, external_id=" P-0077"))
        with pytest.raises(AlreadyExists):
            tx.people.change(other, PUPIL)


def test_a_number_is_one_in_any_case(lite: Store) -> None:
    """`A123` and `a123` are one number, to add, to change and to look up."""
    with lite.transaction(ADMIN, NOW) as tx:
        first = tx.people.add(replace(PUPIL, external_id="A123"))
        other = tx.people.add(replace(PUPIL, external_id="B7"))
        for number in ("a123", "A123"):
            found = tx.people.by_external_id(number)
            assert found is not None
            assert found.id == first
            with pytest.raises(AlreadyExists):
                tx.people.add(replace(PUPIL, external_id=number))
            with pytest.raises(AlreadyExists):
                tx.people.change(other, replace(PUPIL, external_id=number))
        with pytest.raises(AlreadyExists):
            tx.people.add_all([replace(PUPIL, external_id="x1"), replace(PUPIL, external_id="X1")])
        tx.people.change(first, replace(PUPIL, external_id="a123"))
        assert tx.people.get(first).profile.external_id == "a123"


@pytest.mark.parametrize("wrong", [{"first_name": "  "}, {"last_name": "x" * 101}, {"known_as": "a\x00b"}])
def test_names_that_cannot_be_kept_are_refused_without_repeating_them(lite: Store, wrong: dict[str, str]) -> None:
    """The error says what to correct and shows nothing of the name."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible) as caught:
        tx.people.add(replace(PUPIL, **wrong))  # type: ignore[arg-type]
    assert "Amira" not in str(caught.value)
    assert "Quillfeather" not in str(caught.value)


@pytest.mark.parametrize(
    ("first", "last", "known_as", "public", "surnames"),
    [
        ("Amira Jane", "Quill-Odu", "Mimi", "Mimi", ("Quill-Odu", "Quill", "Odu")),
        ("Amira Jane", "Quill", None, "Amira", ("Quill",)),
        ("Sam", "Smith", "Sam Smith", "Sam", ("Smith",)),
        ("Vincent", "van der Berg", None, "Vincent", ("van der Berg", "Berg")),
        ("Li", "", "Xi Li", "Xi Li", ()),
        ("James", "James", "James", "James", ("James",)),
    ],
)
def test_the_public_name_is_a_first_name_only(
    first: str, last: str, known_as: str | None, public: str, surnames: tuple[str, ...]
) -> None:
    """`known_as` or the first given name, never with a part of the surname."""
    person = Profile(first, last, known_as, None, None).person(PersonId("per_1"), Kind.PUPIL)
    assert person.first_name == public
    assert person.surnames == surnames
    assert public in person.names
    assert set(first.split()) <= set(person.names)


def test_the_same_draft_again_changes_nothing(store: Store) -> None:
    """Neither the version moves nor an audit entry is written."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
    before = store.verify_audit().length
    with store.transaction(ADMIN, NOW) as tx:
        version = tx.register_version()
        assert tx.people.change(person, PUPIL).register_version == version
    assert store.verify_audit().length == before


@pytest.mark.parametrize(
    ("change", "dies"),
    [
        ({"kind": Kind.STAFF}, True),
        ({"date_of_birth": date(2010, 1, 1)}, True),
        ({"leaving_date": date(2027, 7, 1)}, True),
        ({"known_as": "Jane"}, True),  # the caption calls her otherwise
        ({"last_name": "Ash"}, False),
        ({"groups": frozenset({"Elm"})}, False),
    ],
)
def test_a_change_that_can_take_permission_away_ends_approvals(
    store: Store, change: dict[str, object], *, dies: bool
) -> None:
    """Another kind, date of birth or earlier leaving date does, and a name that the words give; a class does not."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
    with store.transaction(ADMIN, NOW) as tx:
        result = tx.people.change(person, replace(PUPIL, **change))  # type: ignore[arg-type]
        assert result.revoked_checks == ((check.id,) if dies else ())
        assert tx.checks.get(check.id).stands(NOW) is not dies


def test_a_later_leaving_date_ends_nothing(lite: Store) -> None:
    """Only an earlier date restricts."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx, replace(PUPIL, leaving_date=date(2027, 7, 1)))
        approve(tx, person)
        assert tx.people.change(person, replace(PUPIL, leaving_date=date(2028, 7, 1))).revoked_checks == ()
        assert tx.people.change(person, PUPIL).revoked_checks == ()


def test_a_change_of_kind_destroys_a_template_that_parents_had_permitted(store: Store) -> None:
    """A pupil who becomes staff has to agree to biometrics personally."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        assert tx.people.change(person, replace(PUPIL, kind=Kind.STAFF, date_of_birth=None)).destroyed_templates == 1
        assert tx.enrolment.count(ENGINE) == 0


def test_erasure_leaves_a_bare_id_and_can_be_repeated(store: Store) -> None:
    """The person is gone from every list, their approvals end, and the tombstone can be replayed."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
        tx.groups.add_event("fair", "Summer fair", NOW.date(), frozenset({person}))
    with store.transaction(ADMIN, NOW) as tx:
        result = tx.people.erase(person)
        assert (result.revoked_checks, result.destroyed_templates) == ((check.id,), 1)
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.people.erase(person).revoked_checks == ()
        assert tx.people.erased() == [person]
        assert (tx.people.all(), tx.people.by_external_id("P-0077")) == ([], None)
        assert tx.groups.names() == []
        assert tx.register(ENGINE, DIMENSION).people == {}
        with pytest.raises(NotFound):
            tx.people.get(person)
        tx.people.add(PUPIL)  # the number is free again
    assert store.verify_audit().ok


def test_erasure_takes_the_person_out_of_checks(store: Store) -> None:
    """Captions and bindings of the checks that they were in are gone; the decision stays."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = approve(tx, person)
        tx.people.erase(person)
        kept = tx.checks.get(check.id).facts
    assert kept is not None
    assert (kept.caption, kept.faces[0].person, kept.faces[0].first_name) == (None, None, None)
    assert kept.decision.approved


def test_erasure_leaves_no_sealed_byte_in_the_file(lite: Store, tmp_path: Path) -> None:
    """The wrapped key, the profile, the evidence and the template are overwritten, not only forgotten."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.list_person(person, "adoption")
    secrets: list[bytes] = []
    with lite._engine.connect() as connection:
        for query in (
            "SELECT wrapped_key FROM people",
            "SELECT profile FROM people",
            "SELECT external_index FROM people",
            "SELECT sealed FROM notes",
            "SELECT sealed FROM templates",
        ):
            secrets += connection.execute(text(query)).scalars()
    assert len(secrets) == 8
    assert all(secret in stored_bytes(tmp_path / "data") for secret in secrets)
    with lite.transaction(ADMIN, NOW) as tx:
        tx.people.erase(person)
    left = stored_bytes(tmp_path / "data")
    assert not any(secret in left for secret in secrets)


def test_nothing_that_identifies_is_in_clear(lite: Store, tmp_path: Path) -> None:
    """Names, numbers, evidence, reasons, captions and addresses are nowhere in the database files."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        tx.consent.list_person(person, "court order 4711")
        approve(tx, person, days=3)
        tx.clients.add("Buffer of Mrs Quillfeather", ["submit"], ["website"], NOW + timedelta(days=9))
    found = stored_bytes(tmp_path / "data").lower()
    for word in (b"amira", b"quillfeather", b"mimi", b"p-0077", b"form 12", b"4711", b"2017-02-03", b"plants beans"):
        assert word not in found


def test_records_do_not_show_names_when_printed() -> None:
    """What is logged by accident says nothing about who it is."""
    shown = repr(PUPIL)
    assert not any(name in shown for name in ("Amira", "Quillfeather", "Mimi", "0077", "2017"))
