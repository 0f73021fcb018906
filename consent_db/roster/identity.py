"""Record linkage: the person of a row's external id, a new one, or a question for people.

A name alone recognises no person: a name that fits under another number is
asked about, because a child who is on the do-not-publish list under the old
number must not come back as a new person without it. Two spellings of one name
are one name here too (`gatekeeper.naming`), whatever apostrophe, accent, hyphen,
order, middle name or alphabet; of listed people one that is a letter apart as
well, and so is the same birthday in the same class.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.roster.plan import Answer, Question, QuestionCode
from consent_db.roster.rows import BadRow, Roster, Row
from gatekeeper.consent.permission import age_on
from gatekeeper.naming import Likeness, fold, name_keys, same_name, same_part, shares_part
from gatekeeper.types import Kind

_GROWN_UP: Final = frozenset({Kind.STAFF, Kind.GOVERNOR})
_WORKING_AGE: Final = 16
"""Years; a namesake of a member of staff who is younger is another person."""

_MOST_LINES: Final = 5
"""Of so many other lines a question tells; more would not help."""
_OTHER_CASE: Final = "Another row has this number in capital or small letters; numbers have to differ by more."


@dataclass(frozen=True, slots=True)
class Identified:
    """Every row of a file, by what is known of the person it is about.

    Attributes:
        rows: each with the person it is about; None for a new one.
        asked: rows that wait for an answer.
        refused: rows whose answer cannot be right.
    """

    rows: list[tuple[Row, PersonRecord | None]]
    asked: list[Question]
    refused: list[BadRow]


def identify(roster: Roster, known: Sequence[PersonRecord], answers: Mapping[str, Answer], today: date) -> Identified:
    """Say who each row is about, by the register and the answers that people gave."""
    search = _Search(roster, known, today)
    rows: list[tuple[Row, PersonRecord | None]] = []
    asked: list[Question] = []
    single, refused = _without_other_case(roster.rows, search)
    for row in single:
        record = search.known_by_number(row.draft)
        question = search.question(row, record)
        answer = answers.get(row.draft.external_id or "")
        if question is not None and answer not in question.answers:
            asked.append(question)
        elif question is not None and answer is Answer.SAME:
            rows.append((row, search.by_person[question.people[0]]))
        else:
            rows.append((row, record))
    found = _without_claimed_twice(rows, asked)
    return replace(found, refused=refused + found.refused)


def _without_other_case(rows: Sequence[Row], search: _Search) -> tuple[list[Row], list[BadRow]]:
    """Refuse rows whose number differs from another row's by nothing but case; one that is known stays."""
    times = Counter(_number(row.draft) for row in rows if row.draft.external_id)
    single = [row for row in rows if times[_number(row.draft)] <= 1 or search.has_exactly(row.draft)]
    refused = [row for row in rows if row not in single]
    return single, [BadRow(row.line, _OTHER_CASE, row.draft.external_id) for row in refused]


def _without_claimed_twice(rows: list[tuple[Row, PersonRecord | None]], asked: list[Question]) -> Identified:
    times = Counter(record.id for _, record in rows if record is not None)
    reason = "Another row was said to be the same person; keep one row."
    single = [(row, record) for row, record in rows if record is None or times[record.id] == 1]
    double = [row for row, record in rows if record is not None and times[record.id] > 1]
    return Identified(single, asked, [BadRow(row.line, reason, row.draft.external_id) for row in double])


