"""The catalogue of findings: everything that is said about a code, said once.

The rules take defaults from it (`finding`), the pages their words, programs their
plain sentence, statistics their groups (`about`), and `docs/reference/findings.md`
its table: `python -m scripts.references`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict, Unpack

from gatekeeper.decision.findings.entry import HIDE as HIDE
from gatekeeper.decision.findings.entry import Entry as Entry
from gatekeeper.decision.findings.entry import Topic as Topic
from gatekeeper.decision.findings.faces import FACES
from gatekeeper.decision.findings.procedure import PROCEDURE
from gatekeeper.decision.findings.uploads import UPLOADS
from gatekeeper.decision.findings.words import WORDS
from gatekeeper.types import Box, Finding, Remedy, Role, Severity
from gatekeeper.types import FindingCode as Code

CATALOGUE: Final[Mapping[Code, Entry]] = {**FACES, **WORDS, **PROCEDURE, **UPLOADS}


class Particulars(TypedDict, total=False):
    """What a rule may add to a finding, or say differently from the catalogue; see `Finding`."""

    severity: Severity
    face: int | None
    resolvable_by: tuple[Role, ...]
    remedies: tuple[Remedy, ...]
    attestation: str | None
    region: Box | None
    exception: str | None


def finding(code: Code, message: str, **given: Unpack[Particulars]) -> Finding:
    """Return a finding; severity, roles and remedies are the catalogue's unless given."""
    entry = CATALOGUE[code]
    usual = Particulars(severity=entry.severity, resolvable_by=entry.resolvable_by, remedies=entry.remedies)
    return Finding(code, message, **(usual | given))


def about(topic: Topic) -> frozenset[Code]:
    """Return the codes of a topic."""
    return frozenset(code for code, entry in CATALOGUE.items() if topic in entry.topics)


def reference() -> str:
    """Return the table of `docs/reference/findings.md`."""
    rows = (f"| `{code}` | {entry.means} | {entry.can} |\n" for code, entry in CATALOGUE.items())
    return f"| code | means | who can do what |\n|---|---|---|\n{''.join(rows)}"
