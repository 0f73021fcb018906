"""However a picture is resolved: a face that may not be shown never leaves without the roles that the table names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.application.checks.resolve.resolution import Action, Hand, Resolution, ResolutionRefused
from api.application.checks.resolve.resolving import resolved_request
from api.application.checks.submission import build_draft
from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from gatekeeper.decision.authority import LEADERSHIP
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import rescreen, screen
from gatekeeper.media.cover import head
from gatekeeper.media.cropping import seen_from, shown
from gatekeeper.media.open import Opener
from gatekeeper.policy.model import Approver, Policy
from gatekeeper.types import Author, Box, CheckRequest, FaceStatus, PersonId, Role, Screening
from tests.support.chain_request import request_of
from tests.support.gate import CONFIRMED, NOON, WEBSITE, FakeWords, RegisterBuilder, fake_engine, upload_of
from tests.support.school import ATTESTED, OFFICE, STRANGER_HUE, School

AMIRA, TOM, ZOE, XENIA, MAYA, LENA = (PersonId(f"per_{number}") for number in range(1, 7))
PEOPLE = (AMIRA, TOM, ZOE, XENIA, MAYA, LENA)
HUES = {"Amira": 0, "Tom": 120, "no consent": 240, "listed": 300, "near the list": 313, "unknown": 60}
UPLOADER = "usr_0"
ACTORS = {
    "usr_0": Role.STAFF,
    "usr_1": Role.STAFF,
    "usr_2": Role.APPROVER,
    "usr_3": Role.ADMIN,
    "usr_4": Role.SAFEGUARDING_LEAD,
    "cli_0": Role.STAFF,
}
SECOND = 1
"""Which square of the picture: a consenting child on the left, the protected one on the right."""


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    with Opener() as opener:
        yield Tools(opener, fake_engine(), FakeWords())


def register() -> RegisterBuilder:
    """Xenia consents to nothing, Maya and Lena are listed, Lena and Zoe have no template; the others consent."""
    builder = RegisterBuilder()
    for name, hue in (("Amira", 0), ("Tom", 120), ("Zoe", None), ("Xenia", 240), ("Maya", 300), ("Lena", None)):
        person = builder.person(name, f"{name}son", hue=hue)
        if name != "Xenia":
            builder.consent(person)
        if name in {"Maya", "Lena"}:
            builder.listed(person)
    return builder


share = st.floats(0, 1)
boxes = st.builds(lambda x, y, w, h: Box(x, y, w * (1 - x), h * (1 - y)), share, share, share, share)
RIGHT = Box(192 / 288, 48 / 144, 48 / 288, 48 / 144)
"""The protected face's square."""


def part_of_face(x: float, y: float, width: float, height: float) -> Box:
    """The place at these shares of the protected face's square."""
    return Box(
        RIGHT.x + x * RIGHT.width, RIGHT.y + y * RIGHT.height, width * RIGHT.width, height * RIGHT.height
    ).within(1, 1)


near_face = st.builds(
    part_of_face, st.floats(-0.5, 0.9), st.floats(-0.5, 0.9), st.floats(0.1, 1.5), st.floats(0.1, 1.5)
)
places = st.one_of(near_face, boxes)
through = st.floats(-0.2, 1.2)
"""Where a cut goes through the protected face, as a share of its side; little is left of it, too small to compare."""
cuts = st.one_of(
    st.builds(lambda t: Box(0, 0, RIGHT.x + t * RIGHT.width, 1), through),
    st.builds(lambda t: Box(0, 0, 1, RIGHT.y + t * RIGHT.height), through),
    st.builds(lambda t: Box(0.5, RIGHT.y + t * RIGHT.height, 0.5, 1 - RIGHT.y - t * RIGHT.height), through),
    places,
)
faces = st.sampled_from([2, 2, 3, 1])
named = st.sampled_from([ZOE, ZOE, AMIRA, TOM, *PEOPLE])
resolutions = st.one_of(
    st.builds(lambda f, p: Resolution(Action.IDENTIFY, face=f, person=p), faces, named),
    st.builds(lambda f: Resolution(Action.NOT_THEM, face=f), faces),
    st.builds(lambda f: Resolution(Action.NOT_A_FACE, face=f), faces),
    st.builds(lambda b: Resolution(Action.MISSED_FACE, box=b), places),
    st.builds(lambda b: Resolution(Action.COVER, box=b), places),
    st.builds(lambda b: Resolution(Action.CROP, box=b), cuts),
    st.just(Resolution(Action.ATTEST, attestations=frozenset({"nobody_recognisable"}))),
    st.just(Resolution(Action.APPROVE)),
    st.just(Resolution(Action.APPROVE)),
)
anyhow = st.tuples(st.sampled_from(sorted(ACTORS)), resolutions)
edits = st.one_of(
    st.builds(lambda b: Resolution(Action.CROP, box=b), cuts),
    st.builds(lambda b: Resolution(Action.COVER, box=b), near_face),
)
names = st.builds(lambda f: Resolution(Action.IDENTIFY, face=f, person=ZOE), st.sampled_from([2, 3]))
laundered = st.tuples(
    st.lists(anyhow, max_size=1),
    st.tuples(st.just(UPLOADER), edits).map(lambda step: [step]),
    st.lists(anyhow, max_size=1),
    st.tuples(st.just("usr_1"), names).map(lambda step: [step]),
    st.lists(anyhow, max_size=2),
).map(lambda parts: [step for part in parts for step in part])
"""Made less clear, and then named as a friend."""
steps = st.one_of(laundered, st.lists(anyhow, min_size=1, max_size=6))


