"""Checks: one photo each, `received`, then `decided`, then perhaps `revoked` or `superseded`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, literal, select, tuple_, update

from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.approvals.revocation import end, end_by_time, some_ended, standing_approvals, was_told
from consent_db.checks.cells import open_facts, open_request, people_in, recognised_in, seal_facts, seal_request
from consent_db.checks.deletion import delete, marks, remember
from consent_db.checks.records import Deleted, Mark
from consent_db.core.chunked_queries import portions
from consent_db.core.context import Context, new_id
from consent_db.errors import NotFound, NotPossible, RegisterMoved
from consent_db.schema import (
    ChannelRow,
    CheckBlockRow,
    CheckPersonRow,
    CheckRow,
    ClientRow,
    ExpiryRow,
    Instant,
    PersonRow,
)
from consent_db.webhooks.outbox import Event, tell
from gatekeeper.types import UNEDITED, CheckRequest, Facts, PersonId, Said, Severity


class Checks:
    """Checks, through one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def receive(self, draft: CheckDraft, due_at: datetime | None = None) -> CheckRecord:
        """Write down that a photo has arrived, before anything is done with it.

        Args:
            draft: what was asked.
            due_at: from when any process may take it up, by the machine's clock; None for at once.

        Raises:
            NotFound: the channel, the person of a binding or the check to be
                superseded is not on record.
        """
        context, check_id = self._context, new_id("chk")
        self._must_have_channel(draft.channel)
        if draft.supersedes is not None:
            self.get(draft.supersedes)
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
        tell(context, Event.CHECK_COMPLETED, before.draft.channel, {"check": check_id}, only=self.origin(before))
        return self.get(check_id)

    def find(self, check_id: str) -> CheckRecord | None:
        """Return a check, if there is one of this id."""
        return next(self._select(_QUERY.where(CheckRow.id == check_id)), None)

    def get(self, check_id: str) -> CheckRecord:
        """Return a check.

        Raises:
            NotFound: there is none of this id.
        """
        found = self.find(check_id)
        if found is None:
            message = "There is no check of this id."
            raise NotFound(message)
        return found

    def several(self, checks: Sequence[str]) -> list[CheckRecord]:
        """Return these checks in their order; those that are not there are left out."""
        found: dict[str, CheckRecord] = {}
        for some in portions(checks):
            found |= {record.id: record for record in self._select(_QUERY.where(CheckRow.id.in_(some)))}
        return [found[check] for check in checks if check in found]

    def about(self, person: PersonId) -> int:
        """Return how many checks a person is bound in."""
        query = select(func.count()).where(CheckPersonRow.person_id == person)
        return self._context.connection.execute(query).scalar_one()

    def contributors(self, record: CheckRecord) -> frozenset[str]:
        """Return who uploaded the picture or has said anything about it, approvals apart.

        The holder of a key that did so is one of them, and the person who looked before a
        program sent it. None of them can be the second person for it.
        """
        said = set[str]()
        while record.draft.supersedes is not None:
            before = self.get(record.draft.supersedes)
            if _facts_of(record) != replace(_facts_of(before), edit=UNEDITED):
                said |= _acted(record)
            record = before
        return frozenset({*said, *_acted(record)}) | self._holders({*said, *_acted(record)})

    def _holders(self, actors: AbstractSet[str]) -> frozenset[str]:
        query = select(ClientRow.holder).where(ClientRow.id.in_(actors), ClientRow.holder.is_not(None))
        return frozenset(holder for holder in self._context.connection.execute(query).scalars() if holder)

    def origin(self, record: CheckRecord) -> str:
        """Return who sent the picture, not who resolved something since."""
        while record.draft.supersedes is not None:
            record = self.get(record.draft.supersedes)
        return record.actor

    def unfinished(self) -> list[CheckRecord]:
        """Return the checks that were received and not decided, the oldest first."""
        query = _QUERY.where(CheckRow.state == CheckState.RECEIVED).order_by(CheckRow.created_at, CheckRow.id)
        return list(self._select(query))

    def by_release_token(self, sha256: str) -> CheckRecord | None:
        """Return the check whose release this token opens, whether it still stands or not."""
        return next(self._select(_QUERY.where(CheckRow.release_token_sha256 == sha256)), None)

    def picture_keys(self) -> frozenset[str]:
        """Return the keys of the stored pictures that are still needed: every other may go."""
        waiting = select(CheckRow.upload_key).where(CheckRow.state == CheckState.RECEIVED)
        keys = waiting.union(select(CheckRow.examined_key))
        return frozenset(key for key in self._context.connection.execute(keys).scalars() if key is not None)

    def recent(self, actor: str | None = None, limit: int = 50) -> list[CheckRecord]:
        """Return the newest checks, of all actors or of one, the newest first."""
        query = _QUERY.order_by(CheckRow.created_at.desc(), CheckRow.id).limit(limit)
        return list(self._select(query if actor is None else query.where(CheckRow.actor == actor)))

    def blocked(self, limit: int = 500) -> list[CheckRecord]:
        """Return the latest checks that stand as blocked, the newest first."""
        query = _QUERY.where(CheckRow.state == CheckState.DECIDED.value, CheckRow.approved.is_(False))
        return list(self._select(query.order_by(CheckRow.created_at.desc(), CheckRow.id).limit(limit)))

    def page(self, actor: str, before: tuple[datetime, str] | None, limit: int) -> list[CheckRecord]:
        """Return some of an actor's checks, the newest first.

        Args:
            actor: who asked for them.
            before: moment and id of the check that the page before ended with; None for the first page.
            limit: how many at most.
        """
        order = (CheckRow.created_at, CheckRow.id)
        query = _QUERY.where(CheckRow.actor == actor).order_by(*(column.desc() for column in order)).limit(limit)
        if before is not None:
            query = query.where(tuple_(*order) < tuple_(literal(before[0], Instant()), literal(before[1])))
        return list(self._select(query))

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

    def of_same_picture(self, check_id: str) -> list[CheckRecord]:
        """Return every check of the picture: what replaced what, and other uploads of the same file.

        Raises:
            NotFound: there is none of this id.
        """
        about = self._chain(self.get(check_id))
        files = {record.facts.photo.sha256 for record in about if record.facts and record.facts.photo}
        kept = list(self._select(_QUERY.where(CheckRow.examined_key.is_not(None)))) if files else []
        others = [r for r in kept if r.facts and r.facts.photo and r.facts.photo.sha256 in files]
        found = {record.id: record for other in others for record in self._chain(other)}
        return list((found | {record.id: record for record in about}).values())

    def delete_compromising(self, check_id: str, why: str, seen: Iterable[Mark] = ()) -> Deleted:
        """Take a picture out at once: every check of it ends and loses its words and pictures.

        What comes back are the stored files, which have to be deleted when this
        transaction is over.

        Args:
            check_id: any check of the picture.
            why: a short code such as `compromising`, for the audit; no names.
            seen: marks of files that were made from it, to know those again too.

        Raises:
            NotFound: there is none of this id.
        """
        return delete(self._context, check_id, self.of_same_picture(check_id), why, seen)

    def with_file(self, sha256s: Collection[str]) -> list[str]:
        """Return the checks whose upload or release is one of these files."""
        if not sha256s:
            return []
        decided = self._select(_QUERY.where(CheckRow.facts.is_not(None)).order_by(CheckRow.id))
        return [record.id for record in decided if record.facts and _files(record.facts) & set(sha256s)]

    def named_before(self, sha256: str, people: Collection[PersonId]) -> tuple[Said, ...]:
        """Return what was said by hand of these people in earlier uploads of a file, the oldest first.

        Only of checks in which nothing was cropped, so that the places are those of the file.

        Args:
            sha256: of the upload.
            people: such as those on the do-not-publish list.
        """
        about = select(CheckPersonRow.check_id).where(CheckPersonRow.person_id.in_(people))
        query = _QUERY.where(CheckRow.id.in_(about), CheckRow.facts.is_not(None))
        found: dict[Said, None] = {}
        for record in self._select(query.order_by(CheckRow.created_at, CheckRow.id)):
            photo = record.facts.photo if record.facts else None
            said = [one for one in record.draft.request.said if one.person in people]
            if photo is not None and photo.sha256 == sha256 and said and not self._cropped(record):
                found |= dict.fromkeys(said)
        return tuple(found)

    def _cropped(self, record: CheckRecord) -> bool:
        while record.draft.request.edit.crop is None and record.draft.supersedes is not None:
            record = self.get(record.draft.supersedes)
        return record.draft.request.edit.crop is not None

    def remember_deleted(self, marks: Iterable[Mark]) -> None:
        """Keep marks of pictures that were deleted, so that those are refused."""
        remember(self._context, marks)

    def deleted_marks(self) -> tuple[Mark, ...]:
        """Return what is remembered of every picture that was deleted as compromising."""
        return marks(self._context)

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

    def end_by_time(self) -> tuple[str, ...]:
        """Tell programs of the approvals that have ended by time since this was last asked; return their ids."""
        return end_by_time(self._context)

    def some_ended(self) -> bool:
        """Say whether `end_by_time` has something to do."""
        return some_ended(self._context)

    def was_told_over(self, check_id: str) -> bool:
        """Say whether an approval was told to have ended by time; a clock that is set back does not revive it."""
        return was_told(self._context, check_id)

    def standing(self) -> tuple[str, ...]:
        """Return the approvals that stand now; sorted ids."""
        return standing_approvals(self._context)

    def _chain(self, record: CheckRecord) -> list[CheckRecord]:
        """Return everything that was made of the upload that this check goes back to."""
        while record.draft.supersedes is not None:
            record = self.get(record.draft.supersedes)
        found, new = [record], [record]
        while new:
            query = _QUERY.where(CheckRow.supersedes.in_([record.id for record in new]))
            new = list(self._select(query))
            found += new
        return found

    def _replace(self, old: str, new: str) -> None:
        if self.get(old).state is CheckState.DECIDED:
            end(self._context, [old], CheckState.SUPERSEDED, "superseded")
        query = update(CheckRow).where(CheckRow.id == old, CheckRow.superseded_by.is_(None))
        self._context.connection.execute(query.values(superseded_by=new))

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

    def _select(self, query: Select[*tuple[Any, ...]]) -> Iterator[CheckRecord]:
        for row in self._context.connection.execute(query).all():
            yield self._record(row)

    def _record(self, row: Row[*tuple[Any, ...]]) -> CheckRecord:
        key = self._context.school_key
        request = open_request(key, row.id, row.request)
        draft = CheckDraft(row.channel, request, row.event, row.publish_at, row.upload_key, row.supersedes)
        return CheckRecord(
            id=row.id,
            state=CheckState(row.state),
            actor=row.actor,
            draft=draft,
            created_at=row.created_at,
            decided_at=row.decided_at,
            facts=None if row.facts is None else open_facts(key, row.id, row.facts),
            examined_key=row.examined_key,
            release_token_sha256=row.release_token_sha256,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            ended_why=row.ended_why,
            superseded_by=row.superseded_by,
        )


_QUERY = select(CheckRow.__table__)


def _acted(record: CheckRecord) -> frozenset[str]:
    looked = record.draft.request.attested_by
    return frozenset({record.actor} if looked is None else {record.actor, looked})


def _facts_of(record: CheckRecord) -> CheckRequest:
    """Return what was said of a picture and done to it; what others agree to, and what the gate found, is no part."""
    return replace(record.draft.request, approvals=(), traces=(), seen=())


def _files(facts: Facts) -> set[str]:
    return {file.sha256 for file in (facts.photo, facts.release) if file is not None}


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
