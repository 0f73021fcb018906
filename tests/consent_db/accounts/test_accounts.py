from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from consent_db import Store
from consent_db.accounts.passwords import compare, hash_password, verify_password
from consent_db.accounts.records import Step
from consent_db.errors import AlreadyExists, NotFound, NotPossible, PasswordUnfit
from gatekeeper.types import Role
from tests.support.register import ADMIN, NOW, stored_bytes

PASSWORD = "correct horse battery"
YEAR = timedelta(days=365)


def test_a_user_signs_in_with_the_right_password_only(store: Store) -> None:
    """The address may be written in any case; a wrong one and a wrong password are the same no."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("Head@School.example", PASSWORD, Role.SAFEGUARDING_LEAD)
        assert tx.users.authenticate(" head@school.EXAMPLE", PASSWORD) == user == tx.users.get(user.id)
        assert tx.users.authenticate("head@school.example", PASSWORD + "!") is None
        assert tx.users.authenticate("other@school.example", PASSWORD) is None
        assert tx.users.authenticate("head@school.example", PASSWORD * 20) is None
        assert tx.users.all() == [user]
        with pytest.raises(AlreadyExists):
            tx.users.add("head@school.example", PASSWORD, Role.STAFF)
        with pytest.raises(NotFound):
            tx.users.get("usr_none")


def test_signing_in_works_where_nothing_can_be_written(lite: Store) -> None:
    """A reading transaction answers the same and notes nothing."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.users.add("a@b.example", PASSWORD, Role.STAFF)
    before = lite.verify_audit().length
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.users.authenticate("a@b.example", PASSWORD)
        assert tx.users.authenticate("a@b.example", "wrong password") is None
    assert lite.verify_audit().length == before


@pytest.mark.usefixtures("real_passwords")
def test_an_address_and_a_password_are_not_in_the_file(lite: Store, tmp_path: Path) -> None:
    """The address is sealed and found by a blind index; the password is an argon2id hash."""
    with lite.transaction(ADMIN, NOW) as tx:
        tx.users.add("secretary@school.example", PASSWORD, Role.ADMIN)
    found = stored_bytes(tmp_path / "data")
    assert b"secretary" not in found
    assert PASSWORD.encode() not in found
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in found


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 129,
        "aaaaaaaaaaaa",
        "ababababababab",
        "password1234",
        "P@ssw0rd2026!",
        "qwertyuiop12",
        "manchesterunited",
        "Gatekeeper2026!",
        "schoolschool1",
        "Summer2026!!",
    ],
)
def test_unfit_passwords_are_refused(password: str) -> None:
    """Too short, too long, repeated, or what everybody uses, however it is dressed up."""
    with pytest.raises(PasswordUnfit):
        hash_password(password)


@pytest.mark.parametrize(
    "password", ["lantern badger omelette", "x9$kLp2mQw8z", "ich hätte gern ein Brot", "四百四十四匹の猫が好き です"]
)
def test_good_passwords_need_no_special_letters(password: str) -> None:
    """Words, any alphabet, or what a password manager makes: there are no rules of composition."""
    assert verify_password(password, hash_password(password))[0]


def test_a_password_is_not_made_of_the_address(lite: Store) -> None:
    """The first guess of everybody who knows the address."""
    with lite.transaction(ADMIN, NOW) as tx:
        with pytest.raises(PasswordUnfit, match="guessed"):
            tx.users.add("quillfeather@ourcollege.example", "quillfeather2026", Role.STAFF)
        user = tx.users.add("quillfeather@ourcollege.example", PASSWORD, Role.STAFF)
        with pytest.raises(PasswordUnfit, match="guessed"):
            tx.users.set_password(user.id, "Quillfeather-2026")


