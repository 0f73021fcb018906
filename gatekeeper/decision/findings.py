"""The catalogue of findings: everything that is said about a code, said once.

The rules take defaults from it (`finding`), the pages their words, programs their
plain sentence, statistics their groups (`about`), and `docs/reference/findings.md`
its table: `python -c "from gatekeeper.decision import findings; print(findings.reference())"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypedDict, Unpack

from gatekeeper.types import Box, Finding, Remedy, Role, Severity
from gatekeeper.types import FindingCode as Code


class Topic(StrEnum):
    """What a finding has in common with others, wherever they are treated alike."""

    FORBIDDEN = "forbidden"
    """A recognised person may not be published; the reasons are told apart only to keepers of the register."""
    IDENTITY = "identity"
    """It depends on who a face is, and comes and goes with the thresholds."""
    TEXT = "text"
    """A part of the text does not go out as it was typed."""
    CONFIRMED = "confirmed"
    """A ticked box resolves it."""
    APPROVED = "approved"
    """It waits for the agreement of another person."""
    LOOKED_AT = "looked_at"
    """A person has to look, so a program cannot resolve it."""
    FACELESS = "faceless"
    """Its place may be a person without a face, whose head can be marked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one code.

    Attributes:
        title: its name for staff.
        why: it is there.
        steps: what staff can do.
        ask: who can help.
        means: the definition, in Markdown.
        can: who can do what, in Markdown.
        plain: what a program is told instead of a sentence that may name people; `{face}` is the number.
        topics: what it has in common with others.
        place: what a place in the picture is called that it points at.
        severity: unless a rule says otherwise, as for the next two.
        resolvable_by: roles that can give the fact that is missing; of an exception, `authority.MAY_LIFT` tells.
        remedies: what can be done.
    """

    title: str
    why: str
    steps: tuple[str, ...]
    ask: str
    means: str
    can: str
    plain: str | None = None
    topics: frozenset[Topic] = frozenset()
    place: str = "A place to look at"
    severity: Severity = Severity.BLOCK
    resolvable_by: tuple[Role, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class Particulars(TypedDict, total=False):
    """What a rule may add to a finding, or say differently from the catalogue; see `Finding`."""

    severity: Severity
    face: int | None
    resolvable_by: tuple[Role, ...]
    remedies: tuple[Remedy, ...]
    attestation: str | None
    region: Box | None
    exception: str | None


def finding(code: Code, message: str, **given: Unpack[Particulars]) -> Finding:
    """Return a finding; severity, roles and remedies are the catalogue's unless given."""
    entry = CATALOGUE[code]
    usual = Particulars(severity=entry.severity, resolvable_by=entry.resolvable_by, remedies=entry.remedies)
    return Finding(code, message, **(usual | given))


def about(topic: Topic) -> frozenset[Code]:
    """Return the codes of a topic."""
    return frozenset(code for code, entry in CATALOGUE.items() if topic in entry.topics)


def reference() -> str:
    """Return the table of `docs/reference/findings.md`."""
    rows = (f"| `{code}` | {entry.means} | {entry.can} |\n" for code, entry in CATALOGUE.items())
    return f"| code | means | who can do what |\n|---|---|---|\n{''.join(rows)}"


_STAFF: Final = (Role.STAFF,)
_ADMIN: Final = (Role.ADMIN,)
HIDE: Final = (Remedy.COVER, Remedy.CROP, Remedy.OTHER_PICTURE)
"""How a face or a place is kept from publication."""
_PEOPLE: Final = (Remedy.IDENTIFY, Remedy.NOT_A_FACE, Remedy.COVER, Remedy.CROP)

