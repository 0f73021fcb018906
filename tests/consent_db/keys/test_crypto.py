from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_db import Keyring
from consent_db.errors import KeyringProblem, SealBroken
from consent_db.keys.crypto import DataKey, Place

PLACE = Place("templates", "tpl_1", "sealed", "per_1", "sface")


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_at_its_place(plain: bytes) -> None:
    """Sealing and opening gives back the same bytes, whatever they are."""
    key = DataKey.new()
    assert key.open(key.seal(plain, PLACE), PLACE) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="people"),
        replace(PLACE, row="tpl_2"),
        replace(PLACE, column="profile"),
        replace(PLACE, person="per_2"),
        replace(PLACE, engine="dlib"),
        replace(PLACE, person="per_1sface", engine=""),
    ],
)
def test_sealed_bytes_do_not_open_anywhere_else(elsewhere: Place) -> None:
    """Moved to another table, row, column, person or engine they are worthless."""
    key = DataKey.new()
    with pytest.raises(SealBroken):
        key.open(key.seal(b"secret", PLACE), elsewhere)


@given(st.integers(0, 1000), st.integers(1, 255))
def test_every_flipped_bit_is_found(position: int, flip: int) -> None:
    """No byte of the sealed bytes can be changed, the header included."""
    key = DataKey.new()
    sealed = bytearray(key.seal(b"a template", PLACE))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        key.open(bytes(sealed), PLACE)


@given(st.binary(max_size=60))
def test_bytes_that_were_never_sealed_are_refused(junk: bytes) -> None:
    """Short and random bytes give the same error as altered ones."""
    with pytest.raises(SealBroken):
        DataKey.new().open(junk, PLACE)


def test_another_persons_key_opens_nothing() -> None:
    """Each person's cells open with that person's key only, even if the header is made to fit."""
    mine, yours = DataKey.new(), DataKey.new()
    sealed = mine.seal(b"secret", PLACE)
    forged = sealed[:1] + yours.id + sealed[9:]
    for attempt in (sealed, forged):
        with pytest.raises(SealBroken):
            yours.open(attempt, PLACE)


def test_the_same_words_are_sealed_differently_each_time() -> None:
    """Equal cells cannot be recognised as equal."""
    key = DataKey.new()
    assert key.seal(b"yes", PLACE) != key.seal(b"yes", PLACE)


def test_the_key_file_is_private_and_complete(tmp_path: Path) -> None:
    """The file is readable by its owner only, and nothing is left beside it."""
    path = tmp_path / "deep" / "keys.json"
    Keyring.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]
    assert json.loads(path.read_text())["format"] == 1


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    """Creating where a key file lies is refused and leaves it as it is."""
    path = tmp_path / "keys.json"
    Keyring.create(path)
    before = path.read_bytes()
    with pytest.raises(KeyringProblem, match="never replaced"):
        Keyring.create(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The error says which command mends it."""
    path = tmp_path / "keys.json"
    Keyring.create(path)
    path.chmod(mode)
    with pytest.raises(KeyringProblem, match="chmod 600"):
        Keyring.load(path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b'{"keys": 3}', b"\xff\xfe", b'{"format": 1, "active": "zz"}']
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever is wrong with it, the error says to restore it and shows no key."""
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyringProblem, match="restore it"):
        Keyring.load(path)


@pytest.mark.parametrize("name", ["active", "format", "index_key", "keys"])
def test_a_key_file_with_a_part_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    """An unknown active key, another format, a short key: none of them is used."""
    path = tmp_path / "keys.json"
    Keyring.create(path)
    wrong = {"active": "00" * 8, "format": 2, "index_key": "AAAA", "keys": {}}
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: wrong[name]}))
    with pytest.raises(KeyringProblem):
        Keyring.load(path)


def test_a_missing_key_file_is_an_error_in_words(tmp_path: Path) -> None:
    """The error says where the file was looked for."""
    with pytest.raises(KeyringProblem, match=r"nowhere\.json"):
        Keyring.load(tmp_path / "nowhere.json")


def test_a_wrapped_key_belongs_to_its_owner(keyring: Keyring) -> None:
    """A data key that is moved to another person's row does not open."""
    wrapped = keyring.wrap(DataKey.new(), "per_1")
    with pytest.raises(SealBroken):
        keyring.unwrap(wrapped, "per_2")


def test_blind_indexes_are_equal_for_equal_values_of_one_column(tmp_path: Path) -> None:
    """They depend on the value, the column and the key file, and on nothing else."""
    keyring = Keyring.create(tmp_path / "keys.json")
    other = Keyring.create(tmp_path / "other.json")
    index = keyring.index("77", "people.external_id")
    assert index == Keyring.load(tmp_path / "keys.json").index("77", "people.external_id")
    different = {keyring.index("78", "people.external_id"), keyring.index("77", "x"), other.index("77", "people.x")}
    assert index not in different


def test_old_keys_open_until_they_are_retired(tmp_path: Path) -> None:
    """After a new key was added both are in the file; after retiring only the new one."""
    path = tmp_path / "keys.json"
    keyring = Keyring.create(path)
    key = DataKey.new()
    old = keyring.wrap(key, "per_1")
    keyring.add_key()
    assert Keyring.load(path).unwrap(old, "per_1").secret == key.secret
    anew = keyring.wrap(key, "per_1")
    assert keyring.retire_old_keys() == 1
    assert Keyring.load(path).unwrap(anew, "per_1").secret == key.secret
    with pytest.raises(KeyringProblem, match="matching one"):
        Keyring.load(path).unwrap(old, "per_1")


def test_a_running_process_takes_up_the_keys_that_another_one_made(tmp_path: Path) -> None:
    """Nothing is wrapped with a key that was retired behind a running server's back."""
    path = tmp_path / "keys.json"
    server, command = Keyring.create(path), Keyring.load(path)
    command.add_key()
    command.retire_old_keys()
    key = DataKey.new()
    wrapped = server.wrap(key, "per_1")
    assert Keyring.load(path).unwrap(wrapped, "per_1").secret == key.secret


def test_a_running_process_opens_what_was_wrapped_with_a_newer_key(tmp_path: Path) -> None:
    """An unknown key id makes it look at the key file again."""
    path = tmp_path / "keys.json"
    server, command = Keyring.create(path), Keyring.load(path)
    command.add_key()
    key = DataKey.new()
    assert server.unwrap(command.wrap(key, "per_1"), "per_1").secret == key.secret


def test_keys_never_show_in_a_representation(keyring: Keyring) -> None:
    """What is printed or logged by accident holds no key."""
    key = DataKey.new()
    assert repr(key.secret) not in repr(key)
    assert repr(key.secret)[2:10] not in repr(keyring)
