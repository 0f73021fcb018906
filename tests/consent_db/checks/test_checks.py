from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from consent_db import Store
from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.errors import KeyReused, NotFound, NotPossible, RegisterMoved
from consent_db.keys.crypto import Place
from consent_db.schema import IdempotencyRow
from consent_db.transaction import Transaction
from gatekeeper.consent.permission import Stance
from gatekeeper.types import Approval, Box, CheckRequest, PersonId, Role, Said
from tests.support.register import ADMIN, NOW, PUPIL, add_channel, add_pupil, approve, believe, facts, said

BOX = Box(0.1, 0.2, 0.3, 0.4)


def receive(tx: Transaction, draft: CheckDraft | None = None) -> CheckRecord:
    return tx.checks.receive(draft or CheckDraft("website"))


def block(tx: Transaction, check: CheckRecord, *people: PersonId) -> CheckRecord:
    answer = facts(tx.register_version(), *people, approved=False)
    return tx.checks.record(check.id, answer, examined_key="k", release_token_sha256=None, expires_at=None)


def test_a_check_comes_back_as_it_went_in(store: Store) -> None:
    """The request, the answer and everything around them are kept, sealed where they tell something."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        request = CheckRequest(
            caption="Mimi plants beans",
            alt_text="Beans",
            credit="The school",
            attestations=frozenset({"dressed"}),
            said=(Said(BOX, person), Said(BOX, None)),
            covered=(BOX,),
            approvals=(Approval(Role.APPROVER, by_uploader=False),),
        )
        draft = CheckDraft("website", request, "Oak", NOW + timedelta(days=1), "uploads/1")
        received = receive(tx, draft)
        assert (received.state, received.draft, received.actor) == (CheckState.RECEIVED, draft, ADMIN)
        answer = facts(tx.register_version(), person)
        tx.checks.record(
            received.id, answer, examined_key="examined/1", release_token_sha256="t", expires_at=NOW + timedelta(days=3)
        )
    with store.reading(ADMIN, NOW) as tx:
        decided = tx.checks.get(received.id)
        assert decided.facts == answer
        assert (decided.state, decided.decided_at, decided.examined_key) == (CheckState.DECIDED, NOW, "examined/1")
        assert tx.checks.by_release_token("t") == decided
        assert tx.checks.by_release_token("u") is None
        assert tx.checks.recent() == tx.checks.recent(ADMIN) == [decided]
        assert tx.checks.recent("somebody") == []


def test_a_time_of_publication_needs_its_time_zone(store: Store) -> None:
    """A naive moment is refused instead of being taken for some zone or other."""
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.actor == ADMIN
        add_channel(tx)
    naive = CheckDraft("website", publish_at=NOW.replace(tzinfo=None))
    with pytest.raises(StatementError, match="time zone"), store.transaction(ADMIN, NOW) as tx:
        receive(tx, naive)


def test_erasure_reaches_a_check_that_was_not_screened_yet(lite: Store) -> None:
    """The words of its request and what was said about the person in it are gone."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check = receive(
            tx, CheckDraft("website", CheckRequest(caption="Mimi", said=(Said(BOX, person), Said(BOX, None))))
        )
        tx.people.erase(person)
        assert tx.checks.get(check.id).draft.request == CheckRequest(said=(Said(BOX, None),))


def test_an_approval_stands_until_its_end(lite: Store) -> None:
    """At the very moment of its end it does not stand any more."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx), days=1)
    assert check.stands(NOW + timedelta(hours=23, minutes=59))
    assert not check.stands(NOW + timedelta(days=1))
    assert replace(check, expires_at=None).stands(NOW + timedelta(days=999))


def test_a_block_never_stands(store: Store) -> None:
    """Whatever else is recorded, a blocked check is no approval and has no release."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = receive(tx)
        answer = facts(tx.register_version(), approved=False)
        with pytest.raises(NotPossible, match="no release"):
            tx.checks.record(check.id, answer, examined_key=None, release_token_sha256="t", expires_at=None)
        assert not block(tx, check).stands(NOW)
        with pytest.raises(NotPossible):
            tx.checks.revoke(check.id, "why")


