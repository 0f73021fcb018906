"""A policy in words, for those who answer for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gatekeeper.consent.ages import MAJORITY
from gatekeeper.policy.model import Approver, Naming, Policy
from gatekeeper.rendition import Frames
from gatekeeper.types import Severity


def in_words(policy: Policy) -> tuple[str, ...]:
    """Return what a policy says, one sentence a rule."""
    return tuple(_sentences(policy))


def _sentences(policy: Policy) -> Iterator[str]:
    yield "No person is published without the consent that their age asks for, and none on the do-not-publish list."
    yield _own_consent(policy.own_consent_age)
    yield from _recognising(policy)
    yield _NAMING[policy.naming]
    yield from _words_given(policy)
    yield _APPROVER[policy.approver]
    if policy.adults_need_leadership:
        yield "Pictures of staff and governors need the leadership's agreement besides their own."
    yield from (f"The uploader confirms: {sentence}" for sentence in policy.attestations.values())
    if policy.attestations and policy.programs_attest:
        yield "A program may confirm this as well, without saying who looked at the picture."
    yield from _words_seen(policy)
    yield _objections(policy.objection_days)
    yield (
        f"An approval ends by itself {_hours(policy.approval_hours)} after the publication that it was asked for, "
        f"and {_days(policy.approval_days)} after the decision at the latest."
    )
    if policy.extension_days:
        yield (
            f"An approval that still holds may be extended until {_days(policy.extension_days)} after the picture was "
            "first approved; the picture is examined again for that."
        )
    if policy.single_use_receipts:
        yield "An approval is for one post; for another the picture is checked again."
    yield f"What may not be shown any more is taken down within {_hours(policy.takedown_hours)}."
    yield f"Checks are deleted {policy.retention_days} days after they ended. Days are those of {policy.time_zone}."
    yield _leaving(policy)


def _own_consent(age: int) -> str:
    if age >= MAJORITY:
        return "For all under 18 a parent or carer decides; a child's own no always counts."
    return f"From {age} the pupil has to agree as well as a parent or carer; from 18 only they decide."


def _recognising(policy: Policy) -> Iterator[str]:
    if not policy.biometrics:
        yield "No face is ever recognised: no template is made, and staff say who each face is."
        return
    yield "Faces are recognised, of those only who agreed to that; staff say who the others are."
    yield f"A template counts for {policy.template_days} days and goes at once when its consent does."
    if policy.youngest_template_age:
        yield f"No template is made of a pupil under {policy.youngest_template_age}; staff say who they are."
    if policy.young_template_days < policy.template_days:
        yield f"The template of a pupil under 8 counts for {policy.young_template_days} days."
    if not policy.measured_on_pupils:
        yield "Thresholds for pupils stay at their strictest until recognition was measured on the school’s own pupils."
    if policy.keep_reference_photos:
        yield "The photographs that templates are made of are kept, sealed."


_NAMING: Final[Mapping[Naming, str]] = {
    Naming.NONE: (
        "Captions name no person: names of the register stop the words, and so does what reads as the name of another "
        "person until a member of staff says that it is no pupil of the school."
    ),
    Naming.FIRST_NAMES: (
        "Captions give first names only, of people in the picture who agreed to be named. What reads as the full name "
        "of a person who is not on the register is pointed out."
    ),
}
_APPROVER: Final[Mapping[Approver, str]] = {
    Approver.NOBODY: "What the gate approves may be published; leadership may look at any post.",
    Approver.SECOND_PERSON: "A second person looks at every picture before it goes out.",
    Approver.LEADERSHIP: "A member of the leadership team agrees to every picture before it goes out.",
}


def _words_given(policy: Policy) -> Iterator[str]:
    yield "Words never go out otherwise than they were typed, unless the sender has agreed to that."
    if policy.naming is not Naming.NONE and policy.staff_titles:
        yield "Staff and governors who agreed to be named may be called by title and surname; pupils never are."
    stops = (
        "Addresses, telephone numbers, birthdays, personal numbers, and an age or a routine beside a name stop words"
    )
    yield f"{stops}; {_beside('a class beside a pupil’s name', policy.class_with_name)}."
    yield f"{_beside('What tells of health, care or family circumstances beside a name', policy.sensitive_words)}."


def _beside(what: str, severity: Severity) -> str:
    return f"{what} {'stops words too' if severity is Severity.BLOCK else 'is pointed out'}"


def _words_seen(policy: Policy) -> Iterator[str]:
    if policy.links:
        yield f"Captions may link to {', '.join(policy.links)} and to nothing else."
    if policy.unsafe_without_words:
        yield "Writing in pictures is not read: badges and certificates may give a name away."
        return
    blocks = policy.visible_first_names is Severity.BLOCK
    yield (
        "Full names that can be read in a picture stop it; "
        f"first names of people who may not be named {'stop it too' if blocks else 'are noted'}."
    )


def _objections(days: int) -> str:
    around = f"{days} days before and after it" if days > 1 else "the day before and after it" if days else "its day"
    return (
        "A person who asked not to be shown at an event is not shown in pictures of it, "
        f"and is asked about in every other picture of {around}."
    )


def _leaving(policy: Policy) -> str:
    moving = "is refused" if policy.frames is Frames.REFUSE else "gives its first picture"
    face = f", and no face larger than {policy.largest_face}" if policy.largest_face else ""
    return (
        f"Pictures leave as {policy.output.value.upper()} of at most {policy.long_side} pixels{face}; "
        f"what moves or has pages {moving}; more than {policy.most_faces} faces are not examined."
    )


def _hours(hours: int) -> str:
    return "an hour" if hours == 1 else f"{hours} hours"


def _days(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"
