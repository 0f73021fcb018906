"""Hand out what was approved: every time anew, by register, policy and clock as they are now."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from api.application.checks.build_request import case_of, lapse_of, still_permitted
from api.application.checks.submission import SYSTEM, NoSuchCheck, ScreeningError
from api.platform.storage import NoSuchPicture, Pictures
from consent_db.approvals.records import CheckRecord
from consent_db.core.clock import STEP_BACK, Doubt, Judgement
from consent_db.errors import NotFound
from consent_db.keys.keyring import Keyring
from consent_db.store import Store
from gatekeeper.decision.case import Case, Tools, was_deleted
from gatekeeper.decision.reliance import Lapse, ends_at
from gatekeeper.policy.model import Policy
from gatekeeper.types import ReleaseFacts

SET_BACK: Final = (
    "The clock of this machine says an earlier time than before, so it cannot be told which approvals have ended. "
    "Nothing is handed out until the clock is right, or an administrator confirms it on the overview."
)
_ENDED: Final = "This picture may not be published any more. Check it again."


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """An approved picture on its way out."""

    data: bytes
    media_type: str
    sha256: str
    check: str


class NoSuchRelease(ScreeningError):
    """No release was ever handed out under that token."""


class ReleaseWithdrawn(ScreeningError):
    """The approval has ended; the picture may not be published any more."""


class ClockSetBack(ScreeningError):
    """The clock says an earlier time than before, so nothing is handed out."""


@dataclass(frozen=True, slots=True)
class Releases:
    """Hands out what was approved, for as long as the approval stands."""

    store: Store
    pictures: Pictures
    keyring: Keyring
    tools: Tools
    policy: Policy
    clock: Callable[[], datetime]

    def token(self, record: CheckRecord) -> str | None:
        """Return the secret name of a check's release; None unless it was approved."""
        return self.token_of(record.id) if record.approved else None

    def token_of(self, check_id: str) -> str:
        """Return the secret name that the release of a check has once it is approved."""
        return base64.urlsafe_b64encode(self.keyring.index(check_id, "release_token")).rstrip(b"=").decode()

    def open(self, token: str) -> ReleasedFile:
        """Return an approved picture, if its approval stands at this moment.

        Raises:
            NoSuchRelease: no release has this token.
            ReleaseWithdrawn: the approval expired, or what it rests on was taken away.
        """
        now = self.clock()
        with self.store.reading(actor=SYSTEM, now=now) as tx:
            record = tx.checks.by_release_token(sha256_text(token))
        if record is None:
            raise NoSuchRelease("There is no such picture.")
        released = self.standing(record, now)
        data = self.pictures.get(record.examined_key or "")
        if hashlib.sha256(data).hexdigest() != released.sha256:
            raise ReleaseWithdrawn("The stored picture is not the one that was approved. Check it again.")
        return ReleasedFile(data, released.media_type, released.sha256, record.id)

    def standing(self, record: CheckRecord, at: datetime) -> ReleaseFacts:
        """Return what may be published at a moment, now or later, by register and policy as they are now.

        Raises:
            ReleaseWithdrawn: the approval expired, or what it rests on was taken away.
            ClockSetBack: what has ended cannot be told until the clock is right or confirmed.
        """
        judged, facts = judge_clock(self.store, self.clock), record.facts
        if judged.doubt is Doubt.BEHIND:
            raise ClockSetBack(SET_BACK)
        if facts is None or facts.release is None or not self._in_time(record, judged.careful, at):
            raise ReleaseWithdrawn(_ENDED)
        case = self._case(record)
        later = replace(case, request=replace(case.request, moment=max(at, case.request.moment)))
        if was_deleted(facts.photo, case) or not (still_permitted(record, case) and still_permitted(record, later)):
            raise ReleaseWithdrawn(_ENDED)
        if self.lapse(record, case) is not None:
            raise ReleaseWithdrawn(_ENDED)
        return facts.release

    def lapse(self, record: CheckRecord, case: Case | None = None) -> Lapse | None:
        """Return why an approval has ended by a change of policy or names; None while it rests on what it did."""
        if case is None:
            case = self._case(record)
        with self.store.reading(actor=SYSTEM, now=self.clock()) as tx:
            return lapse_of(tx, record, case)

    def _in_time(self, record: CheckRecord, now: datetime, at: datetime) -> bool:
        """Say whether an approval holds now and at a moment, also by the policy of now; none from the future does."""
        if record.facts is None or record.decided_at is None or record.decided_at > now + STEP_BACK:
            return False
        extended_from = record.draft.request.extended_from
        ends = ends_at(record.facts, record.decided_at, record.draft.publish_at, self.policy, extended_from)
        with self.store.reading(actor=SYSTEM, now=now) as tx:
            told = tx.approvals.was_told_over(record.id)
        return not told and max(now, at) < ends and record.stands(now) and record.stands(at)

    def examined(self, check_id: str) -> bytes:
        """Return the sanitised picture that was looked at, for those who resolve a block.

        Whether the caller may see it is the caller's to ask.

        Raises:
            NoSuchCheck: there is none, or no picture was kept for it.
        """
        record = record_of(self.store, self.clock, check_id)
        if record.examined_key is None:
            raise NoSuchCheck("There is no picture for this check.")
        try:
            return self.pictures.get(record.examined_key)
        except NoSuchPicture as error:
            raise NoSuchCheck("The picture of this check was deleted.") from error

    def _case(self, record: CheckRecord) -> Case:
        moment = judge_clock(self.store, self.clock).careful
        with self.store.reading(actor=SYSTEM, now=moment) as tx:
            return case_of(tx, record, self.tools, self.policy)[0]


def judge_clock(store: Store, clock: Callable[[], datetime]) -> Judgement:
    """Return what is to be thought of the clock."""
    with store.reading(actor=SYSTEM, now=clock()) as tx:
        return tx.clock.judgement()


def record_of(store: Store, clock: Callable[[], datetime], check_id: str) -> CheckRecord:
    """Return a check.

    Raises:
        NoSuchCheck: there is none of this id.
    """
    with store.reading(actor=SYSTEM, now=clock()) as tx:
        try:
            return tx.checks.get(check_id)
        except NotFound as error:
            raise NoSuchCheck("There is no such check.") from error


def sha256_text(text: str) -> str:
    """Return the hash under which the secret name of a release is kept."""
    return hashlib.sha256(text.encode()).hexdigest()
