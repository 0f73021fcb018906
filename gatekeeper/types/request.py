"""What the gate is asked about a picture: words, choices, and what people have said of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Final, Self

from gatekeeper.rendition import NO_LIMIT, SizeLimit
from gatekeeper.types.decision import FaceStatus, Role
from gatekeeper.types.faces import Box, PersonId
from gatekeeper.types.words import AcceptedChange


@dataclass(frozen=True, slots=True)
class Channel:
    """A school-owned account or outlet, as far as the gate needs to know it."""

    name: str
    purposes: frozenset[str]
    approved: bool


@dataclass(frozen=True, slots=True)
class Author:
    """Who said or did something by hand.

    Attributes:
        actor: the opaque id of an account or of a key.
        role: in which role; a program acts as staff.
        program: whether it is a key that acted, not a person who is signed in.
        holder: the account that answers for the key; None for people, or if none is on record.
    """

    actor: str
    role: Role = Role.STAFF
    program: bool = False
    holder: str | None = None

    @property
    def parties(self) -> frozenset[str]:
        """The ids that count as one person with this author."""
        return frozenset({self.actor} if self.holder is None else {self.actor, self.holder})


@dataclass(frozen=True, slots=True)
class Said:
    """One statement by hand about the face at a place; statements are added and never taken out of the log.

    Attributes:
        box: the face, in fractions of the picture's size, since numbers change when a
            face is covered.
        person: who it is; None means that there is no face.
        by: who said so; None in checks from before authors were kept.
        at: when; aware.
        not_them: whether it says the opposite: that the face is not `person` after all.
        holds: whether it still binds. Of a face that an edit has mostly hidden, what was
            said is only remembered.
    """

    box: Box
    person: PersonId | None
    by: Author | None = None
    at: datetime | None = None
    not_them: bool = False
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Trace:
    """What the gate has said so far of the face at one place, over every examination of a picture.

    It goes with the picture through covers and crops, so that an edit which makes a face
    harder to compare does not make it unknown.

    Attributes:
        box: the face, in fractions of the picture's size.
        worst: the strictest status that it ever had, by the engine or by hand.
        recognised: the people that the engine has taken it for.
        candidates: the people that the engine was in doubt between.
        near: the people on the do-not-publish list that it was near.
        fits: the people whose template it fitted whenever it was compared; None if it never was.
        turn: quarter turns against the clock that would bring the face upright.
        head: the whole head as it was before a crop cut it, parts outside the picture
            included; None if none did.
    """

    box: Box
    worst: FaceStatus
    recognised: tuple[PersonId, ...] = ()
    candidates: tuple[PersonId, ...] = ()
    near: tuple[PersonId, ...] = ()
    fits: tuple[PersonId, ...] | None = None
    turn: int = 0
    head: Box | None = None

    @property
    def people(self) -> frozenset[PersonId]:
        """The people that it speaks of."""
        return frozenset((*self.recognised, *self.candidates, *self.near, *(self.fits or ())))


@dataclass(frozen=True, slots=True)
class Edit:
    """What is done to a picture before it is examined again, in fractions of it as it was.

    Fills come first, then the crop.
    """

    fills: tuple[Box, ...] = ()
    crop: Box | None = None

    def __bool__(self) -> bool:
        return bool(self.fills) or self.crop is not None


UNEDITED: Final = Edit()
"""The edit that leaves a picture as it is."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person has looked at exactly this picture and agrees to what is named.

    Attributes:
        role: in which role.
        by_uploader: whether it is a person (or a key of theirs) who sent the picture or
            said anything about it; such an agreement counts for nothing.
        about: the exceptions that it is for, as their findings name them. None, in
            checks from before agreements named them: the policy's own look and nothing else.
        by: who; None in checks from before authors were kept.
    """

    role: Role
    by_uploader: bool
    about: frozenset[str] | None = None
    by: Author | None = None


NOT_SHOWN: Final = "not_shown_"
"""What the attestations begin with that a person who asked not to be photographed is not in the picture."""


ELSEWHERE: Final = "elsewhere_"
"""What the attestations begin with that a picture of such a person was not taken at the event."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A person who asked not to be photographed at an event.

    Attributes:
        id: opaque.
        description: what to look for in a picture, such as "a man in a red cap".
        person: who it is, if they are on the register.
        event: the title of the event.
        day: on which the event is.
        of_chosen_event: whether it is the event that was chosen with the picture.
    """

    id: str
    description: str = field(repr=False)
    person: PersonId | None = None
    event: str = ""
    day: date | None = None
    of_chosen_event: bool = True

    @property
    def attestation(self) -> str:
        """What is confirmed when no person of this description is in the picture."""
        return f"{NOT_SHOWN}{self.id}"

    @property
    def elsewhere(self) -> str:
        """What is confirmed when the picture shows the person, but was not taken at the event."""
        return f"{ELSEWHERE}{self.id}"


_WORDS: Final = {"words": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is asked about a picture, and what people have said of it since; a check keeps it sealed.

    A field that is added here reaches the gate and the store without further code.
    """

    caption: str | None = field(default=None, repr=False, metadata=_WORDS)
    alt_text: str | None = field(default=None, repr=False, metadata=_WORDS)
    credit: str | None = field(default=None, repr=False, metadata=_WORDS)
    attestations: frozenset[str] = frozenset()
    said: tuple[Said, ...] = field(default=(), repr=False)
    """What people have said about faces by hand, oldest first."""
    covered: tuple[Box, ...] = ()
    """Places that were covered in this picture, in fractions of its size."""
    missed: tuple[Box, ...] = ()
    """Places where a person says that there is a face, in fractions."""
    seen: tuple[Box, ...] = ()
    """Places where the gate found a face before the picture was covered or cropped,
    in fractions; checks from before `traces` were kept have only these."""
    traces: tuple[Trace, ...] = field(default=(), repr=False)
    """What the gate has said so far of each place where it found a face; what was found
    once does not vanish by being cut, and what was once said of it stays said."""
    edit: Edit = UNEDITED
    """What this check does to the picture of the check that it replaces."""
    approvals: tuple[Approval, ...] = ()
    accepted_changes: frozenset[AcceptedChange] = frozenset()
    """Changes of the words that the sender agrees to before seeing them."""
    nobody_else: bool = False
    """Whether a person who was shown what was found, and what was not, has confirmed that
    no person can be recognised besides the faces that were found. It is no attestation: what
    is said before the picture was examined cannot be about that. A second person looks too."""
    nobody_else_by: Author | None = None
    """Who confirmed it."""
    unlooked: frozenset[str] = frozenset()
    """What a program attested without saying who looked; it is not among `attestations`."""
    attested_by: str | None = None
    """The account of the person who looked at the picture before a program sent it, as the program says."""
    single_use: bool = False
    """Whether the approval is for one post only; the policy may want it anyway."""
    size_limit: SizeLimit = NO_LIMIT
    """How small the release is wanted."""
    extended_from: datetime | None = None
    """When the picture was first approved, if this check extends that approval (aware); nothing else is new in it."""

    @property
    def words(self) -> tuple[str, ...]:
        """The free texts that are there."""
        return tuple(text for name in WORD_FIELDS if (text := getattr(self, name)))

    def without_words(self) -> Self:
        """Return it without its free texts."""
        nothing: dict[str, Any] = dict.fromkeys(WORD_FIELDS)
        return replace(self, **nothing)


WORD_FIELDS: Final = tuple(one.name for one in fields(CheckRequest) if "words" in one.metadata)
"""The fields that are free text: bounded in length, searched for names, and lost when a person is erased."""


@dataclass(frozen=True, slots=True)
class Request(CheckRequest):
    """What is asked about a picture, with what the register says of channel and event."""

    channel: Channel
    moment: datetime
    """Now; aware of its time zone. The gate has no clock of its own."""
    publish_at: datetime | None = None
    event: str | None = None
    event_day: date | None = None
    scope: frozenset[PersonId] | None = None
    """The people of the event or class; None means the whole register. The
    do-not-publish list is always searched whole."""
    objections: tuple[Objection, ...] = ()
    """Who asked not to be photographed, at the chosen event or at any other."""

    @classmethod
    def of(cls, asked: CheckRequest, channel: Channel, moment: datetime, **known: Any) -> Self:
        """Return what is asked, with what the register says.

        Args:
            asked: by the sender, and said since.
            channel: where the picture is to go.
            moment: now; aware.
            known: further fields of this class.
        """
        return cls(channel, moment, **{one.name: getattr(asked, one.name) for one in fields(CheckRequest)}, **known)
