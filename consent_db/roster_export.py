"""The register as a roster file: what an import of it would change is nothing.

What people see in a spreadsheet they may also open there, so no cell can be
taken for a formula. The file says what a file can say: the word of the parent (of
adults, their own), and who is on the do-not-publish list; never why.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent_db.people.records import PersonDraft, PersonRecord
from consent_db.register.records import StatementRecord
from consent_db.roster.diff import column_of, in_force, speaker, words_in_force
from consent_db.roster.files.sheet import shielded
from consent_db.roster.layout import is_consent, is_ours
from consent_db.roster.rows import Wish, wish_of
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Stance, Statement
from gatekeeper.naming import natural_key

_PERSON: Final = (
    "external_id",
    "first_name",
    "last_name",
    "known_as",
    "kind",
    "group",
    "date_of_birth",
    "leaving_date",
    "do_not_publish",
)


@dataclass(frozen=True, slots=True)
class Export:
    """A file with all people on the register.

    Attributes:
        data: CSV, UTF-8 with a byte order mark, for spreadsheets to know.
        people: how many rows it has.
        numberless: how many of them have no external id, which an import needs.
    """

    data: bytes = field(repr=False)
    people: int
    numberless: int


def export(tx: Transaction) -> Export:
    """Write the register down as a file, and in the audit that this was done."""
    records = tx.people.all()
    histories = tx.consent.histories()
    words = {one.id: words_in_force(histories.get(one.id, []), speaker(one.profile.kind), tx.today) for one in records}
    wishes = sorted({wish for said in words.values() for wish in said if _has_column(wish)}, key=column_of)
    rows = [[*_person(record), *_answers(words[record.id], wishes, tx.today)] for record in records]
    numberless = sum(record.profile.external_id is None for record in records)
    tx.audit.append("roster.exported", "school", {"people": len(records)})
    return Export(csv_of([[*_PERSON, *map(column_of, wishes)], *rows]), len(records), numberless)


def _has_column(wish: Wish) -> bool:
    """Say whether a file can tell this; consent to a name in one place only, for example, it cannot."""
    column = column_of(wish)
    return is_ours(column) and is_consent(column) and wish_of(column) == wish


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV for spreadsheets: UTF-8 with a byte order mark, no cell taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([shielded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _person(record: PersonRecord) -> list[str]:
    draft: PersonDraft = record.profile
    return [
        draft.external_id or "",
        draft.first_name,
        draft.last_name,
        draft.known_as or "",
        draft.kind.value,
        ";".join(sorted(draft.groups, key=natural_key)),
        _day(draft.date_of_birth),
        _day(draft.leaving_date),
        "yes" if record.listed else "",
    ]


def _answers(words: Mapping[Wish, StatementRecord], wishes: Sequence[Wish], today: date) -> list[str]:
    return [_answer(words[wish].statement, today) if wish in words else "" for wish in wishes]


def _answer(said: Statement, today: date) -> str:
    """Return a cell that an import takes for what was said; a no that has ended says nothing."""
    if said.stance is not Stance.GRANTED:
        return "no" if in_force(said, today) else ""
    return "yes" if said.until is None else f"yes until {said.until}"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
