"""Reference photographs into templates: one a person, and a reason for each photograph refused.

Photographs are opened in the airlock like any upload. They are kept only if the
policy says so (`keep_reference_photos`): made anew from their pixels, sealed
with the person's key, and destroyed with the template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from api.application.register.look_alikes import Resemblance, resemblances
from api.application.register.photo_owners import Owners
from api.application.register.reference_files import PhotoUnread, ReferenceFile, photos_in
from api.application.services import Services
from consent_db.errors import BiometricConsentMissing, NotFound
from gatekeeper.consent.ages import age_on
from gatekeeper.errors import PhotoRefused
from gatekeeper.identity import enrolment
from gatekeeper.identity.health import ENOUGH, Made
from gatekeeper.media.release.encode import make_release
from gatekeeper.rendition import Rendition
from gatekeeper.types import Kind, PersonId, Pixels, Vector
from gatekeeper.vision.engine import Engine
from gatekeeper.vision.nets import ABREAST

_COPY: Final = "It is a copy of another photograph of this person, so it counts once. Add a different photograph."
_YOUNG: Final = (
    "No template is made of a pupil so young, whose face changes within months. Staff say who they are in each "
    "picture; the policy gives the age (youngest_template_age)."
)
_ODD: Final = "It does not look like the person's other photographs. Check whose it is."


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """One photograph that cannot serve as a reference.

    Attributes:
        alike: the person it would be taken for, if that is the reason.
    """

    file: str
    reason: str
    alike: PersonId | None = None


@dataclass(frozen=True, slots=True)
class PersonReport:
    """What became of one person's photographs.

    Attributes:
        used: how many the template was made of; 0 if there is none of them.
        kept: how many of them are kept.
    """

    person: PersonId
    external_id: str = field(repr=False)
    used: int
    refused: tuple[RefusedPhoto, ...] = ()
    kept: int = 0

    @property
    def short(self) -> int:
        """How many more there should be."""
        return max(0, ENOUGH - self.used)


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What became of reference photographs.

    Attributes:
        people: all with photographs and biometric consent, by external id.
        resemblances: of those who are enrolled now, what is to be told of look-alikes and namesakes.
        without_consent: external ids of those with photographs but without biometric consent.
        unmatched: files of which it is not known whose they are, with the reason.
    """

    people: tuple[PersonReport, ...]
    without_consent: tuple[str, ...] = field(repr=False)
    unmatched: tuple[RefusedPhoto, ...] = field(repr=False)
    resemblances: Mapping[PersonId, Resemblance] = field(default_factory=dict, repr=False)
    numbers: Mapping[PersonId, str] = field(default_factory=dict, repr=False)
    """How the school knows the people who are named there: their external ids, or ours."""

    @property
    def enrolled(self) -> int:
        """How many people have a template now."""
        return sum(one.used > 0 for one in self.people)

    @property
    def refused(self) -> tuple[RefusedPhoto, ...]:
        """Every photograph that was not good enough."""
        return tuple(photo for one in self.people for photo in one.refused)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A photograph that can serve, with what it says of its face."""

    file: ReferenceFile
    read: enrolment.Reference
    pixels: Pixels = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sorting:
    """Photographs by the person whose they are, and those of which that is not known."""

    owned: Mapping[PersonId, Sequence[ReferenceFile]]
    unmatched: tuple[RefusedPhoto, ...]


def sort_by_owner(files: Sequence[ReferenceFile], owners: Owners) -> Sorting:
    """Sort photographs by the person whom their names tell."""
    owned: dict[PersonId, list[ReferenceFile]] = {}
    unmatched = []
    for file in files:
        owner = owners.of(file.name)
        if owner.person is None:
            unmatched.append(RefusedPhoto(str(file.name), owner.reason))
        else:
            owned.setdefault(owner.person, []).append(file)
    return Sorting(owned, tuple(unmatched))


def enrol_folder(services: Services, source: Path, actor: str, advance: Callable[[], None]) -> EnrolmentReport:
    """Enrol all people who have photographs in a folder or zip file, and biometric consent.

    Each person is enrolled in a transaction of their own, so that what is done
    stays done however this ends.

    Args:
        services: what the application works with.
        source: a folder or a zip file, as `reference_files` says.
        actor: who does it, for the audit.
        advance: called after each person.

    Raises:
        PhotosUnusable: there is no folder or zip file there.
    """
    with photos_in(source) as files:
        with services.store.reading(actor, services.clock()) as tx:
            known = tx.people.all()
            sorting = sort_by_owner(files, Owners(known))
            numbers = {one.id: one.profile.external_id or one.id for one in known if one.id in sorting.owned}
            allowed = tx.enrolment.permitted_among(list(sorting.owned))
        reports = []
        for person in sorted(allowed, key=numbers.__getitem__):
            with suppress(BiometricConsentMissing, NotFound):  # withdrawn, or erased, while this was under way
                report = enrol_person(services, person, sorting.owned[person], actor)
                reports.append(replace(report, external_id=numbers[person]))
            advance()
    done = {report.person for report in reports}
    with services.store.reading(actor, services.clock()) as tx:
        told = resemblances(tx, services.tools.engine, [report.person for report in reports if report.used])
        named = {*told, *(other for one in told.values() for other in (*one.pairs, *one.confirmed, *one.unenrolled))}
        numbers |= {one.id: one.profile.external_id or one.id for one in tx.people.several(sorted(named))}
    return EnrolmentReport(
        people=tuple(reports),
        without_consent=tuple(sorted(numbers[person] for person in sorting.owned if person not in done)),
        unmatched=sorting.unmatched,
        resemblances=told,
        numbers=numbers,
    )


def enrol_person(
    services: Services,
    person: PersonId,
    files: Sequence[ReferenceFile],
    actor: str,
    taken_at: datetime | None = None,
) -> PersonReport:
    """Make one person's template of these photographs, in place of what was there; nothing changes if none is good.

    Args:
        services: what the application works with.
        person: who it is.
        files: the photographs.
        actor: who does it, for the audit.
        taken_at: when the newest of those that are new was taken, if that is known: from then on its age counts.

    Raises:
        BiometricConsentMissing: there may be no template of this person.
        NotFound: no person has this id.
    """
    if files and _too_young(services, person, actor):
        return PersonReport(person, "", 0, tuple(RefusedPhoto(str(file.name), _YOUNG) for file in files))
    good, bad = _references(services, person, files, actor)
    if not good:
        return PersonReport(person, "", 0, tuple(bad))
    templates = {services.tools.engine.name: made_of([reference.read for reference in good])}
    if services.next_engine is not None:
        templates |= templates_of([reference.pixels for reference in good], services.next_engine)
    keep = services.policy.keep_reference_photos
    kept = [_as_kept(reference) for reference in good] if keep else []
    with services.store.transaction(actor, services.clock()) as tx:
        # Made anew of the same photographs, a template is no younger.
        same = all(reference.file.ours for reference in good)
        given_at = tx.enrolment.given_at(person) if same else taken_at
        for engine, (template, made) in templates.items():
            tx.enrolment.enrol(person, engine, template, made, given_at)
        tx.reference_photos.replace(person, kept)
    return PersonReport(person, "", len(good), tuple(bad), len(kept))


def _too_young(services: Services, person: PersonId, actor: str) -> bool:
    """Say whether the policy wants no template of a pupil of this age; one without a date of birth is not judged."""
    with services.store.reading(actor, services.clock()) as tx:
        profile = tx.people.get(person).profile
        today = services.clock().astimezone(services.policy.zone).date()
    born = profile.date_of_birth
    return (
        profile.kind is Kind.PUPIL and born is not None and age_on(born, today) < services.policy.youngest_template_age
    )


def _as_kept(reference: _Reference) -> bytes:
    return reference.file.read() if reference.file.ours else make_release(reference.pixels).data


def made_of(references: Sequence[enrolment.Reference]) -> tuple[Vector, Made]:
    """Return the template of at least one reference, and how it was made."""
    vectors = [reference.vector for reference in references]
    poorest = min(reference.quality for reference in references)
    return enrolment.template(vectors), Made(len(vectors), enrolment.agreement(vectors), poorest)


def templates_of(pictures: Sequence[Pixels], engine: Engine) -> dict[str, tuple[Vector, Made]]:
    """Return, by the engine's name, the template of those photographs that are good enough for it; none if none is."""
    references = []
    for pixels in pictures:
        with suppress(enrolment.ReferenceRefused):
            references.append(enrolment.read_reference(pixels, engine))
    again = enrolment.copies(references)
    references = [one for place, one in enumerate(references) if place not in again]
    return {engine.name: made_of(references)} if references else {}


