"""Subject access (UK GDPR, article 15): what is held about one data subject, for them or their parents.

The tables themselves are asked (`holdings`), so that a new one cannot be forgotten:
its clear columns are in the answer as they are, and its sealed ones have to be in
`OPENERS` (a test compares). Names and ids of others are left out.

That a child is protected is no part of it, nor who asked for it and why (Data Protection Act
2018, schedule 3, part 5: child abuse data; schedule 2, paragraph 16): a parent who asks may
be the person the child is protected from, and "withheld" tells as much as the
words. So listings, holds, courts' statements, notes of colleagues and the entries of
the audit that come of these are left out without a trace, unless the
safeguarding lead includes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from consent_db.checks.acts.second_opinions import Opinions
from consent_db.checks.batch.batches import Batches
from consent_db.checks.batch.file_names import spaced
from consent_db.checks.cells import open_facts, open_request
from consent_db.checks.overview import Overview
from consent_db.core import notes
from consent_db.core.context import Context
from consent_db.data_rights import protection
from consent_db.enrolment.photo_uploads import PhotoUploads, open_result
from consent_db.enrolment.reference_photos import ReferencePhotos
from consent_db.enrolment.templates import open_template
from consent_db.keys.crypto import Place
from consent_db.people.profiles import Profile
from consent_db.publishing.publications import find_publications
from consent_db.register.holdings import Holding, holdings
from consent_db.register.left_out import LeftOut
from consent_db.register.people import People
from consent_db.schema import (
    AttendanceRow,
    AuditRow,
    CheckPersonRow,
    CheckRow,
    EventRow,
    PublicationPersonRow,
    PublicationRow,
)
from gatekeeper.caption.index import NameIndex
from gatekeeper.caption.names import find_mentions
from gatekeeper.caption.text.words import clean
from gatekeeper.types import Box, PersonId, ScreenedFace

OTHER_PERSON: Final = "[another person]"
"""What stands in the place of another person's name."""

