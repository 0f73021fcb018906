from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.consent.permission import (
    EVERYWHERE,
    Party,
    Permission,
    Reason,
    Stance,
    Standing,
    Statement,
    Subject,
    age_on,
    permission,
)
from gatekeeper.register import Gallery, Register
from gatekeeper.types import Channel, Kind, Person, PersonId
from tests.support.statement_strategies import DAY, EARLY, days, statements

LATE = datetime(2026, 10, 1, 9, tzinfo=UTC)
SCOPES = ("website", "online")
YES, NO, BACK = Stance.GRANTED, Stance.REFUSED, Stance.WITHDRAWN
MUM, DAD, PUPIL, SELF = Party.PARENT, Party.SECOND_PARENT, Party.PUPIL, Party.SELF
COURT, SCHOOL = Party.COURT, Party.SCHOOL


def said(
    party: Party,
    stance: Stance = YES,
    scope: str = "website",
    at: datetime = EARLY,
    until: date | None = None,
    since: date | None = None,
) -> Statement:
    return Statement(party, Subject.PICTURE, scope, stance, at, since or at.date(), until)


def born(age: int, days: int = 0) -> date:
    """Return the date of birth of somebody who has been `age` for `days` days."""
    return DAY.replace(year=DAY.year - age) - timedelta(days=days)


def ask(standing: Standing, on: date = DAY, subject: Subject = Subject.PICTURE) -> Permission:
    return permission(standing, subject, SCOPES, on, own_consent_age=13)


CHILD = Standing(date_of_birth=born(8))
STAFF = Standing(speaks_for_self=True)

