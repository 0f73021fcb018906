"""Response models of version 1: the roster."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from pydantic import Field

from api.http.models import Shape
from consent_db.roster.impact import Impact
from consent_db.roster.plan import Plan, QuestionCode
from gatekeeper.types import Kind


class MayShape(Shape):
    """What is permitted today on one channel."""

    channel: str
    picture: bool
    name: bool


class PersonShape(Shape):
    """One person of the register, by the school's number."""

    id: str = Field(description="Id of the person, as `identify` takes it.")
    external_id: str | None
    kind: Kind
    groups: list[str]
    may: list[MayShape]


class PeopleShape(Shape):
    """A page of people."""

    register_version: int = Field(description="Grows with every change; if it changed between two pages, start again.")
    people: list[PersonShape]
    next: str | None = Field(description="Pagination cursor (`after`) of the next page; null on the last page.")


class QuestionShape(Shape):
    """A row with a question that staff have to answer."""

    line: int
    code: QuestionCode
    message: str


class BadRowShape(Shape):
    """A row that cannot be read."""

    line: int
    message: str


class ImpactShape(Shape):
    """The impact of an import."""

    approvals: int = Field(description="Approvals that end.")
    takedowns: int = Field(description="Posts that have to come down, with a deadline.")
    lapsed: int = Field(description="Posts whose permission ends without an objection.")
    templates: int = Field(description="Face templates that are destroyed.")
    searches: int = Field(description="Searches of the released pictures that are started.")


class ImportShape(Shape):
    """What an import changes or has changed: counts and line numbers, no values."""

    plan: str = Field(description="Send it with the same file to import exactly this.")
    imported: bool
    number: int | None = Field(description="Number of the import, to undo it; null if nothing was imported.")
    rows: int
    added: int
    changed: int
    unchanged: int
    left: int
    missing: int = Field(description="People on the register who are not in the file and have not left.")
    for_lead: int = Field(
        description="Those of `missing` on the do-not-publish list or under a hold: nothing changes for them, "
        "and the safeguarding lead decides whether they have left."
    )
    questions: list[QuestionShape]
    bad: list[BadRowShape]
    impact: ImpactShape
    left_out: list[str] = Field(description="Headings of columns that are ignored.")
    notes: list[str]

    @classmethod
    def of(cls, plan: Plan, impact: Impact, digest: str, number: int | None, *, imported: bool) -> ImportShape:
        """Return a plan as programs read it."""
        return cls(
            plan=digest,
            imported=imported,
            number=number,
            rows=plan.rows,
            added=len(plan.additions),
            changed=len(plan.changes),
            unchanged=len(plan.unchanged),
            left=len(plan.leavers),
            missing=len(plan.missing) - len(plan.leavers),
            for_lead=sum(one.protected for one in plan.missing),
            questions=[QuestionShape(line=one.line, code=one.code, message=one.sentence) for one in plan.questions],
            bad=[BadRowShape(line=one.line, message=one.reason) for one in plan.bad],
            impact=ImpactShape(**asdict(impact)),
            left_out=list(plan.left_out),
            notes=list(plan.notes),
        )


PERSON_EXAMPLE: Final[dict[str, Any]] = {
    "id": "per_3f9c1d",
    "external_id": "A-1042",
    "kind": "pupil",
    "groups": ["4B", "choir"],
    "may": [{"channel": "website", "picture": True, "name": False}],
}
IMPORT_EXAMPLE: Final[dict[str, Any]] = {
    "plan": "9a0364b9e99bb480dd25e1f0284c8555a3b1f7c2d4e5968778695a4b3c2d1e0f",
    "imported": False,
    "number": None,
    "rows": 212,
    "added": 3,
    "changed": 9,
    "unchanged": 199,
    "left": 0,
    "missing": 2,
    "for_lead": 0,
    "questions": [],
    "bad": [{"line": 17, "message": "The date of birth is no day; write it as 2017-05-30."}],
    "impact": {"approvals": 2, "takedowns": 1, "lapsed": 0, "templates": 0, "searches": 0},
    "left_out": ["Gender"],
    "notes": [],
}
