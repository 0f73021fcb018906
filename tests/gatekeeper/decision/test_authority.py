"""Who may agree to what: the table, and when an agreement counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.decision.authority import Circumstance, Exemption, may_lift, open_to, place_name
from gatekeeper.types import Approval, Author, Box, Finding, FindingCode, Role, Severity

EVERY_ROLE = set(Role)
LEADERSHIP = {Role.APPROVER, Role.SAFEGUARDING_LEAD}
LEAD = {Role.SAFEGUARDING_LEAD}

TABLE = {
    Circumstance.DISMISSED: EVERY_ROLE,
    Circumstance.NOBODY_ELSE: EVERY_ROLE,
    Circumstance.UNLIKE: EVERY_ROLE,
    Circumstance.SECOND_PERSON: EVERY_ROLE,
    Circumstance.DISMISSED_PERSON: LEADERSHIP,
    Circumstance.OVERRULED: LEADERSHIP,
    Circumstance.CONTRADICTED: LEADERSHIP,
    Circumstance.LEADERSHIP: LEADERSHIP,
    Circumstance.NEAR_LISTED: LEAD,
    Circumstance.NAMED_LISTED: LEAD,
}
THEIR_PICTURE = {Circumstance.SECOND_PERSON, Circumstance.LEADERSHIP}


def agreement(one: Exemption, role: Role = Role.SAFEGUARDING_LEAD, *, by: Author | None = None) -> Approval:
    return Approval(role, by_uploader=False, about=frozenset({one.name}), by=by)


def test_every_circumstance_has_a_line_in_the_table() -> None:
    """A new kind of exception cannot be lifted before it is decided who may."""
    assert set(TABLE) == set(Circumstance)


@pytest.mark.parametrize("circumstance", list(Circumstance))
@pytest.mark.parametrize("role", list(Role))
def test_the_table(circumstance: Circumstance, role: Role) -> None:
    """An agreement to an exception counts exactly if the role may give it, and findings list those roles."""
    one = Exemption(circumstance, ("place", "per_1"), frozenset({"usr_1"}))
    allowed = role in TABLE[circumstance]
    assert may_lift(circumstance, role) is allowed
    assert one.lifted([agreement(one, role, by=Author("usr_2", role))]) is allowed
    finding = Finding(FindingCode.NEEDS_SECOND_PERSON, "Look.", exception=one.name)
    assert open_to([finding], role) == ((finding,) if allowed else ())


@pytest.mark.parametrize("circumstance", list(Circumstance))
def test_roles_of_an_exception(circumstance: Circumstance) -> None:
    """A finding lists every role that may lift it; where all staff may, administrators are not named apart."""
    assert set(Exemption(circumstance).roles) == TABLE[circumstance] - {Role.ADMIN}


@pytest.mark.parametrize("circumstance", list(Circumstance))
def test_an_agreement_from_before_it_named_anything(circumstance: Circumstance) -> None:
    """It is for the policy's own look at the picture, and for no statement by hand."""
    old = Approval(Role.SAFEGUARDING_LEAD, by_uploader=False)
    assert Exemption(circumstance).lifted([old]) is (circumstance in THEIR_PICTURE)


def test_an_author_is_no_second_person() -> None:
    """Neither who said it, nor a key of theirs, nor the holder of the key that said it, can agree to it."""
    one = Exemption(Circumstance.UNLIKE, ("place",), frozenset({"key_1", "usr_1"}))
    for author in (Author("usr_1"), Author("key_1"), Author("key_9", holder="usr_1")):
        assert not one.lifted([agreement(one, by=author)])
    assert one.lifted([agreement(one, by=Author("usr_2"))])
    assert one.lifted([agreement(one)]), "checks from before authors were kept have no name to compare"


def test_a_program_agrees_to_nothing() -> None:
    """A key has no eyes, whoever holds it."""
    one = Exemption(Circumstance.SECOND_PERSON)
    assert not one.lifted([agreement(one, by=Author("key_1", program=True))])
    assert not one.lifted([agreement(one, by=Author("key_1", program=True, holder="usr_9"))])


def test_the_uploader_agrees_to_nothing() -> None:
    """An agreement by the sender counts neither by name nor as one from before names."""
    one = Exemption(Circumstance.SECOND_PERSON)
    about = frozenset({one.name})
    assert not one.lifted([Approval(Role.SAFEGUARDING_LEAD, by_uploader=True, about=about)])
    assert not one.lifted([Approval(Role.SAFEGUARDING_LEAD, by_uploader=True)])


def test_one_good_agreement_is_enough() -> None:
    """Agreements that do not count take nothing from one that does, and there may be none."""
    one = Exemption(Circumstance.OVERRULED, ("place",))
    assert one.lifted([agreement(one, Role.STAFF), agreement(one, Role.APPROVER)])
    assert not one.lifted([])
    assert not one.lifted([Approval(Role.APPROVER, by_uploader=False, about=frozenset())])


def test_an_agreement_is_for_what_it_names() -> None:
    """Another kind, place or person is another exception; who said it makes no difference to the name."""
    one = Exemption(Circumstance.OVERRULED, ("0.1", "per_1"))
    others = (
        Exemption(Circumstance.UNLIKE, ("0.1", "per_1")),
        Exemption(Circumstance.OVERRULED, ("0.2", "per_1")),
        Exemption(Circumstance.OVERRULED, ("0.1", "per_2")),
        Exemption(Circumstance.OVERRULED, ("0.1per_1",)),
        Exemption(Circumstance.OVERRULED),
    )
    assert not any(other.lifted([agreement(one)]) for other in others)
    assert Exemption(one.circumstance, one.about, frozenset({"usr_1"})).lifted([agreement(one)])


def test_names_that_are_kept() -> None:
    """Agreements in databases go by these names, so they stay as they are from version to version."""
    assert Exemption(Circumstance.SECOND_PERSON).name == "second_person:e3b0c44298fc1c14"
    assert Exemption(Circumstance.UNLIKE, ("0.100", "per_1")).name == "unlike:a0988f0871423f42"
    assert place_name(Box(0.1, 0.25, 0.33333, 1)) == "0.100,0.250,0.333,1.000"


def test_only_blocks_that_name_an_exception_are_open() -> None:
    """A note needs no agreement, and what nobody can agree to names no exception."""
    one = Exemption(Circumstance.DISMISSED)
    block = Finding(FindingCode.NEEDS_SECOND_PERSON, "Look.", exception=one.name)
    note = Finding(FindingCode.NEEDS_SECOND_PERSON, "Look.", severity=Severity.NOTE, exception=one.name)
    listed = Finding(FindingCode.DO_NOT_PUBLISH, "Cover it.")
    assert open_to([note, listed, block], Role.STAFF) == (block,)


coordinates = st.floats(0, 1)


@given(coordinates, coordinates, coordinates, coordinates)
def test_a_place_is_named_by_thousandths(x: float, y: float, width: float, height: float) -> None:
    """Four numbers with three decimals, so that a rounding error is the same place."""
    sides = place_name(Box(x, y, width, height)).split(",")
    assert all(
        abs(float(side) - real) <= 0.0005 + 1e-9 for side, real in zip(sides, (x, y, width, height), strict=True)
    )
    assert all(len(side.partition(".")[2]) == 3 for side in sides)
