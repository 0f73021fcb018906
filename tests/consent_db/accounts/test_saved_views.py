"""Filters of lists that users keep: private, sealed, and not too many."""

from __future__ import annotations

import pytest

from consent_db.accounts.saved_views import MOST
from consent_db.errors import NotFound, NotPossible
from consent_db.store import Store
from gatekeeper.types import Role
from tests.support.register import NOW


def test_what_one_user_keeps_is_theirs_alone(store: Store) -> None:
    """It comes back by name, no other user has it or removes it, and there is an end to how many are kept."""
    with store.transaction("tests", NOW) as tx:
        one, other = (tx.users.add(f"{name}@school.example", None, Role.ADMIN).id for name in ("one", "other"))
        for name in ("b", " A "):
            tx.saved_views.save(one, "/admin/people", name, {"kind": "staff"})
        found = tx.saved_views.of(one, "/admin/people")
        assert [(view.name, view.asked) for view in found] == [("A", {"kind": "staff"}), ("b", {"kind": "staff"})]
        assert tx.saved_views.of(other, "/admin/people") == tx.saved_views.of(one, "/checks") == []
        with pytest.raises(NotFound):
            tx.saved_views.remove(other, found[0].id)
        tx.saved_views.remove(one, found[0].id)
        assert tx.saved_views.of(one, "/admin/people") == found[1:]
        for wrong in ("", "   ", "x" * 61):
            with pytest.raises(NotPossible, match="a name of at most"):
                tx.saved_views.save(one, "/admin/people", wrong, {})
        for number in range(MOST - 1):
            tx.saved_views.save(one, "/admin/people", str(number), {})
        with pytest.raises(NotPossible, match="Remove one first"):
            tx.saved_views.save(one, "/admin/people", "one more", {})