Plain = dict[str, Any]
"""What can be written as JSON: text, numbers, lists, and more of its kind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored picture that shows the person.

    Attributes:
        check: the id of its check.
        key: where it is stored.
        others: the faces of others in it, in fractions of its size, with their turns.
    """

    check: str
    key: str
    others: tuple[tuple[Box, int], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Everything held about one person.

    Attributes:
        data: tables and what is in them, ready for JSON.
        photos: the reference photographs that were kept, whole files.
        pictures: stored pictures in which the person was bound.
        withheld: how many rows about protection were left out; for those who hand the copy
            out, and never in it.
    """

    data: Plain
    photos: tuple[bytes, ...]
    pictures: tuple[Shown, ...]
    withheld: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose data is asked for, and whether the sensitive parts are to be in it."""

    person: PersonId
    reasons: bool
    """Everything about protection too; the safeguarding lead decides, for it may endanger a child."""
    templates: bool
    """The numbers of templates."""


def everything(context: Context, asked: Asked) -> Held:
    """Collect everything about a person; it is written to the audit.

    Raises:
        NotFound: no person has this id.
    """
    record = People(context).get(asked.person)
    # Of a protected child a colleague may have written why; an empty note is what others have too.
    with_notes = asked.reasons or not (record.listed or record.held)
    checks, pictures = _checks(context, asked, with_notes=with_notes)
    tables = {holding.table.name: _rows(context, holding, asked) for holding in holdings()}
    found, withheld = (tables, 0) if asked.reasons else protection.without(tables)
    protected = {"listed": record.listed, "held": record.held} if asked.reasons else {}
    data: Plain = {
        "asked_at": context.now,
        "person": {"id": record.id, **protected, **asdict(record.profile)},
        "tables": found,
        "events": _events(context, asked.person),
        "checks": checks,
        "publications": _publications(context, asked.person),
        "left_out_of_imports": list(
            LeftOut(context).about(asked.person, Profile.of(record.profile), protection=asked.reasons)
        ),
        "photographs_not_used": list(PhotoUploads(context).about(Profile.of(record.profile))),
        "audit": list(_audit(context, asked)),
    }
    photos = tuple(ReferencePhotos(context).of(asked.person))
    counts = {"photos": len(photos), "pictures": len(pictures), "reasons": asked.reasons, "templates": asked.templates}
    context.log("person.exported", asked.person, counts)
    return Held(_plain(data), photos, pictures, withheld)


def _open_note(context: Context, row: Row[Any], asked: Asked) -> object:
    if row.about == notes.REASON:
        if not asked.reasons:
            return None  # not even opened; `protection.without` leaves the row out
        context.log("reason.seen", asked.person, {"restriction": row.row_id})
    return notes.read(context, row.about, row.row_id, asked.person)


def _open_template(context: Context, row: Row[Any], asked: Asked) -> object:
    key = context.person_key(asked.person)
    numbers = open_template(row.sealed, key, row.id, asked.person, row.engine)
    return [round(float(n), 6) for n in numbers] if asked.templates else f"{numbers.size} numbers, given when asked for"


def _open_former(context: Context, row: Row[Any], asked: Asked) -> object:
    place = Place("former_facts", row.replaced_at.isoformat(), "sealed", asked.person)
    return json.loads(context.person_key(asked.person).open(row.sealed, place))


def _open_import(context: Context, row: Row[Any], asked: Asked) -> object:
    place = Place("roster_touched", str(row.import_id), "sealed", asked.person)
    return json.loads(context.person_key(asked.person).open(row.sealed, place))


def _open_objection(context: Context, row: Row[Any], _asked: Asked) -> object:
    return context.open(row.description, Place("event_objections", row.id, "description"))


def _open_photo_result(context: Context, row: Row[Any], asked: Asked) -> object:
    return open_result(context, row, asked.person)


def _name_photo(_context: Context, row: Row[Any], _asked: Asked) -> object:
    return f"a photograph, kept since {row.kept_at:%d %B %Y}; it is among the files"


OPENERS: Final[Mapping[str, Callable[[Context, Row[Any], Asked], object]]] = {
    "notes": _open_note,
    "templates": _open_template,
    "former_facts": _open_former,
    "roster_touched": _open_import,
    "event_objections": _open_objection,
    "photo_results": _open_photo_result,
    "reference_photos": _name_photo,
}
"""For each table with sealed columns about people: what is in its rows, in words."""


def _rows(context: Context, holding: Holding, asked: Asked) -> list[Plain]:
    query = select(holding.table).where(holding.person == asked.person)
    sealed = {column.name for column in holding.sealed}
    found = []
    for row in context.connection.execute(query).all():
        plain = {name: value for name, value in row._mapping.items() if name not in sealed}  # noqa: SLF001
        found.append(plain | ({"content": OPENERS[holding.table.name](context, row, asked)} if sealed else {}))
    return found


def _events(context: Context, person: PersonId) -> list[Plain]:
    mine = select(AttendanceRow.event).where(AttendanceRow.person_id == person)
    query = select(EventRow.__table__).where(EventRow.name.in_(mine)).order_by(EventRow.date)
    return [dict(row._mapping) for row in context.connection.execute(query)]  # noqa: SLF001


def _checks(context: Context, asked: Asked, *, with_notes: bool) -> tuple[list[Plain], tuple[Shown, ...]]:
    person = asked.person
    mine = select(CheckPersonRow.check_id).where(CheckPersonRow.person_id == person)
    query = select(CheckRow.__table__).where(CheckRow.id.in_(mine)).order_by(CheckRow.created_at)
    hide, found, pictures = _hider(context, person), list[Plain](), list[Shown]()
    for row in context.connection.execute(query).all():
        request = open_request(context.school_key, row.id, row.request)
        facts = None if row.facts is None else open_facts(context.school_key, row.id, row.facts)
        words = facts or request
        plain = {"id": row.id, "channel": row.channel, "event": row.event, "state": row.state, "actor": row.actor}
        plain |= {"created_at": row.created_at, "decided_at": row.decided_at, "ended_at": row.ended_at}
        plain |= {"outcome": facts and facts.decision.outcome.value, "policy": facts and facts.policy}
        plain |= {"caption": hide(words.caption), "alt_text": hide(words.alt_text), "credit": hide(words.credit)}
        plain["file"] = _file_name(context, row.id, hide)
        said = Opinions(context).of(row.id)
        plain |= {
            "opinions": [
                {"at": one.at, "agreed": one.agreed, "note": hide(one.note) if with_notes else ""} for one in said
            ]
        }
        found.append(plain)
        faces = facts.faces if facts else ()
        if row.examined_key is not None and any(face.person == person for face in faces):
            pictures.append(Shown(row.id, row.examined_key, _others(faces, person)))
    return found, tuple(pictures)


def _file_name(context: Context, check: str, hide: Callable[[str | None], str | None]) -> str | None:
    """Return what the file of a picture was called that came with others; None if it came alone, or has no name now."""
    batch, chain = Batches(context).of_check(check), Overview(context).chains([check])[check]
    name = next((batch.name_of(one) for one in chain if one in batch.checks), "") if batch else ""
    apart = spaced(name)
    return (name if hide(apart) == clean(apart) else hide(apart)) or None


def _others(faces: Iterable[ScreenedFace], person: PersonId) -> tuple[tuple[Box, int], ...]:
    return tuple((face.box, face.turn) for face in faces if face.person != person)


def _publications(context: Context, person: PersonId) -> list[Plain]:
    mine = select(PublicationPersonRow.publication_id).where(PublicationPersonRow.person_id == person)
    hide = _hider(context, person)
    return [
        {
            "id": post.id,
            "channel": post.channel,
            "address": hide(post.address),
            "published_at": post.published_at,
            "taken_down_at": post.taken_down_at,
        }
        for post in find_publications(context, PublicationRow.id.in_(mine))
    ]


def _audit(context: Context, asked: Asked) -> Iterator[Plain]:
    context.audit.flush()
    person = asked.person
    about = (AuditRow.object_id == person) | AuditRow.payload.contains(person, autoescape=True)
    columns = (AuditRow.seq, AuditRow.at, AuditRow.actor, AuditRow.action, AuditRow.object_id, AuditRow.payload)
    for row in context.connection.execute(select(*columns).where(about).order_by(AuditRow.seq)):
        payload = json.loads(row.payload)
        if isinstance(payload.get("people"), list):
            payload["people"] = [person]  # the others in it are other people's data
        entry = {**row._mapping, "payload": payload}  # noqa: SLF001
        shown = entry if asked.reasons else protection.neutral(entry)
        if shown is not None:
            yield shown


def _hider(context: Context, person: PersonId) -> Callable[[str | None], str | None]:
    """Return what puts `OTHER_PERSON` in the place of other people's names."""
    others = NameIndex.of(
        Profile.of(record.profile).person(record.id, record.profile.kind)
        for record in People(context).all()
        if record.id != person
    )

    def hide(text: str | None) -> str | None:
        if text is None:
            return None
        text, at, parts = clean(text), 0, list[str]()
        for mention in find_mentions(text, others):
            parts += [text[at : mention.start], OTHER_PERSON]
            at = mention.end
        return "".join([*parts, text[at:]])

    return hide


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value.isoformat() if isinstance(value, date) else value
