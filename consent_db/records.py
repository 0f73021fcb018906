"""What goes in and comes out: frozen values, never a table row.

A `...Draft` goes in, a `...Record` comes out. Fields that tell who a person is
are left out of `repr`, so that they cannot reach a log by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gatekeeper.consent.history import Restriction as Restriction
from gatekeeper.consent.permission import Statement
from gatekeeper.rendition import NO_LIMIT, SizeLimit
from gatekeeper.types import (
    UNEDITED,
    AcceptedChange,
    Approval,
    Author,
    Box,
    Channel,
    Edit,
    Facts,
    Kind,
    Objection,
    PersonId,
    Role,
    Said,
    Trace,
)

# --- people --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """Everything the register is told about one person.

    Attributes:
        external_id: the school's own number for the person; unique if given.
        known_as: the name used in public instead of `first_name`, if there is one.
        leaving_date: the last day at the school.
        groups: names of the classes and clubs the person is in.
    """

    kind: Kind
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    known_as: str | None = field(default=None, repr=False)
    external_id: str | None = field(default=None, repr=False)
    date_of_birth: date | None = field(default=None, repr=False)
    leaving_date: date | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as remembered."""

    id: PersonId
    profile: PersonDraft
    listed: bool
    """On the do-not-publish list now."""
    held: bool
    """Under a hold now."""
    template_engines: tuple[str, ...]
    """Engines under which a template is stored, sorted."""


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """One person's template under one engine, without its numbers."""

    engine: str
    photographs: int
    enrolled_at: datetime
    ends_at: datetime
    """When it gets too old to count."""


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A reference photograph that is kept."""

    id: str
    kept_at: datetime
    data: bytes = field(repr=False)


class Source(StrEnum):
    """How a statement came to be written down."""

    HAND = "hand"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """One statement as remembered, without its evidence."""

    id: int
    statement: Statement
    source: Source
    recorded_by: str
    recorded_at: datetime
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """One entry of the history of listings and holds; `in_force` True sets it, False lifts it."""

    id: int
    person: PersonId
    restriction: Restriction
    in_force: bool
    at: datetime
    by: str
    has_reason: bool


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A listing or a hold in force, and when it is to be looked at again."""

    person: PersonId
    restriction_id: int
    restriction: Restriction
    since: datetime
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a change to a person did besides being written down."""

    register_version: int
    revoked_checks: tuple[str, ...] = ()
    """Ids of the approvals that died of it, sorted."""
    destroyed_templates: int = 0
    takedowns: tuple[str, ...] = ()
    """Ids of the take-downs that are open because of it."""
    lapsed: tuple[str, ...] = ()
    """Ids of publications whose permission ended without an objection; for people to look at."""
    search: str | None = None
    """The id of the search of the released pictures that it asked for; of several the first."""
    searches: tuple[str, ...] = ()
    """The ids of all searches that several changes together asked for."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event with the people who were there."""

    name: str
    title: str
    date: date
    people: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the school's policy says about the register.

    Attributes:
        own_consent_age: from this age, in years, a pupil's own grant is needed too.
        biometrics: whether templates may exist at all.
        takedown_hours: how long there is to take something down.
    """

    own_consent_age: int = 13
    biometrics: bool = True
    takedown_hours: int = 24


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """A person on an event's list of those who asked not to be photographed."""

    event: str
    objection: Objection
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None = None
    ended: frozenset[str] = field(default=frozenset(), compare=False)
    """The approvals that ended when it was written down; only `Objections.add` tells."""


# --- channels ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """A school-owned account or outlet, before it is approved.

    Attributes:
        name: short and stable, such as `website`; lower case letters, digits, `_`, `-`.
        platform: what runs it, such as `instagram`.
        address: its link or handle.
        purposes: the purposes that consent may be given for, such as `social_media`.
        staff: user ids (or names) of those who run it; two are needed for approval.
    """

    name: str
    title: str
    platform: str = ""
    address: str = ""
    purposes: frozenset[str] = frozenset()
    staff: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """A channel as remembered."""

    draft: ChannelDraft
    approved_by: str | None
    approved_at: datetime | None
    closed_at: datetime | None

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def title(self) -> str:
        return self.draft.title

    @property
    def open(self) -> bool:
        """Whether it is approved and not closed."""
        return self.approved_at is not None and self.closed_at is None

    def as_channel(self) -> Channel:
        """Return the channel as the gate needs it."""
        return Channel(self.draft.name, self.draft.purposes, approved=self.open)


# --- checks --------------------------------------------------------------------


class CheckState(StrEnum):
    """Where a check is; an approval's expiry is a matter of time, not of state."""

    RECEIVED = "received"
    DECIDED = "decided"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class PhraseKind(StrEnum):
    """What a school has said of a phrase that it lets pass in its captions."""

    NOT_A_PUPIL = "not_a_pupil"
    """It names no pupil of the school."""
    AUTHOR = "author"
    """It names an adult who agreed to be named in full as the author of a picture."""