def test_an_answer_from_an_older_register_is_refused(store: Store) -> None:
    """What the gate saw must be what holds when the answer is recorded."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        check, seen = receive(tx), tx.register_version()
    with store.transaction(ADMIN, NOW) as tx:
        tx.consent.record(person, said(stance=Stance.WITHDRAWN))
    with pytest.raises(RegisterMoved, match="screen the photo again") as caught, store.transaction(ADMIN, NOW) as tx:
        tx.checks.record(check.id, facts(seen, person), examined_key=None, release_token_sha256="t", expires_at=None)
    assert (caught.value.seen, caught.value.current) == (seen, seen + 1)
    with store.reading(ADMIN, NOW) as tx:
        assert [record.id for record in tx.checks.unfinished()] == [check.id]


def test_no_approval_survives_a_withdrawal_made_at_the_same_time(store: Store) -> None:
    """However the two transactions interleave, afterwards nothing stands that rests on the person."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        people = [add_pupil(tx, replace(PUPIL, external_id=str(n)), enrolled=False) for n in range(8)]

    def race(person: PersonId) -> None:
        with store.transaction(ADMIN, NOW) as tx:
            check, seen = receive(tx), tx.register_version()
        start = threading.Barrier(2)

        def decide() -> None:
            start.wait()
            try:
                with store.transaction(ADMIN, NOW) as tx:
                    answer = facts(seen, person)
                    tx.checks.record(
                        check.id, answer, examined_key=None, release_token_sha256=check.id, expires_at=None
                    )
            except RegisterMoved:
                pass

        decider = threading.Thread(target=decide)
        decider.start()
        start.wait()
        with store.transaction(ADMIN, NOW) as tx:
            tx.consent.record(person, said(stance=Stance.WITHDRAWN))
        decider.join()
        with store.reading(ADMIN, NOW) as tx:
            assert not tx.checks.get(check.id).stands(NOW)

    for person in people:
        race(person)
    assert store.verify_audit().ok


def test_a_check_is_decided_once(store: Store) -> None:
    """A second answer needs a second check."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
        with pytest.raises(NotPossible, match="new check"):
            block(tx, check)


def test_unfinished_checks_come_oldest_first(store: Store) -> None:
    """They are what a restart has to take up again; decided ones are not among them."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        late = receive(tx)
        approve(tx, add_pupil(tx))
    with store.transaction(ADMIN, NOW - timedelta(hours=1)) as tx:
        early = receive(tx)
    with store.reading(ADMIN, NOW) as tx:
        assert [record.id for record in tx.checks.unfinished()] == [early.id, late.id]


def test_a_new_decision_ends_the_check_that_it_supersedes(store: Store) -> None:
    """The old approval stands until the new answer is there, and never together with it."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        old = approve(tx, person)
        new = receive(tx, CheckDraft("website", supersedes=old.id))
        assert tx.checks.get(old.id).stands(NOW)
        block(tx, new)
        ended = tx.checks.get(old.id)
    assert (ended.state, ended.superseded_by, ended.stands(NOW)) == (CheckState.SUPERSEDED, new.id, False)


def test_a_check_has_one_successor(store: Store) -> None:
    """While it is examined again, and once it was replaced or withdrawn, no further fact is added to the old answer."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        old = approve(tx, person)
        again = CheckDraft("website", supersedes=old.id)
        new = receive(tx, again)
        with pytest.raises(NotPossible, match="being checked again"):
            receive(tx, again)
        block(tx, new)
        with pytest.raises(NotPossible, match="changed meanwhile"):
            receive(tx, again)
        withdrawn = tx.checks.revoke(approve(tx, person).id, "compromising")
        with pytest.raises(NotPossible, match="changed meanwhile"):
            receive(tx, CheckDraft("website", supersedes=withdrawn.id))


def test_superseding_by_hand(store: Store) -> None:
    """Only a decided check that has not ended can be superseded, and by another."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        person = add_pupil(tx)
        one, two, waiting = approve(tx, person), approve(tx, person), receive(tx)
        assert tx.checks.supersede(one.id, two.id).superseded_by == two.id
        for old, new in ((one.id, two.id), (two.id, two.id), (waiting.id, two.id)):
            with pytest.raises(NotPossible):
                tx.checks.supersede(old, new)


def test_an_approval_can_be_revoked_once(store: Store) -> None:
    """It keeps when and why it ended, and its release is still found, to be refused."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = approve(tx, add_pupil(tx))
        revoked = tx.checks.revoke(check.id, "compromising")
        assert (revoked.state, revoked.ended_at, revoked.ended_why) == (CheckState.REVOKED, NOW, "compromising")
        assert tx.checks.by_release_token(check.id) == revoked
        with pytest.raises(NotPossible):
            tx.checks.revoke(check.id, "again")


