"""Checks: one photo each, `received`, then `decided`, then perhaps `revoked` or `superseded`."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.approvals.revocation import end
from consent_db.checks.cells import people_in, recognised_in, seal_facts, seal_request
from consent_db.checks.lineage import Lineage
from consent_db.checks.reading import StoredChecks
from consent_db.core.context import new_id
from consent_db.errors import NotFound, NotPossible, RegisterMoved
from consent_db.schema import ChannelRow, CheckBlockRow, CheckPersonRow, CheckRow, ExpiryRow, PersonRow
from consent_db.webhooks.outbox import Event, tell
from gatekeeper.types import Facts, PersonId, Severity


class Checks(StoredChecks):
    """Receives checks, records what the gate said and ends approvals, through one transaction."""

    def receive(self, draft: CheckDraft, due_at: datetime | None = None) -> CheckRecord:
        """Write down that a photo has arrived, before anything is done with it.

        Args:
            draft: what was asked.
            due_at: from when any process may take it up, by the machine's clock; None for at once.

        Raises:
            NotFound: the channel, the person of a binding or the check to be
                superseded is not on record.
            NotPossible: that check was replaced or withdrawn, or is being examined again.
        """
        context, check_id = self._context, new_id("chk")
        self._must_have_channel(draft.channel)
        if draft.supersedes is not None:
            self._must_be_newest(draft.supersedes)
        values: dict[str, Any] = {"id": check_id, "state": CheckState.RECEIVED.value, "actor": context.actor}
        values |= {"channel": draft.channel, "event": draft.event, "publish_at": draft.publish_at}
        values |= {"upload_key": draft.upload_key, "supersedes": draft.supersedes, "created_at": context.now}
        values["due_at"] = due_at
        values["request"] = seal_request(context.school_key, check_id, draft.request)
        context.connection.execute(insert(CheckRow).values(values))
        self._set_people(check_id, (said.person for said in draft.request.said if said.person is not None))
        context.log("check.received", check_id, {"channel": draft.channel, "supersedes": draft.supersedes})
        return self.get(check_id)

    def record(
        self,
        check_id: str,
        facts: Facts,
        *,
        examined_key: str | None,
        release_token_sha256: str | None,
        expires_at: datetime | None,
    ) -> CheckRecord:
        """Write down what the gate said, if the register is still the one that it looked at.

        Args:
            check_id: a check that was received and not decided yet.
            facts: the gate's answer.
            examined_key: where the sealed picture that was examined is stored.
            release_token_sha256: the hash of the token that opens the release;
                only for an approval.
            expires_at: when an approval ends by itself.

        Raises:
            RegisterMoved: the register is at another version; screen again.
            NotPossible: the check is decided already, or a block has a release.
            NotFound: there is no such check.
        """
        context, approved = self._context, facts.decision.approved
        current = context.register_version()
        if facts.register_version != current:
            raise RegisterMoved(facts.register_version, current)
        if not approved and release_token_sha256 is not None:
            message = "A blocked check has no release; record it without a token."
            raise NotPossible(message)
        before = self.get(check_id)
        values = {"examined_key": examined_key, "release_token_sha256": release_token_sha256, "expires_at": expires_at}
        sealed = seal_facts(context.school_key, check_id, facts)
        self._decide(before, {**values, "approved": approved, "facts": sealed})
        self._set_counted(check_id, facts, ends=approved and expires_at is not None)
        people = people_in(facts)
        self._set_people(check_id, people | self._on_record(recognised_in(facts)))
        if before.draft.supersedes is not None:
            self._replace(before.draft.supersedes, check_id)
        context.log("check.decided", check_id, _summary(facts, people))
        tell(
            context,
            Event.CHECK_COMPLETED,
            before.draft.channel,
            {"check": check_id},
            only=Lineage(context).origin(before),
        )
        return self.get(check_id)

    def revoke(self, check_id: str, why: str) -> CheckRecord:
        """End an approval for good.

        Args:
            check_id: an approved check.
            why: a short code such as `compromising`, for the audit; no names.

        Raises:
            NotPossible: it is not an approval, or has ended already.
        """
        record = self.get(check_id)
        if record.state is not CheckState.DECIDED or not record.approved:
            message = "Only an approval that has not ended can be revoked."
            raise NotPossible(message)
        end(self._context, [check_id], CheckState.REVOKED, why)
        return self.get(check_id)

    def supersede(self, old: str, new: str) -> CheckRecord:
        """Let a newer check take the place of a decided one, which ends.

        Raises:
            NotPossible: the old one is not decided, or has ended already.
        """
        self.get(new)
        if self.get(old).state is not CheckState.DECIDED or old == new:
            message = "Only a decided check that has not ended can be superseded by another."
            raise NotPossible(message)
        self._replace(old, new)
        return self.get(old)

    def _replace(self, old: str, new: str) -> None:
        if self.get(old).state is CheckState.DECIDED:
            end(self._context, [old], CheckState.SUPERSEDED, "superseded")
        query = update(CheckRow).where(CheckRow.id == old, CheckRow.superseded_by.is_(None))
        self._context.connection.execute(query.values(superseded_by=new))

    def _must_be_newest(self, check_id: str) -> None:
        """Make sure that a check has no successor: of two, the one would not know what was said in the other."""
        if self.get(check_id).state is not CheckState.DECIDED:
            message = "This picture was changed meanwhile. Look at its newest answer and go on from there."
            raise NotPossible(message)
        self.must_not_be_examined_again(check_id)

    def _decide(self, before: CheckRecord, values: dict[str, Any]) -> None:
        if before.state is not CheckState.RECEIVED:
            message = "This check is decided already; a new answer needs a new check."
            raise NotPossible(message)
        decided = {**values, "state": CheckState.DECIDED.value, "decided_at": self._context.now}
        self._context.connection.execute(update(CheckRow).where(CheckRow.id == before.id).values(decided))

    def _must_have_channel(self, name: str) -> None:
        query = select(ChannelRow.name).where(ChannelRow.name == name)
        if self._context.connection.execute(query).scalar_one_or_none() is None:
            message = "There is no channel of this name; check the spelling."
            raise NotFound(message)

    def _set_people(self, check_id: str, people: Iterable[PersonId]) -> None:
        """Note which people a check is about, besides those noted before."""
        known = select(CheckPersonRow.person_id).where(CheckPersonRow.check_id == check_id)
        missing = set(people) - set(map(PersonId, self._context.connection.execute(known).scalars()))
        on_record = select(PersonRow.id).where(PersonRow.id.in_(missing))
        if len(self._context.connection.execute(on_record).all()) != len(missing):
            message = "A person named for a face is not on the register; look the person up again."
            raise NotFound(message)
        if missing:
            rows = [{"check_id": check_id, "person_id": person} for person in sorted(missing)]
            self._context.connection.execute(insert(CheckPersonRow), rows)

    def _on_record(self, people: AbstractSet[PersonId]) -> frozenset[PersonId]:
        """Return those who are on the register still; a face may have been taken for others since erased."""
        query = select(PersonRow.id).where(PersonRow.id.in_(people))
        return frozenset(map(PersonId, self._context.connection.execute(query).scalars()))

    def _set_counted(self, check_id: str, facts: Facts, *, ends: bool) -> None:
        """Note why it was blocked, or that its end is to be told."""
        codes = {finding.code.value for finding in facts.decision.findings if finding.severity is Severity.BLOCK}
        if codes:
            rows = [{"check_id": check_id, "code": code} for code in sorted(codes)]
            self._context.connection.execute(insert(CheckBlockRow), rows)
        if ends:
            self._context.connection.execute(insert(ExpiryRow).values(check_id=check_id))


def _summary(facts: Facts, people: frozenset[PersonId]) -> dict[str, Any]:
    """Return what the audit keeps of an answer: codes, versions and ids."""
    return {
        "outcome": facts.decision.outcome.value,
        "findings": sorted({finding.code.value for finding in facts.decision.findings}),
        "people": sorted(people),
        "policy": facts.policy,
        "engine": facts.engine,
        "register_version": facts.register_version,
        "release_sha256": facts.decision.release_sha256,
    }