_COVER: Final = "Cover the face, or cover everyone: a single covered face points at that child."
_CROP: Final = "Crop the picture so that they are not in it."
_OTHER: Final = "Use another picture."
_NAME: Final = "Say who it is, if you are sure. What you say is kept with the check."
_WORDS: Final = "Change the words under the picture, or use the caption that is proposed, and check again."
_OFFICE: Final = "The people who keep the consents at your school, usually the office."
_YOU: Final = "You can sort this out yourself."
_LEAD: Final = "The safeguarding lead, who alone knows the reason and will not tell it."
_SECOND: Final = "An approver or the safeguarding lead; the picture waits for them under Approvals."

CATALOGUE: Final[Mapping[Code, Entry]] = {
    Code.DO_NOT_PUBLISH: Entry(
        "May not be published",
        "This person must not be shown, whatever other consent there is. There is no exception.",
        (_CROP, _COVER, _OTHER),
        _LEAD,
        means="the face is a person on the do-not-publish list",
        can="cover, crop, another picture",
        topics=frozenset({Topic.FORBIDDEN, Topic.IDENTITY}),
        remedies=HIDE,
    ),
    Code.POSSIBLE_DO_NOT_PUBLISH: Entry(
        "Possibly a person who may not be published",
        "The face looks like a person who must not be shown, but it is not certain. To be wrong here would be worse "
        "than to lose a picture.",
        (_CROP, _COVER, _OTHER),
        _LEAD,
        means="the face is, or was before an edit, near a person on that list, or was said to be one",
        can="cover, crop, another picture; once it is named, the safeguarding lead may agree",
        topics=frozenset({Topic.FORBIDDEN, Topic.IDENTITY}),
        remedies=HIDE,
    ),
    Code.NO_CONSENT: Entry(
        "No consent for this channel",
        "We know who it is. There is no consent to show the picture there, or there is an objection. "
        "An empty field in the register means no.",
        (_CROP, _COVER, "Ask for the consent to be recorded, then check the picture again.", _OTHER),
        _OFFICE,
        means="the person is known; there is no consent for this channel, or there is an objection",
        can="cover, crop, ask for consent",
        plain="Face {face} may not be published on this channel.",
        topics=frozenset({Topic.FORBIDDEN, Topic.IDENTITY}),
        resolvable_by=_ADMIN,
        remedies=(*HIDE, Remedy.ASK_CONSENT),
    ),
    Code.CONSENT_EXPIRED: Entry(
        "The consent has ended",
        "There was a consent, and it has run out, or the person has left the school.",
        (_CROP, _COVER, "Ask for the consent to be renewed, then check the picture again.", _OTHER),
        _OFFICE,
        means="the consent has ended, or the person has left",
        can="as above",
        topics=frozenset({Topic.FORBIDDEN}),
        resolvable_by=_ADMIN,
        remedies=(*HIDE, Remedy.ASK_CONSENT),
    ),
    Code.UNKNOWN_FACE: Entry(
        "Not recognised",
        "The face matches no person on the register, or of the class or event that you chose. It may be a visitor, "
        "or a pupil without a good reference photo.",
        (_NAME, _COVER, _CROP),
        _YOU,
        means="no person on the register (or not in the class or event that was named)",
        can="staff say who it is, cover, crop",
        plain="Face {face} has not been cleared. A member of staff has to look at this picture.",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=_STAFF,
        remedies=_PEOPLE,
    ),
    Code.AMBIGUOUS_FACE: Entry(
        "Could be more than one person",
        "Two or more people would fit, brothers and sisters for instance. The computer does not guess.",
        (_NAME, _COVER, _CROP),
        _YOU,
        means="more than one person would fit",
        can="staff say who it is, cover, crop",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=_STAFF,
        remedies=_PEOPLE,
    ),
    Code.UNREADABLE_FACE: Entry(
        "Too unclear to recognise",
        "There is a face, but it is too small, too dark or too blurred to be compared with the register.",
        (_NAME, _COVER, _CROP, "If you have it, check the original instead of a small copy."),
        _YOU,
        means=(
            "too small or too poor to compare; or marked by hand, or it was found before the picture was cut, and"
            " the detector does not find it"
        ),
        can="staff say who it is, cover, crop",
        resolvable_by=_STAFF,
        remedies=_PEOPLE,
    ),
    Code.SAME_PERSON_TWICE: Entry(
        "One person twice",
        "Two faces were matched to the same person. One of them must be another person.",
        ("Say for each of the two faces who it is.", "If it is a mirror or a poster, cover one of them."),
        _YOU,
        means="two faces would be one person",
        can="staff say who each is",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=_STAFF,
        remedies=_PEOPLE,
    ),
    Code.NOBODY_FOUND: Entry(
        "No face was found",
        "People may still be recognised: by their back, a shirt with a name or the place.",
        ("Look, and confirm that no person can be recognised.", "If a face was missed, mark it."),
        _YOU,
        means="no face was found, which is no proof",
        can="two people who are signed in look: one confirms `nobody_recognisable`, another agrees",
        plain="No face was found. A member of staff has to confirm that no person can be recognised.",
        topics=frozenset({Topic.CONFIRMED, Topic.LOOKED_AT}),
        resolvable_by=_STAFF,
        remedies=(Remedy.ATTEST, Remedy.OTHER_PICTURE),
    ),
    Code.PERSON_WITHOUT_FACE: Entry(
        "A person without a face",
        "There seems to be a person whose face was not found: from behind, cut off, or missed.",
        ("If you can see the head, mark it.", "Cover or crop them.", "Or confirm that they cannot be recognised."),
        _YOU,
        means=(
            "a person seems to be there whose face was not found: from behind, cut off, or missed; `region` says where"
        ),
        can=(
            "staff mark the head, cover, crop; or two people who are signed in look: one confirms "
            "`nobody_recognisable`, another agrees"
        ),
        plain="A person may be visible whose face was not found. A member of staff has to look.",
        topics=frozenset({Topic.LOOKED_AT, Topic.FACELESS}),
        place="A person without a face",
        resolvable_by=_STAFF,
        remedies=(Remedy.ATTEST, *HIDE),
    ),
    Code.TOO_MANY_FACES: Entry(
        "Too many faces",
        "Each face has to be looked at, and these are too many.",
        ("Crop the picture into parts.", "Use a picture with fewer people."),
        _YOU,
        means="more than the policy examines",
        can="crop, another picture",
        remedies=(Remedy.CROP, Remedy.OTHER_PICTURE),
    ),
    Code.APPROVAL_ENDS_FIRST: Entry(
        "Planned for after its approval",
        "An approval is for the near future, since consent and policy change. It may be published until it ends.",
        ("Check the picture again nearer to the day.",),
        _YOU,
        means=(
            "a note: `publish_at` lies further ahead than an approval lasts (`approval_days` of the policy), so it "
            "ends before"
        ),
        can="check the picture again nearer to the day",
        severity=Severity.NOTE,
        remedies=(Remedy.TRY_AGAIN,),
    ),
    Code.CAPTION_FULL_NAME: Entry(
        "A full name in the words",
        "Only first names are published. A surname or initials beside a picture help a stranger to find the person.",
        (_WORDS,),
        _YOU,
        means=(
            "a full name, initials or a surname; as a `note` beside `caption_changed`: what the proposed words do "
            "without, or what was cut because the sender had accepted that ([words](captions.md))"
        ),
        can="edit the words",
        plain="The text gives more than a first name. Use first names only.",
        topics=frozenset({Topic.TEXT}),
    ),
    Code.CAPTION_NAME_NOT_IN_PHOTO: Entry(
        "A name that does not belong there",
        "The words name a person who is not in the picture, or who agreed to the picture but not to the name.",
        (_WORDS,),
        _YOU,
        means="the first name of a person who is not in the picture or may not be named",
        can="edit the words",
        plain="The text gives a name that may not be given with this picture.",
        topics=frozenset({Topic.TEXT}),
    ),
    Code.CAPTION_CHANGED: Entry(
        "Other words are proposed",
        "The words cannot go out as they were typed, and a small change would do. Nothing goes out that was not seen: "
        "read the proposed words first.",
        ("Use the proposed words, if they still say what you mean.", "Otherwise change the words yourself."),
        _YOU,
        means=(
            "the words cannot go out as they were sent; others are proposed (`proposed_caption`, `proposed_alt_text`,"
            " `proposed_credit`)"
        ),
        can="staff accept the proposed words, or write others",
        plain="The text cannot go out as it was sent. Accept the proposed text, or send another.",
    ),
    Code.CAPTION_PERSONAL_DATA: Entry(
        "Something that helps to find a person",
        "A telephone number, an address, a birthday or a personal number; or an age, a class, a street or a routine "
        "beside a name.",
        (_WORDS,),
        _YOU,
        means=(
            "telephone number, e-mail address, address, place, personal number or birthday; an age together with a "
            "name or a class; a class, a street or a routine together with a name"
        ),
        can="edit the words",
        plain="The text holds personal details. Take them out.",
        topics=frozenset({Topic.TEXT}),
    ),
    Code.CAPTION_SENSITIVE: Entry(
        "Something private beside a name",
        "Health, care, special needs and family circumstances of a named person are private.",
        (_WORDS,),
        _YOU,
        means=(
            "health, care, special needs, family circumstances together with a name; as a `note` where the policy "
            "says so"
        ),
        can="edit the words",
        plain="The text tells something private of a person. Take it out.",
    ),
    Code.CAPTION_OTHER_NAME: Entry(
        "The name of a person who is not on the register",
        "The words give what reads as a person’s full name. It may be a pupil under another surname, a parent, or a "
        "person of history or of a book.",
        (
            "If it is no pupil of the school, say so: it is remembered and not asked again.",
            "Otherwise take the surname out.",
        ),
        _YOU,
        means=(
            "the full name of a person who is not on the register; a `note`, but it blocks where captions name "
            "no one, and where it begins with the first name of a pupil"
        ),
        can="edit the words, or say that this is no pupil of the school",
        plain="The text names a person who is not on the register.",
    ),
    Code.CAPTION_LINK: Entry(
        "A link or an account",
        "Only links and accounts that the school has put on its list may be given: the rest cannot be vouched for.",
        (_WORDS,),
        "The administrator who keeps your school’s policy, if a link is missing there.",
        means="a link or account name that the policy does not list",
        can="edit the words",
        plain="The text holds a link or handle outside the school's list. Take it out.",
        topics=frozenset({Topic.TEXT}),
    ),
    Code.VISIBLE_NAME: Entry(
        "A name that can be read in the picture",
        "A badge, a certificate, a peg or a screen shows a name, which is then published with the face.",
        ("Cover the place: one button beside it does.", _CROP, _OTHER),
        _YOU,
        means=(
            "a name of the register can be read in the picture, at `region`; or more writing than can be read. As a "
            "`note`: by policy a first name, the school's name beside a child, or that nothing was read"
        ),
        can="cover, crop, another picture",
        plain="A name can be read in the picture.",
        place="Writing in the picture",
        resolvable_by=_STAFF,
        remedies=HIDE,
    ),
    Code.CHANNEL_NOT_APPROVED: Entry(
        "The channel is not approved",
        "Pictures go only to accounts that the school owns and the leadership has approved.",
        ("Check the picture for another channel.",),
        "An administrator, who can have the channel approved.",
        means="the outlet is not approved, or closed",
        can="an administrator",
        resolvable_by=_ADMIN,
    ),
    Code.ATTESTATION_MISSING: Entry(
        "Something is to be confirmed",
        "There are things that only a person can see, such as whether all are dressed appropriately.",
        ("Look at the picture, tick the sentences that are true, and check again.",),
        _YOU,
        means=(
            "something only a person can see was not confirmed, or only by a program that does not say who looked "
            "(`attested_by`)"
        ),
        can="staff confirm",
        topics=frozenset({Topic.CONFIRMED}),
        resolvable_by=_STAFF,
        remedies=(Remedy.ATTEST,),
    ),
    Code.ASKED_NOT_TO_BE_SHOWN: Entry(
        "A person asked not to be shown",
        "A person asked not to be photographed at an event. By a description the computer cannot find them; "
        "a person on the register it asks about in every picture near the day of the event.",
        (
            "Read the description, look, and confirm that the person is not in the picture.",
            "Of a face: if the picture was taken at the event, cover the face. If not, confirm that.",
            _CROP,
            _OTHER,
        ),
        _YOU,
        means=(
            "a person asked not to be photographed at an event: by description (the sentence says what to look for), "
            "or a person on the register, who is asked about in every picture near its day"
        ),
        can="staff look and confirm `attestation` of the finding, cover, crop, another picture",
        plain="A person asked not to be photographed. A member of staff has to check that they are not in the picture.",
        topics=frozenset({Topic.CONFIRMED}),
        resolvable_by=_STAFF,
        remedies=(Remedy.ATTEST, Remedy.CROP, Remedy.OTHER_PICTURE),
    ),
    Code.NEEDS_SECOND_PERSON: Entry(
        "A second person has to look",
        "What was said contradicts what the computer found, or your school’s policy asks for two people. Staff "
        "cannot approve their own exception.",
        ("Wait: the picture stands in your colleagues’ list.", _OTHER),
        _SECOND,
        means=(
            "the policy or an exception asks for a person besides the uploader and besides those who said what it is "
            "about; `exception` names it (see below)"
        ),
        can="the people of `resolvable_by`; or cover, crop",
        plain="A second person at the school has to look at this picture.",
        topics=frozenset({Topic.APPROVED, Topic.FACELESS}),
        place="A person without a face",
        remedies=(Remedy.ASK_LEADERSHIP,),
    ),
    Code.NEEDS_LEADERSHIP: Entry(
        "The leadership has to agree",
        "Your school’s policy asks the leadership to look at this picture.",
        ("Wait: the picture stands in their list.",),
        _SECOND,
        means="the policy asks for leadership",
        can="approver or safeguarding lead",
        topics=frozenset({Topic.APPROVED}),
        remedies=(Remedy.ASK_LEADERSHIP,),
    ),
    Code.UNSUPPORTED_FORMAT: Entry(
        "Not a picture that can be opened",
        "The file is no photo, or holds several pictures, such as an animation.",
        ("Open it in your photo app, save it as a JPEG and check that.",),
        _YOU,
        means="not a photo, or several pictures in one file",
        can="save as JPEG",
    ),
    Code.DAMAGED_FILE: Entry(
        "The file is damaged",
        "A part of it is missing or wrong. What cannot be opened completely cannot be checked completely.",
        ("Send the original from the camera or the phone.",),
        _YOU,
        means="the file is not complete",
        can="send the original",
    ),
    Code.TOO_LARGE: Entry(
        "The picture is too large",
        "It has more bytes or pixels than any photo needs.",
        ("Export it as a smaller JPEG.",),
        _YOU,
        means="more bytes, pixels or passes than a photo needs",
        can="send a smaller one",
    ),
    Code.REFUSED_BEFORE: Entry(
        "This picture was deleted before",
        "It was deleted because it must not be shown. It stays refused, also when resized or rotated.",
        (_OTHER,),
        "The safeguarding lead, if you think that it was deleted by mistake.",
        means=(
            "a picture that was deleted as compromising: the same file, or the same picture resized, saved again, "
            "turned or mirrored"
        ),
        can="another picture",
    ),
    Code.NOT_EXAMINED: Entry(
        "Something went wrong",
        "The picture could not be examined to the end, and what is not examined does not leave.",
        ("Check the picture again.",),
        "Your Gatekeeper administrator, if it happens again.",
        means="something went wrong; what is not examined does not leave",
        can="try again",
        resolvable_by=_STAFF,
        remedies=(Remedy.TRY_AGAIN,),
    ),
}
