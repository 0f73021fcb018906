"""Names that can be read in the picture are found where they stand, and nothing else is."""

from __future__ import annotations

import pytest

from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import MentionKind
from gatekeeper.decision.rules.visible_names import name_findings, school_findings, shows_school, visible_names
from gatekeeper.types import Box, FindingCode, PersonId, Remedy, Severity
from gatekeeper.vision.text.reader import Line, Writing
from tests.support.gate import RegisterBuilder

AMIRA = PersonId("per_1")


def _index() -> NameIndex:
    builder = RegisterBuilder()
    for first, last in (("Amira", "Khan"), ("May", "Green"), ("Ivo", "Iyer"), ("Al", "Ng"), ("Grace", "Hunter")):
        builder.person(first, last)
    return builder.build().names


INDEX = _index()


def writing(*lines: tuple[str, float, float], height: float = 0.02) -> Writing:
    """Lines of a text each, with their left and top as shares of the picture."""
    return Writing(tuple(Line(text, Box(x, y, 0.012 * len(text), height), 0.95) for text, x, y in lines))


def found(*lines: tuple[str, float, float]) -> list[MentionKind]:
    return [name.kind for name in visible_names(writing(*lines), INDEX)]


FULL, SURNAME, FIRST = MentionKind.FULL_NAME, MentionKind.SURNAME, MentionKind.FIRST_NAME


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Amira Khan", FULL),
        ("AMIRAKHAN", FULL),
        ("KHAN, AMIRA", FULL),
        ("Am1ra Khan 4B", FULL),
        ("MAY GREEN", FULL),
        ("lyer", SURNAME),
        ("KHAN 7", SURNAME),
        ("Mrs Green", SURNAME),
        ("amira", FIRST),
    ],
)
def test_one_line(text: str, kind: MentionKind) -> None:
    """Full names, surnames and first names are told apart, also as they are misread."""
    assert found((text, 0.4, 0.4)) == [kind]


@pytest.mark.parametrize(
    "text", ["GREEN", "Green Street", "MAY 2026", "Al", "NG", "Team Hunter", "31.00", "HUNTER CLASS", ""]
)
def test_what_is_no_name(text: str) -> None:
    """Words that are names too, and scraps of two letters, are nobody by themselves."""
    assert found((text, 0.4, 0.4)) == []


def test_a_name_over_two_lines() -> None:
    """A badge may have first name and surname on two lines; what is to be covered is both."""
    (name,) = visible_names(writing(("MAY", 0.4, 0.4), ("GREEN", 0.39, 0.43)), INDEX)
    assert name.kind is FULL
    assert [name.place.y, name.place.y + name.place.height] == pytest.approx([0.3875, 0.4625])


@pytest.mark.parametrize("other", [("GREEN", 0.4, 0.6), ("GREEN", 0.8, 0.4)])
def test_lines_that_are_apart(other: tuple[str, float, float]) -> None:
    """Two words at two ends of the picture are no name."""
    assert found(("MAY", 0.4, 0.4), other) == []


def test_a_name_in_one_row() -> None:
    """First name and surname that were read as two lines of one row belong together."""
    assert found(("MAY", 0.4, 0.4), ("GREEN", 0.45, 0.4)) == [FULL]


def test_each_place_once() -> None:
    """A full name is not also told as a surname and a first name."""
    assert found(("Amira", 0.4, 0.4), ("Khan", 0.4, 0.43)) == [FULL]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("BANKSY", Severity.NOTE),
        ("Banksy was here", Severity.NOTE),
        ("Zofii", Severity.NOTE),
        ("Mr Banks", Severity.BLOCK),
        ("KOWALSKIEGO", Severity.BLOCK),
        ("the Kowalskis", Severity.BLOCK),
        ("Oliver Banksy", Severity.BLOCK),
        ("Zofii Kowalskiej", Severity.BLOCK),
    ],
)
def test_what_only_looks_like_a_name_with_an_ending_is_noted(text: str, severity: Severity) -> None:
    """An ordinary word or a first name with an ending is noted; declined surnames and full names block."""
    builder = RegisterBuilder()
    for first, last in (("Oliver", "Banks"), ("Zofia", "Kowalski")):
        builder.person(first, last)
    said = name_findings(writing((text, 0.2, 0.4)), builder.build().names, (), Severity.BLOCK)
    assert [finding.severity for finding in said] == [severity]


def test_a_full_name_blocks_with_its_place() -> None:
    """The finding says where to cover, within the picture, and repeats nothing that was read."""
    (finding,) = name_findings(writing(("Amira Khan", 0.0, 0.0)), INDEX, (AMIRA,), Severity.NOTE)
    assert (finding.code, finding.severity) == (FindingCode.VISIBLE_NAME, Severity.BLOCK)
    assert finding.region is not None
    assert (finding.region.x, finding.region.y) == (0, 0)
    assert finding.region.width > 0.12
    assert Remedy.COVER in finding.remedies
    assert "Amira" not in repr(finding)


@pytest.mark.parametrize("severity", list(Severity))
def test_a_first_name_is_as_the_policy_says(severity: Severity) -> None:
    """The first name of whoever may be named is fine; anybody else's is what the policy makes of it."""
    lines = writing(("Amira", 0.4, 0.4))
    assert list(name_findings(lines, INDEX, (AMIRA,), severity)) == []
    assert [finding.severity for finding in name_findings(lines, INDEX, (), severity)] == [severity]


def test_writing_that_was_not_read() -> None:
    """It is said that nobody read it; and more than can be read blocks."""
    assert [finding.severity for finding in name_findings(None, INDEX, (), Severity.NOTE)] == [Severity.NOTE]
    too_much = Writing(complete=False)
    assert [finding.severity for finding in name_findings(too_much, INDEX, (), Severity.NOTE)] == [Severity.BLOCK]


@pytest.mark.parametrize(
    ("school", "text", "shown"),
    [
        ("Oakfield Primary School", "OAKFIELD PRIMARY", True),
        ("Oakfield Primary School", "Visit Oakfield!", True),
        ("St Aidan's School", "St. Aidan’s PE kit", True),
        ("Oakfield Primary School", "Primary School", False),
        ("Oakfield Primary School", "Oak field", False),
        ("The Primary School", "The Primary School", False),
        ("", "Oakfield", False),
    ],
)
def test_the_schools_name(school: str, text: str, *, shown: bool) -> None:
    """The school is known by the words that are its own."""
    assert (shows_school(writing((text, 0.4, 0.4)), school) is not None) is shown
    assert [finding.severity for finding in school_findings(writing((text, 0.4, 0.4)), school)] == [
        Severity.NOTE
    ] * shown
