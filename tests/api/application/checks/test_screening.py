from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from api.application.checks.release.releasing import NoSuchRelease, ReleaseWithdrawn
from api.application.checks.resolve.resolution import Action, NewWords, Resolution, ResolutionRefused
from api.application.checks.screening import Screener
from api.application.checks.submission import AlreadyAsked, Claim, NoSuchCheck, RegisterBusy, build_draft
from consent_db.approvals.records import CheckRecord, CheckState
from consent_db.errors import KeyReused, NotFound
from gatekeeper.consent.permission import Stance
from gatekeeper.rendition import Rendition
from gatekeeper.types import Box, FaceStatus, FindingCode, Role
from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, MORNING, OFFICE, STRANGER_HUE, TOM_HUE, School


def codes(school: School, check_id: str) -> set[str]:
    facts = school.screener.run(check_id).facts
    assert facts is not None
    return {finding.code.value for finding in facts.decision.findings}


def token_of(school: School, *hues: float) -> str:
    token = school.screener.releases.token(school.check(*hues))
    assert token is not None
    return token


# --- a check ----------------------------------------------------------------------


def test_a_picture_of_people_who_consent_is_approved_and_handed_out(school: School) -> None:
    """The release is the very file that was examined, under a token only its check knows."""
    record = school.check(AMIRA_HUE, TOM_HUE, caption="Amira and Tom")
    assert record.approved
    assert record.facts is not None
    assert record.facts.caption == "Amira and Tom"
    token = school.screener.releases.token(record)
    assert token is not None
    released = school.screener.releases.open(token)
    assert released.sha256 == hashlib.sha256(released.data).hexdigest() == record.facts.decision.release_sha256


def test_a_blocked_picture_is_not_handed_out(school: School) -> None:
    """A block has no token, and nobody can guess one."""
    record = school.check(AMIRA_HUE, STRANGER_HUE)
    assert not record.approved
    assert school.screener.releases.token(record) is None
    with pytest.raises(NoSuchRelease, match="no such picture"):
        school.screener.releases.open("guess")


def test_the_upload_is_gone_when_its_check_is_decided(school: School) -> None:
    """Only the sanitised picture is kept."""
    school.check(AMIRA_HUE)
    assert {key.split("/")[0] for key in school.screener.pictures.all_keys()} == {"examined"}


def test_a_check_for_an_unknown_channel_or_class_is_refused_and_leaves_nothing(school: School) -> None:
    """A wrong word is an error to be corrected, not a picture on the disk."""
    for wrong in (build_draft("billboard"), build_draft("website", event="no such class")):
        with pytest.raises(NotFound):
            school.screener.submit(upload_of(AMIRA_HUE), wrong, OFFICE)
    assert school.screener.pictures.all_keys() == set()


def test_running_a_finished_check_again_changes_nothing(school: School) -> None:
    """A job that is delivered twice has one answer."""
    record = school.check(AMIRA_HUE)
    assert school.screener.run(record.id) == record


def test_a_check_that_many_run_at_once_has_one_answer(school: School) -> None:
    """Workers that race record one decision and one audit entry."""
    check_id = school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: school.screener.run(check_id), range(4)))
    assert len({answer.examined_key for answer in answers}) == 1
    assert len(school.screener.pictures.all_keys()) == 1
    with school.services.store.reading(OFFICE, MORNING) as tx:
        assert sum(entry.action == "check.decided" for entry in tx.audit.entries()) == 1


def test_a_withdrawal_during_the_check_is_obeyed(school: School) -> None:
    """The register's version is compared when the decision is recorded; if it moved, the gate looks again."""
    check_id = school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)
    school.clock.advance(minutes=1)
    opener = school.services.tools.opener
    seen: list[bytes] = []

    class Meanwhile:
        def open(self, data: bytes, rendition: Rendition) -> object:
            if not seen:
                school.say("Amira", Stance.WITHDRAWN)
            seen.append(data)
            return opener.open(data, rendition)

    object.__setattr__(school.services.tools, "opener", Meanwhile())
    assert codes(school, check_id) == {FindingCode.NO_CONSENT}
    assert len(seen) == 2


