"""What may be done to a picture of two heads, by which accounts and keys: the steps that chains are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from api.application.checks.resolve.resolution import Action, Resolution
from gatekeeper.decision.traces import MILD
from gatekeeper.types import Author, Box, PersonId, Role, ScreenedFace
from tests.support.chain_oracle import face_box

AMIRA, TOM, ZOE, XENIA, MAYA, LENA, NORA, YARA, IVY, OTTO = (PersonId(f"per_{number}") for number in range(1, 11))
TEMPLATES: Final = dict.fromkeys((AMIRA, TOM, ZOE, XENIA, MAYA, LENA, NORA, YARA, IVY, OTTO)) | {
    AMIRA: 0.0,
    TOM: 120.0,
    XENIA: 240.0,
    MAYA: 300.0,
}
"""The hue of each face that is enrolled."""
UNENROLLED_FRIENDS: Final = (ZOE, YARA, IVY, OTTO)
REFUSING, LISTED = {XENIA, NORA}, {MAYA, LENA}
HEADS: Final = {
    "consents": (0.0, AMIRA, True, False),
    "refuses": (240.0, XENIA, True, False),
    "refuses, no template": (60.0, NORA, False, False),
    "listed": (300.0, MAYA, True, False),
    "listed, no template": (90.0, LENA, False, False),
    "resembles a listed person": (313.0, None, False, True),
    "stranger": (180.0, None, False, False),
}
"""Hue, person, whether enrolled, whether near the list."""
STAFF, LEADER, LEAD = Author("usr_staff"), Author("usr_head", Role.APPROVER), Author("usr_lead", Role.SAFEGUARDING_LEAD)
ACTORS: Final = (
    STAFF,
    Author("usr_colleague"),
    LEADER,
    Author("usr_deputy", Role.APPROVER),
    Author("usr_admin", Role.ADMIN),
    LEAD,
    *(Author(f"cli_{one.actor}", Role.STAFF, program=True, holder=one.actor) for one in (STAFF, LEADER, LEAD)),
    Author("cli_alone", Role.STAFF, program=True),
)
SECOND_LOOK: Final = {
    "secondary": frozenset[Role](),
    "primary": frozenset(Role),
    "trust": frozenset(Role),
    "infant": frozenset({Role.APPROVER, Role.SAFEGUARDING_LEAD}),
    "federation": frozenset({Role.APPROVER, Role.SAFEGUARDING_LEAD}),
}
EVENTS: Final = (None, None, None, frozenset({TOM, ZOE}), frozenset({AMIRA, XENIA}), frozenset[PersonId]())


share = st.floats(0, 1)
anywhere = st.builds(lambda x, y, w, h: Box(x, y, w * (1 - x), h * (1 - y)), share, share, share, share)
shift, size = st.floats(-0.6, 1.1), st.floats(0.05, 2.2)


def beside(square: int, x: float, y: float, size: tuple[float, float]) -> Box:
    """Return the place that begins at these shares of a face, and is so many faces wide and high."""
    face = face_box(square)
    return Box(face.x + x * face.width, face.y + y * face.height, size[0] * face.width, size[1] * face.height).within(
        1, 1
    )


at_a_face = st.builds(beside, st.sampled_from([0, 1]), shift, shift, st.tuples(size, size))
places = st.one_of(at_a_face, at_a_face, anywhere)
through = st.floats(0.04, 0.14) | st.floats(0.1, 0.45) | shift
"""Where a cut goes through a face; often so that a strip is left that is too narrow to be compared."""
squares = st.sampled_from([0, 1, 1])
cuts = st.one_of(
    st.builds(lambda square, t: Box(0, 0, beside(square, t, 0, (1, 1)).x, 1), squares, through),
    st.builds(lambda square, t: Box(0, 0, 1, beside(square, 0, t, (1, 1)).y), squares, through),
    st.builds(lambda square, t: _right_of(beside(square, 1 - t, 0, (1, 1)).x), squares, through),
    st.builds(lambda x, y, w, h: Box(x, y, 0.25 + w * (0.75 - x), 0.5 + h * (0.5 - y)), *[st.floats(0, 0.5)] * 4),
)
actors, faces = st.sampled_from([STAFF, STAFF, *ACTORS]), st.sampled_from([1, 2, 2, 3])
friends, anybody = st.sampled_from([ZOE, ZOE, TOM, AMIRA]), st.sampled_from(sorted(TEMPLATES))
kinds = st.one_of(
    st.sampled_from(sorted(HEADS)[1:]).map(lambda kind: ("consents", kind)),
    st.sampled_from(sorted(HEADS)[1:]).map(lambda kind: ("consents", kind)),
    st.permutations(sorted(HEADS)).map(lambda several: (several[0], several[1])),
)
_ATTESTED: Final = frozenset({"nobody_recognisable"})
resolutions = st.one_of(
    st.builds(lambda face, person: Resolution(Action.IDENTIFY, face, person), faces, st.one_of(friends, anybody)),
    st.builds(lambda face, person: Resolution(Action.NOT_THEM, face, person), faces, anybody),
    st.builds(lambda face: Resolution(Action.NOT_A_FACE, face), faces),
    st.builds(lambda box: Resolution(Action.COVER, box=box), places),
    st.builds(lambda face: Resolution(Action.COVER, face), st.none() | faces),
    st.builds(lambda box: Resolution(Action.CROP, box=box), cuts),
    st.builds(lambda box: Resolution(Action.CROP, box=box), cuts),
    st.builds(lambda box: Resolution(Action.MISSED_FACE, box=box), places),
)
"""Everything that may be said or done, but for agreeing and confirming."""
AGREED: Final = Resolution(Action.APPROVE)
CONFIRMED_NOBODY: Final = Resolution(Action.ATTEST, attestations=_ATTESTED)
_WEIGHT: Final = (Role.STAFF, Role.ADMIN, Role.APPROVER, Role.SAFEGUARDING_LEAD)
LADDER: Final = tuple(sorted(ACTORS, key=lambda one: (not one.program, _WEIGHT.index(one.role))))
"""Everybody, those first whose word should count for least."""


def the_rest_named(faces: Sequence[ScreenedFace]) -> Resolution:
    """Return how everybody who is still open is called a friend, each another one."""
    named = {face.person for face in faces}
    open_ones = [face.number for face in faces if face.status not in MILD]
    spare = [friend for friend in UNENROLLED_FRIENDS if friend not in named]
    return Resolution(Action.IDENTIFY, named=dict(zip(open_ones, spare, strict=False)))


def _right_of(x: float) -> Box:
    return Box(x, 0, 1 - x, 1)


Scope = frozenset[PersonId] | None
"""Who was at the event that is chosen; None if none is."""


@dataclass(frozen=True)
class Resolved:
    """A resolution, and who would name the rest if the picture were to be finished right after it."""

    actor: Author
    resolution: Resolution
    namer: Author


@dataclass(frozen=True)
class Finished:
    """All who are open are called friends, and everybody agrees who may."""

    namer: Author


@dataclass(frozen=True)
class Moved:
    """Another event is chosen, a consent withdrawn, or a person put on the do-not-publish list."""

    scope: Scope
    withdrawn: PersonId | None
    listed: PersonId | None


Step = Resolved | Finished | Moved
_resolved = st.builds(Resolved, actors, resolutions, actors)
steps: st.SearchStrategy[Step] = st.one_of(
    _resolved,
    _resolved,
    _resolved,
    st.builds(Finished, actors),
    st.builds(
        Moved,
        st.sampled_from(EVENTS),
        st.none() | st.sampled_from([AMIRA, ZOE]),
        st.none() | st.sampled_from([AMIRA, ZOE, XENIA, NORA]),
    ),
)