class Chain:
    """A picture, resolved step by step as the service does it, without a database."""

    def __init__(self, tools: Tools, hue: float, scope: frozenset[PersonId] | None, policy: Policy) -> None:
        self.tools, self.policy, self.register = tools, policy, register().build()
        self.scope, self.moment = scope, NOON
        self.contributors = {UPLOADER}
        self.screening = screen(upload_of(120, hue), self._case(CheckRequest(attestations=CONFIRMED)), tools)
        self.record = self._recorded(CheckRequest(attestations=CONFIRMED), self.screening)
        self.agreed: set[Role] = set()
        self.named = False
        assert self.screening.facts.traces
        self.face: Box | None = self.screening.facts.faces[SECOND].box
        """Where the protected face is by the geometry of the edits alone; None when it is gone."""
        self.head = head(self.face).within(1, 1)
        """The whole head as it was at first, in fractions of what is left of the picture."""

    def _case(self, wish: CheckRequest) -> Case:
        return Case(request_of(wish, WEBSITE, self.moment, self.scope), self.register, self.policy)

    def _recorded(self, request: CheckRequest, screening: Screening) -> CheckRecord:
        draft = CheckDraft("website", request)
        return CheckRecord("chk_1", CheckState.DECIDED, UPLOADER, draft, NOON, facts=screening.facts)

    def step(self, actor: str, resolution: Resolution) -> None:
        """Resolve once more; what is refused changes nothing."""
        program = actor.startswith("cli_")
        author = Author(actor, ACTORS[actor], program, UPLOADER if program else None)
        self.moment += timedelta(minutes=1)
        own = bool(author.parties & self.contributors)
        try:
            request = resolved_request(self.record, resolution, Hand(author, self.moment, own, current=True))
        except ResolutionRefused:
            return
        if resolution.action is Action.APPROVE:
            self.agreed.add(author.role)
        else:
            self.contributors |= author.parties
            self.agreed.clear()
        assert self.screening.examined is not None
        assert self.screening.facts.photo is not None
        screening = rescreen(
            self.screening.examined.data, self.screening.facts.photo, self._case(request), self.tools, request.edit
        )
        if screening.examined is None:
            return
        self.named = self.named or resolution.action is Action.IDENTIFY
        self._edit(request)
        self.screening, self.record = screening, self._recorded(request, screening)

    def _edit(self, request: CheckRequest) -> None:
        if self.face is None:
            return
        if any(shown(self.head.within(1, 1), fill) > 0.98 for fill in request.edit.fills):
            self.face = None
        elif request.edit.crop is not None:
            gone = shown(self.face, request.edit.crop) <= 0.02 and shown(self.head, request.edit.crop) <= 0.15
            self.face = None if gone else seen_from(self.face, request.edit.crop)
            part, whole = request.edit.crop, self.head
            moved = Box(whole.x - part.x, whole.y - part.y, whole.width, whole.height)
            self.head = moved.scaled(1 / part.width, 1 / part.height)


@settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    who=st.sampled_from(["no consent", "listed", "near the list", "unknown"]),
    scope=st.sampled_from([None, frozenset({TOM, ZOE}), frozenset[PersonId]()]),
    approver=st.sampled_from([Approver.NOBODY, Approver.SECOND_PERSON]),
    steps=steps,
)
def test_a_protected_face_never_leaves_without_the_roles_of_the_table(
    tools: Tools,
    who: str,
    scope: frozenset[PersonId] | None,
    approver: Approver,
    steps: list[tuple[str, Resolution]],
) -> None:
    """Whatever order of covers, crops, names, dismissals, marks, events, roles and keys."""
    chain = Chain(tools, HUES[who], scope, replace(Policy.load("secondary"), approver=approver))
    for actor, resolution in steps:
        chain.step(actor, resolution)
        if chain.screening.release is None or chain.face is None:
            continue
        assert who != "listed", "a listed face is shown"
        if who == "unknown":
            assert chain.named or chain.agreed, f"a face of which nothing was said is shown: {steps}"
            continue
        needed = {Role.SAFEGUARDING_LEAD} if who == "near the list" else LEADERSHIP
        assert chain.agreed & needed, f"{who} is shown, agreed {chain.agreed}: {steps}"
        assert UPLOADER not in {a.by.actor for a in chain.record.draft.request.approvals if a.by}


