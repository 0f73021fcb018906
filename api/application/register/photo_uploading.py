"""Reference photographs of many people at once: taken in sealed, examined in the background, told file by file.

Whose a file is, and whether there may be a template of them, is decided before anything is stored:
no picture of a person without biometric consent is kept, not even for a minute. The others are
sealed in the storage, as waiting imports are, until they were examined, a day at most. A person's
photographs are examined together, by the code that the command line uses (`enrolment.enrol_person`), on any
machine, which leases them; what it was at when it was killed is refused instead of being tried for ever.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import BinaryIO, Final

import structlog

from api.application.register.enrolment import PersonReport, enrol_person
from api.application.register.photo_owners import Owners
from api.application.register.reference_files import (
    MOST_FILES,
    PhotosUnusable,
    PhotoUnread,
    ReferenceFile,
    opened_zip,
)
from api.application.services import Services
from api.platform.background import repeated
from api.platform.storage import NoSuchPicture, Objects, StorageAway
from consent_db.enrolment.photo_uploads import FileState, GivenFile, new_file
from consent_db.enrolment.photo_work import WaitingPerson
from consent_db.errors import BiometricConsentMissing, NotFound, SealBroken
from gatekeeper.media.formats.sniff import sniff
from gatekeeper.types import PersonId

log = structlog.get_logger(__name__)

LIFE: Final = timedelta(days=1)
"""How long pictures wait at most."""
MOST_OF_ONE: Final = 10
"""So many photographs of one person are taken, as on their own page."""

LEASE: Final = timedelta(minutes=1)
"""How long a process has a person's photographs to itself, unless it asks for more time."""
_RENEWED: Final = LEASE.total_seconds() / 4
"""Seconds between two times that it asks."""

_GROUP: Final = "photographs"
_WHAT: Final = "reference"
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for what waits."""
_UNPACKED: Final = 4
"""How many times as large as what was sent all its files may be: photographs hardly get smaller in a zip file."""
_SLACK: Final = 64 * 1024 * 1024

_NO_PHOTOGRAPH: Final = "This is not a photograph in a format that can be read. Send JPEG, PNG, HEIC or WebP."
_TOO_LARGE: Final = "It is too large for a photograph. Send a smaller one."
_NO_CONSENT: Final = "There is no consent to recognising this person’s face, so it was not kept."
_CUT_OFF: Final = "The service was interrupted while it was examined. Send it once more."
_FAILED: Final = "It could not be examined. Send it once more; if that fails again, tell your technician."
_TOO_MANY: Final = f"At most {MOST_OF_ONE} photographs of one person are used; this one was left out."


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was sent; zip files are opened."""

    name: str = field(repr=False)
    size: int
    file: BinaryIO = field(repr=False)


def take_in(services: Services, sent: Sequence[Sent], actor: str) -> str:
    """Store photographs to be examined soon, and write down at once what is refused; return the id of the upload.

    Args:
        services: what the application works with.
        sent: photographs, and zip files of them.
        actor: who sends them.

    Raises:
        PhotosUnusable: a zip file is damaged, has too many files, or would unpack to far more than was sent.
    """
    with services.store.reading(actor, services.clock()) as tx:
        known = tx.people.all()
        intake = _Intake(services, Owners(known), tx.enrolment.permitted_among([record.id for record in known]))
    room = _UNPACKED * sum(one.size for one in sent) + _SLACK
    try:
        for name, read in _files(sent):
            room -= intake.take(name, read)
            _must_fit(room, len(intake.given))
        with services.store.transaction(actor, services.clock()) as tx:
            return tx.photo_uploads.begin(intake.given)
    except BaseException:
        intake.forget()
        raise


def _must_fit(room: int, files: int) -> None:
    """Refuse what unpacks to more than it may.

    Raises:
        PhotosUnusable: it does.
    """
    if room < 0:
        raise PhotosUnusable("The zip file unpacks to far more than photographs do. Make a new zip file of them.")
    if files > MOST_FILES:
        raise PhotosUnusable(f"These are more than {MOST_FILES:,} files. Send them in several parts.")


def _files(sent: Sequence[Sent]) -> Iterator[tuple[PurePosixPath, Callable[[], bytes]]]:
    """Yield every photograph with its place in the zip file, if it was in one."""
    for one in sent:
        if one.file.read(4) == b"PK\x03\x04" or one.name.casefold().endswith(".zip"):
            one.file.seek(0)
            with opened_zip(one.file) as members:
                for member in members:
                    yield member.name, member.read
        else:
            one.file.seek(0)
            yield PurePosixPath(PurePosixPath(one.name.replace("\\", "/")).name or "photograph"), one.file.read


class _Intake:
    """Decides of each file whether it is examined, and stores those that are."""

    def __init__(self, services: Services, owners: Owners, permitted: frozenset[PersonId]) -> None:
        self._services, self._owners, self._permitted = services, owners, permitted
        self._times: dict[PersonId, int] = {}
        self.given: list[GivenFile] = []

    def take(self, name: PurePosixPath, read: Callable[[], bytes]) -> int:
        """Take one file; return how many bytes were read."""
        owner, file_id = self._owners.of(name), new_file()
        given = GivenFile(file_id, str(name), owner.person, FileState.WAITING)
        reason, size = owner.reason, 0
        if owner.person is not None and owner.person not in self._permitted:
            reason = _NO_CONSENT
        elif owner.person is not None:
            reason, size = self._stored(owner.person, file_id, read)
        self.given.append(replace(given, state=FileState.REFUSED, reason=reason) if reason else given)
        return size

    def _stored(self, person: PersonId, file_id: str, read: Callable[[], bytes]) -> tuple[str, int]:
        """Store a file; return why not, and how many bytes were read."""
        if self._times.get(person, 0) >= MOST_OF_ONE:
            return _TOO_MANY, 0
        try:
            data = read()
        except PhotoUnread as error:
            return str(error), 0
        if len(data) > self._services.settings.max_upload_bytes:
            return _TOO_LARGE, len(data)
        if sniff(data[:512]) is None:
            return _NO_PHOTOGRAPH, len(data)
        self._times[person] = self._times.get(person, 0) + 1
        self._services.waiting.put(_key(file_id), self._services.store.seal_file(file_id, _WHAT, data))
        return "", len(data)

    def forget(self) -> None:
        """Delete what was stored."""
        _delete(self._services, self.given)