def test_somebody_who_was_added_without_a_password_has_none_that_works(store: Store) -> None:
    """Nobody can sign in as them before they have chosen theirs."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("new@school.example", None, Role.STAFF)
        for guess in ("", "new@school.example", "password", PASSWORD):
            assert tx.users.authenticate("new@school.example", guess) is None
        tx.users.set_password(user.id, PASSWORD)
        assert tx.users.authenticate("new@school.example", PASSWORD) == user


def test_there_is_always_an_administrator(store: Store) -> None:
    """The last one who can sign in keeps the role and the account; a second one makes both possible."""
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.users.none_yet()
        first = tx.users.add("first@school.example", PASSWORD, Role.ADMIN).id
        second = tx.users.add("second@school.example", PASSWORD, Role.ADMIN).id
        assert not tx.users.none_yet()
        tx.users.disable(second)
        with pytest.raises(NotPossible, match="last administrator"):
            tx.users.disable(first)
        with pytest.raises(NotPossible, match="last administrator"):
            tx.users.set_role(first, Role.STAFF)
        tx.users.enable(second)
        tx.users.set_role(first, Role.STAFF)
        assert tx.users.get(first).role is Role.STAFF


def test_nobody_changes_their_own_role(store: Store) -> None:
    """Another administrator has to, so that no single stolen session makes itself more powerful or hides."""
    with store.transaction(ADMIN, NOW) as tx:
        users = [tx.users.add(f"{name}@school.example", PASSWORD, Role.ADMIN).id for name in ("one", "two")]
    with store.transaction(users[0], NOW) as tx:
        with pytest.raises(NotPossible, match="your own role"):
            tx.users.disable(users[0])
        with pytest.raises(NotPossible, match="your own role"):
            tx.users.set_role(users[0], Role.APPROVER)
        tx.users.set_role(users[1], Role.APPROVER)


def test_somebody_is_found_by_the_account_they_have_elsewhere(store: Store) -> None:
    """By issuer and subject together, never by either alone."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", None, Role.STAFF)
        tx.users.bind_identity(user.id, "https://login.example", "42")
        assert tx.users.find_identity("https://login.example", "42") == user == tx.users.find("A@b.example")
        assert tx.users.find_identity("https://other.example", "42") is None
        assert tx.users.find_identity("https://login.example", "43") is None


@pytest.mark.parametrize("email", ["", "nobody", "@x", "x@", "x" * 250 + "@y.example"])
def test_what_is_no_address_is_refused(lite: Store, email: str) -> None:
    """The error says to correct it."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible, match="correct"):
        tx.users.add(email, PASSWORD, Role.STAFF)


def test_an_unknown_user_takes_as_long_as_a_known_one() -> None:
    """The time of an answer does not tell whether there is such a user."""
    known = hash_password(PASSWORD)
    verify_password(PASSWORD, None)
    times: dict[str | None, list[float]] = {known: [], None: []}
    for _ in range(9):
        for kept, taken in times.items():
            started = time.process_time()
            verify_password("some wrong password", kept)
            taken.append(time.process_time() - started)
    assert 0.7 < statistics.median(times[known]) / statistics.median(times[None]) < 1.4


def test_a_new_password_a_new_role_and_disabling_end_every_session(store: Store) -> None:
    """Whoever held an old session has to sign in again, or cannot any more."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF)
        changes: tuple[Callable[[], None], ...] = (
            lambda: tx.users.set_password(user.id, "another good one"),
            lambda: tx.users.set_role(user.id, Role.APPROVER),
            lambda: tx.users.disable(user.id),
        )
        for change in changes:
            token = tx.sessions.start(user.id)
            assert tx.sessions.find(token)
            change()
            assert tx.sessions.find(token) is None
        assert tx.users.authenticate("a@b.example", "another good one") is None
        with pytest.raises(NotPossible, match="disabled"):
            tx.sessions.start(user.id)
        with pytest.raises(NotFound):
            tx.users.set_role("usr_none", Role.ADMIN)
        assert tx.users.get(user.id).role is Role.APPROVER