class _Search:
    """The register and the file, by number, by name and by birthday."""

    def __init__(self, roster: Roster, known: Sequence[PersonRecord], today: date) -> None:
        self._today = today
        self.by_person = {record.id: record for record in known}
        self._by_id = {record.profile.external_id: record for record in known if record.profile.external_id}
        self._by_number = {_number(record.profile): record for record in known if record.profile.external_id}
        self._here = named_in(roster)
        self._numbers_here = {number.casefold() for number in self._here}
        self._named: dict[str, list[PersonRecord]] = defaultdict(list)
        self._born: dict[date, list[PersonRecord]] = defaultdict(list)
        self._rows_born: dict[date, list[Row]] = defaultdict(list)
        for record in known:
            for key in _keys(record.profile):
                self._named[key].append(record)
            if record.profile.date_of_birth is not None:
                self._born[record.profile.date_of_birth].append(record)
        for row in roster.rows:
            if row.draft.date_of_birth is not None:
                self._rows_born[row.draft.date_of_birth].append(row)

    def has_exactly(self, draft: PersonDraft) -> bool:
        """Say whether the register has a row's number, letter by letter."""
        return draft.external_id in self._by_id

    def known_by_number(self, draft: PersonDraft) -> PersonRecord | None:
        """Return the person who has a row's number; `a123` is `A123` if the file does not have both."""
        exact = self._by_id.get(draft.external_id or "")
        loose = self._by_number.get(_number(draft))
        return exact or (loose if loose and loose.profile.external_id not in self._here else None)

    def question(self, row: Row, record: PersonRecord | None) -> Question | None:
        """Return what has to be asked about a row, if anything has."""
        if record is not None:
            return self._of_known(row, record)
        alike = self._alike(row.draft)
        absent = [other for other in alike if self._may_be(row, other)]
        zeros = [other for other in absent if _bare(other.profile) == _bare(row.draft)]
        if zeros or absent:
            code = QuestionCode.LOST_ZEROS if zeros else QuestionCode.CHANGED_ID
            return self._ask(row, code, zeros or absent)
        twice = [other for other in alike if self._is_twice(row, other)]
        lines = self._lines_of_the_same(row)
        if twice or lines:
            return self._ask(row, QuestionCode.SAME_PERSON_TWICE, twice, lines)
        return None

    def _alike(self, draft: PersonDraft) -> list[PersonRecord]:
        """Return who has the same name, or may be meant although the name is another."""
        named = {record.id: record for key in _keys(draft) for record in self._named.get(key, ())}
        born = self._born.get(draft.date_of_birth, ()) if draft.date_of_birth else ()
        together = {record.id: record for record in born if _same_class(record.profile, draft)}
        found = [record for record in named.values() if is_namesake(record, draft)]
        return found + [one for one in together.values() if one not in found and not self._is_here(one)]

    def _of_known(self, row: Row, record: PersonRecord) -> Question | None:
        """Ask whether a number was given to another person: two schools may have the same ones.

        First name and surname both new are asked about whatever the birthday, since birthdays are
        equal by chance as well; one of the two with another birthday, and, of those who may not be
        published, in any case.
        """
        before, after = record.profile, row.draft
        if _likeness(before, after) >= Likeness.PARTIAL:
            return None
        renamed = [
            not _is_one(before.first_name, after.first_name),
            not _is_one(before.last_name, after.last_name),
        ]
        doubtful = _other_birthday(before, after) or record.listed or record.held
        if all(renamed) or (any(renamed) and doubtful):
            return self._ask(row, QuestionCode.REUSED_ID, [record])
        return None

    def _may_be(self, row: Row, other: PersonRecord) -> bool:
        """Say whether this could be the row's person: not in the file, and no other birthday.

        Of those who may not be published every namesake is asked about.
        """
        if self._is_here(other):
            return False
        if other.listed or other.held:
            return True
        return not _other_birthday(other.profile, row.draft) and not self._child_and_adult(other.profile, row.draft)

    def _child_and_adult(self, one: PersonDraft, other: PersonDraft) -> bool:
        """Say whether one of the two works at the school and the other is a pupil too young for it."""
        pupil = one if one.kind is Kind.PUPIL else other
        kinds = {one.kind, other.kind}
        if pupil.date_of_birth is None or Kind.PUPIL not in kinds or not kinds & _GROWN_UP:
            return False
        return age_on(pupil.date_of_birth, self._today) < _WORKING_AGE

    def _is_twice(self, row: Row, other: PersonRecord) -> bool:
        """Say whether a person that the file has as well may be the row's: by birthday, or a listed one without."""
        if _same_birthday(other.profile, row.draft):
            return True
        return (other.listed or other.held) and not _other_birthday(other.profile, row.draft)

    def _is_here(self, other: PersonRecord) -> bool:
        return _number(other.profile) in self._numbers_here

    def _lines_of_the_same(self, row: Row) -> list[int]:
        """Return other lines of the file with the same name and birthday."""
        born = self._rows_born.get(row.draft.date_of_birth, ()) if row.draft.date_of_birth else ()
        same = (
            other.line
            for other in born
            if other.line != row.line and _likeness(other.draft, row.draft) >= Likeness.PARTIAL
        )
        return list(islice(same, _MOST_LINES))

    @staticmethod
    def _ask(row: Row, code: QuestionCode, people: Sequence[PersonRecord], lines: Sequence[int] = ()) -> Question:
        draft = row.draft
        return Question(
            line=row.line,
            code=code,
            external_id=draft.external_id or "",
            people=tuple(sorted(record.id for record in people)),
            other_lines=tuple(sorted(lines)),
            name=f"{draft.first_name} {draft.last_name}",
            protected=any(record.listed or record.held for record in people),
        )


