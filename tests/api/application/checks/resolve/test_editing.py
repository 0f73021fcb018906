"""Covering and cropping: what was said and found stays with its place, and nothing found is lost."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.application.checks.resolve.editing import covered, cropped
from api.application.checks.resolve.resolution import Action, NewWords, Resolution, ResolutionRefused
from consent_db.approvals.records import CheckRecord
from gatekeeper.decision.traces import PROTECTED, head_of
from gatekeeper.types import Box, CheckRequest, Edit, FaceStatus, FindingCode, Role, Said, Trace
from tests.support.school import AMIRA_HUE, OFFICE, STRANGER_HUE, TOM_HUE, School

LEFT, RIGHT = Box(0, 0, 0.5, 1), Box(0.5, 0, 0.5, 1)
EMPTY_PLACE = Box(0.75, 0.75, 0.1, 0.2)
SECOND_STRANGER = 180.0


def resolve(school: School, old: CheckRecord, action: Action, **more: object) -> CheckRecord:
    return school.screener.resolve(old.id, Resolution(action, **more), OFFICE, Role.STAFF)  # type: ignore[arg-type]


def codes(record: CheckRecord) -> list[FindingCode]:
    assert record.facts is not None
    return [finding.code for finding in record.facts.decision.findings]


def people(record: CheckRecord) -> list[str | None]:
    assert record.facts is not None
    return [face.person for face in record.facts.faces]


def test_cropping_a_stranger_away_is_approved(school: School) -> None:
    """The part is a new picture with other bytes and its own size; nothing is said to be covered in it."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    new = resolve(school, old, Action.CROP, box=LEFT)
    assert new.approved
    assert new.facts is not None
    assert new.facts.release is not None
    assert (new.facts.release.width, new.facts.release.height) == (144, 144)
    assert people(new) == [school.people["Amira"]]
    assert new.draft.request.edit == Edit(crop=LEFT)


def test_what_was_said_stays_with_its_face_in_the_part(school: School) -> None:
    """A name given in the whole picture is the same face's name in the part; what was cut away is gone."""
    old = school.check(STRANGER_HUE, SECOND_STRANGER)
    named = resolve(school, old, Action.IDENTIFY, face=2, person=school.people["Zoe"])
    dismissed = resolve(school, named, Action.NOT_A_FACE, face=1)
    new = resolve(school, dismissed, Action.CROP, box=RIGHT)
    assert new.approved
    assert people(new) == [school.people["Zoe"]]
    assert len(new.draft.request.said) == 1


def test_a_picture_can_be_cropped_and_covered_again_and_again(school: School) -> None:
    """Each edit is done once, to the picture before it; an agreement or a statement repeats none of them."""
    old = school.check(AMIRA_HUE, STRANGER_HUE, SECOND_STRANGER)
    cut = resolve(school, old, Action.CROP, box=Box(0, 0, 2 / 3, 1))
    covered = resolve(school, cut, Action.COVER, face=2)
    assert covered.approved
    words = NewWords("Amira planting beans")
    reworded = resolve(school, covered, Action.REWORD, words=words)
    assert reworded.approved
    assert reworded.facts is not None
    assert covered.facts is not None
    assert reworded.facts.release == covered.facts.release
    last = resolve(school, reworded, Action.CROP, box=LEFT)
    assert last.approved
    assert last.draft.request.covered == ()


def test_whoever_crops_has_had_a_hand_in_it(school: School) -> None:
    """Somebody who cropped the picture cannot be the second person who agrees to it; who only agrees can."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    cut = school.screener.resolve(old.id, Resolution(Action.CROP, box=LEFT), "user:deputy", Role.STAFF)
    named = resolve(school, cut, Action.IDENTIFY, face=1, person=school.people["Tom"])
    agreed = school.agree(named)
    with school.services.store.reading("user:head", school.clock()) as tx:
        assert tx.lineage.contributors(agreed) == {OFFICE, "user:deputy"}


def test_a_face_cut_in_half_is_still_a_face(school: School) -> None:
    """A cut through a stranger, or so near that a good part of the head stays, frees the picture of no question."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    assert old.facts is not None
    stranger = old.facts.faces[1].box
    sliver = resolve(school, old, Action.CROP, box=Box(0, 0, stranger.x + stranger.width * 0.1, 1))
    assert not sliver.approved
    beside = Box(0, 0, stranger.x - stranger.width * 0.25, 1)
    assert resolve(school, school.check(AMIRA_HUE, STRANGER_HUE), Action.CROP, box=beside).approved
    half = resolve(
        school, school.check(AMIRA_HUE, STRANGER_HUE), Action.CROP, box=Box(0, 0, stranger.x + stranger.width / 2, 1)
    )
    assert codes(half) != []
    assert len(half.draft.request.traces) == 2