TABLE: dict[str, tuple[Standing, tuple[Statement, ...], Reason]] = {
    "nobody said anything": (CHILD, (), Reason.NOT_GIVEN),
    "a parent agreed": (CHILD, (said(MUM),), Reason.GRANTED),
    "the second parent agreed": (CHILD, (said(DAD),), Reason.GRANTED),
    "both parents agreed": (CHILD, (said(MUM), said(DAD)), Reason.GRANTED),
    "two parents disagree": (CHILD, (said(MUM), said(DAD, NO)), Reason.REFUSED),
    "two parents disagree, the yes came later": (CHILD, (said(DAD, NO), said(MUM, at=LATE)), Reason.REFUSED),
    "one parent took it back": (CHILD, (said(MUM), said(MUM, BACK, at=LATE)), Reason.REFUSED),
    "one parent took it back, the other still agrees": (
        CHILD,
        (said(MUM), said(DAD), said(MUM, BACK, at=LATE)),
        Reason.REFUSED,
    ),
    "the same parent agreed again": (CHILD, (said(MUM, NO), said(MUM, at=LATE)), Reason.GRANTED),
    "yes and no at one instant": (CHILD, (said(MUM, NO), said(MUM)), Reason.REFUSED),
    "a young child refuses": (CHILD, (said(MUM), said(DAD), said(PUPIL, NO)), Reason.REFUSED),
    "a young child alone agrees": (CHILD, (said(PUPIL),), Reason.NOT_GIVEN),
    "a court forbids": (CHILD, (said(MUM), said(COURT, NO)), Reason.REFUSED),
    "a court cannot agree for the parents": (CHILD, (said(COURT), said(SCHOOL)), Reason.NOT_GIVEN),
    "the school forbids": (CHILD, (said(MUM), said(SCHOOL, NO, EVERYWHERE)), Reason.REFUSED),
    "an adult's word for a child does not count": (CHILD, (said(SELF),), Reason.NOT_GIVEN),
    "on the do-not-publish list": (replace(CHILD, listed=True), (said(MUM), said(DAD)), Reason.LISTED),
    "under a hold": (replace(CHILD, held=True), (said(MUM),), Reason.HELD),
    "listed and held": (replace(CHILD, listed=True, held=True), (said(MUM),), Reason.LISTED),
    "the last day at school": (replace(CHILD, leaving_date=DAY), (said(MUM),), Reason.GRANTED),
    "the day after the last at school": (
        replace(CHILD, leaving_date=DAY - timedelta(days=1)),
        (said(MUM),),
        Reason.LEFT,
    ),
    "the last day of a consent": (CHILD, (said(MUM, until=DAY),), Reason.GRANTED),
    "the day after the last of a consent": (CHILD, (said(MUM, until=DAY - timedelta(days=1)),), Reason.EXPIRED),
    "a consent that begins tomorrow": (CHILD, (said(MUM, since=DAY + timedelta(days=1)),), Reason.NOT_GIVEN),
    "a consent that begins today": (CHILD, (said(MUM, since=DAY),), Reason.GRANTED),
    "a refusal that has ended does not become a yes": (
        CHILD,
        (said(MUM), said(MUM, NO, at=LATE, until=DAY - timedelta(days=1))),
        Reason.NOT_GIVEN,
    ),
    "a short refusal does not hide a long one": (
        CHILD,
        (said(MUM, NO), said(MUM, NO, at=LATE, until=DAY - timedelta(days=1))),
        Reason.REFUSED,
    ),
    "the consent is for another channel": (CHILD, (said(MUM, scope="press"),), Reason.NOT_GIVEN),
    "the consent is for everywhere": (CHILD, (said(MUM, scope=EVERYWHERE),), Reason.GRANTED),
    "the consent is for the purpose": (CHILD, (said(MUM, scope="online"),), Reason.GRANTED),
    "yes to the channel, no to the purpose": (CHILD, (said(MUM), said(MUM, NO, "online")), Reason.REFUSED),
    "yes everywhere, no to this channel": (CHILD, (said(MUM, scope=EVERYWHERE), said(MUM, NO)), Reason.REFUSED),
    "yes to this channel, no everywhere": (CHILD, (said(MUM, at=LATE), said(MUM, NO, EVERYWHERE)), Reason.REFUSED),
    "no to another channel": (CHILD, (said(MUM), said(MUM, NO, "press")), Reason.GRANTED),
    "yes to the name only": (CHILD, (replace(said(MUM), subject=Subject.NAME),), Reason.NOT_GIVEN),
    "no to the name only": (CHILD, (said(MUM), replace(said(MUM, NO), subject=Subject.NAME)), Reason.GRANTED),
    "a parent's consent ran out, the other's stands": (
        CHILD,
        (said(MUM, until=DAY - timedelta(days=1)), said(DAD)),
        Reason.GRANTED,
    ),
    "a parent's consent ran out, the pupil's stands": (
        CHILD,
        (said(MUM, until=DAY - timedelta(days=1)), said(PUPIL)),
        Reason.EXPIRED,
    ),
    "thirteen today and not asked": (Standing(date_of_birth=born(13)), (said(MUM),), Reason.PUPIL_NOT_ASKED),
    "thirteen tomorrow and not asked": (Standing(date_of_birth=born(13, -1)), (said(MUM),), Reason.GRANTED),
    "thirteen and agrees with a parent": (Standing(date_of_birth=born(13)), (said(MUM), said(PUPIL)), Reason.GRANTED),
    "seventeen and agrees without a parent": (Standing(date_of_birth=born(17)), (said(PUPIL),), Reason.NOT_GIVEN),
    "fifteen and refuses": (Standing(date_of_birth=born(15)), (said(MUM), said(PUPIL, NO)), Reason.REFUSED),
    "fifteen, agreed to another channel": (
        Standing(date_of_birth=born(15)),
        (said(MUM), said(PUPIL, scope="press")),
        Reason.PUPIL_NOT_ASKED,
    ),
    "fifteen, own consent ran out": (
        Standing(date_of_birth=born(15)),
        (said(MUM), said(PUPIL, until=DAY - timedelta(days=1))),
        Reason.PUPIL_NOT_ASKED,
    ),
    "eighteen today, parents agreed": (Standing(date_of_birth=born(18)), (said(MUM), said(DAD)), Reason.NOT_GIVEN),
    "eighteen today, agrees": (Standing(date_of_birth=born(18)), (said(PUPIL),), Reason.GRANTED),
    "eighteen tomorrow, agrees with a parent": (
        Standing(date_of_birth=born(18, -1)),
        (said(MUM), said(PUPIL)),
        Reason.GRANTED,
    ),
    "eighteen, agrees, and a parent's no stands": (
        Standing(date_of_birth=born(18)),
        (said(PUPIL), said(MUM, NO)),
        Reason.REFUSED,
    ),
    "staff who agreed": (STAFF, (said(SELF),), Reason.GRANTED),
    "staff who took it back": (STAFF, (said(SELF), said(SELF, BACK, at=LATE)), Reason.REFUSED),
    "staff for whom somebody else agreed": (STAFF, (said(MUM), said(SCHOOL)), Reason.NOT_GIVEN),
    "staff who have left": (replace(STAFF, leaving_date=date(2026, 7, 1)), (said(SELF),), Reason.LEFT),
    "staff on the list": (replace(STAFF, listed=True), (said(SELF),), Reason.LISTED),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_rule_gives_the_reason_that_the_case_says(case: str) -> None:
    """Each row of the truth table, by its name; only `granted` is a yes."""
    standing, statements, reason = TABLE[case]
    answer = ask(replace(standing, statements=statements))
    assert answer.reason is reason
    assert answer.allowed == (reason is Reason.GRANTED)


@pytest.mark.parametrize("subject", list(Subject))
def test_empty_means_no(subject: Subject) -> None:
    """A missing row or a blank cell is never a yes, for anybody."""
    for standing in (Standing(), CHILD, STAFF):
        assert not ask(standing, subject=subject).allowed


def test_a_consent_for_no_scope_at_all_needs_everywhere() -> None:
    """A channel without a name or purpose that anybody consented to gets nothing by accident."""
    standing = replace(CHILD, statements=(said(MUM),))
    assert not permission(standing, Subject.PICTURE, (), DAY).allowed


def test_listing_and_holds_leave_biometrics_alone() -> None:
    """Families may want a child recognised exactly so that no picture gets out; the law asks a parent."""
    statements = (replace(said(MUM, scope=EVERYWHERE), subject=Subject.BIOMETRICS),)
    standing = replace(CHILD, listed=True, held=True, statements=statements)
    assert ask(standing, subject=Subject.BIOMETRICS).allowed
    objecting = replace(said(DAD, NO, EVERYWHERE), subject=Subject.BIOMETRICS)
    assert not ask(replace(standing, statements=(*statements, objecting)), subject=Subject.BIOMETRICS).allowed


@pytest.mark.parametrize(
    ("standing", "until"),
    [
        (replace(STAFF, statements=(said(SELF),)), None),
        (replace(STAFF, statements=(said(SELF, until=date(2027, 1, 5)),)), date(2027, 1, 5)),
        (replace(STAFF, leaving_date=date(2026, 12, 18), statements=(said(SELF),)), date(2026, 12, 18)),
        (Standing((said(MUM),), date_of_birth=born(13, -1)), DAY),
        (Standing((said(MUM), said(PUPIL)), date_of_birth=born(17)), born(17).replace(year=2027) - timedelta(days=1)),
        # Agreed at twelve, thirteen since: the birthday that has passed ends nothing.
        (
            Standing((said(MUM, at=EARLY), said(PUPIL, at=EARLY)), date_of_birth=born(13, 5)),
            born(18, 5).replace(year=2031) - timedelta(days=1),
        ),
        # A refusal that is known today and begins next week: the yes holds until the day before.
        (
            replace(STAFF, statements=(said(SELF), said(SELF, NO, at=LATE, since=DAY + timedelta(days=7)))),
            DAY + timedelta(days=6),
        ),
    ],
)
def test_a_yes_says_how_long_it_holds(standing: Standing, until: date | None) -> None:
    """Until the first day on which anything known today could change the answer."""
    assert ask(standing) == Permission(allowed=True, reason=Reason.GRANTED, until=until)


def test_two_yeses_at_one_instant_end_with_the_shorter() -> None:
    """Whichever was entered first."""
    short, long = said(MUM, until=DAY + timedelta(days=3)), said(MUM)
    for both in ((short, long), (long, short)):
        assert ask(replace(CHILD, statements=both)).until == DAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2010, 12, 31), date(2026, 12, 30), 15),
        (date(2010, 12, 31), date(2026, 12, 31), 16),
    ],
)
def test_ages_are_counted_in_full_years(birth: date, on: date, age: int) -> None:
    """A birthday on 29 February is kept on 1 March in other years."""
    assert age_on(birth, on) == age


