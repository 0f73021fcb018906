"""Reference photographs into templates: one a person, and a reason for each photograph refused.

Photographs are opened in the airlock like any upload. They are kept only if the
policy says so (`keep_reference_photos`): made anew from their pixels, sealed
with the person's key, and destroyed with the template.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.reference_files import PhotoUnread, ReferenceFile, photos_by_owner
from api.services import Services
from consent_db.errors import BiometricConsentMissing
from gatekeeper.errors import PhotoRefused
from gatekeeper.media.encode import make_release
from gatekeeper.rendition import Rendition
from gatekeeper.types import PersonId, Pixels, Vector
from gatekeeper.vision import enrol

ENOUGH: Final = 3
"""Photographs from which on a template is good; three make a miss about seven times rarer than one."""

_ODD: Final = "It does not look like the person's other photographs. Check whose it is."


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """One photograph that cannot serve as a reference."""

    file: str
    reason: str


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
        people: everybody with photographs and biometric consent, by external id.
        without_consent: external ids of those with photographs but without biometric consent.
        unmatched: names that are nobody's external id.
    """

    people: tuple[PersonReport, ...]
    without_consent: tuple[str, ...] = field(repr=False)
    unmatched: tuple[str, ...] = field(repr=False)

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
    """A photograph that can serve, with the vector of its face."""

    file: ReferenceFile
    vector: Vector
    pixels: Pixels = field(repr=False)


def enrol_folder(services: Services, source: Path, actor: str, advance: Callable[[], None]) -> EnrolmentReport:
    """Make a template of everybody who has photographs in a folder or zip file, and biometric consent.

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
    with photos_by_owner(source) as owned:
        with services.store.reading(actor, services.clock()) as tx:
            people = {record.profile.external_id: record.id for record in tx.people.all()}
            known = sorted(name for name in owned if name in people)
            allowed = {name for name in known if tx.enrolment.permitted(people[name])}
        reports = []
        for name in sorted(allowed):
            with suppress(BiometricConsentMissing):  # taken back while this was under way
                reports.append(_enrol(services, people[name], name, owned[name], actor))
            advance()
    done = {report.external_id for report in reports}
    return EnrolmentReport(
        people=tuple(reports),
        without_consent=tuple(name for name in known if name not in done),
        unmatched=tuple(sorted(owned.keys() - people.keys())),
    )


def _enrol(services: Services, person: PersonId, name: str, files: Sequence[ReferenceFile], actor: str) -> PersonReport:
    good, bad = _references(services, files)
    if not good:
        return PersonReport(person, name, 0, tuple(bad))
    template = enrol.template([reference.vector for reference in good])
    keep = services.policy.keep_reference_photos
    kept = [make_release(reference.pixels).data for reference in good] if keep else []
    with services.store.transaction(actor, services.clock()) as tx:
        tx.enrolment.enrol(person, services.tools.engine.name, template, len(good))
        tx.reference_photos.replace(person, kept)
    return PersonReport(person, name, len(good), tuple(bad), len(kept))


def _references(services: Services, files: Sequence[ReferenceFile]) -> tuple[list[_Reference], list[RefusedPhoto]]:
    """Return one person's usable photographs, and why the others are not."""
    found: list[_Reference] = []
    refused: list[RefusedPhoto] = []
    for file in files:
        try:
            pixels = services.tools.opener.open(file.read(), Rendition()).pixels
            found.append(_Reference(file, enrol.reference(pixels, services.tools.engine), pixels))
        except (PhotoRefused, PhotoUnread, enrol.ReferenceRefused) as error:
            refused.append(RefusedPhoto(str(file.name), str(error)))
    vectors = [reference.vector for reference in found]
    odd = set(enrol.odd_ones_out(vectors, services.tools.engine.thresholds))
    refused += [RefusedPhoto(str(found[position].file.name), _ODD) for position in sorted(odd)]
    return [reference for position, reference in enumerate(found) if position not in odd], refused
