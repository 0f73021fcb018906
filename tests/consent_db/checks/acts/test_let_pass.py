"""Names that a school lets pass in its captions: remembered with who and when, and taken back."""

from __future__ import annotations

import pytest

from consent_db import Store
from consent_db.checks.records import PhraseKind
from consent_db.errors import NotPossible
from tests.support.register import ADMIN, NOW


def test_a_phrase_is_remembered_and_taken_back(store: Store) -> None:
    """It is in the register that checks see, whatever its spelling, until it is taken back."""
    with store.transaction(ADMIN, NOW) as tx:
        before = tx.register_version()
        kept = tx.let_pass.add("  Rosa  Parks ", PhraseKind.NOT_A_PUPIL)
        author = tx.let_pass.add("Jo Áberg", PhraseKind.AUTHOR)
        assert tx.let_pass.add("ROSA PARKS", PhraseKind.NOT_A_PUPIL) == kept
        assert (kept.phrase, kept.recorded_by, kept.recorded_at) == ("Rosa Parks", ADMIN, NOW)
        assert tx.register_version() > before
    with store.reading(ADMIN, NOW) as tx:
        register = tx.register("none", 0)
        assert register.not_pupils == {"rosa parks"}
        assert register.credited == {"jo aberg"}
        assert [entry.action for entry in tx.audit.about(kept.id)] == ["phrase.let_pass"]
        assert "Rosa" not in str(tx.audit.about(kept.id))
    with store.transaction(ADMIN, NOW) as tx:
        tx.let_pass.withdraw(kept.id)
        assert tx.let_pass.all() == [author]
        with pytest.raises(NotPossible, match="look at the list again"):
            tx.let_pass.withdraw(kept.id)
    with store.reading(ADMIN, NOW) as tx:
        assert tx.register("none", 0).not_pupils == frozenset()


@pytest.mark.parametrize("phrase", ["", " - ", "a" * 101])
def test_what_is_no_name_is_refused(lite: Store, phrase: str) -> None:
    """Nothing without words, and no long text."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotPossible, match="at most 100"):
        tx.let_pass.add(phrase, PhraseKind.NOT_A_PUPIL)
