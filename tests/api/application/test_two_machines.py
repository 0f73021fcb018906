"""Two machines that share a PostgreSQL and a bucket, and nothing else: one school."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.application.checks.release.releasing import ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, Resolution
from api.application.data_rights.erasure import erase
from api.application.jobs import Pool
from api.application.opening import open_store
from api.application.register.pending_import import Decided, WaitingFile
from api.application.register.photo_uploading import LEASE, Sent, run, take_in
from api.application.services import Services, open_services
from api.platform.settings import Settings
from api.platform.storage import Installation, StorageAway, remembered
from consent_db import Keyring
from consent_db.data_rights import tombstones
from consent_db.enrolment.photo_uploads import FileState
from consent_db.enrolment.photo_work import WaitingPerson
from consent_db.errors import DatabaseProblem, KeyringProblem
from gatekeeper.types import Role
from tests.api.web.register.person.test_photos import DIFFERENT, portrait
from tests.support.buckets import ADDRESS, Remote, remote
from tests.support.databases import postgres, url
from tests.support.gate import FakeWords, fake_engine
from tests.support.queue import answer_of, impatient, send
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, TOM_HUE, Clock, School, airlock, clock, settle

__all__ = ["clock", "impatient", "postgres", "remote", "url"]

pytestmark = pytest.mark.postgres


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """The content of a key file, as a secret store gives it to every machine."""
    Keyring.create(tmp_path / "made.json")
    return (tmp_path / "made.json").read_text()


@pytest.fixture
def machines(tmp_path: Path, clock: Clock, remote: Remote, url: str, secret: str) -> Iterator[tuple[School, Services]]:
    """A school on the first machine, and the second with an empty data folder."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(
                open_services(settings(tmp_path / name, url, secret), fake_engine(), clock, FakeWords(), airlock())
            )
            for name in ("one", "two")
        ]
        first = School(opened[0], clock)
        settle(first)
        yield first, opened[1]