# --- properties ----------------------------------------------------------------

standings = st.builds(
    Standing,
    st.lists(statements, max_size=7).map(tuple),
    st.booleans(),
    st.booleans(),
    st.none() | days,
    st.none() | st.dates(born(19), born(6)),
    st.booleans(),
)
restrictions = statements.filter(lambda s: s.stance is not YES)


@given(standings, restrictions, st.sampled_from(Subject), days)
def test_a_further_no_never_permits_more(standing: Standing, no: Statement, subject: Subject, on: date) -> None:
    """A refusal or a withdrawal, by anybody, of anything, at any time, and it never lengthens a yes either."""
    more = replace(standing, statements=(*standing.statements, no))
    before, after = ask(standing, on, subject), ask(more, on, subject)
    assert before.allowed or not after.allowed
    if after.allowed:
        assert (after.until or date.max) <= (before.until or date.max)


@given(standings, st.sampled_from(Subject), days)
def test_a_listing_a_hold_and_leaving_never_permit_more(standing: Standing, subject: Subject, on: date) -> None:
    """Each of them alone only ever takes away."""
    free = replace(standing, listed=False, held=False, leaving_date=None)
    for change in (replace(free, listed=True), replace(free, held=True), replace(free, leaving_date=DAY)):
        assert ask(free, on, subject).allowed or not ask(change, on, subject).allowed