def test_a_session_ends_when_idle_and_in_any_case(store: Store) -> None:
    """30 minutes without use, 8 hours in all; use is noted to the minute."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF)
        token = tx.sessions.start(user.id)
    for minutes in (29, 58, 87):
        with store.transaction(ADMIN, NOW + timedelta(minutes=minutes)) as tx:
            assert tx.sessions.find(token)
    with store.reading(ADMIN, NOW + timedelta(minutes=117)) as tx:
        assert tx.sessions.find(token) is None
    for quarters in range(6, 32):
        with store.transaction(ADMIN, NOW + timedelta(minutes=15 * quarters)) as tx:
            assert tx.sessions.find(token)
    with store.transaction(ADMIN, NOW + timedelta(hours=8)) as tx:
        assert tx.sessions.find(token) is None
        assert tx.sessions.sweep() == 1


def test_a_session_of_a_disabled_user_opens_nothing(lite: Store) -> None:
    """Even if the session itself was put back, as from a backup."""
    with lite.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF)
        token = tx.sessions.start(user.id)
    with lite._engine.begin() as connection:
        connection.execute(text("UPDATE users SET disabled_at = created_at"))
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.sessions.find(token) is None


@pytest.mark.usefixtures("real_passwords")
def test_an_outdated_hash_is_renewed_at_the_next_sign_in(lite: Store) -> None:
    """When the cost is raised, passwords follow without anybody noticing."""
    old = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1)]).hash(PASSWORD)
    with lite.transaction(ADMIN, NOW) as tx:
        tx.users.add("a@b.example", PASSWORD, Role.STAFF)
    with lite._engine.begin() as connection:
        connection.execute(text("UPDATE users SET password = :old"), {"old": old})
    with lite.transaction(ADMIN, NOW) as tx:
        assert tx.users.authenticate("a@b.example", PASSWORD)
    with lite._engine.connect() as connection:
        assert "m=19456" in connection.execute(text("SELECT password FROM users")).scalar_one()


def test_a_session_that_is_not_finished_is_short(store: Store) -> None:
    """Whoever gave a password has ten minutes for the rest."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.ADMIN)
        token = tx.sessions.start(user.id, Step.CODE, "Firefox on Windows")
        found = tx.sessions.find(token)
        assert found is not None
        assert (found.step, found.device) == (Step.CODE, "Firefox on Windows")
    with store.reading(ADMIN, NOW + timedelta(minutes=10)) as tx:
        assert tx.sessions.find(token) is None
        assert tx.sessions.of(user.id) == []


def test_somebody_proves_again_who_they_are(store: Store) -> None:
    """By their own password; that a wrong one was tried is on record."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.ADMIN)
        known = tx.users.credential_of(user.id)
        assert [tx.users.confirm(compare(known, word)) for word in (PASSWORD, PASSWORD + "!")] == [True, False]
        assert not tx.users.confirm(compare(tx.users.credential_of("usr_none"), PASSWORD))
        assert [e.action for e in tx.audit.entries()][1:3] == ["user.confirmed", "user.refused"]


def test_one_session_of_ones_own_can_be_ended(store: Store) -> None:
    """Another's is out of reach, and all but one can be ended at once."""
    with store.transaction(ADMIN, NOW) as tx:
        mine, other = (tx.users.add(f"{name}@b.example", PASSWORD, Role.STAFF).id for name in "ab")
        tokens = [tx.sessions.start(mine) for _ in range(3)]
        kept = [tx.sessions.find(token) for token in tokens]
        assert kept[0] is not None
        assert kept[2] is not None
        tx.sessions.end_one(other, kept[0].id)
        assert tx.sessions.find(tokens[0])
        tx.sessions.end_one(mine, kept[0].id)
        assert tx.sessions.find(tokens[0]) is None
        assert tx.sessions.end_all(mine, but=kept[2].id) == 1
        assert [bool(tx.sessions.find(token)) for token in tokens] == [False, False, True]


def test_a_key_is_changed_without_a_gap(store: Store) -> None:
    """Old and new are good side by side for as long as was said, and then the new one alone."""
    with store.transaction(ADMIN, NOW) as tx:
        old = tx.clients.add("The scheduler", ["check"], ["website"], NOW + YEAR)
        new = tx.clients.rotate(old.id, NOW + YEAR, timedelta(days=7))
        for key in (old.key, new.key):
            assert tx.clients.authenticate(key)
        client = tx.clients.get(old.id)
        assert len(client.keys) == 2
        assert {key.prefix for key in client.keys} == {old.key[3:11], new.key[3:11]}
    with store.transaction(ADMIN, NOW + timedelta(days=7)) as tx:
        assert tx.clients.authenticate(old.key) is None
        assert tx.clients.authenticate(new.key)
        at_once = tx.clients.rotate(old.id, NOW + YEAR, timedelta(0))
        assert tx.clients.authenticate(new.key) is None
        tx.clients.revoke(old.id)
        assert tx.clients.authenticate(at_once.key) is None
        with pytest.raises(NotPossible, match="revoked"):
            tx.clients.rotate(old.id, NOW + YEAR, timedelta(0))


