"""The policy in words and what falls due, on the pages."""

from __future__ import annotations

from datetime import date

from consent_db.people.records import PersonDraft
from gatekeeper.policy.describe import in_words
from gatekeeper.types import Kind, Role
from tests.support.http import NewPerson
from tests.support.pages import read
from tests.support.school import School


def test_the_policy_is_read_in_words(new_person: NewPerson, school: School) -> None:
    """Every sentence of it, by whoever answers for it."""
    text = read(new_person("head", Role.APPROVER).get("/admin/policy"))
    assert school.services.policy.name in text
    assert all(" ".join(sentence.split()) in text for sentence in in_words(school.services.policy))


def test_what_falls_due_is_told_with_its_day(new_person: NewPerson, school: School) -> None:
    """Overdue first, with what is to be done; what lies further ahead is left out."""
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.people.add(PersonDraft(Kind.PUPIL, "Zainab", "Okafor", date_of_birth=date(2008, 4, 1)))
        tx.people.add(PersonDraft(Kind.PUPIL, "Ella", "Brown", leaving_date=date(2026, 3, 1)))
        tx.people.add(PersonDraft(Kind.PUPIL, "Nia", "Evans", leaving_date=date(2027, 7, 20)))
        tx.consent.list_person(school.people["Tom"], "A reason nobody reads here", date(2026, 4, 20))
    text = read(new_person("admin", Role.ADMIN).get("/admin/due"))
    assert "Ella Brown Has left: erase them when nothing is needed any more Since 1 March 2026" in text
    assert "Zainab Okafor Comes of age: ask them, not the parents 1 April 2026" in text
    assert "Tom Jones Look again whether it stays · listing 20 April 2026" in text
    assert text.index("Ella Brown") < text.index("Zainab Okafor") < text.index("Tom Jones")
    assert "Nia Evans" not in text


def test_nothing_is_due(new_person: NewPerson) -> None:
    """The page says so."""
    assert "Nothing is due." in read(new_person("admin", Role.ADMIN).get("/admin/due"))
