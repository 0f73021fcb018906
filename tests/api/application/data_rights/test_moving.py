"""Stored pictures move from a folder to a bucket and back: proved, resumed, and nothing deleted too early."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from api.application.data_rights.moving import Move, Moved, NotMovable
from api.application.opening import open_store
from api.application.services import open_services
from api.cli import main
from api.platform.settings import Settings
from api.platform.storage import StorageAway, kept_in, pictures_of
from consent_db.errors import DatabaseProblem
from tests.support.buckets import ADDRESS, Remote, remote
from tests.support.gate import FakeWords, fake_engine
from tests.support.school import AMIRA_HUE, OFFICE, TOM_HUE, Clock, airlock, clock, founded

__all__ = ["clock", "remote"]


def test_there_and_back(
    tmp_path: Path, clock: Clock, remote: Remote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Interrupted, tampered with and repeated, until each copy opens; the service goes on meanwhile and afterwards."""
    data = tmp_path / "data"
    folder = str(data / "pictures")
    with founded(data, clock) as school:
        checks = [school.check(hue) for hue in (AMIRA_HUE, TOM_HUE, AMIRA_HUE)]
        settings, store = school.services.settings, school.services.store
        move = Move(store, settings, kept_in(folder), remote.open())
        remote.network.weather = "refusing"
        with pytest.raises(StorageAway):
            move.run(clock())
        remote.network.weather = "fair"
        assert move.run(clock()) == Moved(3, 0, ())
        bucket = Settings(data=data, second_factor=frozenset(), pictures=ADDRESS)
        name = f"school/{checks[0].examined_key}"
        remote.bucket.objects[name] = remote.bucket.objects[name][:-1] + b"\0"
        late = school.check(AMIRA_HUE, TOM_HUE)
        school.screener.delete_at_once(checks[1].id, OFFICE)
        remote.bucket.age(timedelta(days=400))
        remote.bucket.put("school/uploads/new", b"of a service that uses the bucket", if_absent=True)
        again = move.run(clock())
        assert "school/uploads/new" in remote.bucket.objects
        assert (again.copied, again.damaged) == (2, ())
        assert f"school/{checks[1].examined_key}" not in remote.bucket.objects
        assert f"school/{late.examined_key}" in remote.bucket.objects
        assert (data / "pictures" / str(late.examined_key)).exists()
    monkeypatch.setenv("GATEKEEPER_PICTURES", folder)
    assert main.run(["picture", "move", folder, ADDRESS, "--delete-old", "--data", str(data)]) == 1
    with open_services(bucket, fake_engine(), clock, FakeWords(), airlock()) as services:
        assert services.screener.releases.examined(late.id)
    monkeypatch.setenv("GATEKEEPER_PICTURES", ADDRESS)
    assert main.run(["picture", "move", folder, ADDRESS, "--delete-old", "--data", str(data)]) == 0
    assert not any(Path(folder).glob("*/*"))
    assert main.run(["picture", "move", ADDRESS, folder, "--data", str(data)]) == 0
    assert "Copied and proved: 3" in capsys.readouterr().out
    monkeypatch.delenv("GATEKEEPER_PICTURES")
    with open_services(settings, fake_engine(), clock, FakeWords(), airlock()) as services:
        assert services.screener.releases.examined(late.id)
    assert main.run(["picture", "move", ADDRESS, folder, "--delete-old", "--data", str(data)]) == 0
    with pytest.raises(DatabaseProblem, match="picture move"), open_store(bucket):
        pass


def test_half_a_copy_is_no_place_to_start_from(tmp_path: Path, clock: Clock, remote: Remote) -> None:
    """Not before every picture is proved; and a prefix with other pictures is never taken."""
    data = tmp_path / "data"
    with founded(data, clock) as school:
        record = school.check(AMIRA_HUE)
        file = data / "pictures" / str(record.examined_key)
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
        move = Move(school.services.store, school.services.settings, kept_in(str(data / "pictures")), remote.open())
        assert move.run(clock()).damaged == (record.examined_key,)
        bucket = Settings(data=data, second_factor=frozenset(), pictures=ADDRESS)
        with pytest.raises(DatabaseProblem, match="picture move"), open_store(bucket):
            pass
        file.write_bytes(whole)
        assert move.run(clock()).copied == 1
        with open_store(bucket):
            pass
        remote.bucket.objects.clear()
        remote.bucket.put("school/uploads/x", b"another school's", if_absent=True)
        with pytest.raises(NotMovable, match="empty prefix"):
            move.run(clock())


def test_one_place_under_two_addresses_is_refused(
    tmp_path: Path, clock: Clock, remote: Remote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link, another spelling or the very same bucket: nothing is deleted, since there is no other copy."""
    data, link = tmp_path / "data", tmp_path / "link"
    with founded(data, clock) as school:
        record = school.check(AMIRA_HUE)
        Move(school.services.store, school.services.settings, kept_in(f"{data}/pictures"), remote.open()).run(clock())
    link.symlink_to(data / "pictures")
    for old, new in ((f"{link}", f"{data}/pictures"), (f"{ADDRESS}/", ADDRESS)):
        monkeypatch.setenv("GATEKEEPER_PICTURES", new)
        assert main.run(["picture", "move", old, new, "--delete-old", "--data", str(data)]) == 1
        assert "lead to the same place" in " ".join(capsys.readouterr().err.split())
    assert (data / "pictures" / str(record.examined_key)).is_file()
    assert f"school/{record.examined_key}" in remote.bucket.objects


def test_pictures_of_another_school_are_never_deleted(tmp_path: Path, clock: Clock, remote: Remote) -> None:
    """Neither from an old place that was mistyped, nor from a folder that two schools were given."""
    shared = tmp_path / "data" / "pictures"
    with founded(tmp_path / "data", clock) as school:
        own = str(school.check(AMIRA_HUE).examined_key)
        settings, store = school.services.settings, school.services.store
        move = Move(store, settings, kept_in(str(shared)), remote.open())
        move.run(clock())
        other = Settings(data=tmp_path / "other", pictures=str(shared))
        with open_store(other) as theirs:
            pictures_of(other, theirs).put("examined/theirs", b"another school's")
        assert school.screener.sweep() == 0
        assert move.delete_old(clock()) == 1
    assert not (shared / own).exists()
    assert (shared / "examined" / "theirs").is_file()
