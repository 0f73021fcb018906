from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from consent_db import Store
from consent_db.enrolment.templates import open_made, open_template
from consent_db.errors import BiometricConsentMissing, NotFound, NotPossible, SealBroken
from consent_db.keys.crypto import DataKey, Place
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Subject
from gatekeeper.identity.health import Made
from gatekeeper.types import Kind, PersonId, Vector
from tests.support.register import (
    ADMIN,
    DIMENSION,
    ENGINE,
    NOW,
    PUPIL,
    TODAY,
    add_pupil,
    believe,
    said,
    stored_bytes,
    template,
)


def test_a_template_comes_back_as_it_went_in(store: Store) -> None:
    """The same numbers, under the same engine, with the number of photographs."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.enrolment.enrol(person, "dlib", template(2, 128), 5)
    with store.reading(ADMIN, NOW) as tx:
        gallery = tx.register(ENGINE, DIMENSION).gallery
        assert (gallery.people, gallery.references.tolist()) == ((person,), [3])
        np.testing.assert_array_equal(gallery.templates, [template()])
        np.testing.assert_array_equal(tx.register("dlib", 128).gallery.templates, [template(2, 128)])
        assert tx.people.get(person).template_engines == ("dlib", ENGINE)


def test_enrolling_again_replaces_the_template(store: Store) -> None:
    """There is one template a person and engine."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.enrolment.enrol(person, ENGINE, template(9), 1)
        assert tx.enrolment.count(ENGINE) == 1
        np.testing.assert_array_equal(tx.register(ENGINE, DIMENSION).gallery.templates, [template(9)])


def test_without_biometric_consent_there_is_no_template(store: Store) -> None:
    """Consent to pictures and names is not consent to biometrics."""
    with store.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(PUPIL)
        tx.consent.record(person, said(Subject.PICTURE))
        tx.consent.record(person, said(Subject.NAME))
        assert not tx.enrolment.permitted(person)
        with pytest.raises(BiometricConsentMissing, match="not_given"):
            tx.enrolment.enrol(person, ENGINE, template(), 3)
        assert tx.enrolment.count(ENGINE) == 0


def test_of_many_those_may_have_a_template_of_whom_each_may(store: Store) -> None:
    """Not one without consent, one who has left, one who was erased, or one who was never there."""
    with store.transaction(ADMIN, NOW) as tx:
        may, left, erased = (add_pupil(tx, replace(PUPIL, external_id=str(number))) for number in range(3))
        without = tx.people.add(replace(PUPIL, external_id="9"))
        tx.people.change(left, replace(tx.people.get(left).profile, leaving_date=TODAY - timedelta(days=1)))
        tx.people.erase(erased)
        assert tx.enrolment.permitted_among([may, left, erased, without, PersonId("per_nobody")]) == {may}
        assert [tx.enrolment.permitted(person) for person in (may, left, without)] == [True, False, False]


def test_nobody_is_enrolled_who_is_not_on_the_register(store: Store) -> None:
    """An unknown and an erased person have no template."""
    with store.transaction(ADMIN, NOW) as tx:
        erased = add_pupil(tx)
        tx.people.erase(erased)
        for person in (PersonId("per_nobody"), erased):
            with pytest.raises(NotFound):
                tx.enrolment.enrol(person, ENGINE, template(), 3)


@pytest.mark.parametrize(
    "wrong",
    [
        template() * 2,
        np.full(DIMENSION, np.nan, np.float32),
        np.zeros(DIMENSION, np.float32),
        np.empty(0, np.float32),
        template().reshape(4, 4),
    ],
)
def test_what_is_no_template_is_refused(lite: Store, wrong: Vector) -> None:
    """Only one finite vector of unit length is kept."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx, enrolled=False)
        with pytest.raises(NotPossible):
            tx.enrolment.enrol(person, ENGINE, wrong, 3)
        with pytest.raises(NotPossible):
            tx.enrolment.enrol(person, ENGINE, template(), 0)


@pytest.mark.parametrize("stance", [Stance.REFUSED, Stance.WITHDRAWN])
@pytest.mark.parametrize("party", [Party.PARENT, Party.SECOND_PARENT, Party.PUPIL])
def test_a_no_to_biometrics_destroys_the_templates_at_once(store: Store, stance: Stance, party: Party) -> None:
    """Either parent's or the child's, in the transaction that writes it down, under every engine."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.enrolment.enrol(person, "dlib", template(2), 1)
        change = tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, stance, party))
        assert change.destroyed_templates == 2
        assert (tx.enrolment.count(ENGINE), tx.enrolment.count("dlib")) == (0, 0)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).gallery.people == ()