def test_a_rest_of_a_face_counts_by_what_the_register_says_now(school: School) -> None:
    """Of a friend a crop may leave a tenth of the face, unless they have been listed since the picture was examined."""
    old = school.check(AMIRA_HUE, TOM_HUE, STRANGER_HUE)
    assert old.facts is not None
    friend = old.facts.faces[1].box
    part = Box(0, 0, friend.x + 0.1 * friend.width, 1)
    assert resolve(school, old, Action.CROP, box=part).approved
    again = school.check(AMIRA_HUE, TOM_HUE, STRANGER_HUE)
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(school.people["Tom"], "refuge")
    assert not resolve(school, again, Action.CROP, box=part).approved


def test_what_was_confirmed_of_another_picture_does_not_count(school: School) -> None:
    """After everybody was covered or cut away, somebody has to look anew whether anybody can be recognised."""
    for action, more in ((Action.COVER, {"face": 1}), (Action.CROP, {"box": RIGHT})):
        new = resolve(school, school.check(STRANGER_HUE), action, **more)
        assert codes(new) == [FindingCode.NOBODY_FOUND]
        again = resolve(school, new, Action.ATTEST, attestations=frozenset({"nobody_recognisable"}))
        assert codes(again) == [FindingCode.NEEDS_SECOND_PERSON]
        assert school.agree(again, Role.STAFF).approved


def test_whoever_confirms_has_been_shown_what_was_not_found(school: School) -> None:
    """Before the gate asks, the confirmation is refused; after a face was marked and covered it is asked anew."""
    confirm = {"attestations": frozenset({"nobody_recognisable"})}
    with pytest.raises(ResolutionRefused, match="has not asked"):
        resolve(school, school.check(STRANGER_HUE), Action.ATTEST, **confirm)
    empty = resolve(school, school.check(), Action.ATTEST, **confirm)
    marked = resolve(school, empty, Action.MISSED_FACE, box=EMPTY_PLACE)
    assert codes(resolve(school, marked, Action.COVER, face=1)) == [FindingCode.NOBODY_FOUND]


def test_a_face_that_is_declared_to_be_none_is_looked_at_anew(school: School) -> None:
    """What was confirmed of a picture with a face says nothing of the picture without it."""
    old = school.check(STRANGER_HUE)
    dismissed = resolve(school, old, Action.NOT_A_FACE, face=1)
    assert codes(dismissed) == [FindingCode.NOBODY_FOUND, FindingCode.NEEDS_SECOND_PERSON]
    looked = resolve(school, dismissed, Action.ATTEST, attestations=frozenset({"nobody_recognisable"}))
    assert codes(looked) == [FindingCode.NEEDS_SECOND_PERSON, FindingCode.NEEDS_SECOND_PERSON]
    assert school.agree(looked, Role.STAFF).approved


def test_a_face_that_was_missed(school: School) -> None:
    """It blocks until it is named or covered, and goes with the picture when that is cropped."""
    old = school.check(AMIRA_HUE)
    marked = resolve(school, old, Action.MISSED_FACE, box=EMPTY_PLACE)
    assert codes(marked) == [FindingCode.UNREADABLE_FACE]
    assert resolve(school, marked, Action.IDENTIFY, face=2, person=school.people["Tom"]).approved
    marked = resolve(school, school.check(AMIRA_HUE), Action.MISSED_FACE, box=EMPTY_PLACE)
    assert resolve(school, marked, Action.COVER, face=2).approved
    marked = resolve(school, school.check(AMIRA_HUE), Action.MISSED_FACE, box=EMPTY_PLACE)
    cut = resolve(school, marked, Action.CROP, box=RIGHT)
    assert codes(cut) == [FindingCode.UNREADABLE_FACE]
    assert cut.draft.request.missed[0].overlap(Box(0.5, 0.75, 0.2, 0.2)) > 0.99