def named_in(roster: Roster) -> frozenset[str]:
    """Return the external ids that the file has, those of rows that cannot be read among them."""
    good = {row.draft.external_id for row in roster.rows}
    return frozenset(name for name in good | {row.external_id for row in roster.bad} if name)


def is_namesake(record: PersonRecord, draft: PersonDraft) -> bool:
    """Say whether a row has a person's name; of those who may not be published, one that is nearly it as well."""
    likeness = _likeness(record.profile, draft)
    if not (record.listed or record.held):
        return likeness >= Likeness.PARTIAL
    if likeness >= Likeness.SIMILAR:
        return True
    firsts = any(_may_be_short_for(name, draft.first_name) for name in _first_names(record.profile))
    return shares_part(record.profile.last_name, draft.last_name) and (firsts or _same_birthday(record.profile, draft))


def may_be_meant(record: PersonRecord, draft: PersonDraft) -> bool:
    """Say whether a new person who may not be published may be this one: a name as far off, or without its surname."""
    firsts = any(shares_part(name, draft.first_name) for name in _first_names(record.profile))
    return is_namesake(replace(record, listed=True), draft) or (not draft.last_name.strip() and firsts)


def _may_be_short_for(one: str, other: str) -> bool:
    """Say whether two first names have a part in common, or one begins the other: `A` or `Zo` for Amira, Zoë."""
    shorter, longer = sorted((fold(one), fold(other)), key=len)
    return shares_part(one, other) or (bool(shorter) and longer.startswith(shorter.rstrip(".")))


def _first_names(draft: PersonDraft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (draft.first_name, draft.known_as) if name))


def _likeness(one: PersonDraft, other: PersonDraft) -> Likeness:
    """Return how much two people's names are alike, by their first names or by what they are called."""
    pairs = (same_name(ours, theirs) for ours in _full_names(one) for theirs in _full_names(other))
    return max(pairs, default=Likeness.DIFFERENT)


def _full_names(draft: PersonDraft) -> list[str]:
    return [f"{first} {draft.last_name}".strip() for first in _first_names(draft)]


def _keys(draft: PersonDraft) -> frozenset[str]:
    return name_keys(draft.first_name, draft.known_as, draft.last_name, *_full_names(draft))


def _is_one(one: str, other: str) -> bool:
    """Say whether two first names, or two surnames, are one."""
    return one.casefold() == other.casefold() or same_part(one, other) or same_name(one, other) >= Likeness.PARTIAL


def _same_class(one: PersonDraft, other: PersonDraft) -> bool:
    ours, theirs = ({name.casefold() for name in draft.groups} for draft in (one, other))
    return bool(ours & theirs)


def _same_birthday(one: PersonDraft, other: PersonDraft) -> bool:
    return one.date_of_birth is not None and one.date_of_birth == other.date_of_birth


def _other_birthday(one: PersonDraft, other: PersonDraft) -> bool:
    return None not in {one.date_of_birth, other.date_of_birth} and one.date_of_birth != other.date_of_birth


def _bare(draft: PersonDraft) -> str:
    return _number(draft).lstrip("0")


def _number(draft: PersonDraft) -> str:
    """Return a person's number without its case, which many systems do not keep."""
    return (draft.external_id or "").casefold()
