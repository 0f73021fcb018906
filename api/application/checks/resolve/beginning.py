"""The beginning of a resolution: the new check, received with one more fact, that is to be examined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.application.checks.release.releasing import Releases, record_of
from api.application.checks.resolve.extending import must_be_extendable
from api.application.checks.resolve.hand_acts import note_act
from api.application.checks.resolve.resolution import Action, Hand, Resolution, ResolutionRefused
from api.application.checks.resolve.resolving import applied
from api.application.checks.submission import AlreadyAsked, Claim, keep_claim
from consent_db.accounts.clients import is_client
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.store import Store
from consent_db.transaction import Transaction
from gatekeeper.decision.case import Tools
from gatekeeper.policy.model import Policy
from gatekeeper.types import Author, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who resolves: an account or a program, with the role of the account."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Resolver:
    """What it takes to begin a resolution."""

    store: Store
    releases: Releases
    tools: Tools
    policy: Policy
    clock: Callable[[], datetime]

    def begin(
        self, check_id: str, resolution: Resolution, by: Actor, due_at: datetime, claim: Claim | None = None
    ) -> str:
        """Receive a decided check again with one more fact; return the id of the new one, which is not examined yet.

        Args:
            check_id: the check that the new one is to replace.
            resolution: the fact.
            by: who says so.
            due_at: from when on the queue may take the new check up, by the machine's clock.
            claim: the idempotency key that it came with.

        Raises:
            NoSuchCheck: there is none of this id.
            ResolutionRefused: the check was replaced or withdrawn, or has no such face.
            AlreadyAsked: `claim` was made before, with the same request.
            KeyReused: `claim` was made before, with another request.
        """
        old = record_of(self.store, self.clock, check_id)
        if claim is not None:
            with self.store.reading(by.id, self.clock()) as tx:
                _must_be_new(tx, by.id, claim)
        if old.state is not CheckState.DECIDED or old.facts is None or old.examined_key is None:
            raise ResolutionRefused("This check cannot be changed any more. Upload the picture again.")
        if resolution.action is Action.EXTEND:
            must_be_extendable(self.releases, old)
        with self.store.transaction(actor=by.id, now=self.clock()) as tx:
            if claim is not None:  # again: the same request may have come in between, and the check has its successor
                _must_be_new(tx, by.id, claim)
            request = applied(tx, old, resolution, self._hand(tx, old, by), self.tools.engine)
            draft = replace(old.draft, request=request, upload_key=None, supersedes=old.id)
            record = tx.checks.receive(draft, due_at)
            note_act(tx, old, resolution, record.id)
            keep_claim(tx, by.id, claim, record.id)
        return record.id

    def _hand(self, tx: Transaction, old: CheckRecord, by: Actor) -> Hand:
        program = is_client(by.id)
        holder = tx.clients.get(by.id).holder if program else None
        author = Author(by.id, Role.STAFF if program else by.role, program, holder)
        own = bool(author.parties & tx.lineage.contributors(old))
        current = old.facts is not None and old.facts.register_version == tx.register_version()
        return Hand(author, self.clock(), own, current, attests=self.policy.programs_attest)


def _must_be_new(tx: Transaction, actor: str, claim: Claim) -> None:
    before = tx.idempotency.find(actor, claim.key, claim.fingerprint)
    if before is not None:
        raise AlreadyAsked(before)
