from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from consent_db import Keyring, Store
from consent_db.errors import NotFound, SealBroken
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Reason, Stance, Subject
from gatekeeper.types import Channel, Kind, PersonId
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, PUPIL, TODAY, add_pupil, said, template

WEBSITE = Channel("website", frozenset({"online"}), approved=True)


def test_the_register_says_what_the_statements_say(store: Store) -> None:
    """People, standings, templates and the version are those of the database."""
    with store.transaction(ADMIN, NOW) as tx:
        yes = add_pupil(tx)
        no = tx.people.add(replace(PUPIL, external_id="2"))
        listed = add_pupil(tx, replace(PUPIL, external_id="3"), enrolled=False)
        held = add_pupil(tx, replace(PUPIL, external_id="4", kind=Kind.PUPIL), enrolled=False)
        tx.consent.list_person(listed)
        tx.consent.hold(held)
    with store.reading(ADMIN, NOW) as tx:
        register = tx.register(ENGINE, DIMENSION)
        assert register.version == tx.register_version()
    wanted = {yes: Reason.GRANTED, no: Reason.NOT_GIVEN, listed: Reason.LISTED, held: Reason.HELD}
    found = {person: register.permission(person, Subject.PICTURE, WEBSITE, TODAY).reason for person in wanted}
    assert found == wanted
    assert (register.listed, register.gallery.people) == (frozenset({listed}), (yes,))
    assert register.people[yes].first_name == "Mimi"


def test_an_unchanged_register_is_not_read_again(store: Store) -> None:
    """The same object comes back until something changes, for each engine."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with store.reading(ADMIN, NOW) as tx:
        first = tx.register(ENGINE, DIMENSION)
        assert tx.register("dlib", 128) is not first
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION) is first
    with store.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person, said(stance=Stance.REFUSED))
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).version == first.version + 1


def test_a_register_that_was_never_committed_is_never_remembered(store: Store) -> None:
    """What a transaction sees of its own changes is gone when it is rolled back."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    with pytest.raises(NotFound), store.transaction(ADMIN, NOW) as tx:  # noqa: PT012, the last step fails
        tx.consent.list_person(person)
        assert tx.register(ENGINE, DIMENSION).listed == {person}
        tx.people.get(PersonId("per_nobody"))
    with store.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person, said())
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).listed == frozenset()


CHANGES: dict[str, Callable[[Transaction, PersonId], object]] = {
    "statement": lambda tx, person: tx.consent.record(person, said()),
    "listing": lambda tx, person: tx.consent.list_person(person),
    "hold": lambda tx, person: tx.consent.hold(person),
    "template": lambda tx, person: tx.enrolment.enrol(person, ENGINE, template(5), 2),
    "forgetting": lambda tx, person: tx.enrolment.forget(person),
    "change": lambda tx, person: tx.people.change(person, replace(PUPIL, known_as="Jane")),
    "erasure": lambda tx, person: tx.people.erase(person),
    "addition": lambda tx, _: tx.people.add(replace(PUPIL, external_id="2")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_register_moves_its_version(store: Store, change: str) -> None:
    """By one, in the transaction that makes the change."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        before = tx.register_version()
    with store.transaction(ADMIN, NOW) as tx:
        CHANGES[change](tx, person)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register_version() == before + 1


def test_writers_follow_one_another(store: Store) -> None:
    """Many at once lose nothing: each moves the version, and the chain is whole."""
    with store.reading(ADMIN, NOW) as tx:
        before = tx.register_version()

    def add(number: int) -> None:
        with store.transaction(ADMIN, NOW) as tx:
            tx.people.add(replace(PUPIL, external_id=str(number)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    with store.reading(ADMIN, NOW) as tx:
        assert (len(tx.people.all()), tx.register_version()) == (20, before + 20)
    report = store.verify_audit()
    assert (report.ok, report.length) == (True, 20)


def test_reading_does_not_wait_for_a_writer(store: Store) -> None:
    """What is being written is not seen until it is committed."""
    with store.transaction(ADMIN, NOW) as writer:
        writer.people.add(PUPIL)
        with store.reading(ADMIN, NOW) as tx:
            assert tx.people.all() == []


def test_the_day_is_the_schools_own(lite: Store) -> None:
    """Half past eleven in the evening, UTC, is the next day in an English summer."""
    with lite.reading(ADMIN, NOW.replace(month=7, day=1, hour=23, minute=30)) as tx:
        assert (tx.today.month, tx.today.day) == (7, 2)


def test_files_are_sealed_for_their_check(lite: Store) -> None:
    """A sealed picture opens as the same file of the same check only."""
    sealed = lite.seal_file("chk_1", "upload", b"picture")
    assert lite.open_file("chk_1", "upload", sealed) == b"picture"
    for check, what in (("chk_2", "upload"), ("chk_1", "examined")):
        with pytest.raises(SealBroken):
            lite.open_file(check, what, sealed)


def test_rotation_wraps_anew_and_touches_no_cell(store: Store, keyring: Keyring, tmp_path: Path, url: str) -> None:
    """Afterwards everything opens with a key file that holds only the new key."""
    with store.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
        tx.people.erase(tx.people.add(replace(PUPIL, external_id="gone")))
    with store._engine.connect() as connection:
        before = connection.execute(text("SELECT sealed FROM templates")).scalars().all()
        wrapped = connection.execute(text("SELECT wrapped_key FROM people")).scalars().all()
    assert store.rotate_keys(ADMIN, NOW) == 2
    assert keyring.retire_old_keys() == 0
    again = Store.open(url, Keyring.load(tmp_path / "keys.json"))
    with again._engine.connect() as connection:
        assert connection.execute(text("SELECT sealed FROM templates")).scalars().all() == before
        assert not set(connection.execute(text("SELECT wrapped_key FROM people")).scalars()) & set(wrapped) - {None}
    with again.reading(ADMIN, NOW) as tx:
        assert tx.register(ENGINE, DIMENSION).gallery.people == (person,)
        assert tx.people.get(person).profile == PUPIL
    again.close()


def test_a_rotation_that_was_cut_off_can_be_done_again(lite: Store, keyring: Keyring, tmp_path: Path) -> None:
    """With the new key in the file and nothing wrapped yet everything opens, and the next try finishes."""
    with lite.transaction(ADMIN, NOW) as tx:
        person = add_pupil(tx)
    keyring.add_key()
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.people.get(person).profile == PUPIL
    assert lite.rotate_keys(ADMIN, NOW) == 2
    assert keyring.retire_old_keys() == 0
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.people.get(person).profile == PUPIL


def test_the_register_of_a_large_school_is_read_quickly(lite: Store) -> None:
    """500 people with 3,000 statements and 500 templates take well under a second, and then no time."""
    with lite.transaction(ADMIN, NOW) as tx:
        for number in range(500):
            person = tx.people.add(replace(PUPIL, external_id=str(number)))
            everywhere = [said(subject) for subject in Subject]
            tx.consent.record_all(person, [*everywhere, said(scope="website"), said(scope="press"), said(scope="x")])
            tx.enrolment.enrol(person, ENGINE, template(number), 3)
    times = []
    for _ in range(2):
        started = time.perf_counter()
        with lite.reading(ADMIN, NOW + timedelta(days=1)) as tx:
            assert len(tx.register(ENGINE, DIMENSION).gallery.people) == 500
        times.append(time.perf_counter() - started)
    assert times[0] < 1
    assert times[1] < 0.1
