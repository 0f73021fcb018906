"""Any order of resolutions by any roles and keys: a head that may not be shown leaves only as the table says."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.application.checks.resolve.resolution import Action, Hand, Resolution, ResolutionRefused
from api.application.checks.resolve.resolving import resolved_request
from consent_db.approvals.records import CheckDraft, CheckRecord, CheckState
from gatekeeper.consent.permission import Stance
from gatekeeper.decision.case import Case, Tools
from gatekeeper.decision.pipeline import rescreen, screen
from gatekeeper.media.open import Opener
from gatekeeper.policy.model import PROFILES, Policy
from gatekeeper.register import Register
from gatekeeper.types import Author, Box, CheckRequest, Screening
from tests.support.chain_oracle import Head, School, Truth, face_box, upload, witnessed
from tests.support.chain_request import request_of
from tests.support.chain_steps import (
    AGREED,
    AMIRA,
    CONFIRMED_NOBODY,
    EVENTS,
    HEADS,
    LADDER,
    LISTED,
    REFUSING,
    SECOND_LOOK,
    STAFF,
    TEMPLATES,
    Finished,
    Moved,
    Resolved,
    Scope,
    Step,
    actors,
    kinds,
    steps,
    the_rest_named,
)
from tests.support.gate import CONFIRMED, NOON, WEBSITE, FakeWords, RegisterBuilder, fake_engine


@cache
def tools() -> Tools:
    """The real airlock, which is shared by all examples; the engine sees coloured squares."""
    return Tools(Opener(), fake_engine(), FakeWords())


@pytest.fixture(scope="module", autouse=True)
def _airlock() -> Iterator[None]:
    """Close it at the end."""
    yield
    opener = tools().opener
    assert isinstance(opener, Opener)
    opener.close()
    tools.cache_clear()


@cache
def policy(name: str) -> Policy:
    return Policy.load(name)


class Chain:
    """One picture of two heads, resolved by anybody, while the register and the event move."""

    screening: Screening
    record: CheckRecord

    def __init__(self, profile: str, kinds: tuple[str, str], scope: Scope, uploader: Author) -> None:
        self.moment, self.scope, self.policy, self.version = NOON, scope, policy(profile), 1
        self.truth = Truth(
            tuple(Head(square, *HEADS[kind]) for square, kind in enumerate(kinds)),
            School(set(LISTED), set(TEMPLATES) - LISTED - REFUSING),
            SECOND_LOOK[profile],
            {uploader.actor, uploader.holder or uploader.actor},
        )
        self.register = self._register()
        wish = CheckRequest(attestations=CONFIRMED)
        hues = [head.hue for head in self.truth.heads]
        self._answered(wish, screen(upload(*hues), self._case(wish), tools()))

    def step(self, step: Step) -> None:
        """Go a step on, and see what could be made of the picture from there."""
        if isinstance(step, Moved):
            self._move(step)
        elif isinstance(step, Finished):
            self._finish(step.namer)
        else:
            self._resolve(step.actor, step.resolution)
            aside = self.screening, self.record, deepcopy(self.truth)
            self._finish(step.namer)
            self.screening, self.record, self.truth = aside

    def _finish(self, namer: Author) -> None:
        """Call everybody who is open a friend, say that there is nobody else, and ask all for their agreement."""
        self._resolve(namer, the_rest_named(self.screening.facts.faces))
        self._resolve(namer, CONFIRMED_NOBODY)
        for actor in LADDER:
            self._resolve(actor, AGREED)

    def _move(self, moved: Moved) -> None:
        self.scope = moved.scope
        self.truth.school.consenting -= {moved.withdrawn, moved.listed}
        self.truth.school.listed |= {moved.listed} if moved.listed else set()
        self.version += 1
        self.register = self._register()

    def _register(self) -> Register:
        builder = RegisterBuilder(version=self.version)
        for person, hue in TEMPLATES.items():
            added = builder.person(person, f"{person}son", hue=hue)
            assert added == person
            if person not in REFUSING:
                builder.consent(person)
            if person not in REFUSING | self.truth.school.consenting:
                builder.consent(person, stance=Stance.REFUSED)
            if person in self.truth.school.listed:
                builder.listed(person)
        return builder.build()

    def _case(self, wish: CheckRequest) -> Case:
        return Case(request_of(wish, WEBSITE, self.moment, self.scope), self.register, self.policy)

    def _answered(self, request: CheckRequest, screening: Screening) -> None:
        assert screening.examined is not None, screening.facts.decision.findings
        draft = CheckDraft("website", request)
        self.screening = screening
        self.record = CheckRecord("chk_1", CheckState.DECIDED, "usr_0", draft, NOON, facts=screening.facts)
        if screening.release is not None:
            wrongs = self.truth.wrongs(screening.examined.pixels)
            assert not wrongs, wrongs

    def _resolve(self, actor: Author, resolution: Resolution) -> None:
        """Give one more fact; what is refused changes nothing."""
        self.moment += timedelta(minutes=1)
        own = bool(actor.parties & self.truth.parties)
        current = self.screening.facts.register_version == self.version
        hand = Hand(actor, self.moment, own, current)
        try:
            request = resolved_request(self.record, resolution, hand)
        except ResolutionRefused:
            return
        witnessed(self.truth, actor, resolution, self.screening.facts.faces, request.edit)
        before, photo = self.screening.examined, self.screening.facts.photo
        assert before is not None
        assert photo is not None
        self._answered(request, rescreen(before.data, photo, self._case(request), tools(), request.edit))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    profile=st.sampled_from(["secondary", *PROFILES]),
    kinds=kinds,
    scope=st.sampled_from(EVENTS),
    uploader=actors,
    steps=st.lists(steps, min_size=2, max_size=4),
)
def test_a_protected_head_never_leaves_without_the_roles_of_the_table(
    profile: str, kinds: tuple[str, str], scope: Scope, uploader: Author, steps: list[Step]
) -> None:
    """Whatever is said and done, in any order, and however the picture is finished after each step."""
    chain = Chain(profile, kinds, scope, uploader)
    for step in steps:
        chain.step(step)


def strip_of(square: int) -> Resolution:
    """Return a cut that leaves a tenth of a face, and nothing of the other head on the right."""
    face = face_box(square)
    if square:
        return Resolution(Action.CROP, box=Box(0, 0, face.x + 0.1 * face.width, 1))
    left = face.x + 0.9 * face.width
    return Resolution(Action.CROP, box=Box(left, 0, 1 - left, 1))


def test_a_strip_of_a_friend_who_was_listed_meanwhile_is_still_theirs() -> None:
    """That they could be shown was said of the register as it was, and does not free what a cut leaves of them."""
    chain = Chain("secondary", ("consents", "stranger"), None, STAFF)
    chain.step(Finished(STAFF))
    assert chain.screening.release is not None
    chain.step(Moved(None, None, AMIRA))
    chain.step(Resolved(STAFF, strip_of(0), STAFF))
    assert chain.screening.release is None


def test_a_strip_of_a_face_that_the_lead_has_let_pass_asks_the_lead_again() -> None:
    """An agreement is for the face as it was seen; what a cut leaves is near the list as before."""
    chain = Chain("secondary", ("consents", "resembles a listed person"), None, STAFF)
    chain.step(Finished(STAFF))
    assert chain.screening.release is not None
    chain.step(Resolved(STAFF, strip_of(1), STAFF))
    assert chain.screening.release is None