@dataclass(frozen=True, slots=True)
class LetPassRecord:
    """A phrase that a school lets pass in its captions."""

    id: str
    kind: PhraseKind
    phrase: str = field(repr=False)
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """The words and choices that came with a photo; sealed at rest."""

    caption: str | None = field(default=None, repr=False)
    alt_text: str | None = field(default=None, repr=False)
    credit: str | None = field(default=None, repr=False)
    attestations: frozenset[str] = frozenset()
    said: tuple[Said, ...] = field(default=(), repr=False)
    """What people have said about faces by hand, oldest first."""
    covered: tuple[Box, ...] = ()
    """Places covered in this picture, in fractions of its size."""
    missed: tuple[Box, ...] = ()
    """Places where a person says that there is a face."""
    seen: tuple[Box, ...] = ()
    """Places where a face was found before the picture was covered or cropped; only in checks
    from before `traces` were kept."""
    traces: tuple[Trace, ...] = field(default=(), repr=False)
    """What the gate has said so far of each place where it found a face."""
    edit: Edit = UNEDITED
    """What this check does to the picture of the check that it replaces."""
    approvals: tuple[Approval, ...] = ()
    accepted_changes: frozenset[AcceptedChange] = frozenset()
    """Changes of the words that the sender agreed to before seeing them."""
    nobody_else: bool = False
    """Whether a person who was shown what was found has confirmed that no other person can be recognised."""
    nobody_else_by: Author | None = None
    """Who has confirmed it."""
    unlooked: frozenset[str] = frozenset()
    """What a program attested without saying who looked; it counts for nothing."""
    attested_by: str | None = None
    """The account of the person who looked at the picture before a program sent it, as the program says."""
    single_use: bool = False
    """Whether the approval is for one post only."""
    size_limit: SizeLimit = NO_LIMIT
    """How small the release is wanted."""


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """A photo that has arrived and waits to be screened; the actor is the transaction's.

    Attributes:
        channel: the name of a channel that is on record.
        event: the name of an event or class that limits who is expected.
        upload_key: where the sealed upload lies in the storage, if it is kept.
        supersedes: the check that this one is to replace once it is decided.
    """

    channel: str
    request: CheckRequest = CheckRequest()
    event: str | None = None
    publish_at: datetime | None = None
    upload_key: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check as remembered."""

    id: str
    state: CheckState
    actor: str
    draft: CheckDraft
    created_at: datetime
    decided_at: datetime | None = None
    facts: Facts | None = field(default=None, repr=False)
    examined_key: str | None = None
    release_token_sha256: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was revoked or superseded."""
    ended_why: str | None = None
    superseded_by: str | None = None

    @property
    def approved(self) -> bool:
        """Whether the gate approved it, whatever became of the approval since."""
        return self.facts is not None and self.facts.decision.approved

    def stands(self, now: datetime) -> bool:
        """Say whether there is an approval that holds at this moment."""
        in_time = self.expires_at is None or now < self.expires_at
        return self.state is CheckState.DECIDED and self.approved and in_time


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a deleted picture: enough to know it again, nothing to see.

    Attributes:
        sha256: of a file, 64 hex digits.
        fingerprint: 64 bits, `gatekeeper.media.fingerprint`; None if it could not be opened.
        features: of its corners, without their places, `gatekeeper.media.local_features`;
            empty if it has too few, or was deleted before they were kept.
    """

    sha256: str
    fingerprint: int | None = None
    features: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A picture is deleted: the checks that were about it, and the stored files that have to go."""

    checks: tuple[str, ...]
    keys: frozenset[str]


# --- accounts ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserRecord:
    """An account that may sign in."""

    id: str
    email: str = field(repr=False)
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None


class Purpose(StrEnum):
    """What a one-time link is for."""

    SET_UP = "set_up"
    """To make the first administrator of an empty installation."""
    PASSWORD = "password"  # noqa: S105 -- not one
    """To choose a password, after an invitation or when it is forgotten."""


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A one-time link that is not used yet."""

    purpose: Purpose
    user: str | None
    expires_at: datetime


class Step(StrEnum):
    """How far a user has come with signing in."""

    CODE = "code"
    """The password was right; the code of the second factor is outstanding."""
    ENROL = "enrol"
    """The password was right; a second factor has to be set up first."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A signed-in browser."""

    id: str
    user: UserRecord
    started_at: datetime
    last_used: datetime
    proved_at: datetime
    """When the person last proved who they are."""
    step: Step = Step.DONE
    device: str = ""
    """Such as `Firefox on Windows`; nothing finer is kept."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key of a program: `gk_<prefix>_<secret>`."""

    prefix: str
    created_at: datetime
    expires_at: datetime
    last_used: datetime | None
    """To the minute."""


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A program that may use the API."""

    id: str
    label: str = field(repr=False)
    scopes: frozenset[str]
    channels: frozenset[str]
    """Names of the channels it may ask for; empty means none."""
    created_at: datetime
    holder: str | None = None
    """The account that answers for what it does; None if none is on record."""
    keys: tuple[KeyRecord, ...] = ()
    """Its keys, the newest first, those that have ended too; two are good while a key is changed."""
    revoked_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When its last key ends."""
        return max((key.expires_at for key in self.keys), default=self.created_at)

    @property
    def last_used(self) -> datetime | None:
        """When one of its keys was last used, to the minute."""
        return max((key.last_used for key in self.keys if key.last_used), default=None)


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client that was just made; the key is shown once and not kept."""

    id: str
    key: str = field(repr=False)


# --- audit ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the chain.

    Attributes:
        seq: from 1, without gaps.
        object_id: what it was done to; an opaque id or the name of a channel.
        payload: canonical JSON; ids, counts and codes, never a name.
        previous: the hash of the entry before; 64 zeros for the first.
        hash: SHA-256 over all the others, as 64 hex digits.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    object_id: str
    payload: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification of the chain found."""

    ok: bool
    length: int
    head: str
    """The last entry's hash; 64 zeros for an empty chain."""
    first_broken: int | None = None
    """The sequence number where the chain stops being whole."""
    problem: str | None = None
    """One sentence for the person who reads the report."""
