"""Everyone on the register in the order of lists, opened only where something changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.application.register.directory import Directory, directory
from api.web.register.people import register_of
from consent_db.data_rights.lifecycle import DueKind
from consent_db.people.records import PersonDraft
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind
from tests.support.school import School


def now(school: School) -> Directory:
    with school.services.store.reading("tests", school.clock()) as tx:
        return read(school, tx)


def read(school: School, tx: Transaction) -> Directory:
    return directory(tx, register_of(school.services, tx))


def names(found: Directory) -> list[str]:
    return [one.record.profile.first_name for one in found.entries]


def fails_after_a_look(school: School) -> None:
    tom = school.people["Tom"]
    with school.services.store.transaction("tests", school.clock()) as tx:
        tx.people.change(tom, replace(tx.people.get(tom).profile, first_name="Undone"))
        assert "Undone" in names(read(school, tx))
        raise ZeroDivisionError


def test_the_same_register_is_looked_at_once(school: School) -> None:
    """A second look is the first one."""
    assert now(school) is now(school)


def test_only_those_who_changed_are_opened_again(school: School) -> None:
    """Of the others the very same entry stays; a class, a name and a number that changed show at once."""
    before = {one.record.id: one for one in now(school).entries}
    tom = school.people["Tom"]
    with school.services.store.transaction("tests", school.clock()) as tx:
        draft = PersonDraft(Kind.PUPIL, "Bo", "Aaronson", external_id="77", groups=frozenset({"10A", "9B"}))
        tx.people.change(tom, draft)
    after = now(school)
    assert names(after)[0] == "Bo"
    assert after.entries[0].groups == ("9B", "10A")
    assert "77" in after.entries[0].searched
    assert [one for one in after.entries if before[one.record.id] is not one] == [after.entries[0]]


def test_an_erased_person_is_gone(school: School) -> None:
    """From the list, from the search, and from what is due."""
    with school.services.store.transaction("tests", school.clock()) as tx:
        tx.people.erase(school.people["Tom"])
    assert "Tom" not in names(now(school))


def test_a_change_that_is_rolled_back_leaves_nothing(school: School) -> None:
    """What was seen inside the transaction is not seen after it."""
    before = names(now(school))
    with pytest.raises(ZeroDivisionError):
        fails_after_a_look(school)
    assert names(now(school)) == before


def test_what_is_due_is_that_of_the_day(school: School) -> None:
    """A consent that ends soon is due on its day, and no more once the day is over."""
    tom, today = school.people["Tom"], school.clock().date()
    said = Statement(
        Party.SELF, Subject.NAME, EVERYWHERE, Stance.GRANTED, school.clock(), today, today + timedelta(days=20)
    )
    with school.services.store.transaction("tests", school.clock()) as tx:
        tx.consent.record(tom, said)
    found = now(school)
    assert (found.due[tom].kind, found.ending[tom]) == (DueKind.CONSENT_ENDS, today + timedelta(days=20))
    school.clock.advance(days=21)
    assert tom not in now(school).ending