def _references(
    services: Services, person: PersonId, files: Sequence[ReferenceFile], actor: str
) -> tuple[list[_Reference], list[RefusedPhoto]]:
    """Return one person's usable photographs, and why the others are not."""
    found: list[_Reference] = []
    refused: list[RefusedPhoto] = []
    with ThreadPoolExecutor(ABREAST) as pool:
        for one in pool.map(partial(_read, services), files):
            if isinstance(one, RefusedPhoto):
                refused.append(one)
            else:
                found.append(one)
    # Kept photographs first, so that of a kept one and its copy the copy is refused.
    found.sort(key=lambda reference: not reference.file.ours)
    again = set(enrolment.copies([reference.read for reference in found]))
    refused += [RefusedPhoto(str(found[position].file.name), _COPY) for position in sorted(again)]
    found = [reference for position, reference in enumerate(found) if position not in again]
    wrong = _wrong(services, person, found, actor)
    refused += [RefusedPhoto(str(found[position].file.name), *why) for position, why in sorted(wrong.items())]
    return [reference for position, reference in enumerate(found) if position not in wrong], refused


def _read(services: Services, file: ReferenceFile) -> _Reference | RefusedPhoto:
    """Open one photograph and read its face; the nets leave the interpreter free, so several are read abreast."""
    try:
        pixels = services.tools.opener.open(file.read(), Rendition()).pixels
        return _Reference(file, enrolment.read_reference(pixels, services.tools.engine), pixels)
    except (PhotoRefused, PhotoUnread, enrolment.ReferenceRefused) as error:
        return RefusedPhoto(str(file.name), str(error))


