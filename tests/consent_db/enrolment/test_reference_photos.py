from __future__ import annotations

from pathlib import Path

import pytest

from consent_db import Store
from consent_db.errors import NotFound, NotPossible
from gatekeeper.consent.permission import EVERYWHERE, Stance, Subject
from gatekeeper.types import PersonId
from tests.support.register import ADMIN, ENGINE, NOW, add_pupil, said, stored_bytes, template

PHOTO = b"\xff\xd8 a face nobody else should see \xff\xd9" * 9


def test_kept_photographs_come_back_and_are_replaced(store: Store) -> None:
    """In the order in which they were given; the next enrolment's take their place."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.reference_photos.replace(person, [PHOTO, b"two"])
    with store.transaction(ADMIN, NOW) as tx:
        assert sorted(tx.reference_photos.of(person)) == sorted([PHOTO, b"two"])
        tx.reference_photos.replace(person, [b"three"])
        assert (tx.reference_photos.of(person), tx.reference_photos.count()) == ([b"three"], 1)
        tx.reference_photos.replace(person, [])
        assert tx.reference_photos.count() == 0


def test_photographs_are_kept_only_beside_a_template(store: Store) -> None:
    """Without one there is nothing to keep them for; nobody who is not on the register has any."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx, enrolled=False)
        with pytest.raises(NotPossible, match="template"):
            tx.reference_photos.replace(person, [PHOTO])
        with pytest.raises(NotFound):
            tx.reference_photos.replace(PersonId("per_none"), [PHOTO])


@pytest.mark.parametrize("how", ["withdrawn", "forgotten", "erased"])
def test_what_destroys_a_template_destroys_the_photographs(store: Store, how: str) -> None:
    """In the same transaction, for every way in which a template goes."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.reference_photos.replace(person, [PHOTO])
    with store.transaction(ADMIN, NOW) as tx:
        if how == "withdrawn":
            tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
        elif how == "forgotten":
            tx.enrolment.forget(person)
        else:
            tx.people.erase(person)
        assert (tx.reference_photos.count(), tx.enrolment.count(ENGINE)) == (0, 0)


def test_enrolling_again_keeps_the_photographs_until_they_are_replaced(lite: Store) -> None:
    """A template of another engine may be made of the same ones."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.reference_photos.replace(person, [PHOTO])
        tx.enrolment.enrol(person, "dlib", template(2, 128), 1)
        assert tx.reference_photos.of(person) == [PHOTO]


def test_a_kept_photograph_is_in_no_clear_byte_and_its_sealed_bytes_go_too(lite: Store, tmp_path: Path) -> None:
    """The database holds it sealed, and after a withdrawal not even that."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.reference_photos.replace(person, [PHOTO])
    with lite._engine.connect() as connection:
        sealed: bytes = connection.exec_driver_sql("SELECT sealed FROM reference_photos").scalar_one()
    assert PHOTO not in stored_bytes(tmp_path / "data")
    assert sealed[21:53] in stored_bytes(tmp_path / "data")
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
    assert sealed[21:53] not in stored_bytes(tmp_path / "data")
