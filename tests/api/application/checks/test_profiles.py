"""Every rule of the gate under every policy that ships: a row a rule, a column a profile.

What the profiles say differently (who is named, who has to agree, from which age a
pupil is asked) is walked picture by picture in `tests/gatekeeper/policy/test_profiles.py`.
Here each of the fifteen rules has to hold in all five, in a whole installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

import cv2
import numpy as np
import pytest

from api.application.checks.release.releasing import ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, Resolution, ResolutionRefused
from api.application.checks.submission import build_draft
from api.application.services import Services, open_services
from api.platform.settings import Settings
from consent_db.approvals.records import CheckRecord
from consent_db.errors import BiometricConsentMissing, NotPossible
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft, PublicationDraft
from gatekeeper.consent.permission import Party, Reason, Stance, Statement, Subject
from gatekeeper.media.release.encode import verify
from gatekeeper.policy.model import PROFILES, Approver, Naming
from gatekeeper.types import AcceptedChange, FaceStatus, FindingCode, Kind, PersonId, Role, ScreenedFace
from tests.support.gate import CONFIRMED, FakeWords, embedding_of, fake_engine, upload_of
from tests.support.school import Clock

UPLOADER, HEAD, LEAD = "user:uploader", "user:head", "user:lead"
HUES: Final = {"amira": 0, "tom": 45, "ruth": 90, "teen": 135, "silent": 180, "leaver": 225, "maya": 270, "ben": 315}
STRANGER: Final = 22
NINE, FIFTEEN = date(2017, 2, 1), date(2011, 2, 1)
SURE: Final = CONFIRMED


@dataclass
class Place:
    """One installation under one profile, with a cast that consents as the comments say."""

    services: Services
    clock: Clock
    people: dict[str, PersonId]

    def check(self, *who: str, channel: str = "website", caption: str | None = None) -> CheckRecord:
        """Upload a picture of these people, with everything confirmed."""
        picture = upload_of(*(HUES.get(name, STRANGER) for name in who))
        cuts = frozenset({AcceptedChange.SURNAMES})
        submission = build_draft(channel, caption=caption, attestations=SURE, accepted_changes=cuts)
        return self.services.screener.check(picture, submission, UPLOADER)

    def vetted(self, *who: str, channel: str = "website", caption: str | None = None) -> CheckRecord:
        """Have the leadership agree to it as well."""
        return self.agree(self.check(*who, channel=channel, caption=caption))

    def agree(self, record: CheckRecord, by: str = HEAD, role: Role = Role.APPROVER) -> CheckRecord:
        """Agree to what this person may agree to; where that is nothing, the check stays as it is."""
        try:
            return self.services.screener.resolve(record.id, Resolution(Action.APPROVE), by, role)
        except ResolutionRefused:
            return record

    def released(self, record: CheckRecord) -> bytes:
        return self.services.screener.releases.open(self.services.screener.releases.token(record) or "").data

    def said(self, who: str, answer: Stance, subject: Subject = Subject.PICTURE) -> Statement:
        party = Party.SELF if who == "ruth" else Party.PARENT
        return Statement(party, subject, "publicity", answer, self.clock(), self.clock().date())


def codes(record: CheckRecord) -> set[FindingCode]:
    return {finding.code for finding in record.facts.decision.findings} if record.facts else set()


def _add(place: Place, who: str, born: date | None, *subjects: Subject) -> None:
    """Put somebody on the register whose parents (or who, if staff) agreed to these things."""
    kind = Kind.STAFF if who == "ruth" else Kind.PUPIL
    party = Party.SELF if who == "ruth" else Party.PARENT
    with place.services.store.transaction(HEAD, place.clock()) as tx:
        person = tx.people.add(PersonDraft(kind, who.title(), f"{who.title()}son", date_of_birth=born))
        for subject in (*subjects, Subject.BIOMETRICS):
            scope = "*" if subject is Subject.BIOMETRICS else "publicity"
            parties = [party, Party.PUPIL] if born == FIFTEEN and subject is Subject.BIOMETRICS else [party]
            now, today = place.clock(), place.clock().date()
            words = [Statement(party, subject, scope, Stance.GRANTED, now, today) for party in parties]
            tx.consent.record_all(person, words)
        tx.enrolment.enrol(person, place.services.tools.engine.name, embedding_of(HUES[who]), 1)
    place.people[who] = person


@pytest.fixture(scope="module", params=PROFILES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data, clock = tmp_path_factory.mktemp(request.param) / "data", Clock()
    settings = Settings(data=data, policy=request.param, second_factor=frozenset())
    with open_services(settings, fake_engine(), clock, FakeWords()) as services:
        made = Place(services, clock, {})
        with services.store.transaction(HEAD, clock()) as tx:
            for name, purpose in (("website", "publicity"), ("paper", "press")):
                tx.channels.add(ChannelDraft(name, name.title(), purposes=frozenset({purpose}), staff=("a", "b")))
                tx.channels.approve(name, HEAD, Role.APPROVER)
        for who in ("amira", "leaver", "ben", "maya"):
            _add(made, who, NINE, Subject.PICTURE, Subject.NAME)
        _add(made, "tom", NINE, Subject.PICTURE)
        _add(made, "ruth", None, Subject.PICTURE, Subject.NAME)
        _add(made, "teen", FIFTEEN, Subject.PICTURE)
        _add(made, "silent", NINE)
        with services.store.transaction(LEAD, clock()) as tx:
            tx.consent.list_person(made.people["maya"], "refuge")
        yield made


# --- the fifteen rules --------------------------------------------------------------


def default_deny(place: Place) -> None:
    """Strangers, people who said nothing and files that cannot be opened are blocked, whoever agrees."""
    assert codes(place.vetted("amira", "stranger")) == {FindingCode.UNKNOWN_FACE}
    assert codes(place.vetted("amira", "silent")) == {FindingCode.NO_CONSENT}
    broken = place.services.screener.check(b"no picture", build_draft("website", attestations=SURE), UPLOADER)
    assert not broken.approved


def no_face_is_not_safe(place: Place) -> None:
    """A picture without a face is released only when somebody has looked."""
    record = place.check()
    assert FindingCode.NOBODY_FOUND in codes(record)
    confirmed = Resolution(Action.ATTEST, attestations=frozenset({"nobody_recognisable"}))
    assert place.agree(place.services.screener.resolve(record.id, confirmed, UPLOADER, Role.STAFF)).approved


def the_list_always_wins(place: Place) -> None:
    """Over consent and over every role; there is nobody who could resolve it."""
    record = place.agree(place.vetted("maya"), LEAD, Role.SAFEGUARDING_LEAD)
    (finding,) = record.findings
    assert (finding.code, finding.resolvable_by) == (FindingCode.DO_NOT_PUBLISH, ())


def the_most_restrictive_wins(place: Place) -> None:
    """From the age that the profile gives the pupil's own yes is needed besides the parent's."""
    asked_too = place.services.policy.own_consent_age <= 15
    assert codes(place.vetted("teen")) == ({FindingCode.NO_CONSENT} if asked_too else set())


def consent_is_for_a_purpose(place: Place) -> None:
    """Yes to publicity is no yes to the press; and the state at a past moment can be asked for."""
    assert place.vetted("amira").approved
    assert codes(place.vetted("amira", channel="paper")) == {FindingCode.NO_CONSENT}
    with place.services.store.reading(HEAD, place.clock()) as tx:
        channel = tx.channels.all()[1].as_channel()
        yesterday = place.clock() - timedelta(days=1)
        answer = tx.consent.permission(place.people["amira"], Subject.PICTURE, channel, yesterday, yesterday)
        assert answer.reason is Reason.NOT_GIVEN


def biometrics_are_their_own_consent(place: Place) -> None:
    """No template without it, and what is remembered of a picture holds no embedding."""
    with place.services.store.transaction(HEAD, place.clock()) as tx:
        person = tx.people.add(PersonDraft(Kind.PUPIL, "Zoe", "Lane", date_of_birth=NINE))
        tx.consent.record(person, place.said("zoe", Stance.GRANTED))
        with pytest.raises(BiometricConsentMissing):
            tx.enrolment.enrol(person, place.services.tools.engine.name, embedding_of(77), 1)
    assert "embedding" not in {field.name for field in fields(ScreenedFace)}


def first_names_only(place: Place) -> None:
    """A full name never goes out; a first name does where the profile names people and they agreed."""
    facts = place.vetted("amira", "tom", caption="Amira Amirason plants beans").facts
    assert facts is not None
    if place.services.policy.naming is Naming.FIRST_NAMES:
        assert (facts.decision.approved, facts.caption) == (True, "Amira plants beans")
    else:
        assert not facts.decision.approved
    assert not place.vetted("amira", "tom", caption="Tom plants beans").approved


def nothing_but_pixels(place: Place) -> None:
    """What is handed out passes the walker that knows every byte that may be there."""
    verify(place.released(place.vetted("amira")))


def an_approval_is_for_these_bytes(place: Place) -> None:
    """It dies with the consent that it rests on, and what was published has to come down in time."""
    record = place.vetted("ben")
    release = record.facts.release if record.facts else None
    assert release is not None
    assert len(place.released(record)) == release.bytes
    with place.services.store.transaction(HEAD, place.clock()) as tx:
        post = tx.publications.record(PublicationDraft(record.id, place.clock()))
        change = tx.consent.record(place.people["ben"], place.said("ben", Stance.WITHDRAWN))
        (takedown,) = [tx.takedowns.get(one) for one in change.takedowns]
    assert takedown.publication.id == post.id
    assert takedown.due_at - place.clock() == timedelta(hours=place.services.policy.takedown_hours)
    with pytest.raises(ReleaseWithdrawn):
        place.released(record)


def two_people(place: Place) -> None:
    """Whoever uploads does not agree to their own picture where somebody has to."""
    needed = place.services.policy.approver is not Approver.NOBODY
    record = place.check("amira")
    assert record.approved is not needed
    if needed:
        assert not place.agree(record, UPLOADER).approved


def the_reason_is_sensitive(place: Place) -> None:
    """Staff read that it may not be published; only the safeguarding lead reads why, and that is logged."""
    record = place.check("maya")
    assert "refuge" not in repr(record.facts)
    with place.services.store.transaction(LEAD, place.clock()) as tx:
        entry = tx.consent.restrictions(place.people["maya"])[0].id
        with pytest.raises(NotPossible):
            tx.consent.reason(place.people["maya"], entry, Role.ADMIN)
        assert tx.consent.reason(place.people["maya"], entry, Role.SAFEGUARDING_LEAD) == "refuge"
        assert tx.audit.entries(limit=10**6)[-1].action == "reason.seen"


def covering_is_solid(place: Place) -> None:
    """The covered place is one colour, and the covered picture goes through the whole gate again."""
    record = place.check("amira", "maya")
    covered = place.agree(place.services.screener.resolve(record.id, Resolution(Action.COVER, 2), UPLOADER, Role.STAFF))
    assert covered.approved
    assert covered.facts is not None
    pixels = np.asarray(cv2.imdecode(np.frombuffer(place.released(covered), np.uint8), cv2.IMREAD_COLOR))
    (box,) = [face.box for face in covered.facts.faces if face.status is FaceStatus.COVERED]
    height, width = pixels.shape[:2]
    x, y = round((box.x + box.width / 2) * width), round((box.y + box.height / 2) * height)
    assert np.ptp(pixels[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3), axis=0).max() <= 3


def everything_ends(place: Place) -> None:
    """Leaving ends consent and template; a picture that was deleted at once is refused when it comes back."""
    with place.services.store.transaction(HEAD, place.clock()) as tx:
        draft = PersonDraft(Kind.PUPIL, "Leaver", "Leaverson", date_of_birth=NINE)
        gone = place.clock().date() - timedelta(days=1)
        left = PersonDraft(Kind.PUPIL, draft.first_name, draft.last_name, date_of_birth=NINE, leaving_date=gone)
        assert tx.people.change(place.people["leaver"], left).destroyed_templates == 1
    place.services.screener.delete_at_once(place.vetted("amira", "ruth", "amira").id, HEAD)
    assert codes(place.check("amira", "ruth", "amira")) == {FindingCode.REFUSED_BEFORE}


def nothing_is_inferred_or_learned(place: Place) -> None:
    """Saying who a face is makes no template, and a face has no age, sex or mood."""
    with place.services.store.reading(HEAD, place.clock()) as tx:
        before = tx.enrolment.count(place.services.tools.engine.name)
    record = place.check("stranger")
    said = Resolution(Action.IDENTIFY, 1, place.people["amira"])
    place.services.screener.resolve(record.id, said, UPLOADER, Role.STAFF)
    with place.services.store.reading(HEAD, place.clock()) as tx:
        assert tx.enrolment.count(place.services.tools.engine.name) == before
    known = {field.name for field in fields(ScreenedFace)}
    assert known == {"number", "box", "status", "person", "by", "first_name", "turn"}


def everything_is_audited(place: Place) -> None:
    """Who, what, which versions, which findings; the chain is whole."""
    record = place.check("maya")
    with place.services.store.reading(HEAD, place.clock()) as tx:
        (entry,) = [e for e in tx.audit.entries(limit=10**6) if (e.object_id, e.action) == (record.id, "check.decided")]
    for word in (place.services.policy.label, place.services.tools.engine.name, "do_not_publish", "register_version"):
        assert word in entry.payload
    assert entry.actor == UPLOADER
    assert place.services.store.verify_audit().ok


RULES: Final[tuple[Callable[[Place], Any], ...]] = (
    default_deny,
    no_face_is_not_safe,
    the_list_always_wins,
    the_most_restrictive_wins,
    consent_is_for_a_purpose,
    biometrics_are_their_own_consent,
    first_names_only,
    nothing_but_pixels,
    an_approval_is_for_these_bytes,
    two_people,
    the_reason_is_sensitive,
    covering_is_solid,
    everything_ends,
    nothing_is_inferred_or_learned,
    everything_is_audited,
)


@pytest.mark.parametrize("rule", RULES, ids=[f"{number}_{rule.__name__}" for number, rule in enumerate(RULES, 1)])
def test_every_rule_holds_under_every_profile(place: Place, rule: Callable[[Place], None]) -> None:
    """The rule's own sentence says what is tried."""
    rule(place)