@pytest.mark.parametrize(("life", "overlap"), [(YEAR * 2, timedelta(0)), (YEAR, timedelta(days=31)), (YEAR, -YEAR)])
def test_a_new_key_has_its_limits(lite: Store, life: timedelta, overlap: timedelta) -> None:
    """A year at most, and 30 days beside the old one; nothing changes if it is refused."""
    with lite.transaction(ADMIN, NOW) as tx:
        old = tx.clients.add("x", [], [], NOW + YEAR)
    with pytest.raises(NotPossible), lite.transaction(ADMIN, NOW) as tx:
        tx.clients.rotate(old.id, NOW + life, overlap)
    with lite.reading(ADMIN, NOW) as tx:
        assert tx.clients.get(old.id).expires_at == NOW + YEAR


def test_sessions_can_be_listed_and_ended(store: Store) -> None:
    """One browser or all; only a hash of each token is kept."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF)
        one, two = tx.sessions.start(user.id), tx.sessions.start(user.id)
        assert len(tx.sessions.of(user.id)) == 2
        tx.sessions.end(one)
        tx.sessions.end("nobody has this")
        assert (tx.sessions.find(one), tx.sessions.find("nonsense")) == (None, None)
        assert tx.sessions.find(two)
        assert tx.sessions.end_all(user.id) == 1
    with store.transaction(ADMIN, NOW) as tx:
        token = tx.sessions.start(user.id)
    with store._engine.connect() as connection:
        assert connection.execute(text("SELECT token_sha256 FROM sessions")).scalars().all() == [
            hashlib.sha256(token.encode()).hexdigest()
        ]


def test_a_client_is_known_by_its_key(store: Store) -> None:
    """With its scopes and channels; the use is noted to the minute, and the key is not kept."""
    with store.transaction(ADMIN, NOW) as tx:
        new = tx.clients.add("The scheduler", ["submit", "status"], ["website"], NOW + YEAR)
    later = NOW + timedelta(hours=1, seconds=42)
    with store.transaction("client", later) as tx:
        client = tx.clients.authenticate(new.key)
        assert client is not None
        assert (client.id, client.label) == (new.id, "The scheduler")
        assert (client.scopes, client.channels) == (frozenset({"submit", "status"}), frozenset({"website"}))
    with store.reading(ADMIN, later) as tx:
        assert tx.clients.all()[0].last_used == NOW + timedelta(hours=1)
        assert tx.clients.authenticate(new.key)
    secret = new.key[12:]
    with store._engine.connect() as connection:
        kept = connection.execute(text("SELECT prefix, secret_sha256 FROM client_keys")).one()
    assert kept == (new.key[3:11], hashlib.sha256(secret.encode()).hexdigest())
    assert secret not in repr(new)


def test_other_keys_are_refused(store: Store) -> None:
    """Wrong secret, unknown id, not a key at all: none of them, and no error."""
    with store.transaction(ADMIN, NOW) as tx:
        new = tx.clients.add("x", [], [], NOW + YEAR)
        flipped = new.key[:-1] + ("A" if new.key[-1] != "A" else "B")
        for wrong in (flipped, "gk_00000000_" + new.key[12:], "", "gk_", new.key + "x", "Bearer " + new.key, "é"):
            assert tx.clients.authenticate(wrong) is None


def test_a_key_ends_by_revocation_and_by_time(store: Store) -> None:
    """At once and at the very moment."""
    with store.transaction(ADMIN, NOW) as tx:
        new = tx.clients.add("x", [], [], NOW + timedelta(days=2))
        other = tx.clients.add("y", [], [], NOW + YEAR)
        tx.clients.revoke(other.id)
        assert tx.clients.authenticate(other.key) is None
        for client in (other.id, "cli_none"):
            with pytest.raises(NotPossible):
                tx.clients.revoke(client)
        assert tx.clients.authenticate(new.key)
    with store.transaction(ADMIN, NOW + timedelta(days=2)) as tx:
        assert tx.clients.authenticate(new.key) is None


@pytest.mark.parametrize("life", [timedelta(0), -YEAR, YEAR * 2])
def test_a_key_lives_for_a_year_at_most(lite: Store, life: timedelta) -> None:
    """And not less than no time."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible, match="one year"):
        tx.clients.add("x", [], [], NOW + life)
