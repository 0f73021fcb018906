"""How well a school's own people are recognised, from the reference photographs that it keeps.

Photographs are opened and their faces read anew, in memory; the answer has counts of classes and age bands. Nothing
is written down, and a template or a threshold never changes by it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.application.services import Services
from consent_db.people.records import PersonRecord
from gatekeeper.benchmark.own.figures import Figures, Row, figures, rows
from gatekeeper.benchmark.own.leave_one_out import Enrolled, trials
from gatekeeper.consent.ages import age_on
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity import enrolment
from gatekeeper.rendition import Rendition
from gatekeeper.types import Kind, Vector

_BANDS: Final = ((5, "under 5"), (8, "5 to 7"), (11, "8 to 10"), (14, "11 to 13"), (18, "14 to 17"))
_ADULT, _UNKNOWN = "staff and other adults", "pupils without a date of birth"


@dataclass(frozen=True, slots=True)
class OwnAccuracy:
    """What was counted: over all, and by class and age band.

    Attributes:
        single: people of whom one photograph is kept, which cannot be left out.
    """

    all: Figures
    by_class: tuple[Row, ...]
    by_band: tuple[Row, ...]
    single: int


def measure_own(services: Services, actor: str, steps: Callable[[int], Callable[[], None]]) -> OwnAccuracy | None:
    """Measure on the kept reference photographs of all people; None if there are none.

    Args:
        services: of the installation.
        actor: who asks.
        steps: called once with how many people there are; returns what is called twice for each.
    """
    with services.store.reading(actor, services.clock()) as tx:
        today, register = tx.today, tx.register(services.tools.engine.name, services.tools.engine.embedder.dimension)
        people = tx.people.all()
        kept = tx.reference_photos.among([one.id for one in people])
    wanted = [one for one in people if one.id in kept]
    advance = steps(len(wanted))
    school = []
    for record in wanted:
        vectors = _vectors(services, actor, record)
        if vectors:
            band, groups = _band(record, today), frozenset(record.profile.groups)
            siblings = register.siblings.get(record.id, frozenset())
            school.append(Enrolled(record.id, vectors, register.surnames(record.id), siblings, groups, band))
        advance()
    if not school:
        return None
    found = tuple(trials(school, services.tools.engine, advance))
    return OwnAccuracy(
        figures(found),
        rows(school, found, lambda one: one.groups),
        rows(school, found, lambda one: (one.band,)),
        sum(len(one.vectors) == 1 for one in school),
    )


def _vectors(services: Services, actor: str, record: PersonRecord) -> tuple[Vector, ...]:
    """Return the vectors of a person's kept photographs, copies left out."""
    with services.store.reading(actor, services.clock()) as tx:
        photos = tx.reference_photos.of(record.id)
    read = []
    for photo in photos:
        with suppress(PhotoRefused, enrolment.ReferenceRefused):
            pixels = services.tools.opener.open(photo, Rendition()).pixels
            read.append(enrolment.read_reference(pixels, services.tools.engine))
    again = enrolment.copies(read)
    return tuple(one.vector for place, one in enumerate(read) if place not in again)


def _band(record: PersonRecord, today: date) -> str:
    if record.profile.kind is not Kind.PUPIL:
        return _ADULT
    born = record.profile.date_of_birth
    if born is None:
        return _UNKNOWN
    age = age_on(born, today)
    return next((name for below, name in _BANDS if age < below), "18 and over")
