"""A register that was read from where an earlier one ended is the one that is read as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from consent_db import Keyring, Store, roster_import
from consent_db.checks.records import PhraseKind
from consent_db.core.policy_terms import Terms
from consent_db.errors import ConsentDbError, NotFound, NotPossible
from consent_db.keys.crypto import DataKey
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft
from consent_db.roster.plan import Choices
from consent_db.transaction import Transaction
from gatekeeper.caption.index import NameIndex
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.register import Register
from gatekeeper.types import Kind, PersonId, Role
from tests.support.register import ADMIN, DIMENSION, ENGINE, NOW, PUPIL, add_pupil, template

FIRST = ("Amira", "Amira Jane", "Zoë", "Wei", "小明", "O'Neil", "Rose", "Юлия")
LAST = ("Khan", "Quillfeather-Odubanjo", "van der Berg", "王", "", "Rose", "Müller")
FIRST_DAY = date(2026, 11, 1)


@dataclass
class School:
    """A school while it changes: its stores, each as another process would have it, and its clock."""

    stores: tuple[Store, ...]
    now: datetime = NOW
    people: list[PersonId] = field(default_factory=list)
    added: int = 0

    def draft(self, random: Random) -> PersonDraft:
        self.added += 1
        kind = random.choice((Kind.PUPIL, Kind.PUPIL, Kind.STAFF))
        leaves = random.choice((None, None, FIRST_DAY + timedelta(days=random.randrange(60))))
        known_as = random.choice((None, None, "Mimi"))
        born = date(2010 + random.randrange(8), 2, 3)
        first, last = random.choice(FIRST), random.choice(LAST)
        return PersonDraft(kind, first, last, known_as, f"N-{self.added}", born, leaves, frozenset({"Oak"}))


Step = Callable[[School, Transaction, Random], object]


def somebody(school: School, random: Random) -> PersonId:
    return random.choice(school.people)


def add(school: School, tx: Transaction, random: Random) -> None:
    school.people.append(tx.people.add(school.draft(random)))


def change(school: School, tx: Transaction, random: Random) -> None:
    tx.people.change(somebody(school, random), school.draft(random))


def say(school: School, tx: Transaction, random: Random) -> None:
    subject, scope = random.choice(list(Subject)), random.choice((EVERYWHERE, "website"))
    until = random.choice((None, FIRST_DAY + timedelta(days=random.randrange(90))))
    party, stance = random.choice(list(Party)), random.choice(list(Stance))
    scope = EVERYWHERE if subject is Subject.BIOMETRICS else scope
    said = Statement(party, subject, scope, stance, NOW - timedelta(days=1), FIRST_DAY, until)
    tx.consent.record(somebody(school, random), said, "form 12")


def enrol(school: School, tx: Transaction, random: Random) -> None:
    person = somebody(school, random)
    agreed = Statement(Party.PARENT, Subject.BIOMETRICS, EVERYWHERE, Stance.GRANTED, NOW, FIRST_DAY)
    tx.consent.record(person, agreed)
    tx.enrolment.enrol(person, ENGINE, template(random.randrange(99)), random.randrange(1, 5))


def erase_listed(school: School, tx: Transaction, random: Random) -> None:
    person = somebody(school, random)
    with suppress(ConsentDbError):
        tx.consent.list_person(person)
    tx.people.erase(person, keep_listing=True)


def by_file(school: School, tx: Transaction, random: Random) -> None:
    drafts = [school.draft(random) for _ in range(3)]
    rows = "".join(f"{d.external_id},{d.first_name},{d.last_name or 'Khan'},{d.kind},yes,yes\n" for d in drafts)
    content = f"external_id,first_name,last_name,kind,do_not_publish,picture_website\n{rows}".encode()
    roster_import.apply(roster_import.plan(content, tx, Choices()), tx)
    school.people[:] = [one.id for one in tx.people.all()] or school.people


STEPS: dict[str, Step] = {
    "add": add,
    "change": change,
    "say": say,
    "enrol": enrol,
    "import": by_file,
    "erase": lambda school, tx, random: tx.people.erase(somebody(school, random)),
    "erase but for the listing": erase_listed,
    "list": lambda school, tx, random: tx.consent.list_person(somebody(school, random)),
    "unlist": lambda school, tx, random: tx.consent.unlist(somebody(school, random)),
    "hold": lambda school, tx, random: tx.consent.hold(somebody(school, random)),
    "lift": lambda school, tx, random: tx.consent.lift(somebody(school, random)),
    "forget": lambda school, tx, random: tx.enrolment.forget(somebody(school, random)),
    "forget lapsed": lambda school, tx, _: tx.enrolment.forget_lapsed(school.now - timedelta(days=365)),
    "channel": lambda _, tx, random: tx.channels.add(
        ChannelDraft(f"c{random.randrange(9999)}", "Website", purposes=frozenset({"online"}), staff=("usr_1", "usr_2"))
    ),
    "phrase": lambda _, tx, random: tx.let_pass.add(f"Rosa {random.randrange(9)}", random.choice(list(PhraseKind))),
    "terms": lambda _, tx, random: tx.keep_terms(Terms(random.choice((12, 13)), biometrics=random.random() < 0.9)),
}  # fmt: skip


def pass_time(school: School, random: Random) -> None:
    """Let days go by, or set the clock back."""
    school.now += timedelta(days=random.choice((1, 200, 370, -30)))
    school.now = max(school.now, NOW)


def take(school: School, step: str, random: Random) -> None:
    """Change the school through one of its stores; what cannot be done leaves it as it was."""
    store = random.choice(school.stores)
    if step == "time":
        pass_time(school, random)
    elif step == "rotate":
        store.rotate_keys(ADMIN, school.now)
    else:
        with suppress(NotPossible, NotFound, ConsentDbError), store.transaction(ADMIN, school.now) as tx:
            STEPS[step](school, tx, random)
            if random.random() < 0.2:  # what is not committed yet is read too, and may be rolled back
                assert_whole(school, store, tx.register(ENGINE, DIMENSION), tx)
            if random.random() < 0.1:
                raise NotPossible


def told(index: NameIndex) -> tuple[object, ...]:
    names = (index.given, index.surnames)
    return (*((dict(one.sure), dict(one.loose), dict(one.initials)) for one in names), index.written, index.plain)


def content(register: Register) -> dict[str, Any]:
    """Return everything that a register says, in an order that counts."""
    gallery = register.gallery
    return {
        "version": register.version,
        "people": list(register.people.items()),
        "standings": list(register.standings.items()),
        "templates": (gallery.engine, gallery.people, gallery.templates.tobytes(), gallery.templates.shape),
        "references": (gallery.references.tolist(), gallery.counts, gallery.count_of.tolist()),
        "rest": (register.own_consent_age, register.not_pupils, register.credited, register.listed),
        "names": told(register.names),
    }


def whole(store: Store) -> Store:
    """Return the same store with nothing at hand, so that it reads everything."""
    return Store(store._engine, store._keyring, store._school_key, store._calendar)


def assert_whole(school: School, store: Store, found: Register, tx: Transaction | None = None) -> None:
    if tx is not None:
        wanted = whole(store)._register(tx._context, ENGINE, DIMENSION)
    else:
        with whole(store).reading(ADMIN, school.now) as reading:
            wanted = reading.register(ENGINE, DIMENSION)
    assert content(found) == content(wanted)


def walk(school: School, steps: list[str], seed: int) -> None:
    """Take every step, and compare after each what some of the stores give."""
    random = Random(seed)
    with school.stores[0].transaction(ADMIN, school.now) as tx:
        for _ in range(12):
            add(school, tx, random)
    for step in steps:
        take(school, step, random)
        for store in random.sample(school.stores, random.randrange(1, len(school.stores) + 1)):
            with store.reading(ADMIN, school.now) as tx:
                found = tx.register(ENGINE, DIMENSION)
            assert_whole(school, store, found)


WALKS = st.lists(st.sampled_from([*STEPS, "time", "rotate"]), min_size=4, max_size=14)


@pytest.fixture(scope="module")
def new_school() -> Iterator[Path]:
    """The files of a school that was just set up, to be copied."""
    with TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/school.sqlite3", Keyring.create(Path(folder) / "keys.json")).close()
        yield Path(folder)


@contextmanager
def opened(url: str, keys: Path) -> Iterator[School]:
    """Give a school that two processes have open, each with its own connections and its own copy of the keys."""
    stores = tuple(Store.open(url, Keyring.load(keys)) for _ in range(2))
    try:
        yield School(stores)
    finally:
        for store in stores:
            store.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=WALKS, seed=st.integers(0, 2**32))
def test_what_is_read_from_where_an_earlier_one_ended_is_the_whole(
    new_school: Path, steps: list[str], seed: int
) -> None:
    """Whatever changes, in two processes: people, standings, templates and every key of every name are the same."""
    with TemporaryDirectory() as folder:
        shutil.copytree(new_school, folder, dirs_exist_ok=True)
        with opened(f"sqlite:///{folder}/school.sqlite3", Path(folder) / "keys.json") as school:
            walk(school, steps, seed)


@pytest.mark.parametrize("seed", range(2))
def test_the_same_holds_for_every_kind_of_change_on_each_database(url: str, tmp_path: Path, seed: int) -> None:
    """Every change there is, in two orders."""
    Store.open(url, Keyring.create(tmp_path / "keys.json")).close()
    steps = ["enrol", "enrol", "say", "enrol", *STEPS, "time", "rotate", *STEPS]
    Random(seed).shuffle(steps)
    with opened(url, tmp_path / "keys.json") as school:
        walk(school, steps, seed)


def test_one_change_opens_one_profile(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of forty people only the one who changed is read again."""
    with store.transaction(ADMIN, NOW) as tx:
        people = [add_pupil(tx, replace(PUPIL, external_id=str(number)), enrolled=number < 5) for number in range(40)]
    with store.reading(ADMIN, NOW) as tx:
        before = tx.register(ENGINE, DIMENSION)
    with store.transaction(ADMIN, NOW) as tx:
        tx.people.change(people[3], replace(PUPIL, external_id="3", known_as="Jane"))
    opened_for: list[str] = []
    unwrap = Keyring.unwrap

    def counted(keyring: Keyring, wrapped: bytes, owner: str) -> DataKey:
        opened_for.append(owner)
        return unwrap(keyring, wrapped, owner)

    with monkeypatch.context() as patch, store.reading(ADMIN, NOW) as tx:
        patch.setattr(Keyring, "unwrap", counted)
        after = tx.register(ENGINE, DIMENSION)
    assert opened_for == [people[3]]
    assert [one for one in people if after.people[one] is not before.people[one]] == [people[3]]


def test_a_change_that_moves_no_person_reads_no_person(lite: Store) -> None:
    """A channel moves the register's version; people, gallery and names stay the same objects."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_pupil(tx)
        tx.channels.add(ChannelDraft("website", "Website", purposes=frozenset({"online"}), staff=("usr_1", "usr_2")))
    with lite.reading(ADMIN, NOW) as tx:
        before = tx.register(ENGINE, DIMENSION)
    names = before.names
    with lite.transaction(ADMIN, NOW) as tx:
        tx.channels.approve("website", "usr_head", Role.APPROVER)
    statements: list[str] = []
    event.listen(lite._engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    with lite.reading(ADMIN, NOW) as tx:
        after = tx.register(ENGINE, DIMENSION)
    assert after.version == before.version + 1
    assert (after.people, after.gallery, after.names) == (before.people, before.gallery, names)
    assert after.names is names
    assert not [one for one in statements if "FROM people" in one or "FROM statements" in one]
