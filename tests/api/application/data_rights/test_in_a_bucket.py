"""A school whose pictures lie in a bucket: everything that works with a folder does, and no fault approves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.application.checks.submission import NoSuchCheck
from api.application.data_rights import backup, integrity
from api.application.data_rights.erasure import erase
from api.application.data_rights.housekeeping import housekeeping, run
from api.cli import doctor, main
from api.platform.storage import GROUPS, Installation, StorageAway
from consent_db.errors import SealBroken
from tests.support.buckets import ADDRESS, Remote, remote
from tests.support.http import Program, http, log_lines, new_client, scheduler
from tests.support.queue import answer_of, impatient, send
from tests.support.school import AMIRA_HUE, OFFICE, TOM_HUE, Clock, School, clock, founded
from tests.support.standins.network import Weather

__all__ = ["clock", "http", "impatient", "log_lines", "new_client", "remote", "scheduler"]


@pytest.fixture
def school(tmp_path: Path, clock: Clock, remote: Remote) -> Iterator[School]:
    with founded(tmp_path / "data", clock, pictures=ADDRESS) as school:
        yield school


def place(school: School) -> Installation:
    services = school.services
    return Installation(services.store, services.screener.pictures, services.settings, services.clock)


def pictures_in(remote: Remote) -> list[str]:
    """Return the names of the pictures in the bucket."""
    return [name for name in remote.bucket.objects if name.split("/")[1] in GROUPS]


def problems(school: School) -> list[str]:
    return integrity.problems(school.services.store, school.screener.pictures, school.clock())


def test_nothing_of_a_picture_is_on_this_machine(school: School, remote: Remote) -> None:
    """The bucket has the one sealed object that the check names; the data folder has none, and all is whole."""
    record = school.check(AMIRA_HUE)
    assert record.approved
    assert pictures_in(remote) == [f"school/{record.examined_key}"]
    assert b"PNG" not in remote.bucket.objects[f"school/{record.examined_key}"]
    assert not any((school.services.settings.data / "pictures").glob("*/*"))
    assert school.screener.releases.examined(record.id)
    assert problems(school) == []


def test_a_swapped_object_does_not_open(school: School, remote: Remote) -> None:
    """Who can write to the bucket cannot have another picture published: each is bound to its name."""
    one, two = school.check(AMIRA_HUE), school.check(TOM_HUE)
    names = [f"school/{record.examined_key}" for record in (one, two)]
    first, second = (remote.bucket.objects[name] for name in names)
    remote.bucket.objects |= {names[0]: second, names[1]: first}
    with pytest.raises(SealBroken):
        school.screener.pictures.get(str(one.examined_key))
    assert len(problems(school)) == 2


def test_a_bucket_that_is_away_answers_503_and_approves_nothing(
    school: School, remote: Remote, scheduler: Program, log_lines: Callable[[], str]
) -> None:
    """Programs are told to come again, readiness says so, nothing is recorded, and afterwards all goes on."""
    remote.network.weather = "refusing"
    answer = scheduler.check(AMIRA_HUE)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:gatekeeper:problem:storage-away")
    assert int(answer.headers["Retry-After"]) > 0
    ready = scheduler.http.get("/readyz")
    assert (ready.status_code, ready.json()["storage"]) == (503, "failed")
    with school.services.store.reading(OFFICE, school.clock()) as tx:
        assert tx.check_work.waiting() == 0
    logged = log_lines()
    assert "storage_away" in logged
    assert not any(secret in logged for secret in ("made-up", remote.network.address, "pictures/school"))
    remote.network.weather = "fair"
    assert scheduler.http.get("/readyz").status_code == 200
    assert scheduler.check(AMIRA_HUE).json()["decision"] == "approve"


@pytest.mark.parametrize("weather", ["refusing", "losing answers"])
def test_the_queue_tries_again_until_the_bucket_answers(school: School, remote: Remote, weather: Weather) -> None:
    """Each check is answered once, and no approval names a picture that is not there, whatever was lost."""
    remote.network.weather = weather
    with pytest.raises(StorageAway):
        send(school.services)
    remote.network.weather = "fair"
    sent = [send(school.services) for _ in range(2)]
    remote.network.fail(weather, 12)
    for check in sent:
        record = answer_of(school.services, check)
        assert record.approved
        assert school.screener.pictures.get(str(record.examined_key))
    assert problems(school) == []


def test_what_is_deleted_while_the_bucket_is_away_goes_later(school: School, remote: Remote) -> None:
    """The approval ends at once; the object goes at the next look, or with the daily run if the process ended."""
    record = school.check(AMIRA_HUE)
    remote.network.weather = "refusing"
    school.screener.delete_at_once(record.id, OFFICE)
    remote.network.weather = "fair"
    with pytest.raises(NoSuchCheck):
        school.screener.releases.examined(record.id)
    assert pictures_in(remote)
    school.screener.pictures.settle()
    assert not pictures_in(remote)
    school.screener.pictures.put("uploads/left", b"of a killed process")
    run(housekeeping(school.services))
    assert pictures_in(remote) == ["school/uploads/left"]  # it may be about to be named
    remote.bucket.age(timedelta(days=400))
    run(housekeeping(school.services))
    assert not pictures_in(remote)


def test_an_erasure_begins_only_when_the_bucket_answers(school: School, remote: Remote) -> None:
    """Nothing is erased in part; afterwards nothing of the person is in the bucket."""
    school.check(AMIRA_HUE)
    remote.network.weather = "refusing"
    with pytest.raises(StorageAway):
        erase(place(school), school.people["Amira"], OFFICE)
    remote.network.weather = "fair"
    certificate = erase(place(school), school.people["Amira"], OFFICE)
    assert certificate.holds
    assert certificate.content["destroyed"]["pictures"] == 1
    assert not pictures_in(remote)


def test_a_backup_goes_to_another_prefix_and_to_a_folder(
    school: School, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is proved, restored where nothing is, and refused where pictures lie."""
    record = school.check(AMIRA_HUE)
    file, words = tmp_path / "backup", tmp_path / "words"
    words.touch(mode=0o600)
    words.write_text("five words chosen by dice\n")
    backup.make(place(school), file, "five words chosen by dice")
    arguments = ["restore", str(file), "--no-tombstones", "--passphrase-file", str(words), "--data"]
    monkeypatch.setenv("GATEKEEPER_PICTURES", ADDRESS)
    assert main.run([*arguments, str(tmp_path / "one")]) == 1
    monkeypatch.setenv("GATEKEEPER_PICTURES", "s3://pictures/other")
    assert main.run([*arguments, str(tmp_path / "two")]) == 0
    assert f"other/{record.examined_key}" in remote.bucket.objects
    monkeypatch.delenv("GATEKEEPER_PICTURES")
    assert main.run([*arguments, str(tmp_path / "three")]) == 0
    assert (tmp_path / "three" / "pictures" / str(record.examined_key)).is_file()