@pytest.fixture
def restless(school: School) -> Iterator[str]:
    """A received check of a school whose register moves on every few milliseconds."""
    stop = threading.Event()

    def edit() -> None:
        while not stop.wait(0.02):
            school.say("Tom", Stance.GRANTED)

    class Slow:
        def open(self, data: bytes, rendition: Rendition) -> object:
            time.sleep(0.1)
            return opener.open(data, rendition)

    opener = school.services.tools.opener
    object.__setattr__(school.services.tools, "opener", Slow())
    editor = threading.Thread(target=edit)
    editor.start()
    yield school.screener.submit(upload_of(AMIRA_HUE), build_draft("website", attestations=ATTESTED), OFFICE)
    stop.set()
    editor.join()


def test_a_register_that_never_rests_is_held_still_for_the_last_look(school: School, restless: str) -> None:
    """However fast the office types, a check has its answer, and from a register that stands."""
    assert school.screener.run(restless).approved


def test_a_check_that_would_hold_the_register_for_long_is_left_for_later(
    school: School, restless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather no answer than one from a register that has changed, or an office that cannot save."""
    monkeypatch.setattr("api.application.checks.screening._MOST_HELD", 0.01)
    with pytest.raises(RegisterBusy, match="Try again"):
        school.screener.run(restless)
    with school.services.store.reading(OFFICE, MORNING) as tx:
        assert tx.checks.get(restless).state is CheckState.RECEIVED


# --- the same request twice -----------------------------------------------------------


def test_the_same_request_under_the_same_key_is_one_check(school: School) -> None:
    """A scheduler may retry; the second time it is pointed to the first check."""
    submission, claim = build_draft("website", attestations=ATTESTED), Claim("key-1", "print-1")
    first = school.screener.submit(upload_of(AMIRA_HUE), submission, OFFICE, claim)
    with pytest.raises(AlreadyAsked) as asked:
        school.screener.submit(upload_of(AMIRA_HUE), submission, OFFICE, claim)
    assert asked.value.check_id == first
    assert len(school.screener.pictures.all_keys()) == 1


def test_another_request_under_the_same_key_is_refused(school: School) -> None:
    """A key that comes back with other content is a mistake of the caller."""
    submission = build_draft("website", attestations=ATTESTED)
    school.screener.submit(upload_of(AMIRA_HUE), submission, OFFICE, Claim("key-1", "print-1"))
    with pytest.raises(KeyReused):
        school.screener.submit(upload_of(TOM_HUE), submission, OFFICE, Claim("key-1", "print-2"))


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_resolution_that_is_sent_twice_at_once_is_one(school: School, moment: int) -> None:
    """Whenever the other copy comes in between, the answer names its check, and there is no conflict."""
    old, cover, calls = school.check(STRANGER_HUE), Resolution(Action.COVER, face=1), 0
    first = list[CheckRecord]()

    def send(screener: Screener) -> CheckRecord:
        return screener.resolve(old.id, cover, OFFICE, Role.STAFF, Claim("key-1", "print-1"))

    def clock() -> datetime:
        nonlocal calls
        calls += 1
        if calls == moment:
            first.append(send(school.screener))
        return school.clock()

    with pytest.raises(AlreadyAsked) as asked:
        send(replace(school.screener, clock=clock))
    assert asked.value.check_id == first[0].id


# --- releases ------------------------------------------------------------------------


def test_a_withdrawal_ends_the_release(school: School) -> None:
    """Consent taken back: the address that was handed out answers with a refusal."""
    token = token_of(school, AMIRA_HUE)
    school.clock.advance(minutes=1)
    school.say("Amira", Stance.WITHDRAWN)
    with pytest.raises(ReleaseWithdrawn, match="may not be published any more"):
        school.screener.releases.open(token)


def test_a_release_ends_with_its_window(school: School) -> None:
    """An approval lasts as long as the policy says and no longer."""
    token = token_of(school, AMIRA_HUE)
    school.clock.advance(hours=23, minutes=59)
    assert school.screener.releases.open(token).data
    school.clock.advance(minutes=1)
    with pytest.raises(ReleaseWithdrawn):
        school.screener.releases.open(token)


def test_a_listing_ends_the_release(school: School) -> None:
    """Somebody put on the do-not-publish list takes every standing approval along."""
    token = token_of(school, AMIRA_HUE, TOM_HUE)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Tom"], reason=None)
    with pytest.raises(ReleaseWithdrawn):
        school.screener.releases.open(token)


def test_a_closed_channel_ends_the_release(school: School) -> None:
    """An outlet that the school has given up gets nothing more."""
    token = token_of(school, AMIRA_HUE)
    with school.services.store.transaction("user:admin", school.clock()) as tx:
        tx.channels.close("website")
    with pytest.raises(ReleaseWithdrawn):
        school.screener.releases.open(token)


# --- resolving -----------------------------------------------------------------------


def test_saying_who_a_face_is_gives_the_gate_one_more_fact(school: School) -> None:
    """The new check replaces the old one, has the same bytes and may be approved."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    resolution = Resolution(Action.IDENTIFY, face=2, person=school.people["Zoe"])
    new = school.screener.resolve(old.id, resolution, OFFICE, Role.STAFF)
    assert new.approved
    assert new.facts is not None
    assert old.facts is not None
    assert new.facts.release == old.facts.release
    assert school.screener.run(old.id).state is CheckState.SUPERSEDED


def test_covering_a_stranger_makes_another_picture_that_is_approved(school: School) -> None:
    """The covered picture goes through the whole gate; the other face keeps its person."""
    old = school.check(STRANGER_HUE, AMIRA_HUE)
    new = school.screener.resolve(old.id, Resolution(Action.COVER), OFFICE, Role.STAFF)
    assert new.approved
    assert new.facts is not None
    assert old.facts is not None
    assert new.facts.release != old.facts.release
    assert [face.status for face in new.facts.faces] == [FaceStatus.CONSENTED, FaceStatus.COVERED]
    assert new.facts.faces[0].person == school.people["Amira"]


def test_what_was_said_about_a_face_stays_with_it_when_numbers_move(school: School) -> None:
    """After face 1 is covered, the statement about face 2 is about the same place."""
    old = school.check(STRANGER_HUE, 180.0, AMIRA_HUE)
    named = school.screener.resolve(
        old.id, Resolution(Action.IDENTIFY, face=2, person=school.people["Tom"]), OFFICE, Role.STAFF
    )
    new = school.screener.resolve(named.id, Resolution(Action.COVER, face=1), OFFICE, Role.STAFF)
    assert new.facts is not None
    assert [face.person for face in new.facts.faces[:2]] == [school.people["Tom"], school.people["Amira"]]


def test_the_uploader_cannot_be_the_second_person(school: School) -> None:
    """Naming a recognised face differently needs somebody else to agree; then it is approved."""
    old = school.check(AMIRA_HUE)
    said = school.screener.resolve(
        old.id, Resolution(Action.IDENTIFY, face=1, person=school.people["Tom"]), OFFICE, Role.STAFF
    )
    with pytest.raises(ResolutionRefused, match="it is your own"):
        school.agree(said, actor=OFFICE)
    assert school.agree(said).approved


def test_whoever_said_something_cannot_be_the_second_person_for_it(school: School) -> None:
    """Somebody else's statement about a face is not confirmed by whoever made it."""
    old = school.check(AMIRA_HUE)
    tom = Resolution(Action.IDENTIFY, face=1, person=school.people["Tom"])
    said = school.screener.resolve(old.id, tom, "user:head", Role.APPROVER)
    with pytest.raises(ResolutionRefused, match="it is your own"):
        school.agree(said)
    assert school.agree(said, actor="user:deputy").approved


def test_an_approval_does_not_outlive_another_change(school: School) -> None:
    """What the second person agreed to was exactly what they saw."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    waved = school.screener.resolve(old.id, Resolution(Action.NOT_A_FACE, face=2), OFFICE, Role.STAFF)
    approved = school.agree(waved, Role.STAFF)
    assert approved.approved
    reworded = Resolution(Action.REWORD, words=NewWords("Amira planting beans"))
    changed = school.screener.resolve(approved.id, reworded, OFFICE, Role.STAFF)
    assert changed.draft.request.approvals == ()
    assert not changed.approved


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_only_the_roles_of_an_exception_lift_it(school: School, role: Role) -> None:
    """Neither a colleague nor an administrator agrees to what is for leadership; whoever does is on record."""
    tom = Resolution(Action.IDENTIFY, face=1, person=school.people["Tom"])
    said = school.screener.resolve(school.check(AMIRA_HUE).id, tom, OFFICE, Role.STAFF)
    with pytest.raises(ResolutionRefused, match="another role has to decide"):
        school.agree(said, role)
    assert school.agree(said).approved
    with school.services.store.reading("user:head", school.clock()) as tx:
        assert [(one.by, one.agreed) for one in tx.opinions.of(said.id)] == [("user:head", True)]


@pytest.mark.parametrize(
    ("resolution", "sentence"),
    [
        (Resolution(Action.IDENTIFY, face=1), "Say which person"),
        (Resolution(Action.IDENTIFY, face=1, person="per_nobody"), "not on the register"),  # type: ignore[arg-type]
        (Resolution(Action.NOT_A_FACE, face=7), "no face of that number"),
        (Resolution(Action.ATTEST), "Say what you confirm"),
        (Resolution(Action.COVER), "no face that has to be covered"),
    ],
)
def test_a_resolution_that_does_not_fit_changes_nothing(school: School, resolution: Resolution, sentence: str) -> None:
    """The sentence says what is missing, and the check is as it was."""
    old = school.check(AMIRA_HUE)
    with pytest.raises(ResolutionRefused, match=sentence):
        school.screener.resolve(old.id, resolution, OFFICE, Role.STAFF)
    assert school.screener.run(old.id) == old


def test_a_replaced_check_cannot_be_resolved_again(school: School) -> None:
    """There is one chain, and only its end goes on."""
    old = school.check(STRANGER_HUE)
    school.screener.resolve(old.id, Resolution(Action.NOT_A_FACE, face=1), OFFICE, Role.STAFF)
    with pytest.raises(ResolutionRefused, match="cannot be changed any more"):
        school.screener.resolve(old.id, Resolution(Action.COVER), OFFICE, Role.STAFF)


def test_a_picture_can_be_looked_at_until_it_is_deleted(school: School) -> None:
    """Those who resolve a block see the sanitised picture; without one they are told."""
    record = school.check(STRANGER_HUE)
    assert school.screener.releases.examined(record.id).startswith(b"\xff\xd8")
    school.screener.pictures.delete(record.examined_key or "")
    with pytest.raises(NoSuchCheck, match="deleted"):
        school.screener.releases.examined(record.id)
    with pytest.raises(NoSuchCheck, match="no such check"):
        school.screener.run("chk_nothing")


def test_a_place_without_a_face_can_be_covered(school: School) -> None:
    """A name on a badge is covered by its place; one outside the picture is nothing to cover."""
    old = school.check(AMIRA_HUE)
    place = Box(0.0, 0.0, 0.1, 0.1)
    with pytest.raises(ResolutionRefused, match="nothing else"):
        school.screener.resolve(old.id, Resolution(Action.COVER, box=Box(2, 2, 1, 1)), OFFICE, Role.STAFF)
    new = school.screener.resolve(old.id, Resolution(Action.COVER, box=place), OFFICE, Role.STAFF)
    assert new.draft.request.covered == (place,)