def test_pictures_that_are_still_needed(store: Store) -> None:
    """Uploads of checks that wait and examined pictures of those that are decided, no others."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        receive(tx, CheckDraft("website", upload_key="uploads/waiting"))
        done = receive(tx, CheckDraft("website", upload_key="uploads/done"))
        block(tx, done)
        assert tx.checks.picture_keys() == {"uploads/waiting", "k"}


@pytest.mark.parametrize(
    "draft",
    [
        CheckDraft("nowhere"),
        CheckDraft("website", supersedes="chk_none"),
        CheckDraft("website", CheckRequest(said=(Said(BOX, PersonId("per_none")),))),
    ],
)
def test_a_check_about_what_is_not_there_is_refused(store: Store, draft: CheckDraft) -> None:
    """Unknown channels, checks and people are errors in words."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        with pytest.raises(NotFound):
            receive(tx, draft)
        with pytest.raises(NotFound):
            tx.checks.get("chk_none")
        assert tx.checks.find("chk_none") is None


def test_the_same_request_twice_gives_the_first_check(store: Store) -> None:
    """A key belongs to its owner; with another request it is refused."""
    with store.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        one, two = receive(tx), receive(tx)
        assert tx.idempotency.claim("cli_1", "key", "f", one.id) is None
        assert tx.idempotency.claim("cli_1", "key", "f", two.id) == one.id
        assert tx.idempotency.find("cli_1", "key", "f") == one.id
        assert tx.idempotency.claim("cli_2", "key", "g", two.id) is None
        with pytest.raises(KeyReused, match="new key"):
            tx.idempotency.claim("cli_1", "key", "g", two.id)
        for wrong in ("", "x" * 256):
            with pytest.raises(NotPossible):
                tx.idempotency.claim("cli_1", wrong, "f", one.id)


def test_the_same_request_twice_gives_the_first_answer(store: Store) -> None:
    """Also where it made no check; a key of a check is none of an answer."""
    with store.transaction(ADMIN, NOW) as tx:
        assert tx.idempotency.answered("cli_1", "key", "f") is None
        tx.idempotency.keep("cli_1", "key", "f", {"status": 201, "body": "{}"})
        assert tx.idempotency.answered("cli_1", "key", "f") == {"status": 201, "body": "{}"}
        assert tx.idempotency.answered("cli_2", "key", "f") is None
        with pytest.raises(KeyReused):
            tx.idempotency.find("cli_1", "key", "g")
        with pytest.raises(NotPossible):
            tx.idempotency.keep("cli_1", "", "f", {})


def test_an_idempotency_key_does_not_lie_readable_in_the_database(lite: Store) -> None:
    """Neither a key of a check nor one of an answer is found in the table, which holds their keyed hashes."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        tx.idempotency.claim("cli_1", "amira-khan-4b", "f", receive(tx).id)
        tx.idempotency.keep("cli_1", "tom-hill-3a", "f", {"status": 201})
        kept = tx._context.connection.execute(select(IdempotencyRow.key)).scalars().all()
    assert len(kept) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)


def test_a_key_of_an_earlier_release_is_still_known(lite: Store) -> None:
    """A row with the key as it came, and its answer sealed to it, counts until it lapses."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = receive(tx)
        old = {"owner": "cli_1", "fingerprint": "f", "created_at": NOW}
        sealed = tx._context.seal({"status": 201}, Place("idempotency", "cli_1 answer", "answer"))
        for values in ({"key": "check", "check_id": check.id}, {"key": "answer", "answer": sealed}):
            tx._context.connection.execute(insert(IdempotencyRow).values(old | values))
        assert tx.idempotency.find("cli_1", "check", "f") == check.id
        assert tx.idempotency.answered("cli_1", "answer", "f") == {"status": 201}
        assert tx.idempotency.known("cli_1", "check")
        with pytest.raises(KeyReused):
            tx.idempotency.find("cli_1", "check", "g")


def test_idempotency_keys_are_forgotten_after_a_time(lite: Store) -> None:
    """Answers, which may hold a secret, after a week; what stands for a check with old checks."""
    with lite.transaction(ADMIN, NOW) as tx:
        add_channel(tx)
        check = receive(tx)
        tx.idempotency.claim("cli_1", "check", "f", check.id)
        tx.idempotency.keep("cli_1", "answer", "f", "secret")
    for days, left in ((7, (check.id, "secret")), (8, (check.id, None)), (31, (None, None))):
        with lite.transaction(ADMIN, NOW + timedelta(days=days)) as tx:
            believe(tx)
            tx.retain(timedelta(days=30))
            found = tx.idempotency.find("cli_1", "check", "f"), tx.idempotency.answered("cli_1", "answer", "f")
            assert found == left
