"""Import a roster: first a plan that shows every change, then the change itself.

What a row changes is said in `roster_diff`, who it is about in `roster_identity`.
A person that a file does not have is left as they are, until it is
confirmed that they left. The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from consent_db.errors import RegisterMoved
from consent_db.people.records import Change, PersonRecord
from consent_db.register.left_out import LeftOutRow
from consent_db.register.records import Source, StatementRecord
from consent_db.register.statements import Words
from consent_db.roster import oneroster
from consent_db.roster.diff import Day, plan_row
from consent_db.roster.identity import Identified, identify, named_in
from consent_db.roster.impact import Impact
from consent_db.roster.plan import ALL_MISSING, Choices, Missing, Plan
from consent_db.roster.rows import Roster, read_roster
from consent_db.roster.undo import Touched
from consent_db.roster.years import two_words
from consent_db.transaction import Transaction
from gatekeeper.types import PersonId

Files = bytes | str | Mapping[str, bytes]
"""A CSV file, a workbook or a zip of OneRoster files; or these files by name."""


def plan(data: Files, tx: Transaction, choices: Choices | None = None) -> Plan:
    """Say what a file would change, without changing anything.

    The same file, choices, register and day give the same plan, so that a plan
    may be made again instead of being kept between preview and confirmation.

    Args:
        data: the columns of docs/reference/roster.md or of `choices.layout`, at most
            2 MB and 5,000 rows; or OneRoster 1.1 or 1.2.
        tx: a transaction; one for reading is enough.
        choices: what the importer has decided besides.

    Raises:
        ImportRefused: the file cannot be used as a whole; nothing was read from it.
    """
    choices = choices or Choices()
    roster = _read(data, tx.today, choices)
    known = tx.people.all()
    found = identify(roster, known, choices.answers, tx.today)
    day = Day(tx.now, tx.today, tx.terms().own_consent_age)
    histories: Mapping[PersonId, Sequence[StatementRecord]] = tx.consent.histories() if found.rows else {}
    plans = [plan_row(row, record, histories.get(record.id, []) if record else [], day) for row, record in found.rows]
    return Plan(
        register_version=tx.register_version(),
        additions=tuple(p for p in plans if p.person is None),
        changes=tuple(p for p in plans if p.person is not None and p.changes),
        unchanged=tuple(p for p in plans if p.person is not None and not p.changes),
        questions=tuple(found.asked),
        bad=tuple(sorted((*roster.bad, *found.refused), key=lambda row: row.line)),
        missing=_missing(roster, found, known, choices, tx),
        left_out=roster.left_out,
        notes=(*roster.notes, *two_words(roster, known)),
    )


def apply(plan: Plan, tx: Transaction, left_out: Sequence[LeftOutRow] = ()) -> Change:
    """Carry a plan out in this transaction; return what else it did: approvals, take-downs, searches.

    Args:
        plan: what to do.
        tx: the transaction.
        left_out: the rows that it leaves out (`rejected.left_out_rows`), to be kept for a while.

    Raises:
        RegisterMoved: the register changed since the plan was made; plan again.
    """
    version = tx.register_version()
    if version != plan.register_version:
        raise RegisterMoved(plan.register_version, version)
    seen = [row.person for row in (*plan.changes, *plan.unchanged) if row.person is not None]
    tx.missing_protected.returned(seen)
    if plan.empty:
        return Change(version)
    since = tx.imports.mark()
    before = {record.id: record.profile for record in tx.people.all()}
    added = tx.people.add_all([row.draft for row in plan.additions])
    changed = [row.person for row in plan.changes if row.person is not None]
    pairs = zip(changed, plan.changes, strict=True)
    done = [tx.people.change(person, row.draft) for person, row in pairs if row.draft != before[person]]
    done += [tx.people.change(left.person, replace(left.draft, leaving_date=left.leaves_on)) for left in plan.leavers]
    rows = list(zip((*added, *changed), (*plan.additions, *plan.changes), strict=True))
    done += [tx.consent.list_person(person, row.evidence) for person, row in rows if row.lists]
    said = [Words(person, row.statements, row.evidence) for person, row in rows if row.statements]
    done += [tx.consent.record_many(said, Source.IMPORT)] if said else []
    change = tx.together(done)
    counts = {"added": len(added), "changed": len(changed), "left": len(plan.leavers), "bad": len(plan.bad)}
    counts |= {"waiting": len(plan.questions)} if plan.questions else {}
    left = [one.person for one in plan.leavers]
    touched = [Touched(person, before.get(person)) for person in (*added, *changed, *left)]
    number = tx.imports.keep(touched, since, counts | Impact.of(change).counts)
    tx.missing_protected.ask([one.person for one in plan.for_lead], number)
    tx.left_out.keep(number, left_out)
    tx.audit.append("roster.imported", "school", counts | {"import": number})
    return change


def _read(data: Files, today: date, choices: Choices) -> Roster:
    bundle = oneroster.bundle(data)
    if bundle is not None:
        return oneroster.read_bundle(bundle, today, choices.one_roster_id)
    return read_roster(data if isinstance(data, bytes | str) else b"", today, choices.layout, choices.sheet)


def _missing(
    roster: Roster, found: Identified, known: Sequence[PersonRecord], choices: Choices, tx: Transaction
) -> tuple[Missing, ...]:
    """Return who may have left: not in the file although others of their kind are, or gone by the file's own word.

    Of people on the do-not-publish list or under a hold neither the file nor the one who
    imports says so: the safeguarding lead is asked.
    """
    settled, today = tx.missing_protected.settled(), tx.today
    here, kinds = named_in(roster), {row.draft.kind for row in roster.rows}
    matched = {record.id for _, record in found.rows if record}
    perhaps = {person for asked in found.asked for person in asked.people}
    meant = matched | perhaps
    missing = []
    for record in known:
        name, left = record.profile.external_id, record.profile.leaving_date
        said_gone = name in roster.gone
        absent = roster.whole and record.profile.kind in kinds and name not in here and record.id not in meant
        if name is not None and (said_gone or absent) and (left is None or left >= today):
            protected = record.listed or record.held
            confirmed = not protected and choices.leavers & {ALL_MISSING, name}
            last_day = today - timedelta(days=1) if confirmed else None
            asks = protected and record.id not in settled
            missing.append(Missing(record.id, record.profile, last_day, said_gone, protected, asks))
    return tuple(missing)
