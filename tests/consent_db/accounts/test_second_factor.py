from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from consent_db import Store
from consent_db.accounts import recovery, totp
from consent_db.errors import NotPossible, SealBroken
from gatekeeper.types import Role
from tests.support.register import ADMIN, NOW, stored_bytes

PASSWORD = "lantern badger omelette"
RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The examples of RFC 6238, appendix B, cut to six digits."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(RFC_SECRET, totp.step_of(moment)) == code
    assert totp.matching_step(RFC_SECRET, code, moment, after=0) == seconds // 30


@given(st.binary(min_size=20, max_size=20), st.integers(1_000, 100_000_000), st.integers(-5, 5))
def test_a_code_is_good_for_its_step_and_its_neighbours(secret: bytes, step: int, shift: int) -> None:
    """Half a minute early or late is forgiven; more is not, and neither is a second use."""
    now = datetime.fromtimestamp(step * 30 + 7, UTC)
    code = totp.code_at(secret, step + shift)
    if code not in {totp.code_at(secret, step + other) for other in range(-6, 7) if other != shift}:
        found = totp.matching_step(secret, code, now, after=0)
        assert found == (step + shift if abs(shift) <= 1 else None)
        assert totp.matching_step(secret, code, now, after=step + shift) is None


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_code_or_not(code: str) -> None:
    """No text is an error, and none that is not six digits is right."""
    found = totp.matching_step(RFC_SECRET, code, NOW, after=0)
    assert found is None or (len(code) == 6 and code.isdigit())


def person(store: Store) -> str:
    with store.transaction(ADMIN, NOW) as tx:
        return tx.users.add("head@school.example", PASSWORD, Role.ADMIN).id


def set_up(store: Store, user: str) -> tuple[bytes, tuple[str, ...]]:
    with store.transaction(user, NOW) as tx:
        secret = tx.second_factors.begin(user)
        codes = tx.second_factors.confirm(user, totp.code_at(secret, totp.step_of(NOW)))
    assert codes is not None
    return secret, codes


def test_a_second_factor_is_in_force_once_it_is_confirmed(store: Store) -> None:
    """Until the first right code the secret stays the same and asks nobody for anything."""
    user = person(store)
    with store.transaction(user, NOW) as tx:
        secret = tx.second_factors.begin(user)
        assert tx.second_factors.begin(user) == secret
        assert not tx.second_factors.has(user)
        assert tx.second_factors.confirm(user, "000000") is None
        assert tx.second_factors.check(user, totp.code_at(secret, totp.step_of(NOW))) is False
        assert tx.second_factors.users() == frozenset()
    _, codes = set_up(store, user)
    with store.transaction(user, NOW) as tx:
        assert tx.second_factors.has(user)
        assert tx.second_factors.users() == {user}
        assert tx.second_factors.codes_left(user) == len(codes) == 8
        for again in (tx.second_factors.begin, lambda who: tx.second_factors.confirm(who, "000000")):
            with pytest.raises(NotPossible):
                again(user)


def test_a_code_is_good_once(store: Store) -> None:
    """Also if it was seen over a shoulder half a minute ago; the next one is good again."""
    user = person(store)
    secret, _ = set_up(store, user)
    later = NOW + timedelta(minutes=2)
    code = totp.code_at(secret, totp.step_of(later))
    with store.transaction(user, later) as tx:
        assert tx.second_factors.check(user, f" {code[:3]} {code[3:]} ")
        assert not tx.second_factors.check(user, code)
        assert not tx.second_factors.check(user, totp.code_at(secret, totp.step_of(later) - 1))
    with store.transaction(user, later + timedelta(seconds=30)) as tx:
        assert not tx.second_factors.check(user, code)
        assert tx.second_factors.check(user, totp.code_at(secret, totp.step_of(later) + 1))


def test_a_recovery_code_is_good_once_however_it_is_typed(store: Store) -> None:
    """Capitals and spaces do not matter; new codes make the old ones worthless."""
    user = person(store)
    _, codes = set_up(store, user)
    with store.transaction(user, NOW) as tx:
        assert tx.second_factors.check(user, codes[0].upper().replace("-", " "))
        assert not tx.second_factors.check(user, codes[0])
        assert tx.second_factors.codes_left(user) == 7
        fresh = tx.second_factors.new_codes(user)
        assert not tx.second_factors.check(user, codes[1])
        assert tx.second_factors.check(user, fresh[1])
        assert not tx.second_factors.check("usr_other", fresh[2])


def test_recovery_codes_have_enough_randomness_for_a_plain_hash() -> None:
    """25 letters of 32 are 125 bits, and no two are alike."""
    codes = [code for _ in range(50) for code in recovery.new_codes()]
    assert len(set(codes)) == len(codes) == 400
    assert all(len(code.replace("-", "")) == 25 for code in codes)


def test_a_removed_second_factor_leaves_nothing(store: Store) -> None:
    """Neither the secret nor the recovery codes are good any more, and there is nothing to remove twice."""
    user = person(store)
    secret, codes = set_up(store, user)
    with store.transaction(ADMIN, NOW + timedelta(minutes=1)) as tx:
        tx.second_factors.remove(user)
        assert not tx.second_factors.check(user, codes[0])
        assert not tx.second_factors.check(user, totp.code_at(secret, totp.step_of(NOW) + 2))
        assert tx.second_factors.codes_left(user) == 0
        with pytest.raises(NotPossible):
            tx.second_factors.remove(user)
    with store.reading(ADMIN, NOW) as tx:
        actions = [(e.action, e.actor) for e in tx.audit.entries() if e.action.startswith("second_factor")]
    assert ("second_factor.set_up", user) in actions
    assert ("second_factor.removed", ADMIN) in actions


def test_the_secret_is_sealed_and_codes_are_hashed(lite: Store, tmp_path: Path) -> None:
    """Whoever has the database alone can make no code, and use none of the recovery codes."""
    user = person(lite)
    secret, codes = set_up(lite, user)
    found = stored_bytes(tmp_path / "data")
    assert secret not in found
    assert not any(code.encode() in found or code.replace("-", "").encode() in found for code in codes)


def test_a_secret_moved_to_another_user_does_not_open(lite: Store) -> None:
    """An administrator of the database cannot give somebody's factor to somebody else."""
    user = person(lite)
    set_up(lite, user)
    with lite.transaction(ADMIN, NOW) as tx:
        other = tx.users.add("other@school.example", PASSWORD, Role.STAFF).id
    with lite._engine.begin() as connection:
        connection.execute(text("UPDATE second_factors SET user_id = :other"), {"other": other})
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(SealBroken):
        tx.second_factors.check(other, "123456")
