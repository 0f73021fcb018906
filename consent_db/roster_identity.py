"""Whom a row is about: the person of its external id, somebody new, or a question for people.

Nobody is recognised by name alone: a name that fits under another number is
asked about, because a child who is on the do-not-publish list under the old
number must not come back as a new person without it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consent_db.records import PersonDraft, PersonRecord
from consent_db.roster_csv import BadRow, Roster, Row
from consent_db.roster_plan import Answer, Question, QuestionCode

_Twin = tuple[str, str, date | None]
"""What two rows about one person have in common."""

_MOST_LINES: Final = 5
"""Of so many other lines a question tells; more would not help."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Every row of a file, by what is known of whom it is about.

    Attributes:
        rows: each with the person it is about; None for somebody new.
        asked: rows that wait for an answer.
        refused: rows whose answer cannot be right.
    """

    rows: list[tuple[Row, PersonRecord | None]]
    asked: list[Question]
    refused: list[BadRow]


def identify(roster: Roster, known: Sequence[PersonRecord], answers: Mapping[str, Answer]) -> Identified:
    """Say whom each row is about, by the register and the answers that people gave."""
    search = _Search(roster, known)
    rows: list[tuple[Row, PersonRecord | None]] = []
    asked: list[Question] = []
    for row in roster.rows:
        record = search.by_id.get(row.draft.external_id or "")
        question = search.question(row, record)
        answer = answers.get(row.draft.external_id or "")
        if question is not None and answer not in question.answers:
            asked.append(question)
        elif question is not None and answer is Answer.SAME:
            rows.append((row, search.by_person[question.people[0]]))
        else:
            rows.append((row, record))
    return _without_claimed_twice(rows, asked)


def _without_claimed_twice(rows: list[tuple[Row, PersonRecord | None]], asked: list[Question]) -> Identified:
    times = Counter(record.id for _, record in rows if record is not None)
    reason = "Another row was said to be the same person; keep one row."
    single = [(row, record) for row, record in rows if record is None or times[record.id] == 1]
    double = [row for row, record in rows if record is not None and times[record.id] > 1]
    return Identified(single, asked, [BadRow(row.line, reason, row.draft.external_id) for row in double])


class _Search:
    def __init__(self, roster: Roster, known: Sequence[PersonRecord]) -> None:
        self.by_id = {record.profile.external_id: record for record in known if record.profile.external_id}
        self.by_person = {record.id: record for record in known}
        self._here = named_in(roster)
        self._named: dict[tuple[str, str], list[PersonRecord]] = defaultdict(list)
        self._lines: dict[_Twin, list[int]] = defaultdict(list)
        for record in known:
            self._named[_name(record.profile)].append(record)
        for row in roster.rows:
            if row.draft.date_of_birth is not None:
                self._lines[_twin(row.draft)].append(row.line)

    def question(self, row: Row, record: PersonRecord | None) -> Question | None:
        if record is not None:
            return self._of_known(row, record)
        namesakes = self._named[_name(row.draft)]
        absent = [other for other in namesakes if self._may_be(row, other)]
        zeros = [other for other in absent if _bare(other.profile) == _bare(row.draft)]
        if zeros or absent:
            code = QuestionCode.LOST_ZEROS if zeros else QuestionCode.CHANGED_ID
            return self._ask(row, code, zeros or absent)
        twice = [other for other in namesakes if _same_birthday(other.profile, row.draft)]
        lines = [line for line in self._lines[_twin(row.draft)][: _MOST_LINES + 1] if line != row.line]
        if twice or lines:
            return self._ask(row, QuestionCode.SAME_PERSON_TWICE, twice, lines)
        return None

    def _of_known(self, row: Row, record: PersonRecord) -> Question | None:
        """Ask whether a number was given to somebody else: another name, and nothing that speaks against it."""
        before, after = record.profile, row.draft
        renamed = [getattr(before, n).casefold() != getattr(after, n).casefold() for n in ("first_name", "last_name")]
        if (all(renamed) and not _same_birthday(before, after)) or (any(renamed) and _other_birthday(before, after)):
            return self._ask(row, QuestionCode.REUSED_ID, [record])
        return None

    def _may_be(self, row: Row, other: PersonRecord) -> bool:
        """Say whether this could be the row's person: not in the file, and no other birthday.

        Of those who may not be published every namesake is asked about.
        """
        if other.profile.external_id in self._here:
            return False
        return other.listed or other.held or not _other_birthday(other.profile, row.draft)

    @staticmethod
    def _ask(row: Row, code: QuestionCode, people: Sequence[PersonRecord], lines: Sequence[int] = ()) -> Question:
        who = tuple(sorted(record.id for record in people))
        return Question(row.line, code, row.draft.external_id or "", who, tuple(sorted(lines)[:_MOST_LINES]))


def named_in(roster: Roster) -> frozenset[str]:
    """Return the external ids that the file has, those of rows that cannot be read among them."""
    good = {row.draft.external_id for row in roster.rows}
    return frozenset(name for name in good | {row.external_id for row in roster.bad} if name)


def _twin(draft: PersonDraft) -> _Twin:
    return (*_name(draft), draft.date_of_birth)


def _name(draft: PersonDraft) -> tuple[str, str]:
    return draft.first_name.casefold(), draft.last_name.casefold()


def _same_birthday(one: PersonDraft, other: PersonDraft) -> bool:
    return one.date_of_birth is not None and one.date_of_birth == other.date_of_birth


def _other_birthday(one: PersonDraft, other: PersonDraft) -> bool:
    return None not in {one.date_of_birth, other.date_of_birth} and one.date_of_birth != other.date_of_birth


def _bare(draft: PersonDraft) -> str:
    return (draft.external_id or "").lstrip("0")
