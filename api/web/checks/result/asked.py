"""What a second person is asked: each place enlarged, why, and what was said of it before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from api.application.services import Services
from api.platform import labels as words
from api.web import choices
from api.web.checks.picture.regions import PlaceView
from api.web.checks.result.second_opinions import name_of
from api.web.checks.result.views import FaceView, PictureView
from consent_db.approvals.records import CheckRecord
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.identity.annotations import SAME_PLACE
from gatekeeper.types import Author, BoundBy, Box, FaceStatus, Finding, PersonId, Said, ScreenedFace


@dataclass(frozen=True, slots=True)
class AskedView:
    """One thing to agree to.

    Attributes:
        label: the number of the face or the letter of the place; empty if it is about the whole picture.
        place: what its close-up shows; None for the whole picture.
        said: what was said of it so far, the oldest first.
    """

    label: str
    message: str
    place: FaceView | PlaceView | None
    said: tuple[str, ...] = field(default=(), repr=False)


def asked_views(
    services: Services, tx: Transaction, record: CheckRecord, asked: tuple[Finding, ...], picture: PictureView | None
) -> tuple[AskedView, ...]:
    """Return what is asked, in the order of the findings.

    Args:
        services: of the installation.
        tx: to read names in.
        record: the check.
        asked: the findings that this person may agree to.
        picture: the examined picture with its faces and places; None if there is none.
    """
    return tuple(_asked(services, tx, record, finding, picture) for finding in asked)


def _asked(
    services: Services, tx: Transaction, record: CheckRecord, finding: Finding, picture: PictureView | None
) -> AskedView:
    label, place = _place(record, finding, picture)
    said = list(_said(services, tx, record, finding))
    return AskedView(label, finding.message, place, tuple(said))


def _place(
    record: CheckRecord, finding: Finding, picture: PictureView | None
) -> tuple[str, FaceView | PlaceView | None]:
    if picture is None or record.facts is None:
        return "", None
    if finding.face is not None:
        return str(finding.face), next((face for face in picture.faces if face.number == finding.face), None)
    if finding.region is None:
        return "", None
    places = [one for one in record.facts.decision.findings if one.region is not None]
    place = picture.places[places.index(finding)]
    return place.letter, place


def _said(services: Services, tx: Transaction, record: CheckRecord, finding: Finding) -> Iterator[str]:
    request = record.draft.request
    if finding.face is None and request.nobody_else_by is not None and request.nobody_else:
        yield f"Confirmed{_by(tx, request.nobody_else_by)} that no person can be recognised."
    face = _screened(record, finding.face)
    for one in request.said if face is not None else ():
        if face is not None and one.box.overlap(face.box) >= SAME_PLACE:
            when = f", {words.moment(one.at, services.policy.zone)}" if one.at else ""
            yield f"{_what(tx, one)}{_by(tx, one.by)}{when}."


def _screened(record: CheckRecord, number: int | None) -> ScreenedFace | None:
    return next((face for face in record.faces if face.number == number), None)


def _what(tx: Transaction, said: Said) -> str:
    if said.person is None:
        return "Marked as a face after all" if said.not_them else "Called no face"
    return f"{'Name removed:' if said.not_them else 'Named'} {_name(tx, said.person)}"


def _name(tx: Transaction, person: PersonId) -> str:
    try:
        return choices.full_name(tx.people.get(person).profile)
    except NotFound:
        return "a person who is not on the register any more"


def _by(tx: Transaction, author: Author | None) -> str:
    return "" if author is None else f" by {name_of(tx, author.actor)}"


def taken_back(record: CheckRecord, names: dict[PersonId, str]) -> dict[int, str]:
    """Return by face number what the button says that takes back what was said of it by hand.

    Args:
        record: a check that can still be changed.
        names: of the people bound in the picture.
    """
    request = record.draft.request
    found = {}
    for face in record.faces:
        person = _last_named(request.said, face.box)
        if face.status is FaceStatus.DISMISSED:
            found[face.number] = "It is a face after all"
        elif person is not None:
            bound = names.get(person) if person == face.person else None
            found[face.number] = f"Not {bound}" if bound else "Remove the name"
    return found


def named_by_hand(record: CheckRecord) -> dict[int, PersonId]:
    """Return by face number who the faces are that were named by hand."""
    return {face.number: face.person for face in record.faces if face.by is BoundBy.HAND and face.person is not None}


def _last_named(said: tuple[Said, ...], box: Box) -> PersonId | None:
    """Return the person a place was last named as, if that was not taken back since."""
    here = [one for one in said if one.person is not None and one.box.overlap(box) >= SAME_PLACE]
    return here[-1].person if here and not here[-1].not_them else None