def test_a_withdrawn_template_is_in_no_byte_of_the_file(lite: Store, tmp_path: Path) -> None:
    """The sealed template is overwritten in the database and gone from its log."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with lite._engine.connect() as connection:
        sealed: bytes = connection.execute(text("SELECT sealed FROM templates")).scalar_one()
    assert sealed in stored_bytes(tmp_path / "data")
    with lite.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
    assert sealed[21:] not in stored_bytes(tmp_path / "data")
    assert sealed[21:53] not in stored_bytes(tmp_path / "data")


def test_whoever_reads_an_older_state_neither_stops_a_withdrawal_nor_keeps_the_template(
    lite: Store, tmp_path: Path
) -> None:
    """It is done within a moment, and its bytes are gone from the log as soon as the reader is."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with lite._engine.connect() as connection:
        sealed = connection.exec_driver_sql("SELECT sealed FROM templates").scalar_one()
    with lite.reading(ADMIN, NOW) as older:
        assert older.enrolment.count(ENGINE) == 1
        begun = time.monotonic()
        with lite.transaction(ADMIN, NOW) as tx:
            tx.consent.record(person, said(Subject.BIOMETRICS, EVERYWHERE, Stance.WITHDRAWN))
        assert time.monotonic() - begun < 15
        assert older.enrolment.count(ENGINE) == 1
    assert sealed[21:53] not in stored_bytes(tmp_path / "data")
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.enrolment.count(ENGINE) == 0


def test_a_no_to_pictures_leaves_the_template(lite: Store) -> None:
    """A family that refuses publication may want to be recognised, so that nothing is published."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.consent.record(person, said(stance=Stance.REFUSED))
        tx.consent.list_person(person)
        assert tx.enrolment.count(ENGINE) == 1


def test_leaving_the_school_destroys_the_template(lite: Store) -> None:
    """A leaving date in the past takes effect with the change itself."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        later, past = TODAY + timedelta(days=9), TODAY - timedelta(days=1)
        assert tx.people.change(person, replace(PUPIL, leaving_date=later)).destroyed_templates == 0
        assert tx.people.change(person, replace(PUPIL, leaving_date=past)).destroyed_templates == 1


def test_forgetting_is_possible_at_any_time(store: Store) -> None:
    """A person's templates can be destroyed without any change of consent."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        version = tx.register_version()
        assert tx.enrolment.forget(person).destroyed_templates == 1
        assert tx.enrolment.forget(person).destroyed_templates == 0
        assert tx.register_version() == version


def test_templates_that_have_lapsed_are_swept(store: Store) -> None:
    """Too old, consent expired, or of age: the sweep finds them all and keeps the others."""
    with store.transaction(ADMIN, NOW) as tx:
        add_pupil(tx, replace(PUPIL, external_id="old"))
    later = NOW + timedelta(days=200)
    with store.transaction(ADMIN, later) as tx:
        kept = add_pupil(tx, replace(PUPIL, external_id="kept"))
        short = add_pupil(tx, replace(PUPIL, external_id="short"))
        tx.consent.record(short, said(Subject.BIOMETRICS, until=later.date() + timedelta(days=1)))
        add_pupil(tx, replace(PUPIL, external_id="leaver", leaving_date=later.date()))
    with store.transaction("system", later + timedelta(days=2)) as tx:
        believe(tx)
        assert tx.enrolment.forget_lapsed(NOW + timedelta(days=1)) == 3
        assert tx.register(ENGINE, DIMENSION).gallery.people == (kept,)
        assert tx.enrolment.forget_lapsed(NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("born", "days"),
    [
        pytest.param(date(TODAY.year - 8, TODAY.month, TODAY.day), 365, id="eight-today"),
        pytest.param(date(TODAY.year - 8, TODAY.month, TODAY.day) + timedelta(days=1), 180, id="eight-tomorrow"),
    ],
)
def test_the_template_of_a_young_pupil_ends_sooner(store: Store, born: date, days: int) -> None:
    """Below eight it counts for half a year: in the gallery, on the person's page and for the sweep alike."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx, replace(PUPIL, date_of_birth=born))
        (template_of,) = tx.enrolment.of(person)
        assert template_of.ends_at == NOW + timedelta(days=days)
    for late, counts in ((timedelta(days=days - 1), True), (timedelta(days=days, seconds=1), False)):
        with store.transaction("system", NOW + late) as tx:
            believe(tx)
            assert (person in tx.register(ENGINE, DIMENSION).gallery.people) is counts
            assert tx.enrolment.forget_lapsed(NOW + late - timedelta(days=365)) == (not counts)