@pytest.mark.parametrize("who", ["no consent", "listed", "near the list"])
@pytest.mark.parametrize(
    "strip", [(0, 0.2, 1, 0.3), (0, 0.6, 1, 0.4), (0, 0, 0.5, 1), (0, 0.145, 1, 0.855), (0.9, 0, 0.1, 1)]
)
def test_a_cover_over_a_part_of_a_face_frees_nobody(
    tools: Tools, who: str, strip: tuple[float, float, float, float]
) -> None:
    """A strip over eyes, mouth, a half or all but the forehead grows to the head, or the face stays who it is."""
    chain = Chain(tools, HUES[who], None, Policy.load("secondary"))
    face = chain.screening.facts.faces[SECOND].box
    x, y, width, height = strip
    part = Box(face.x + x * face.width, face.y + y * face.height, width * face.width, height * face.height)
    chain.step(UPLOADER, Resolution(Action.COVER, box=part))
    if chain.face is None:
        assert chain.screening.release is not None
        return
    for person in (ZOE, AMIRA):
        for number in (1, 2, 3):
            chain.step(UPLOADER, Resolution(Action.IDENTIFY, face=number, person=person))
            assert chain.screening.release is None


@pytest.mark.parametrize("who", ["no consent", "listed", "near the list", "unknown"])
@pytest.mark.parametrize("scope", [None, frozenset({TOM, ZOE})])
def test_a_crop_at_the_edge_of_a_face_leaves_no_head(tools: Tools, who: str, scope: frozenset[PersonId] | None) -> None:
    """A cut beside the face leaves a quarter of the head; the face stays who it is, whichever event was chosen."""
    chain = Chain(tools, HUES[who], scope, Policy.load("secondary"))
    chain.step(UPLOADER, Resolution(Action.CROP, box=Box(0, 0, RIGHT.x, 1)))
    assert chain.face is not None
    assert chain.screening.release is None


@pytest.mark.parametrize("who", ["no consent", "listed", "near the list"])
def test_a_cover_after_a_cut_takes_the_head_as_it_was(tools: Tools, who: str) -> None:
    """Of a face that was cut in two, the cover takes all that is left of the head, not the head of the rest."""
    chain = Chain(tools, HUES[who], None, Policy.load("secondary"))
    chain.step(UPLOADER, Resolution(Action.CROP, box=Box(0, 0, RIGHT.x + 0.3 * RIGHT.width, 1)))
    assert chain.screening.release is None
    chain.step(UPLOADER, Resolution(Action.COVER, face=2))
    (fill, *_) = (one for one in chain.record.draft.request.covered if shown(chain.head.within(1, 1), one) > 0.99)
    assert fill.area > 0
    assert chain.face is None
    assert chain.screening.release is not None


def test_a_friend_cut_at_the_edge_stays_out_of_the_way(tools: Tools) -> None:
    """A named friend of whom a crop leaves a tenth of the face is not asked about again."""
    chain = Chain(tools, HUES["unknown"], None, Policy.load("secondary"))
    chain.step(UPLOADER, Resolution(Action.IDENTIFY, face=2, person=ZOE))
    chain.step(UPLOADER, Resolution(Action.CROP, box=Box(0, 0, RIGHT.x + 0.1 * RIGHT.width, 1)))
    assert chain.screening.release is not None


def test_everyday_ways_stay_short(tools: Tools) -> None:
    """One person covers a face with one tap, and names an unknown one who has no template with one."""
    covered = Chain(tools, HUES["no consent"], None, Policy.load("secondary"))
    covered.step(UPLOADER, Resolution(Action.COVER, face=2))
    assert covered.screening.release is not None
    named = Chain(tools, 60, None, Policy.load("secondary"))
    named.step(UPLOADER, Resolution(Action.IDENTIFY, face=2, person=ZOE))
    assert named.screening.release is not None


def test_a_listed_name_is_remembered_when_the_file_is_sent_again(school: School) -> None:
    """Another colleague who uploads the same file anew cannot name a face that was said to be a listed person."""
    zoe = school.people["Zoe"]
    with school.services.store.transaction("user:lead", school.clock()) as tx:
        tx.consent.list_person(zoe, "refuge")
    first = school.check(STRANGER_HUE)
    school.screener.resolve(first.id, Resolution(Action.IDENTIFY, face=1, person=zoe), OFFICE, Role.STAFF)
    again = school.screener.check(upload_of(STRANGER_HUE), build_draft("website", attestations=ATTESTED), "user:other")
    assert again.facts is not None
    assert again.facts.faces[0].status is FaceStatus.POSSIBLE_DO_NOT_PUBLISH
    tom = Resolution(Action.IDENTIFY, face=1, person=school.people["Tom"])
    named = school.screener.resolve(again.id, tom, "user:other", Role.STAFF)
    assert not named.approved
    assert school.agree(named, Role.APPROVER).approved is False
