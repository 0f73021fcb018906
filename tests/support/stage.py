"""A school with something on every page: for tests that visit them all, and for photographing them.

It is built on a small school that sees coloured squares, or on the sample school
with its real pictures; what a page shows is the same kind of thing on both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from api.application.checks.resolve.resolution import Action, Resolution
from api.application.checks.submission import build_draft
from api.application.register.photo_owners import NO_OWNER
from api.application.services import Services
from api.cli.demo import LOGINS
from api.web.register.groups.events import group_id_of
from api.web.uploads.questions import Questions, questions
from consent_db.accounts import totp
from consent_db.accounts.records import Purpose
from consent_db.approvals.records import CheckRecord
from consent_db.enrolment.photo_uploads import FileState, GivenFile, new_file
from consent_db.people.records import PersonDraft
from consent_db.publishing.records import ChannelDraft, PublicationDraft
from consent_db.roster_import import apply, plan
from consent_db.transaction import Transaction
from consent_db.webhooks.outbox import Event
from gatekeeper.consent.permission import EVERYWHERE, Party, Stance, Statement, Subject
from gatekeeper.types import Kind, PersonId, Role
from tests.support.gate import upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, TOM_HUE, Clock, School

PASSWORD: Final = "correct horse battery staple"
EMAIL: Final = dict(LOGINS)
FORGETFUL: Final = "colleague@sample.school"
"""Somebody with an authenticator app, who is asked for a code."""
CLEO_HUE: Final = 60.0
OPENING: Final = datetime(2026, 9, 7, 9, tzinfo=UTC)
"""The Monday on which the school begins with Gatekeeper; everything else is on later days."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what is shown.

    Attributes:
        approved: a picture of two people who may be shown.
        blocked: a picture of somebody else who may be shown, and of a stranger.
        crowd: a picture of many strangers.
        empty: a picture without anybody.
        shown: somebody in `approved`, whose consent stands.
        regretful: somebody in `withdrawn`, whose consent is taken back after it was published.
        withdrawn: a picture with `regretful` in it that is approved before.
        unseemly: a picture that is deleted at once.
    """

    approved: bytes = field(repr=False)
    blocked: bytes = field(repr=False)
    crowd: bytes = field(repr=False)
    empty: bytes = field(repr=False)
    withdrawn: bytes = field(repr=False)
    unseemly: bytes = field(repr=False)
    shown: PersonId
    regretful: PersonId


@dataclass(frozen=True, slots=True)
class Stage:
    """The school, and the ids that addresses are made with."""

    services: Services
    clock: Clock
    cast: Cast
    users: dict[Role, str]
    ids: dict[str, str] = field(default_factory=dict)

    def check(self, picture: bytes, caption: str | None = None, event: str | None = None) -> CheckRecord:
        """Have the office ask for a picture with everything confirmed."""
        submission = build_draft("website", caption=caption, event=event, attestations=ATTESTED)
        return self.services.screener.check(picture, submission, self.users[Role.STAFF])

    def resolve(self, check: CheckRecord, resolution: Resolution) -> CheckRecord:
        """Have the office give the gate one more fact."""
        return self.services.screener.resolve(check.id, resolution, self.users[Role.STAFF], Role.STAFF)


def squares(school: School) -> Cast:
    """Return the cast of a school that sees coloured squares."""
    school.add("Cleo", "Marsh", CLEO_HUE)
    return Cast(
        approved=upload_of(AMIRA_HUE, CLEO_HUE),
        blocked=upload_of(AMIRA_HUE, STRANGER_HUE),
        crowd=upload_of(AMIRA_HUE, *range(150, 330, 18)),
        empty=upload_of(),
        withdrawn=upload_of(TOM_HUE),
        unseemly=upload_of(STRANGER_HUE, TOM_HUE, STRANGER_HUE),
        shown=school.people["Cleo"],
        regretful=school.people["Tom"],
    )


def sample(services: Services, within: Path) -> Cast:
    """Return the cast of the sample school."""
    with services.store.reading("tests", services.clock()) as tx:
        people = {person.profile.external_id: person.id for person in tx.people.all()}
    return Cast(
        approved=(within / "01-approved.jpg").read_bytes(),
        blocked=(within / "05-unknown-face.jpg").read_bytes(),
        crowd=(within / "06-group.jpg").read_bytes(),
        empty=(within / "09-nobody-visible.jpg").read_bytes(),
        withdrawn=(within / "10-phone.heic").read_bytes(),
        unseemly=(within / "04-no-consent.jpg").read_bytes(),
        shown=people["S-003"],
        regretful=people["S-005"],
    )


def staged(services: Services, clock: Clock, cast: Cast) -> Stage:
    """Let five weeks pass in the school, so that there is something on every page."""
    with services.store.transaction("tests", clock()) as tx:
        stage = Stage(services, clock, cast, {user.role: user.id for user in tx.users.all()})
        stage.ids.update(_settled(tx, stage))
    clock.advance(days=7)
    _published(stage)
    _weeks(stage, 2)
    _sent_together(stage)
    _weeks(stage, 2)
    _today(stage)
    with services.store.transaction("tests", clock()) as tx:
        stage.ids["choose_password"] = tx.links.make(Purpose.PASSWORD, stage.users[Role.STAFF])
    return stage


def _settled(tx: Transaction, stage: Stage) -> dict[str, str]:
    """Settle what is settled once: a second channel, an event, a program, who may not be published."""
    tx.channels.add(ChannelDraft("instagram", "Instagram", staff=("office", "head")))
    listed = tx.people.add(PersonDraft(Kind.PUPIL, "Lena", "Moss", external_id="P-114", groups=frozenset({"4B"})))
    tx.consent.list_person(
        listed, "A court order of 3 June. Ask before anything.", (tx.now + timedelta(days=20)).date()
    )
    leaver = PersonDraft(
        Kind.PUPIL, "Jo", "Frost", external_id="P-115", leaving_date=(tx.now + timedelta(days=50)).date()
    )
    leaving = tx.people.add(leaver)
    apply(plan("external_id,first_name,last_name,kind\nV-1,Kit,Vale,visitor\n", tx), tx)
    tx.groups.add_event(
        "fair", "Summer fair", (tx.now + timedelta(days=2)).date(), frozenset({stage.cast.shown, listed})
    )
    tx.objections.add("fair", "a man in a red cap")
    client = tx.clients.add(
        "The scheduler on the office computer", {"check", "publish"}, {"website"}, tx.now + timedelta(days=365)
    )
    webhook = tx.webhooks.add(client.id, "https://scheduler.example/hooks/gatekeeper", set(Event))
    forgetful = tx.users.add(FORGETFUL, PASSWORD, Role.STAFF).id
    secret = tx.second_factors.begin(forgetful)
    tx.second_factors.confirm(forgetful, totp.code_at(secret, totp.step_of(tx.now)))
    return {"listed": listed, "client": client.id, "user": forgetful, "person": stage.cast.shown, "leaver": leaving} | {
        "webhook": webhook.id,
        "event": group_id_of("fair"),
        "import": str(tx.imports.all()[0].number),
        "photographs": tx.photo_uploads.begin([GivenFile(new_file(), "IMG_1.jpg", None, FileState.REFUSED, NO_OWNER)]),
        "class": group_id_of(tx.groups.names()[-1]),
    }


def _published(stage: Stage) -> None:
    """Publish two pictures; a week later somebody in one of them objects, and the post is dealt with."""
    for name, picture in (("published", stage.cast.approved), ("withdrawn", stage.cast.withdrawn)):
        check = stage.check(picture, "At the science fair")
        stage.ids[name] = check.id
        with stage.services.store.transaction(stage.users[Role.STAFF], stage.clock()) as tx:
            draft = PublicationDraft(check.id, stage.clock(), f"https://school.example/news/{name}")
            tx.publications.record(draft)
    stage.clock.advance(days=7)
    refused = Statement(Party.SELF, Subject.PICTURE, EVERYWHERE, Stance.WITHDRAWN, stage.clock(), stage.clock().date())
    with stage.services.store.transaction(stage.users[Role.ADMIN], stage.clock()) as tx:
        tx.consent.record(stage.cast.regretful, refused, evidence="letter of today")
        for waiting in tx.takedowns.waiting():
            tx.takedowns.done(waiting.id, "The page answers 404")


def _weeks(stage: Stage, number: int) -> None:
    """Let some weeks pass with a few pictures in each."""
    for _ in range(number):
        stage.clock.advance(days=7)
        for picture in (stage.cast.approved, stage.cast.blocked):
            stage.check(picture)


def _sent_together(stage: Stage) -> None:
    """Send three pictures at once, one of which never arrives; and two with one question."""
    stage.ids["batch"], checks = _batch(stage, 3, stage.cast.approved, stage.cast.blocked)
    stage.ids["batch_blocked"] = checks[-1]
    stage.ids["batch_asked"], _ = _batch(stage, 2, stage.cast.empty, stage.cast.empty)
    with stage.services.store.reading(stage.users[Role.STAFF], stage.clock()) as tx:
        batch = tx.batches.find(stage.ids["batch_asked"])
        found = questions(stage.services, tx, tx.batches.pictures(batch)) if batch else Questions()
    stage.ids["question"] = found.asked[0].key


def _batch(stage: Stage, expected: int, *pictures: bytes) -> tuple[str, list[str]]:
    """Send pictures together; return the batch and its checks."""
    office, checks = stage.users[Role.STAFF], list[str]()
    with stage.services.store.transaction(office, stage.clock()) as tx:
        batch = tx.batches.start(expected)
    for picture in pictures:
        checks.append(stage.check(picture).id)
        with stage.services.store.transaction(office, stage.clock()) as tx:
            tx.batches.add(batch, checks[-1])
    return batch, checks


def _today(stage: Stage) -> None:
    """Ask for one picture of each kind, and have one post to take down."""
    cast = stage.cast
    stage.ids["approved"] = stage.check(cast.approved, "Friends at the science fair").id
    stage.ids["blocked"] = stage.check(cast.blocked, "Assembly with Barack Obama, office@school.example").id
    stage.ids["crowd"] = stage.check(cast.crowd).id
    unseemly = stage.ids["deleted"] = stage.check(cast.unseemly).id
    stage.services.screener.delete_at_once(unseemly, stage.users[Role.STAFF])
    stage.ids["empty"] = stage.check(cast.empty, "Ready for launch").id
    stage.ids["exception"] = _contradicted(stage).id
    submission = build_draft("website", attestations=ATTESTED)
    stage.ids["waiting"] = stage.services.screener.submit(cast.crowd, submission, stage.users[Role.STAFF])
    with stage.services.store.transaction(stage.users[Role.ADMIN], stage.clock()) as tx:
        tx.clock.confirm()  # weeks have passed in a moment
        tx.publications.take_down(tx.publications.of_check(stage.ids["published"])[0].id)


def _contradicted(stage: Stage) -> CheckRecord:
    """Say of somebody whom the engine knows that it is somebody else, which a second person has to confirm."""
    covered = stage.resolve(stage.check(stage.cast.blocked, "Our visitor"), Resolution(Action.COVER))
    return stage.resolve(covered, Resolution(Action.IDENTIFY, face=1, person=stage.cast.shown))
