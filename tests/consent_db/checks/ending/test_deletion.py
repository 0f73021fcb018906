"""Pictures that were deleted as compromising."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent_db import Store
from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.checks.records import Mark
from consent_db.errors import NotFound
from consent_db.transaction import Transaction
from gatekeeper.types import CheckRequest, Format, MetadataReport, PhotoFacts
from tests.support.register import ADMIN, NOW, add_channel, facts

FILE, OTHER_FILE = "a" * 64, "b" * 64
PRINT = 0x0123_4567_89AB_CDEF
STAFF = "user:office"


def decide(tx: Transaction, sha256: str, key: str, supersedes: str | None = None) -> CheckRecord:
    """Receive and block a check of a file, with words and a stored picture."""
    draft = CheckDraft("website", CheckRequest(caption="Mimi in the mud"), supersedes=supersedes)
    check = tx.checks.receive(draft)
    photo = PhotoFacts(sha256, Format.JPEG, 10, 10, PRINT, MetadataReport())
    answer = replace(facts(tx.register_version(), approved=False), photo=photo, caption="Mimi in the mud")
    return tx.checks.record(check.id, answer, examined_key=key, release_token_sha256=None, expires_at=None)


def test_a_deletion_ends_the_whole_chain_and_names_every_file(store: Store) -> None:
    """What replaced what, what waits for its turn, and other uploads of the same file; no other picture."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        first = decide(tx, FILE, "examined/1")
        second = decide(tx, FILE, "examined/2", supersedes=first.id)
        waiting = tx.checks.receive(CheckDraft("website", upload_key="uploads/1", supersedes=second.id))
        again = decide(tx, FILE, "examined/3")
        other = decide(tx, OTHER_FILE, "examined/4")
    with store.transaction(STAFF, NOW) as tx:
        deleted = tx.deleted_pictures.delete(second.id, "compromising")
    assert deleted.checks == tuple(sorted((first.id, second.id, waiting.id, again.id)))
    assert deleted.keys == {"examined/1", "examined/2", "examined/3", "uploads/1"}
    with store.reading(ADMIN, NOW) as tx:
        ended = {check: tx.checks.get(check) for check in deleted.checks}
        assert ended.pop(first.id).state is CheckState.SUPERSEDED
        assert {(r.state, r.ended_why) for r in ended.values()} == {(CheckState.REVOKED, "compromising")}
        assert tx.checks.get(other.id) == other
        assert tx.checks.picture_keys() == {"examined/4"}
        assert tx.checks.unfinished() == []


def test_nothing_of_the_words_stays(store: Store) -> None:
    """Captions say what a picture shows; the decision and the file's hash stay."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = decide(tx, FILE, "examined/1")
        tx.deleted_pictures.delete(check.id, "compromising")
        after = tx.checks.get(check.id)
    assert after.draft.request.caption is None
    assert after.facts is not None
    assert after.facts.caption is None
    assert after.facts.photo is not None
    assert after.facts.photo.sha256 == FILE
    assert (after.draft.upload_key, after.examined_key) == (None, None)


def test_marks_stay_and_are_kept_once(store: Store) -> None:
    """The file's hash and fingerprint are remembered, those of what was made from it too; twice changes nothing."""
    made, unreadable = Mark(OTHER_FILE, 2**64 - 1, b"0123456789"), Mark("c" * 64)
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = decide(tx, FILE, "examined/1")
        assert tx.deleted_pictures.marks() == ()
        tx.deleted_pictures.delete(check.id, "compromising", [made, unreadable])
        tx.deleted_pictures.delete(check.id, "compromising", [made])
    with store.reading(ADMIN, NOW) as tx:
        assert tx.deleted_pictures.marks() == (Mark(FILE, PRINT), made, unreadable)


def test_the_audit_says_who_deleted_which_checks(store: Store) -> None:
    """It holds ids, a code and a count, and the chain is whole."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = decide(tx, FILE, "examined/1")
    with store.transaction(STAFF, NOW) as tx:
        tx.deleted_pictures.delete(check.id, "compromising")
    with store.reading(ADMIN, NOW) as tx:
        entry = next(entry for entry in tx.audit.entries() if entry.action == "picture.deleted")
    assert (entry.actor, entry.object_id) == (STAFF, check.id)
    assert FILE not in entry.payload
    assert "mud" not in entry.payload
    assert store.verify_audit().ok


def test_a_check_that_is_not_there_cannot_be_deleted(lite: Store) -> None:
    """Nothing is remembered of it."""
    with lite.transaction(ADMIN, NOW) as tx, pytest.raises(NotFound):
        tx.deleted_pictures.delete("chk_nothing", "compromising")
