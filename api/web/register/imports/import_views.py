"""What a file is going to change, as administrators read it: figures, questions, who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.application.register.pending_import import Decided
from api.platform.labels import count
from api.web import choices as lists
from api.web.register.imports.rows_table import (
    PATH,
    Line,
    common_notes,
    lines_of,
    named,
)
from consent_db.errors import NotFound
from consent_db.roster.plan import Answer, Missing, Plan, Question, QuestionCode
from consent_db.transaction import Transaction
from gatekeeper.types import PersonId

ASKED: Final = 20
"""How many questions are asked one by one at a time: a form has its limit."""

NAMED: Final = 12
"""How many people who are missing are named on the page; all are in the table."""

_ANSWER: Final = {Answer.SAME: "It is the same person", Answer.NEW: "It is another person"}
_TITLE: Final = {
    QuestionCode.CHANGED_ID: "The same person under a new number?",
    QuestionCode.LOST_ZEROS: "Zeros lost at the beginning of the number?",
    QuestionCode.REUSED_ID: "Another name under a known number",
    QuestionCode.SAME_PERSON_TWICE: "Two people of one name and birthday?",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the summary; `address` shows the rows that it counts."""

    count: int
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A row that waits for an answer."""

    line: int
    name: str
    people: str
    lines: str
    answers: tuple[lists.Choice, ...]


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """All questions of one kind: what is asked, one answer for all of them, and each by itself.

    Attributes:
        alike: the answers that may be given to all at once.
        protected: how many are left out of that, because a person who is meant may not be published.
    """

    title: str
    sentence: str
    count: int
    alike: tuple[lists.Choice, ...]
    protected: int
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True)
class MissingView:
    """Who is on the register and not in the file.

    Attributes:
        absent: how many may have left; the first of them are in `names`.
        unknown: numbers that were said to have left, of no one who is missing.
    """

    absent: int
    names: tuple[str, ...]
    leaving: int
    leaving_names: tuple[str, ...]
    for_lead: tuple[str, ...]
    unknown: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.absent or self.leaving)


@dataclass(frozen=True, slots=True)
class PlanView:
    """Everything that a file does, and what waits for an answer.

    Attributes:
        outcome: what the button does, in one sentence.
        answered: how many questions were answered.
    """

    outcome: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...]
    impact: tuple[str, ...]
    groups: tuple[QuestionGroup, ...]
    more_questions: int
    answered: int
    left_out: int
    missing: MissingView
    lines: tuple[Line, ...]
    to_look_at: int
    empty: bool


def plan_view(tx: Transaction, plan: Plan, decided: Decided) -> PlanView:
    """Return a plan in words."""
    lines = tuple(lines_of(plan))
    return PlanView(
        outcome=_outcome(plan),
        figures=_figures(lines),
        remarks=(
            *plan.notes,
            *(f"{times} rows: {note}" for note, times in common_notes(plan).items()),
            *([f"Not read: {', '.join(plan.left_out)}."] if plan.left_out else []),
        ),
        impact=tx.import_impact(plan).sentences,
        groups=_groups(tx, plan),
        more_questions=max(0, len(plan.questions) - ASKED),
        answered=len(decided.answers),
        left_out=len(plan.bad),
        missing=_missing(plan, decided),
        lines=lines,
        to_look_at=sum("look" in one.shown for one in lines),
        empty=plan.empty,
    )


def _outcome(plan: Plan) -> str:
    """Return what the button does: how many are imported, and how many are not."""
    taken = len(plan.additions) + len(plan.changes)
    out = len(plan.bad) + len(plan.questions)
    said = [f"{count(taken, 'person is', 'people are')} imported"]
    said += [f"{count(out, 'row is', 'rows are')} left out"] if out else []
    said += [f"{count(len(plan.leavers), 'person leaves', 'people leave')}"] if plan.leavers else []
    return f"{', '.join(said)}."


def _figures(lines: Sequence[Line]) -> tuple[Figure, ...]:
    """Return the figures of the summary, those without any left away."""
    names = {
        "new": "new",
        "changed": "changed",
        "same": "as before",
        "out": "left out",
        "ends": "with a consent that ends",
        "permits": "with something that becomes permitted",
        "lists": "put on the do-not-publish list",
        "missing": "not in the file",
    }
    found = ((sum(show in one.shown for one in lines), name, f"{PATH}?show={show}") for show, name in names.items())
    return tuple(Figure(*one) for one in found if one[0])


def _groups(tx: Transaction, plan: Plan) -> tuple[QuestionGroup, ...]:
    """Return the open questions by kind, those about protected people first in each."""
    groups, room = [], ASKED
    for code in QuestionCode:
        found = sorted((one for one in plan.questions if one.code is code), key=lambda one: not one.protected)
        if found:
            groups.append(_group(tx, plan, found, room))
            room = max(0, room - len(found))
    return tuple(groups)


def _group(tx: Transaction, plan: Plan, found: Sequence[Question], room: int) -> QuestionGroup:
    code = found[0].code
    alike = [(answer, len(plan.answered_alike(code, answer))) for answer in Answer]
    return QuestionGroup(
        title=_TITLE[code],
        sentence=found[0].sentence,
        count=len(found),
        alike=tuple(
            lists.Choice(f"{code} {answer}", f"{_ANSWER[answer]}, in all {times} rows")
            for answer, times in alike
            if times > 1
        ),
        protected=sum(one.protected for one in found),
        questions=tuple(_question(tx, one) for one in found[:room]),
    )


def _question(tx: Transaction, question: Question) -> QuestionView:
    answers = tuple(lists.Choice(f"{one.value} {question.external_id}", _ANSWER[one]) for one in question.answers)
    people = ", ".join(_person(tx, person) for person in question.people)
    lines = ", ".join(map(str, question.other_lines))
    return QuestionView(question.line, f"{question.name} ({question.external_id})", people, lines, answers)


def _person(tx: Transaction, person: PersonId) -> str:
    try:
        return named(tx.people.get(person).profile)
    except NotFound:
        return "a person who was erased"


def _missing(plan: Plan, decided: Decided) -> MissingView:
    absent = [one for one in plan.missing if one.leaves_on is None and not one.protected]
    leaving = plan.leavers
    numbers = {one.draft.external_id for one in plan.missing}
    return MissingView(
        absent=len(absent),
        names=_names(absent[:NAMED]),
        leaving=len(leaving),
        leaving_names=_names(leaving[:NAMED]),
        for_lead=_names(one for one in plan.missing if one.protected),
        unknown=() if decided.everybody_left else tuple(one for one in decided.leavers if one not in numbers),
    )


def _names(missing: Iterable[Missing]) -> tuple[str, ...]:
    return tuple(named(one.draft) for one in missing)
