"""Two machines that share a PostgreSQL and a bucket, and nothing else: one school."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.application.checks.release.releasing import ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, Resolution
from api.application.data_rights.erasure import erase
from api.application.jobs import Pool
from api.application.opening import open_store
from api.application.register.pending_import import Decided, WaitingFile
from api.application.services import Services, open_services
from api.platform.settings import Settings
from api.platform.storage import Installation, remembered
from consent_db import Keyring
from consent_db.data_rights import tombstones
from consent_db.errors import DatabaseProblem, KeyringProblem
from gatekeeper.types import Role
from tests.support.buckets import ADDRESS, Remote, remote
from tests.support.databases import postgres, url
from tests.support.gate import FakeWords, fake_engine
from tests.support.queue import answer_of, impatient, send
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, Clock, School, airlock, clock, settle

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
