"""The contract of the storage protocol, the same for a folder and a bucket.

The bucket is a stand-in for S3 on this machine. With `GATEKEEPER_TEST_BUCKET` set to an empty prefix of a real one
(and the cloud's own variables), the same tests run there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.platform.storage import AlreadyStored, NoSuchPicture, Objects, StorageAway, StorageProblem, kept_in
from api.platform.storage.bucket import Bucket
from tests.support.buckets import Remote, remote
from tests.support.standins.network import Weather

__all__ = ["remote"]

REAL = os.environ.get("GATEKEEPER_TEST_BUCKET")


@pytest.fixture(params=["folder", "bucket", *(["real bucket"] if REAL else [])])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    """An empty storage of each kind."""
    if request.param == "real bucket":
        opened: Objects = Bucket(REAL or "")
        yield opened
        for group in ("uploads", "examined"):
            for key in opened.listing(group):
                opened.delete(key)
    elif request.param == "bucket":
        yield cast("Remote", request.getfixturevalue("remote")).open()
    else:
        yield kept_in(str(tmp_path / "pictures"))


def test_the_contract(objects: Objects) -> None:
    """What was stored comes back until it is deleted; creation never replaces; listings are of one group."""
    objects.must_answer()
    assert objects.modified("uploads/one") is None
    with pytest.raises(NoSuchPicture):
        objects.get("uploads/one")
    objects.delete("uploads/one")
    objects.put("uploads/one", b"first")
    objects.put("uploads/one", b"first")  # said twice, as after a lost answer
    with pytest.raises(AlreadyStored):
        objects.put("uploads/one", b"other")
    assert objects.get("uploads/one") == b"first"
    objects.put("uploads/one", b"second", replace=True)
    assert objects.get("uploads/one") == b"second"
    written = objects.modified("uploads/one")
    assert written is not None
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)
    for number in range(7):  # more than a page of the stand-in
        objects.put(f"examined/x{number}.png", bytes([number]))
    assert set(objects.listing("examined")) == {f"examined/x{number}.png" for number in range(7)}
    assert set(objects.listing("uploads")) == {"uploads/one"}
    assert objects.listing("nothing") == {}
    objects.delete("uploads/one")
    assert objects.modified("uploads/one") is None


def test_of_many_who_create_one_object_one_does(objects: Objects) -> None:
    """Others are told that something is there, and nothing is mixed."""

    def create(number: int) -> bool:
        try:
            objects.put("uploads/raced", bytes([number]) * 1000)
        except AlreadyStored:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(create, range(4)))
    assert won.count(True) == 1
    assert objects.get("uploads/raced") == bytes([won.index(True)]) * 1000


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[a-z]{1,8}/[A-Za-z0-9_-]{1,8}(\.[a-z]{1,4})?", fullmatch=True),
        st.sampled_from(["../keys.json", "uploads/../../x", "uploads", "/etc/passwd", "uploads/a/b", "uploads/a\n"]),
    )
)
def test_only_names_of_the_one_form_are_objects(name: str, tmp_path: Path) -> None:
    """A name either holds what was stored under it, below the folder, or is refused before anything is touched."""
    objects = kept_in(str(tmp_path / "pictures"))
    group, _, rest = name.partition("/")
    plain = group.isascii() and group.isalpha() and group.islower() and set(rest) <= _LETTERS and rest
    try:
        objects.put(name, b"x", replace=True)
    except ValueError:
        assert not plain or rest.startswith(".") or "." in rest
    else:
        assert objects.get(name) == b"x"
        assert (tmp_path / "pictures" / group / rest).read_bytes() == b"x"
        objects.delete(name)


_LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


@pytest.mark.parametrize("weather", ["refusing", "silent", "losing answers"])
def test_a_bucket_that_is_away_is_said_to_be_within_seconds(remote: Remote, weather: Weather) -> None:
    """Nothing is taken for stored, for absent or for deleted; what could be read before can be again afterwards."""
    objects = remote.open()
    objects.put("uploads/one", b"one")
    remote.network.weather = weather
    began = datetime.now(UTC)
    asks: list[Callable[[], object]] = [
        lambda: objects.put("uploads/two", b"two"),
        lambda: objects.modified("uploads/nothing"),
    ]
    if weather != "silent":  # which takes its time each time
        asks += [objects.must_answer, lambda: objects.get("uploads/one"), lambda: objects.delete("uploads/one")]
    for ask in asks:
        with pytest.raises(StorageAway):
            ask()
    assert datetime.now(UTC) - began < timedelta(seconds=20)
    remote.network.weather = "fair"
    assert weather == "losing answers" or objects.get("uploads/one") == b"one"


def test_a_lost_answer_is_asked_for_again(remote: Remote) -> None:
    """The object was created by the attempt whose answer was lost, so the second finds its own."""
    objects = remote.open()
    objects.must_answer()
    remote.network.fail("losing answers", 1)
    objects.put("uploads/one", b"one")
    assert remote.network.fair_after is None
    assert objects.get("uploads/one") == b"one"


def test_refused_credentials_are_said_without_showing_them(remote: Remote, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither the error nor the log has the address, a header or a secret in it."""
    remote.bucket.refuses = True
    with pytest.raises(StorageAway, match="refuses these credentials") as caught:
        remote.open().get("uploads/one")
    said = f"{caught.value!r} {capfd.readouterr()}"
    assert caught.value.reason == "refused"
    assert caught.value.__cause__ is None
    assert not any(secret in said for secret in ("made-up", "127.0.0.1", "uploads"))


@pytest.mark.parametrize(
    "address",
    ["az://container/x", "nonsense://bucket/x", "memory://x", "file:///tmp/x", "s3://made-up:secret@bucket", "s3://[x"],
)
def test_an_address_that_cannot_be_opened_is_one_sentence(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how addresses are written and quotes none; memory or a folder without fsync is no storage."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(StorageProblem, match="s3://bucket/prefix") as caught:
        kept_in(address)
    assert "secret" not in str(caught.value)
