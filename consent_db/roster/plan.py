"""The plan of an import (a dry run), as plain values that can be shown, kept and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from consent_db.people.records import PersonDraft
from consent_db.roster.layout import Layout
from consent_db.roster.rows import BadRow
from gatekeeper.consent.permission import Statement
from gatekeeper.types import PersonId

ALL_MISSING: Final = "*"
"""Stands for the external ids of all who are missing from the file."""


class QuestionCode(StrEnum):
    """Why a row waits for an answer; stable, for messages and tests."""

    CHANGED_ID = "changed_id"
    LOST_ZEROS = "lost_zeros"
    REUSED_ID = "reused_id"
    SAME_PERSON_TWICE = "same_person_twice"


class Answer(StrEnum):
    """What a member of staff answers to a question about a row."""

    SAME = "same"
    """The row and the person on the register are the same."""
    NEW = "new"
    """The row is about another person, who is to be added."""


QUESTIONS: Final[Mapping[QuestionCode, tuple[str, tuple[Answer, ...]]]] = {
    QuestionCode.CHANGED_ID: (
        (
            "The register may have this person under another number, which the file does not have: the name, or the "
            "birthday and class, are the same. Is this the same person with a new number, or another person?"
        ),
        (Answer.SAME, Answer.NEW),
    ),
    QuestionCode.LOST_ZEROS: (
        (
            "The register has a person of this name whose number only differs by zeros at the beginning, "
            "which spreadsheets take away. Is this the same person?"
        ),
        (Answer.SAME, Answer.NEW),
    ),
    QuestionCode.REUSED_ID: (
        (
            "The register has this number for a person of another name. If the name or birthday was "
            "corrected, say that it is the same person; if the school has given the number to another person, give "
            "one of the two another number."
        ),
        (Answer.SAME,),
    ),
    QuestionCode.SAME_PERSON_TWICE: (
        (
            "A person of the same name and birthday is in the file or on the register under another number. "
            "Are these two people? If not, keep one row."
        ),
        (Answer.NEW,),
    ),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the importer decided about a file besides what it says.

    Attributes:
        layout: what its columns mean.
        answers: to questions, by the row's external id.
        leavers: external ids of those who are missing and have left; or `ALL_MISSING`.
        one_roster_id: which column of OneRoster's users is the school's number.
        sheet: which sheet of a workbook is meant; None for the only one with content.
    """

    layout: Layout = field(default_factory=Layout)
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    leavers: frozenset[str] = field(default=frozenset(), repr=False)
    one_roster_id: str = "sourcedId"
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one column of a person was and will be, for the eyes of administrators; empty for nothing."""

    column: str
    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one row is going to do.

    Attributes:
        line: where the row begins in the file.
        person: who it is about; None for a new person.
        draft: the person as they will be.
        statements: what will be written down.
        lists: whether the person goes on the do-not-publish list.
        changes: one short phrase for each change, by column; no values.
        fields: the same with the values, old and new.
        notes: what the admin should know, such as a consent that is still missing.
    """

    line: int
    person: PersonId | None
    draft: PersonDraft
    statements: tuple[Statement, ...]
    evidence: str | None = field(repr=False)
    lists: bool
    changes: tuple[str, ...]
    fields: tuple[FieldChange, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A row of which nothing is imported before it is answered.

    Attributes:
        people: who on the register is meant.
        other_lines: which rows of the file are meant.
        name: who the row is about, as the file says.
        protected: whether a person who is meant is on the do-not-publish list or under a hold:
            such a row is looked at by itself, and never answered together with others.
    """

    line: int
    code: QuestionCode
    external_id: str = field(repr=False)
    people: tuple[PersonId, ...] = ()
    other_lines: tuple[int, ...] = ()
    name: str = field(default="", repr=False)
    protected: bool = False

    @property
    def sentence(self) -> str:
        """What is asked, without any name."""
        return QUESTIONS[self.code][0]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What may be said; "same" only where it is clear who is meant."""
        return tuple(a for a in QUESTIONS[self.code][1] if a is not Answer.SAME or len(self.people) == 1)


@dataclass(frozen=True, slots=True)
class Missing:
    """A person on the register whose row is missing in the file, or who left according to it.

    Attributes:
        draft: as they are on the register.
        leaves_on: the last day that they get if it is confirmed that they left.
        said_gone: whether the file itself says so.
        protected: whether they are on the do-not-publish list or under a hold: an
            importer cannot say that they left, only the safeguarding lead can.
        new_question: whether the import asks the lead about them; not if it was asked already.
    """

    person: PersonId
    draft: PersonDraft
    leaves_on: date | None = None
    said_gone: bool = False
    protected: bool = False
    new_question: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole file is going to do; every row is in exactly one of the first five lists.

    Attributes:
        register_version: the register that it was made for.
        missing: who may have left; only those with `leaves_on` are changed.
        left_out: headings of the columns that are not read.
        notes: what people should know about how the file was read.
    """

    register_version: int
    additions: tuple[RowPlan, ...]
    changes: tuple[RowPlan, ...]
    unchanged: tuple[RowPlan, ...]
    questions: tuple[Question, ...]
    bad: tuple[BadRow, ...]
    missing: tuple[Missing, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the file has, the header and empty lines not counted."""
        done = len(self.additions) + len(self.changes) + len(self.unchanged)
        return done + len(self.questions) + len(self.bad)

    @property
    def leavers(self) -> tuple[Missing, ...]:
        """Those who get a last day."""
        return tuple(one for one in self.missing if one.leaves_on is not None)

    @property
    def for_lead(self) -> tuple[Missing, ...]:
        """Those that the safeguarding lead is asked about when it is carried out."""
        return tuple(one for one in self.missing if one.new_question)

    def answered_alike(self, code: QuestionCode, answer: Answer) -> dict[str, Answer]:
        """Return one answer for every open question of a kind that it may be given to, by external id.

        Questions about protected people are left out: each is looked at by itself.
        """
        return {
            one.external_id: answer
            for one in self.questions
            if one.code is code and answer in one.answers and not one.protected
        }

    @property
    def empty(self) -> bool:
        """Whether carrying it out changes nothing, and asks nothing."""
        return not (self.additions or self.changes or self.leavers or self.for_lead)
