"""Any order of resolutions by any roles and keys: a head that may not be shown leaves only as the table says."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from api.resolving import Hand, Resolution, ResolutionRefused, resolved_request
from consent_db.records import CheckDraft, CheckRecord, CheckRequest, CheckState
from gatekeeper import Case, Policy, Tools, rescreen, screen
from gatekeeper.media.open import Opener
from gatekeeper.permission import Stance
from gatekeeper.policy import PROFILES
from gatekeeper.register import Register
from gatekeeper.testing import CONFIRMED, NOON, WEBSITE, FakeWords, RegisterBuilder, fake_engine
from gatekeeper.types import Author, Request, Screening
from tests.screening.chain_oracle import Head, School, Truth, upload, witnessed
from tests.screening.chain_steps import (
    AGREED,
    CONFIRMED_NOBODY,
    EVENTS,
    HEADS,
    LADDER,
    LISTED,
    REFUSING,
    SECOND_LOOK,
    TEMPLATES,
    Finished,
    Moved,
    Scope,
    Step,
    actors,
    kinds,
    steps,
    the_rest_named,
)


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
        request = Request(
            WEBSITE,
            self.moment,
            scope=self.scope,
            attestations=wish.attestations,
            said=wish.said,
            covered=wish.covered,
            missed=wish.missed,
            traces=wish.traces,
            approvals=wish.approvals,
            nobody_else=wish.nobody_else,
            nobody_else_by=wish.nobody_else_by,
        )
        return Case(request, self.register, self.policy)

    def _answered(self, request: CheckRequest, screening: Screening) -> None:
        assert screening.examined is not None, screening.facts.decision.findings
        draft = CheckDraft("website", request)
        self.screening = screening
        self.record = CheckRecord("chk_1", CheckState.DECIDED, "usr_0", draft, NOON, facts=screening.facts)
        if screening.release is not None:
            event(f"approved after {len(self.truth.agreed)} agreements")
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
