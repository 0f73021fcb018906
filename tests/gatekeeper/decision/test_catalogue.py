"""The catalogue of findings: complete, printed in the reference, and the only table of codes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gatekeeper.decision import findings
from gatekeeper.decision.authority import Circumstance, Exemption
from gatekeeper.decision.findings import CATALOGUE, Topic, about, finding, reference
from gatekeeper.decision.findings.faces import FACES
from gatekeeper.decision.findings.procedure import PROCEDURE
from gatekeeper.decision.findings.uploads import UPLOADS
from gatekeeper.decision.findings.words import WORDS
from gatekeeper.types import FindingCode, Remedy, Role, Severity
from tests.support.paths import ROOT

SOURCES = [path for package in ("gatekeeper", "consent_db", "api") for path in (ROOT / package).rglob("*.py")]
HOME = Path(findings.__file__).parent


def test_every_code_has_an_entry() -> None:
    """No code is without words, and every topic has codes."""
    assert set(CATALOGUE) == set(FindingCode)
    assert len(CATALOGUE) == sum(map(len, (FACES, WORDS, PROCEDURE, UPLOADS)))  # no entry is in two of them
    assert all(all((one.title, one.why, one.steps, one.ask, one.means, one.can)) for one in CATALOGUE.values())
    assert all(about(topic) for topic in Topic)


def test_the_reference_has_the_table_of_the_catalogue() -> None:
    """`docs/reference/findings.md` shows what `findings.reference()` returns."""
    assert reference() in (ROOT / "docs" / "reference" / "findings.md").read_text("utf-8")


def test_a_rule_may_differ_from_the_catalogue() -> None:
    """Severity, roles and remedies are the entry's unless the rule gives others."""
    usual = finding(FindingCode.UNKNOWN_FACE, "Who is it?", face=1)
    assert (usual.severity, usual.face, usual.resolvable_by) == (Severity.BLOCK, 1, (Role.STAFF,))
    assert usual.remedies == CATALOGUE[FindingCode.UNKNOWN_FACE].remedies
    other = finding(FindingCode.UNKNOWN_FACE, "Who is it?", severity=Severity.NOTE, remedies=(Remedy.CROP,))
    assert (other.severity, other.remedies) == (Severity.NOTE, (Remedy.CROP,))
    lead = Exemption(Circumstance.LEADERSHIP)
    asked = finding(FindingCode.NEEDS_LEADERSHIP, "Agree.", resolvable_by=lead.roles, exception=lead.name)
    assert (asked.resolvable_by, asked.exception) == (lead.roles, lead.name)


def tables(source: str) -> list[int]:
    """The lines where a dict, a set or a match tells two or more codes apart."""
    found = []
    for node in ast.walk(ast.parse(source)):
        keys: list[ast.expr | None] = []
        if isinstance(node, ast.Dict):
            keys = list(node.keys)
        elif isinstance(node, ast.Set):
            keys = list(node.elts)
        elif isinstance(node, ast.Match):
            keys = [case.pattern.value for case in node.cases if isinstance(case.pattern, ast.MatchValue)]
        codes = [key for key in keys if isinstance(key, ast.Attribute) and ast.unparse(key).startswith("FindingCode.")]
        found += [codes[0].lineno] if len(codes) > 1 else []
    return found


@pytest.mark.parametrize(
    "source",
    [
        "{FindingCode.A: 1, FindingCode.B: 2}",
        "{FindingCode.A, FindingCode.B}",
        "match x:\n case FindingCode.A: 1\n case FindingCode.B: 2",
    ],
)
def test_a_second_table_would_be_noticed(source: str) -> None:
    """The search below finds each kind of table."""
    assert len(tables(source)) == 1


def test_no_other_table_is_keyed_by_codes() -> None:
    """Whatever is known of a code is said in its entry."""
    others = [path for path in SOURCES if HOME not in path.parents]
    elsewhere = {str(path.relative_to(ROOT)): tables(path.read_text("utf-8")) for path in others}
    assert {name: lines for name, lines in elsewhere.items() if lines} == {}