def test_marking_a_face_takes_back_that_there_is_none(school: School) -> None:
    """A find that was called no face is one again, for whoever marks it sees more."""
    old = school.check(AMIRA_HUE, STRANGER_HUE)
    assert old.facts is not None
    box = old.facts.faces[1].box
    dismissed = resolve(school, old, Action.NOT_A_FACE, face=2)
    assert codes(dismissed) == [FindingCode.NEEDS_SECOND_PERSON]
    assert codes(resolve(school, dismissed, Action.MISSED_FACE, box=box)) == [FindingCode.UNKNOWN_FACE]


@pytest.mark.parametrize(
    ("resolution", "sentence"),
    [
        (Resolution(Action.CROP), "which part"),
        (Resolution(Action.IDENTIFY, face=1), "Say which person"),
        (Resolution(Action.ATTEST), "Say what you confirm"),
        (Resolution(Action.CROP, box=Box(0, 0, 1, 1)), "whole picture"),
        (Resolution(Action.CROP, box=Box(0.2, 0.2, 0.1, 0.1)), "too small"),
        (Resolution(Action.CROP, box=Box(0.9, 0.9, -0.5, 0.1)), "too small"),
        (Resolution(Action.MISSED_FACE), "which part"),
        (Resolution(Action.MISSED_FACE, box=Box(0.5, 0.5, 0.001, 0.1)), "too small"),
        (Resolution(Action.MISSED_FACE, box=Box(0.17, 0.34, 0.16, 0.33)), "face 1, which was found"),
    ],
)
def test_places_that_make_no_sense_are_refused(school: School, resolution: Resolution, sentence: str) -> None:
    """The sentence says what is wrong, and nothing is changed."""
    old = school.check(AMIRA_HUE)
    with pytest.raises(ResolutionRefused, match=sentence):
        school.screener.resolve(old.id, resolution, OFFICE, Role.STAFF)
    assert school.screener.run(old.id) == old


def test_of_a_covered_face_there_is_nothing_to_say(school: School) -> None:
    """A filled place is named by nobody and covered only once."""
    covered = resolve(school, school.check(AMIRA_HUE, STRANGER_HUE), Action.COVER)
    with pytest.raises(ResolutionRefused, match="no face of that number"):
        resolve(school, covered, Action.COVER, face=2)


def test_covering_a_neighbour_keeps_what_is_mostly_to_be_seen() -> None:
    """Places are kept, cut or dropped by how much of them the part shows."""
    request = CheckRequest(
        said=(Said(Box(0.1, 0.1, 0.1, 0.1), None), Said(Box(0.45, 0.1, 0.1, 0.1), None)),
        covered=(Box(0.4, 0.5, 0.2, 0.2),),
        missed=(Box(0.49, 0.8, 0.1, 0.1),),
    )
    part = cropped(request, LEFT)
    assert part.said == (Said(Box(0.2, 0.1, 0.2, 0.1), None),)
    assert part.covered[0].overlap(Box(0.8, 0.5, 0.2, 0.2)) > 0.99
    assert part.missed == ()
    assert part.seen == ()


_share = st.floats(0, 1)


@given(st.sampled_from(sorted(PROTECTED)), st.tuples(_share, _share, _share, _share))
def test_a_protected_face_is_forgotten_only_under_a_cover_of_its_whole_head(
    worst: FaceStatus, edges: tuple[float, float, float, float]
) -> None:
    """Whatever a fill takes, of a head that is not wholly under it the trace stays."""
    trace = Trace(Box(0.4, 0.4, 0.2, 0.2), worst)
    whole = head_of(trace)
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    fill = Box(
        whole.x + left * whole.width,
        whole.y + top * whole.height,
        (right - left) * whole.width,
        (bottom - top) * whole.height,
    )
    assume((right - left) * (bottom - top) < 0.98)
    assert covered(CheckRequest(traces=(trace,)), (fill,)).traces == (trace,)
    assert covered(CheckRequest(traces=(trace,)), (whole,)).traces == ()
