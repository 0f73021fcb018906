"""Take an erased person out of the checks: bindings, words and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from consent_db.approvals.records import CheckState
from consent_db.approvals.revocation import end
from consent_db.checks.acts.second_opinions import forget_notes
from consent_db.checks.batch.file_names import forget_file_names
from consent_db.checks.cells import (
    facts_without,
    open_facts,
    open_request,
    request_without,
    seal_facts,
    seal_request,
    untraced_facts,
    untraced_request,
    wordless_facts,
)
from consent_db.core.context import Context
from consent_db.schema import CheckPersonRow, CheckRow, OpinionRow
from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import MentionKind, find_mentions
from gatekeeper.caption.text.words import clean, fold
from gatekeeper.types import CheckRequest, Facts, Person, PersonId


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken out.

    Attributes:
        checks: how many the person was bound in; they lost words and picture.
        redacted: how many more lost their words, because those named the person.
        files: keys of stored pictures that have to be deleted now.
        cells: the sealed bytes that were there before, to be searched for.
    """

    checks: int
    redacted: int
    files: frozenset[str]
    cells: tuple[bytes, ...]


def forget_person(context: Context, person: Person) -> Forgotten:
    """Take a person, under every name of theirs, out of all checks.

    What they are bound in loses its words and its pictures, which show them; what
    only names them loses its words. Other checks stay as they are. Whatever waits
    to be screened with the person in it ends.
    """
    bound = _bound_in(context, person.id)
    forget_notes(context, person)
    cells, redacted, files = list(forget_file_names(context, person, bound)), 0, set[str]()
    rows = context.connection.execute(select(CheckRow.__table__).order_by(CheckRow.id)).all()
    for row in rows:
        request = open_request(context.school_key, row.id, row.request)
        facts = None if row.facts is None else open_facts(context.school_key, row.id, row.facts)
        if row.id in bound:
            files |= {key for key in (row.upload_key, row.examined_key) if key is not None}
            _rewrite(context, row.id, request_without(request, person.id), facts and facts_without(facts, person.id))
            _drop_pictures(context, row.id)
        elif names(person, request, facts):
            redacted += 1
            request, facts = untraced_request(request, person.id), facts and untraced_facts(facts, person.id)
            _rewrite(context, row.id, request.without_words(), facts and wordless_facts(facts))
        elif _traced(person.id, request, facts):
            # Nothing of this person was ever disclosed, so all the rest stays.
            _reseal(context, row.id, untraced_request(request, person.id), facts and untraced_facts(facts, person.id))
            cells += [cell for cell in (row.request, row.facts) if cell is not None]
            continue
        else:
            continue
        cells += [cell for cell in (row.request, row.facts) if cell is not None]
        if row.state == CheckState.RECEIVED or (row.id not in bound and row.state == CheckState.DECIDED):
            end(context, [row.id], CheckState.REVOKED, "person_erased")
    return Forgotten(len(bound), redacted, frozenset(files), tuple(cells))


def names(person: Person, request: CheckRequest, facts: Facts | None) -> bool:
    """Say whether the words of a check name this person, as far as can be told.

    A first name that another person who is bound in the picture goes by is theirs.
    """
    others = {fold(face.first_name) for face in facts.faces if face.first_name} if facts else set[str]()
    words = [*request.words, *([facts.caption, facts.alt_text, facts.credit] if facts else [])]
    index = NameIndex.of([person])
    for text in {clean(word) for word in words if word}:
        for mention in find_mentions(text, index):
            written = fold(text[mention.start : mention.end])
            if mention.kind is not MentionKind.FIRST_NAME or written not in others:
                return True
    return False


def _bound_in(context: Context, person: PersonId) -> frozenset[str]:
    query = select(CheckPersonRow.check_id).where(CheckPersonRow.person_id == person)
    return frozenset(context.connection.execute(query).scalars())


def _traced(person: PersonId, request: CheckRequest, facts: Facts | None) -> bool:
    """Say whether a face was ever compared with this person, and came near."""
    found = facts.traces if facts else ()
    return any(person in trace.people for trace in (*request.traces, *found))


def _rewrite(context: Context, check_id: str, request: CheckRequest, facts: Facts | None) -> None:
    _reseal(context, check_id, request, facts)
    context.connection.execute(delete(OpinionRow).where(OpinionRow.check_id == check_id))


def _reseal(context: Context, check_id: str, request: CheckRequest, facts: Facts | None) -> None:
    values = {"request": seal_request(context.school_key, check_id, request)}
    if facts is not None:
        values["facts"] = seal_facts(context.school_key, check_id, facts)
    context.connection.execute(update(CheckRow).where(CheckRow.id == check_id).values(values))


def _drop_pictures(context: Context, check_id: str) -> None:
    query = update(CheckRow).where(CheckRow.id == check_id)
    context.connection.execute(query.values(upload_key=None, examined_key=None))