def test_a_template_made_of_older_photographs_is_no_younger(store: Store) -> None:
    """Made anew of photographs from before, it ends when the first would have."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with store.transaction(ADMIN, NOW + timedelta(days=100)) as tx:
        given_at = tx.enrolment.given_at(person)
        tx.enrolment.enrol(person, "another", template(), 1, given_at)
        assert {one.ends_at for one in tx.enrolment.of(person)} == {NOW + timedelta(days=365)}


def test_staff_speak_for_themselves(lite: Store) -> None:
    """A member of staff is enrolled on their own word, not on anybody else's."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = tx.people.add(replace(PUPIL, kind=Kind.STAFF, date_of_birth=date(1980, 1, 1)))
        tx.consent.record(person, said(Subject.BIOMETRICS))
        with pytest.raises(BiometricConsentMissing):
            tx.enrolment.enrol(person, ENGINE, template(), 1)
        tx.consent.record(person, said(Subject.BIOMETRICS, party=Party.SELF))
        tx.enrolment.enrol(person, ENGINE, template(), 1)


@pytest.mark.parametrize(
    "theft",
    [
        "UPDATE templates SET sealed = (SELECT t.sealed FROM templates t WHERE t.person_id <> templates.person_id)",
        "UPDATE templates SET engine = 'sface' WHERE engine = 'dlib'",
        "UPDATE templates SET id = 'tpl_' || person_id",
    ],
)
def test_a_template_that_was_moved_does_not_open(lite: Store, theft: str) -> None:
    """Another person's row, another engine or another row: the register refuses to be read."""
    with lite.transaction(ADMIN, NOW) as tx:
        one, two = add_pupil(tx), add_pupil(tx, replace(PUPIL, external_id="2"), enrolled=False)
        tx.enrolment.enrol(two, "dlib" if "dlib" in theft else ENGINE, template(2), 1)
        tx.consent.hold(one)
    with lite._engine.begin() as connection:
        connection.execute(text(theft))
    with lite.reading(ADMIN, NOW) as tx, pytest.raises(SealBroken):
        tx.register(ENGINE, DIMENSION)


def test_a_template_of_a_later_release_is_refused() -> None:
    """A version byte that we do not know is not guessed at."""
    key, person = DataKey.new(), PersonId("per_1")
    later = key.seal(b"\x09" + bytes(4), Place("templates", "tpl_1", "sealed", person, ENGINE))
    with pytest.raises(SealBroken, match="newer release"):
        open_template(later, key, "tpl_1", person, ENGINE)


def test_a_template_of_an_earlier_release_opens() -> None:
    """What was sealed without agreement and quality is read as it was, and says that they are not known."""
    key, person = DataKey.new(), PersonId("per_1")
    sealed = key.seal(b"\x01" + template().tobytes(), Place("templates", "tpl_1", "sealed", person, ENGINE))
    np.testing.assert_array_equal(open_template(sealed, key, "tpl_1", person, ENGINE), template())
    assert open_made(sealed, key, "tpl_1", (person, ENGINE), 3) == Made(3)


def test_how_a_template_was_made_is_remembered(lite: Store) -> None:
    """Agreement and quality come back with the number of photographs; what was not said is not known."""
    with lite.transaction(ADMIN, NOW) as tx:
        one, two = add_pupil(tx), add_pupil(tx, replace(PUPIL, external_id="2"))
        tx.enrolment.enrol(one, ENGINE, template(), Made(3, 0.75, 0.5))
        tx.enrolment.enrol(two, ENGINE, template(2), 1)
        assert tx.enrolment.made(ENGINE) == {one: Made(3, 0.75, 0.5), two: Made(1)}


def test_who_is_missing_under_another_engine(lite: Store) -> None:
    """During a change of engine it can be told who has to be enrolled again."""
    with lite.transaction(ADMIN, NOW) as tx:
        both, old = add_pupil(tx), add_pupil(tx, replace(PUPIL, external_id="2"))
        tx.enrolment.enrol(both, "next", template(), 3)
        assert tx.enrolment.only_elsewhere("next") == [old]
        assert tx.enrolment.only_elsewhere(ENGINE) == []


def test_a_template_of_another_dimension_is_refused(lite: Store) -> None:
    """An engine that changed its size needs new enrolments, not a crash in the matching."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
        with pytest.raises(SealBroken, match="enrol the person again"):
            tx.register(ENGINE, DIMENSION * 2)