def _wrong(
    services: Services, person: PersonId, found: Sequence[_Reference], actor: str
) -> dict[int, tuple[str, PersonId | None]]:
    """Return the positions of references that may show another person, why, and which one if known.

    Those that look like another person who is enrolled are left out first, so that they
    make no right one odd. What was kept before counts as right until it is removed.
    """
    engine, vectors = services.tools.engine, [reference.read.vector for reference in found]
    with services.store.reading(actor, services.clock()) as tx:
        gallery = tx.register(engine.name, engine.embedder.dimension).gallery
    another = str(enrolment.ReferenceRefused(enrolment.Refusal.LOOKS_LIKE_ANOTHER))
    wrong: dict[int, tuple[str, PersonId | None]] = {}
    for position in enrolment.mistaken(vectors, gallery, engine.thresholds, person):
        alike = enrolment.looks_like(vectors[position], gallery, engine.thresholds, person)
        wrong[position] = another, next(iter(alike), None)
    rest = [position for position in range(len(found)) if position not in wrong]
    odd = [rest[place] for place in enrolment.odd_ones_out([vectors[position] for position in rest], engine.thresholds)]
    if any(found[position].file.ours for position in odd):
        odd = [position for position in rest if not found[position].file.ours]
    return wrong | dict.fromkeys(odd, (_ODD, None))
