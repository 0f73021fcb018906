"""One person's reference photographs: more of them, one less, and the template made anew.

Where the school keeps them, what is added joins what is there. Where it does not,
the photographs that are given now are all there are, and the template is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Final

from api.application.register.enrolment import PersonReport, enrol_person
from api.application.register.reference_files import ReferenceFile
from api.application.services import Services
from consent_db.enrolment.records import KeptPhoto
from consent_db.errors import NotPossible
from gatekeeper.types import PersonId

MOST: Final = 10
"""So many photographs of one person are taken; more than a few gain nothing."""


class TakenWrongly(NotPossible):
    """The day on which photographs are said to be taken cannot be right, or is too long ago."""


KEPT: Final = "a photograph that was there before"
"""What one that was kept is called in a report."""


def add(
    services: Services,
    person: PersonId,
    files: Sequence[ReferenceFile],
    actor: str,
    taken_on: date | None = None,
) -> PersonReport:
    """Make the template of these photographs, and of those that are kept already.

    Args:
        services: what the application works with.
        person: who it is.
        files: the new photographs.
        actor: who does it, for the audit.
        taken_on: the day on which the newest of them was taken; today if that is not said.

    Raises:
        TakenWrongly: that day is in the future, or so long ago that the template would not count any more.
        BiometricConsentMissing: there may be no template of this person.
        NotFound: no person has this id.
        NotPossible: these would be too many.
    """
    kept = _kept(services, person, actor)
    if len(kept) + len(files) > MOST:
        message = f"At most {MOST} photographs of one person are used. Choose the best, or remove some first."
        raise NotPossible(message)
    taken_at = None if taken_on is None else _taken_at(services, taken_on)
    return enrol_person(services, person, [*map(_as_file, kept), *files], actor, taken_at)


def _taken_at(services: Services, day: date) -> datetime | None:
    """Return the noon of a day on which a photograph was taken; None of today.

    Raises:
        TakenWrongly: it is in the future or too long ago.
    """
    zone, days = services.policy.zone, services.policy.template_days
    today = services.clock().astimezone(zone).date()
    if day > today:
        raise TakenWrongly("This day is still to come. Correct it, or leave it empty for today.")
    if day <= today - timedelta(days=days):
        raise TakenWrongly(f"Faces change: at least one photograph has to be of the last {days} days. Take a new one.")
    return None if day == today else datetime.combine(day, time(12), zone)


def remove(services: Services, person: PersonId, photo: str, actor: str) -> None:
    """Forget one photograph, and what the template had of it; with the last one the template goes.

    Raises:
        BiometricConsentMissing: there may be no template of this person.
        NotFound: no person has this id.
        NotPossible: there is no such photograph, or the template cannot be made of the others alone.
    """
    kept = _kept(services, person, actor)
    rest = [one for one in kept if one.id != photo]
    if len(rest) == len(kept):
        message = "This photograph is not there any more. Look at the page again."
        raise NotPossible(message)
    if not rest:
        with services.store.transaction(actor, services.clock()) as tx:
            tx.enrolment.forget(person)
    elif not enrol_person(services, person, list(map(_as_file, rest)), actor).used:
        message = (
            "The photographs that would be left are not good enough. Add a better one first, or remove the template."
        )
        raise NotPossible(message)


def renew(services: Services, person: PersonId, actor: str) -> PersonReport:
    """Make the template anew of the photographs that are kept, such as for another engine.

    Raises:
        BiometricConsentMissing: there may be no template of this person.
        NotFound: no person has this id.
    """
    return enrol_person(services, person, list(map(_as_file, _kept(services, person, actor))), actor)


def _kept(services: Services, person: PersonId, actor: str) -> Sequence[KeptPhoto]:
    with services.store.reading(actor, services.clock()) as tx:
        return tx.reference_photos.kept(person)


def _as_file(photo: KeptPhoto) -> ReferenceFile:
    return ReferenceFile(PurePosixPath(KEPT), lambda: photo.data, ours=True)
