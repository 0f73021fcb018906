"""Reference photos from a folder: one template a person, and a reason for each photo refused.

The folder holds `<external id>.jpg`, or a folder `<external id>` of several.
Photos are opened in the airlock like any upload, and none is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.services import Services
from gatekeeper.errors import PhotoRefused
from gatekeeper.rendition import Rendition
from gatekeeper.types import PersonId, Vector
from gatekeeper.vision import enrol

_ODD: Final = "It does not look like the person's other photographs. Check whose it is."


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """One photo that cannot serve as a reference."""

    file: Path
    reason: str


@dataclass(frozen=True, slots=True)
class EnrolmentReport:
    """What became of a folder of reference photos.

    Attributes:
        references: how many photos each enrolled person's template was made of.
        refused: photos that were not good enough, and why.
        without_consent: how many people have photos there but no biometric consent.
        unclaimed: names in the folder that are nobody's external id.
    """

    references: dict[PersonId, int]
    refused: tuple[RefusedPhoto, ...]
    without_consent: int
    unclaimed: tuple[str, ...]


def enrol_folder(services: Services, folder: Path, actor: str, advance: Callable[[], None]) -> EnrolmentReport:
    """Make a template of everybody who has photos in `folder` and biometric consent.

    Args:
        services: what the application works with.
        folder: of the reference photos.
        actor: who does it, for the audit.
        advance: called after each person.
    """
    owned = _photos_by_owner(folder)
    with services.store.reading(actor, services.clock()) as tx:
        people = {record.profile.external_id: record for record in tx.people.all()}
        allowed = {owner: tx.enrolment.permitted(people[owner].id) for owner in owned.keys() & people.keys()}
    templates: dict[PersonId, tuple[Vector, int]] = {}
    refused: list[RefusedPhoto] = []
    for owner in sorted(owner for owner, may in allowed.items() if may):
        vectors, bad = _references(services, owned[owner])
        refused += bad
        if vectors:
            templates[people[owner].id] = (enrol.template(vectors), len(vectors))
        advance()
    with services.store.transaction(actor, services.clock()) as tx:
        for person, (template, count) in templates.items():
            tx.enrolment.enrol(person, services.tools.engine.name, template, count)
    return EnrolmentReport(
        references={person: count for person, (_, count) in templates.items()},
        refused=tuple(refused),
        without_consent=sum(not may for may in allowed.values()),
        unclaimed=tuple(sorted(owned.keys() - people.keys())),
    )


def _photos_by_owner(folder: Path) -> dict[str, list[Path]]:
    """Return the photos by the external id that their place in the folder names."""
    owned: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*")):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            owned[path.name] += sorted(file for file in path.iterdir() if file.is_file() and file.name[0] != ".")
        else:
            owned[path.stem].append(path)
    return dict(owned)


def _references(services: Services, photos: list[Path]) -> tuple[list[Vector], list[RefusedPhoto]]:
    """Return the vectors of one person's usable photos, and why the others are not."""
    engine = services.tools.engine
    vectors: list[Vector] = []
    used: list[Path] = []
    refused: list[RefusedPhoto] = []
    for file in photos:
        try:
            photo = services.tools.opener.open(file.read_bytes(), Rendition())
            vectors.append(enrol.reference(photo.pixels, engine))
            used.append(file)
        except (PhotoRefused, enrol.ReferenceRefused) as error:
            refused.append(RefusedPhoto(file, str(error)))
    odd = set(enrol.odd_ones_out(vectors, engine.thresholds))
    refused += [RefusedPhoto(used[position], _ODD) for position in sorted(odd)]
    return [vector for position, vector in enumerate(vectors) if position not in odd], refused
