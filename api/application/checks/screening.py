"""The one use case: take a photo in, screen it, remember the answer.

Everything that reaches the gate comes this way: the web form, the API, the
command line. The order is fixed, because a crash may come between any two lines:

1. The upload is stored, sealed; then its check is committed as `received`.
2. The register is read, and the gate runs.
3. The examined picture is stored; then decision, audit and the end of what it
   replaces are committed in one transaction, which compares the register's
   version again. If the register has moved, step 2 is done again.
4. The upload is deleted.

A crash before 3 leaves no approval; the queue takes the check up again, or refuses it (`api.application.jobs`).
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from api.application.checks.build_request import case_of
from api.application.checks.deleting import marks_of, sweep
from api.application.checks.release.releasing import Releases, judge_clock, record_of, sha256_text
from api.application.checks.resolve.beginning import Actor, Resolver
from api.application.checks.resolve.resolution import Resolution
from api.application.checks.submission import SYSTEM, Claim, RegisterBusy, attested, receive
from api.platform.storage import NoSuchPicture, Pictures, StorageAway, remember
from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from consent_db.checks.records import Deleted
from consent_db.data_rights.tombstones import Tombstones
from consent_db.errors import NotPossible, RegisterMoved, SealBroken
from consent_db.keys.keyring import Keyring
from consent_db.store import Store
from consent_db.transaction import Transaction
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import refuse, rescreen, screen
from gatekeeper.policy.model import Policy
from gatekeeper.register import Gallery, Register
from gatekeeper.types import Channel, Request, Role, Said, Screening

log = structlog.get_logger(__name__)

COMPROMISING: Final = "compromising"
"""Why a check ended whose picture was deleted at once."""

LEASE: Final = timedelta(seconds=30)
"""How long a process has a check to itself, unless it asks for more time."""

DAMAGED: Final = "The stored picture was damaged, so it was not examined. Upload it again."
GIVEN_UP: Final = (
    "The picture could not be examined: every attempt ended with a fault of this service. "
    "Upload it again, and tell an administrator if that happens again."
)

_TRIES: Final = 5
"""How often a check is screened anew because the register moved meanwhile."""

_MOST_HELD: Final = 3.0
"""Seconds for which the register may be held still for a check that it has outrun so often."""


def machine_time() -> datetime:
    """Return the machine's time, which the queue goes by; the school's may be another in tests."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Screener:
    """Everything a screening needs, put together once at start."""

    store: Store
    pictures: Pictures
    keyring: Keyring
    tools: Tools
    policy: Policy
    clock: Callable[[], datetime]

    @property
    def releases(self) -> Releases:
        """What hands out the approved pictures."""
        return Releases(self.store, self.pictures, self.keyring, self.tools, self.policy, self.clock)

    # --- taking in -------------------------------------------------------------

    def submit(
        self, upload: bytes, asked: CheckDraft, actor: str, claim: Claim | None = None, *, later: bool = False
    ) -> str:
        """Store a photo and its request; return the id of the check, not yet screened.

        Args:
            upload: the file.
            asked: what is asked, as `build_draft` returns it.
            actor: who asks.
            claim: the idempotency key that it came with.
            later: whether the queue is to run it; otherwise the caller does, and the queue only if
                that did not happen within `LEASE`.

        Raises:
            NotFound: there is no such channel, or no such class or event.
            AlreadyAsked: `claim` was made before, with the same request.
            KeyReused: `claim` was made before, with another request.
        """
        key = f"uploads/{secrets.token_urlsafe(16)}"
        request = replace(
            attested(asked.request, actor, alone=self.policy.programs_attest),
            said=self._named_before(upload),
            single_use=asked.request.single_use or self.policy.single_use_receipts,
        )
        draft = replace(asked, request=request, upload_key=key)
        self.pictures.put(key, upload)
        try:
            with self.store.transaction(actor=actor, now=self.clock()) as tx:
                return receive(tx, draft, actor, claim, _due(later=later))
        except BaseException:
            self.pictures.discard(key)
            raise

    def _named_before(self, upload: bytes) -> tuple[Said, ...]:
        """Return who on the list was named in earlier uploads of this file; it is remembered and binds nothing."""
        engine = self.tools.engine
        with self.store.reading(actor=SYSTEM, now=self.clock()) as tx:
            listed = tx.register(engine.name, engine.embedder.dimension).listed
            said = tx.lineage.named_before(hashlib.sha256(upload).hexdigest(), listed) if listed else ()
        return tuple(replace(one, holds=False) for one in said)

    def check(self, upload: bytes, asked: CheckDraft, actor: str) -> CheckRecord:
        """Take a photo in and screen it at once."""
        return self.run(self.submit(upload, asked, actor))

    # --- screening ---------------------------------------------------------------

    def run(self, check_id: str) -> CheckRecord:
        """Screen a received check and remember the answer; does nothing to a finished one.

        A register that outruns the screening at every try is held still for the last one,
        if that does not take long.

        Raises:
            NoSuchCheck: there is none of this id.
            RegisterBusy: the register changed at every try; run it again.
        """
        seconds: list[float] = []
        for _ in range(_TRIES):
            record = record_of(self.store, self.clock, check_id)
            if record.state is not CheckState.RECEIVED:
                return record
            # NotPossible: another process has recorded its answer; the next round returns that.
            with suppress(RegisterMoved, NotPossible):
                return self._run_once(record, seconds)
        if max(seconds) > _MOST_HELD:
            raise RegisterBusy("The register is being changed. Try again in a minute.")
        with suppress(NotPossible):
            return self._run_held(record_of(self.store, self.clock, check_id))
        return record_of(self.store, self.clock, check_id)

    def give_up(self, check_id: str, why: str = GIVEN_UP) -> CheckRecord:
        """Block a received check without looking at it or at the register; a finished one stays as it is.

        Raises:
            NoSuchCheck: there is none of this id.
        """
        record, moment, engine = record_of(self.store, self.clock, check_id), self.clock(), self.tools.engine
        if record.state is not CheckState.RECEIVED:
            return record
        nothing = Gallery.empty(engine.name, engine.embedder.dimension)
        with self.store.transaction(actor=record.actor, now=moment) as tx:
            register = Register(tx.register_version(), {}, {}, nothing)
            request = Request(Channel(record.draft.channel, frozenset(), approved=False), moment=moment)
            screening = refuse(Case(request, register, self.policy), self.tools, why)
            decided = _record_in(tx, record, screening, None, None)
        self._tidy(record, screening)
        return decided

    def sweep(self) -> int:
        """Delete stored pictures that no check names; return how many. Only for a process that is alone."""
        return sweep(self.store, self.pictures, self.clock())

    def _run_once(self, record: CheckRecord, seconds: list[float]) -> CheckRecord:
        """Screen and record; add to `seconds` how long the screening took."""
        case, replaced = self._case(record)
        started = time.monotonic()
        screening = self._screen(record, case, replaced)
        seconds.append(time.monotonic() - started)
        moment = self.clock()
        with self._stored(screening) as examined_key, self.store.transaction(actor=record.actor, now=moment) as tx:
            decided = _record_in(tx, record, screening, examined_key, self._token_hash(record, screening))
        self._tidy(record, screening)
        return decided

    def _run_held(self, record: CheckRecord) -> CheckRecord:
        """Screen and record in one transaction, in which the register cannot move."""
        if record.state is not CheckState.RECEIVED:
            return record
        with self.store.transaction(actor=record.actor, now=judge_clock(self.store, self.clock).careful) as tx:
            case, replaced = case_of(tx, record, self.tools, self.policy)
            screening = self._screen(record, case, replaced)
            with self._stored(screening) as examined_key:
                decided = _record_in(tx, record, screening, examined_key, self._token_hash(record, screening))
        self._tidy(record, screening)
        return decided

    def _screen(self, record: CheckRecord, case: Case, replaced: CheckRecord | None) -> Screening:
        try:
            if replaced is None:
                return screen(self.pictures.get(record.draft.upload_key or ""), case, self.tools)
            if replaced.examined_key is None or replaced.facts is None or replaced.facts.photo is None:
                return refuse(case, self.tools)
            picture = self.pictures.get(replaced.examined_key)
        except NoSuchPicture:
            return refuse(case, self.tools)
        except SealBroken:
            return refuse(case, self.tools, DAMAGED)
        return rescreen(picture, replaced.facts.photo, case, self.tools, record.draft.request.edit)

    def _case(self, record: CheckRecord) -> tuple[Case, CheckRecord | None]:
        """Return what the check is held against now, and the check that it replaces."""
        with self.store.reading(actor=SYSTEM, now=judge_clock(self.store, self.clock).careful) as tx:
            return case_of(tx, record, self.tools, self.policy)

    @contextmanager
    def _stored(self, screening: Screening) -> Iterator[str | None]:
        """Store the examined picture; give its key to be recorded with the decision.

        It goes again if the decision certainly was not recorded. After any other error,
        such as a database that went away, it may have been: then the sweep decides.
        """
        key = None
        if screening.examined is not None:
            key = f"examined/{secrets.token_urlsafe(16)}"
            self.pictures.put(key, screening.examined.data)
        try:
            yield key
        except (RegisterMoved, NotPossible):
            if key is not None:
                self.pictures.discard(key)
            raise

    def _token_hash(self, record: CheckRecord, screening: Screening) -> str | None:
        return sha256_text(self.releases.token_of(record.id)) if screening.facts.decision.approved else None

    def _tidy(self, record: CheckRecord, screening: Screening) -> None:
        """Delete the upload of a check that was decided; the decision stands whether or not that works."""
        log.info("check_decided", check=record.id, decision=screening.facts.decision.outcome.value)
        if record.draft.upload_key is not None:
            self.pictures.discard(record.draft.upload_key)

    # --- resolving -----------------------------------------------------------------

    def resolve(
        self, check_id: str, resolution: Resolution, actor: str, role: Role, claim: Claim | None = None
    ) -> CheckRecord:
        """Screen a decided check again with one more fact; the new check replaces it.

        Raises:
            NoSuchCheck: there is none of this id.
            ResolutionRefused: the check was replaced or withdrawn, or has no such face.
            AlreadyAsked: `claim` was made before, with the same request.
            KeyReused: `claim` was made before, with another request.
        """
        by = Actor(actor, role)
        return self.run(self._resolver.begin(check_id, resolution, by, _due(later=False), claim))

    def begin(self, check_id: str, resolution: Resolution, actor: str, role: Role) -> str:
        """Receive a decided check again with one more fact, to be examined by the queue; return the new check's id.

        Raises:
            NoSuchCheck: there is none of this id.
            ResolutionRefused: the check was replaced or withdrawn, or has no such face.
        """
        return self._resolver.begin(check_id, resolution, Actor(actor, role), _due(later=True))

    @property
    def _resolver(self) -> Resolver:
        return Resolver(self.store, self.releases, self.tools, self.policy, self.clock)

    # --- deleting ------------------------------------------------------------------

    def delete_at_once(self, check_id: str, actor: str, why: str = COMPROMISING) -> Deleted:
        """Delete a picture that must not be shown: uploads, releases, what waits to be screened.

        Every check of it ends, other uploads of the same file too, and the picture
        is refused from now on. Whether the actor may do so is the caller's to ask.

        Raises:
            NoSuchCheck: there is none of this id.
        """
        record_of(self.store, self.clock, check_id)
        with self.store.reading(actor=SYSTEM, now=self.clock()) as tx:
            same = tx.lineage.of_same_picture(check_id)
        seen = [mark for record in same for mark in marks_of(record, self.pictures, self.tools.opener)]
        with self.store.transaction(actor=actor, now=self.clock()) as tx:
            deleted = tx.deleted_pictures.delete(check_id, why, seen)
            marks = frozenset(tx.deleted_pictures.marks())
        for key in deleted.keys:
            self.pictures.discard(key)
        with suppress(StorageAway):  # the daily run makes it good
            remember(self.pictures.objects, self.keyring, Tombstones(pictures=marks))
        return deleted


def _due(*, later: bool) -> datetime:
    """Return from when on the queue may take up what comes in now."""
    return machine_time() if later else machine_time() + LEASE


def _record_in(
    tx: Transaction, record: CheckRecord, screening: Screening, examined_key: str | None, token_hash: str | None
) -> CheckRecord:
    return tx.checks.record(
        record.id,
        screening.facts,
        examined_key=examined_key,
        release_token_sha256=token_hash,
        expires_at=screening.facts.valid_until,
    )