@given(standings, st.sampled_from([Subject.PICTURE, Subject.NAME]), days)
def test_the_list_and_a_hold_beat_every_consent(standing: Standing, subject: Subject, on: date) -> None:
    """Whatever was said, nobody on the list or under a hold is published or named."""
    assert ask(replace(standing, listed=True), on, subject).reason is Reason.LISTED
    assert not ask(replace(standing, held=True), on, subject).allowed


@given(standings, st.randoms(use_true_random=False), st.sampled_from(Subject), days)
def test_the_order_of_entry_does_not_matter(standing: Standing, random: object, subject: Subject, on: date) -> None:
    """The same statements in any order give the same answer, to the day."""
    shuffled = list(standing.statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ask(replace(standing, statements=tuple(shuffled)), on, subject) == ask(standing, on, subject)


@given(standings, st.sampled_from(Subject), days)
def test_a_yes_holds_for_as_long_as_it_says(standing: Standing, subject: Subject, on: date) -> None:
    """On every day from the one asked about to its last, the answer is yes again."""
    answer = ask(standing, on, subject)
    if answer.allowed:
        last = min(answer.until or date.max, on + timedelta(days=120))
        assert last >= on
        assert all(ask(standing, on + timedelta(days=n), subject).allowed for n in range((last - on).days + 1))


@given(standings, st.sampled_from(Subject), days)
def test_nothing_is_permitted_that_nobody_granted(standing: Standing, subject: Subject, on: date) -> None:
    """A yes always rests on at least one grant for this subject that is in force."""
    if ask(standing, on, subject).allowed:
        assert any(
            s.stance is YES and s.subject is subject and s.since <= on <= (s.until or date.max)
            for s in standing.statements
        )


@given(standings, statements.filter(lambda s: s.subject is not Subject.PICTURE), days)
def test_what_is_said_of_one_subject_says_nothing_of_another(standing: Standing, other: Statement, on: date) -> None:
    """Consent to a name or to biometrics is no consent to a picture, and no refusal of it."""
    more = replace(standing, statements=(*standing.statements, other))
    assert ask(more, on) == ask(standing, on)


def test_somebody_whose_age_is_not_known_is_asked_too() -> None:
    """Unknown means no: without a date of birth the pupil may be old enough, unless the policy asks no pupil."""
    said = Statement(Party.PARENT, Subject.PICTURE, EVERYWHERE, Stance.GRANTED, EARLY, EARLY.date())
    standing = Standing(statements=(said,))
    assert permission(standing, Subject.PICTURE, ["website"], DAY).reason is Reason.PUPIL_NOT_ASKED
    assert permission(standing, Subject.PICTURE, ["website"], DAY, own_consent_age=18).allowed


def test_a_channel_with_two_purposes_needs_a_grant_for_each() -> None:
    """Consent for one purpose does not carry another along; a word about the channel covers it whole."""
    channel = Channel("magazine", frozenset({"press", "prospectus"}), approved=True)

    def allowed(*scopes: str) -> bool:
        said = [Statement(Party.SELF, Subject.PICTURE, s, Stance.GRANTED, EARLY, EARLY.date()) for s in scopes]
        somebody = PersonId("per_1")
        people = {somebody: Person(somebody, Kind.STAFF, "Ann", ("Ann",), ("Lee",))}
        standings = {somebody: Standing(tuple(said), speaks_for_self=True)}
        register = Register(1, people, standings, Gallery.empty("none", 1))
        return register.permission(somebody, Subject.PICTURE, channel, DAY).allowed

    assert not allowed("press")
    assert allowed("press", "prospectus")
    assert allowed("magazine")
    assert allowed(EVERYWHERE)
