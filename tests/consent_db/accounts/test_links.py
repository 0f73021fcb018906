from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from consent_db import Store
from consent_db.accounts.links import LIFE
from consent_db.accounts.records import Purpose
from consent_db.errors import NotPossible
from gatekeeper.types import Role
from tests.support.register import ADMIN, NOW

PASSWORD = "lantern badger omelette"


def test_a_link_works_once(store: Store) -> None:
    """For its purpose only, and it knows whom it is for."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF).id
        token = tx.links.make(Purpose.PASSWORD, user)
        assert tx.links.find(Purpose.SET_UP, token) is None
        link = tx.links.find(Purpose.PASSWORD, token)
        assert link is not None
        assert link.user == user
        assert tx.links.use(Purpose.PASSWORD, token) == link
        assert tx.links.find(Purpose.PASSWORD, token) is None
        with pytest.raises(NotPossible, match="ask for another"):
            tx.links.use(Purpose.PASSWORD, token)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_grows_old(store: Store, purpose: Purpose) -> None:
    """Half an hour to set up, a day to choose a password, to the second."""
    with store.transaction(ADMIN, NOW) as tx:
        token = tx.links.make(purpose)
    with store.reading(ADMIN, NOW + LIFE[purpose] - timedelta(seconds=1)) as tx:
        assert tx.links.find(purpose, token)
    with store.reading(ADMIN, NOW + LIFE[purpose]) as tx:
        assert tx.links.find(purpose, token) is None


def test_a_new_link_ends_the_one_before(store: Store) -> None:
    """Of the same purpose for the same person; somebody else's stays."""
    with store.transaction(ADMIN, NOW) as tx:
        one, two = (tx.users.add(f"{name}@b.example", PASSWORD, Role.STAFF).id for name in "ab")
        first, others = tx.links.make(Purpose.PASSWORD, one), tx.links.make(Purpose.PASSWORD, two)
        set_up = [tx.links.make(Purpose.SET_UP) for _ in range(2)]
        second = tx.links.make(Purpose.PASSWORD, one)
        good = [bool(tx.links.find(Purpose.PASSWORD, token)) for token in (first, second, others)]
        assert good == [False, True, True]
        assert [bool(tx.links.find(Purpose.SET_UP, token)) for token in set_up] == [False, True]


def test_a_link_ends_with_the_account(store: Store) -> None:
    """Somebody who may not sign in any more cannot choose a password either."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", None, Role.STAFF).id
        token = tx.links.make(Purpose.PASSWORD, user)
        tx.users.disable(user)
        assert tx.links.find(Purpose.PASSWORD, token) is None


def test_a_link_ends_when_its_owner_chooses_a_password_otherwise(store: Store) -> None:
    """Whoever got hold of it, and has not used it yet, is out."""
    with store.transaction(ADMIN, NOW) as tx:
        user = tx.users.add("a@b.example", PASSWORD, Role.STAFF).id
        token = tx.links.make(Purpose.PASSWORD, user)
        tx.users.set_password(user, "quite another horse battery")
        assert tx.links.find(Purpose.PASSWORD, token) is None


def test_only_a_hash_of_a_link_is_kept(lite: Store) -> None:
    """Whoever reads the database cannot open it."""
    with lite.transaction(ADMIN, NOW) as tx:
        token = tx.links.make(Purpose.SET_UP)
    with lite._engine.connect() as connection:
        kept = connection.execute(text("SELECT token_sha256 FROM links")).scalars().all()
    assert kept == [hashlib.sha256(token.encode()).hexdigest()]
