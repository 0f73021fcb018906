"""People who are typed by name are found however the name is spelt, and never guessed."""

from __future__ import annotations

import pytest

from api.web import choices
from api.web.register.typed_names import TypedNames
from consent_db.errors import NotPossible
from consent_db.people.records import PersonDraft, PersonRecord
from gatekeeper.types import Kind, PersonId


def _person(number: str, first: str, last: str, *groups: str) -> PersonRecord:
    draft = PersonDraft(Kind.PUPIL, first, last, external_id=number, groups=frozenset(groups))
    return PersonRecord(PersonId(f"per_{number}"), draft, listed=False, held=False, template_engines=())


NAMES = TypedNames(
    [
        _person("1", "Zoë", "O'Brien"),
        _person("2", "Søren", "Østergård"),
        _person("3", "Дмитрий", "Волков"),
        _person("4", "Jürgen", "Müller"),
        _person("5", "Jurgen", "Mueller"),
        _person("6", "Anna Maria", "Nowak"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("OBRIEN, Zoe", "1"),
        ("Zoe O\u2019Brien", "1"),
        ("Soeren Oestergaard", "2"),
        ("Dmitri Volkov", "3"),
        ("Jürgen Müller", "4"),
        ("jurgen mueller", "5"),
        ("6", "6"),
    ],
)
def test_found(typed: str, number: str) -> None:
    """The name as it is on the register counts first, then any spelling of it, and the number."""
    assert NAMES.find(typed) == f"per_{number}"


@pytest.mark.parametrize("typed", ["Juergen Mueller", "Anna Nowak", "Zoe", "Nobody Known"])
def test_not_guessed(typed: str) -> None:
    """A name that is two people's, or only part of one's, finds no person."""
    with pytest.raises(NotPossible):
        NAMES.find(typed)


def test_classes_are_in_natural_order() -> None:
    """7A stands before 10A wherever a person's classes are listed."""
    assert choices.groups_of(_person("1", "A", "B", "10A", "7A", "Chess").profile) == ["7A", "10A", "Chess"]


@pytest.mark.parametrize(("typed", "found"), [("oesterg", True), ("Sören", True), ("2", True), ("brien", False)])
def test_search(typed: str, found: bool) -> None:  # noqa: FBT001
    """A search knows spellings as well."""
    assert choices.is_called(_person("2", "Søren", "Østergård").profile, typed) is found