def settings(data: Path, url: str, secret: str, pictures: str = ADDRESS) -> Settings:
    return Settings(data=data, second_factor=frozenset(), database_url=url, pictures=pictures, key=secret)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_what_one_machine_begins_the_other_goes_on_with(
    machines: tuple[School, Services], clock: Clock, tmp_path: Path, remote: Remote, secret: str, url: str
) -> None:
    """Checks, resolutions, releases, imports, deletions and erasures, and a third machine that starts meanwhile."""
    first, second = machines
    assert isinstance(first.services.queue, Pool)
    first.services.queue.close()  # the second alone takes up what is sent to the first
    sent = [send(first.services) for _ in range(3)]
    third = settings(tmp_path / "three", url, secret)
    with open_services(third, fake_engine(), clock, FakeWords(), airlock()):
        for check in sent:
            assert answer_of(second, check).approved
    approved = first.screener.releases
    token = approved.token(answer_of(first.services, sent[0])) or ""
    second.screener.releases.open(token)

    blocked = first.check(AMIRA_HUE, STRANGER_HUE)
    covered = second.screener.resolve(blocked.id, Resolution(Action.COVER), OFFICE, Role.STAFF)
    assert covered.approved
    assert approved.examined(covered.id)

    WaitingFile(first.services.waiting, first.services.store, "usr_1").keep(Decided(), b"sourcedId\n1\n")
    found = WaitingFile(second.waiting, second.store, "usr_1").open()
    assert found == (Decided(), b"sourcedId\n1\n")
    WaitingFile(second.waiting, second.store, "usr_1").discard()
    assert not WaitingFile(first.services.waiting, first.services.store, "usr_1").waits(clock())

    second.screener.delete_at_once(sent[0], OFFICE)
    with pytest.raises(ReleaseWithdrawn):
        approved.open(token)
    place = Installation(second.store, second.screener.pictures, second.settings, clock)
    assert erase(place, first.people["Amira"], OFFICE).holds
    assert [
        name for name in remote.bucket.objects if not name.startswith(("school/tombstones/", "school/school/"))
    ] == []
    kept = remembered(first.screener.pictures.objects, first.services.store.keyring)
    assert kept is not None
    assert kept.people == {first.people["Amira"]: False}
    assert kept.pictures
    for data in (tmp_path / "one", tmp_path / "two", tmp_path / "three"):
        assert not (data / "keys.json").exists()
        assert not tombstones.beside(data / "keys.json").exists()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_reference_photographs_are_examined_once_by_any_machine(
    machines: tuple[School, Services], remote: Remote
) -> None:
    """Whichever is free; what another has leased is left to it, a bucket that is away loses none, erasure finds all."""
    first, second = machines
    upload = give(
        first.services, {"Amira Khan 1": AMIRA_HUE, "Amira Khan 2": AMIRA_HUE + DIFFERENT, "Tom Jones": TOM_HUE}
    )
    assert len(waiting_in(remote)) == 3
    remote.network.weather = "refusing"
    with pytest.raises(StorageAway):
        run(second, lambda: None)
    remote.network.weather = "fair"
    assert states(second, upload) == [FileState.WAITING] * 3

    amira, now = WaitingPerson(upload, OFFICE, first.people["Amira"]), datetime.now(UTC)
    with first.services.store.transaction(OFFICE, first.clock()) as tx:
        taken = tx.photo_work.take_up(amira, now, now + LEASE)
    run(second, lambda: None)
    assert states(second, upload) == [FileState.WORKING, FileState.WORKING, FileState.USED]
    with first.services.store.transaction(OFFICE, first.clock()) as tx:
        tx.photo_work.give_back(taken.waiting)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda services: run(services, lambda: None), (first.services, second)))
    assert states(second, upload) == [FileState.USED] * 3
    assert waiting_in(remote) == []
    with second.store.reading(OFFICE, first.clock()) as tx:
        assert sum(one.photographs for one in tx.enrolment.of(first.people["Amira"])) == 2

    give(first.services, {"Tom Jones": TOM_HUE})
    place = Installation(second.store, second.screener.pictures, second.settings, first.clock)
    certificate = erase(place, first.people["Tom"], OFFICE)
    assert (certificate.content["destroyed"]["waiting_photographs"], waiting_in(remote)) == (1, [])


def give(services: Services, hues: dict[str, float]) -> str:
    """Give photographs at one machine, as the page does; return the id of the upload."""
    files = [(f"{name}.png", portrait(hue)) for name, hue in hues.items()]
    return take_in(services, [Sent(name, len(data), io.BytesIO(data)) for name, data in files], OFFICE)


def waiting_in(remote: Remote) -> list[str]:
    return [name for name in remote.bucket.objects if name.startswith("school/photographs/")]


def states(services: Services, upload: str) -> list[FileState]:
    with services.store.reading(OFFICE, services.clock()) as tx:
        return [one.state for one in tx.photo_uploads.files(upload)]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_another_bucket_or_other_keys_are_refused(
    machines: tuple[School, Services], tmp_path: Path, secret: str, url: str
) -> None:
    """A machine that is set up wrongly sweeps and serves nothing, and a secret is never rotated by halves."""
    first, _ = machines
    Keyring.create(tmp_path / "others.json")
    for wrong, says in (
        (settings(tmp_path / "three", url, secret, "s3://pictures/elsewhere"), "does not belong to this database"),
        (settings(tmp_path / "three", url, secret, ""), "belongs to another data folder"),
        (settings(tmp_path / "three", url, (tmp_path / "others.json").read_text()), "not the one this database"),
    ):
        with pytest.raises((DatabaseProblem, KeyringProblem), match=says), open_store(wrong):
            pass
    with pytest.raises(KeyringProblem, match="GATEKEEPER_KEY_FILE"):
        first.services.store.rotate_keys(OFFICE, first.clock())
    assert not first.services.store.keyring.changing