def test_a_person_erased_since_does_not_come_back_from_a_backup(
    school: School, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tombstones of the bucket count, said or not, though the keys to them come with the backup."""
    school.check(AMIRA_HUE)
    file, words = tmp_path / "backup", tmp_path / "words"
    words.touch(mode=0o600)
    words.write_text("five words chosen by dice\n")
    backup.make(place(school), file, "five words chosen by dice")
    erase(place(school), school.people["Amira"], OFFICE)
    arguments = ["restore", str(file), "--passphrase-file", str(words), "--data"]
    monkeypatch.setenv("GATEKEEPER_PICTURES", "s3://pictures/other")
    assert main.run([*arguments, str(tmp_path / "one")]) == 1
    assert "would come back" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "one" / "keys.json").exists()
    assert main.run([*arguments, str(tmp_path / "one"), "--tombstones", ADDRESS]) == 0
    assert "Again erased: 1 people" in capsys.readouterr().out
    monkeypatch.setenv("GATEKEEPER_PICTURES", ADDRESS)
    for option in ([], ["--no-tombstones"]):
        for name in pictures_in(remote):
            remote.bucket.delete(name)
        assert main.run([*arguments, str(tmp_path / f"two{len(option)}"), *option]) == 0
        assert "Again erased: 1 people" in capsys.readouterr().out


def test_the_doctor_says_whether_the_bucket_answers(
    school: School, remote: Remote, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence each way."""
    assert doctor._storage(school.services.settings) == []
    assert f"{ADDRESS} answers" in " ".join(capsys.readouterr().out.split())
    remote.network.weather = "refusing"
    assert "does not answer" in doctor._storage(school.services.settings)[0]