def run(services: Services, step: Callable[[], None]) -> None:
    """Examine what waits and no other process is at, one person after another.

    Args:
        services: what the application works with.
        step: called before each person; raises to end.

    Raises:
        StorageAway: the bucket does not answer; what was taken up waits again.
    """
    while True:
        step()
        with services.store.reading("system", services.clock()) as tx:
            waiting = tx.photo_work.next_person(_machine_time())
        if waiting is None:
            return
        _examine(services, waiting)


def _examine(services: Services, waiting: WaitingPerson) -> None:
    """Examine one person's photographs, and write down what became of each."""
    with services.store.transaction(waiting.by, services.clock()) as tx:
        moment = _machine_time()  # once the lock is held: another process may have been faster
        taken = tx.photo_work.take_up(waiting, moment, moment + LEASE)
        refused = [replace(one, state=FileState.REFUSED, reason=_CUT_OFF) for one in taken.cut_off]
        tx.photo_uploads.settle(refused)
    settled: list[GivenFile] = []
    if taken.waiting:
        with _kept(services, taken.waiting):
            settled = _settled(services, waiting.person, taken.waiting, waiting.by)
        with services.store.transaction(waiting.by, services.clock()) as tx:
            tx.photo_uploads.settle(settled)
    _delete(services, [*refused, *settled])


def _kept(services: Services, files: Sequence[GivenFile]) -> AbstractContextManager[None]:
    """Keep files from other processes for as long as the block lasts."""
    ids, began = [one.id for one in files], time.monotonic()

    def renew(_step: object) -> None:
        if time.monotonic() - began >= _RENEWED:
            with services.store.transaction("system", services.clock()) as tx:
                tx.photo_work.renew(ids, _machine_time() + LEASE)

    return repeated(renew, _RENEWED, "enrolment_lease_failed")


def _machine_time() -> datetime:
    """Return the machine's time, which leases go by; the school's may be another in tests."""
    return datetime.now(UTC)


def _settled(services: Services, person: PersonId, files: Sequence[GivenFile], actor: str) -> list[GivenFile]:
    # The place before the name tells apart files of one name in two zip files.
    named = {f"{place}/{one.name}": one for place, one in enumerate(files)}
    references = [ReferenceFile(PurePosixPath(name), _reader(services, one)) for name, one in named.items()]
    try:
        with services.turns:
            report = enrol_person(services, person, references, actor)
    except (BiometricConsentMissing, NotFound):
        return [replace(one, state=FileState.REFUSED, reason=_NO_CONSENT) for one in files]
    except StorageAway:
        with services.store.transaction(actor, services.clock()) as tx:
            tx.photo_work.give_back(files)
        raise
    except Exception as error:  # noqa: BLE001, one person's photographs keep no other's from being examined
        log.warning("photographs_failed", error=type(error).__name__, count=len(files))
        return [replace(one, state=FileState.REFUSED, reason=_FAILED) for one in files]
    return list(_told(named, report))


def _told(named: dict[str, GivenFile], report: PersonReport) -> Iterator[GivenFile]:
    refused = {photo.file: photo for photo in report.refused}
    for name, one in named.items():
        if name in refused:
            photo = refused[name]
            yield replace(one, state=FileState.REFUSED, reason=photo.reason, alike=photo.alike)
        else:
            yield replace(one, state=FileState.USED)


def _reader(services: Services, one: GivenFile) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return services.store.open_file(one.id, _WHAT, services.waiting.get(_key(one.id)))
        except (OSError, NoSuchPicture, SealBroken) as error:
            raise PhotoUnread(_CUT_OFF) from error

    return read


def _delete(services: Services, files: Iterable[GivenFile]) -> None:
    """Delete what needs not wait any more; what cannot be deleted now goes with the daily run."""
    for one in files:
        try:
            services.waiting.delete(_key(one.id))
        except (OSError, StorageAway) as error:
            log.warning("photograph_not_deleted", error=type(error).__name__)
            return


def _key(file_id: str) -> str:
    return f"{_GROUP}/{file_id}"


def examining(services: Services) -> AbstractContextManager[None]:
    """Examine what waits for as long as the block lasts."""
    return repeated(lambda step: run(services, step), _LOOK_EVERY, "enrolment_failed")


def forget_files(objects: Objects, files: Iterable[str]) -> int:
    """Delete what waits of these files; return how many there were.

    Raises:
        StorageAway: the bucket does not answer.
    """
    found = [key for one in sorted(files) if objects.modified(key := _key(one)) is not None]
    for key in found:
        objects.delete(key)
    return len(found)


def forget_old(objects: Objects, now: datetime) -> None:
    """Delete pictures that waited for a day."""
    for key, written in objects.listing(_GROUP).items():
        if written < now - LIFE:
            objects.delete(key)
