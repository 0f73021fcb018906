"""Who is in the picture: faces, and people without a face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.decision.findings.entry import ADMIN, CROP, HIDE, OTHER, STAFF, YOU, Entry, Topic
from gatekeeper.types import FindingCode as Code
from gatekeeper.types import Remedy

_PEOPLE: Final = (Remedy.IDENTIFY, Remedy.NOT_A_FACE, Remedy.COVER, Remedy.CROP)
_COVER: Final = "Cover the face, or cover everyone: a single covered face points at that child."
_NAME: Final = "Say who it is, if you are sure. What you say is kept with the check."
_OFFICE: Final = "The people who keep the consents at your school, usually the office."
_LEAD: Final = "The safeguarding lead, who alone knows the reason and will not tell it."

FACES: Final[Mapping[Code, Entry]] = {
    Code.DO_NOT_PUBLISH: Entry(
        "May not be published",
        "This person must not be shown, whatever other consent there is. There is no exception.",
        (CROP, _COVER, OTHER),
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
        (CROP, _COVER, OTHER),
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
        (CROP, _COVER, "Ask for the consent to be recorded, then check the picture again.", OTHER),
        _OFFICE,
        means="the person is known; there is no consent for this channel, or there is an objection",
        can="cover, crop, ask for consent",
        plain="Face {face} may not be published on this channel.",
        topics=frozenset({Topic.FORBIDDEN, Topic.IDENTITY}),
        resolvable_by=ADMIN,
        remedies=(*HIDE, Remedy.ASK_CONSENT),
    ),
    Code.CONSENT_EXPIRED: Entry(
        "The consent has ended",
        "There was a consent, and it has run out, or the person has left the school.",
        (CROP, _COVER, "Ask for the consent to be renewed, then check the picture again.", OTHER),
        _OFFICE,
        means="the consent has ended, or the person has left",
        can="as above",
        topics=frozenset({Topic.FORBIDDEN}),
        resolvable_by=ADMIN,
        remedies=(*HIDE, Remedy.ASK_CONSENT),
    ),
    Code.UNKNOWN_FACE: Entry(
        "Not recognised",
        "The face matches no person on the register, or of the class or event that you chose. It may be a visitor, "
        "or a pupil without a good reference photo.",
        (_NAME, _COVER, CROP),
        YOU,
        means="no person on the register (or not in the class or event that was named)",
        can="staff say who it is, cover, crop",
        plain="Face {face} has not been cleared. A member of staff has to look at this picture.",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=STAFF,
        remedies=_PEOPLE,
    ),
    Code.AMBIGUOUS_FACE: Entry(
        "Could be more than one person",
        "Two or more people would fit, brothers and sisters for instance. The computer does not guess.",
        (_NAME, _COVER, CROP),
        YOU,
        means="more than one person would fit",
        can="staff say who it is, cover, crop",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=STAFF,
        remedies=_PEOPLE,
    ),
    Code.UNREADABLE_FACE: Entry(
        "Too unclear to recognise",
        "There is a face, but it is too small, too dark or too blurred to be compared with the register.",
        (_NAME, _COVER, CROP, "If you have it, check the original instead of a small copy."),
        YOU,
        means=(
            "too small or too poor to compare; or marked by hand, or it was found before the picture was cut, and"
            " the detector does not find it"
        ),
        can="staff say who it is, cover, crop",
        resolvable_by=STAFF,
        remedies=_PEOPLE,
    ),
    Code.SAME_PERSON_TWICE: Entry(
        "One person twice",
        "Two faces were matched to the same person. One of them must be another person.",
        ("Say for each of the two faces who it is.", "If it is a mirror or a poster, cover one of them."),
        YOU,
        means="two faces would be one person",
        can="staff say who each is",
        topics=frozenset({Topic.IDENTITY}),
        resolvable_by=STAFF,
        remedies=_PEOPLE,
    ),
    Code.NOBODY_FOUND: Entry(
        "No face was found",
        "People may still be recognised: by their back, a shirt with a name or the place.",
        ("Look, and confirm that no person can be recognised.", "If a face was missed, mark it."),
        YOU,
        means="no face was found, which is no proof",
        can="two people who are signed in look: one confirms `nobody_recognisable`, another agrees",
        plain="No face was found. A member of staff has to confirm that no person can be recognised.",
        topics=frozenset({Topic.CONFIRMED, Topic.LOOKED_AT}),
        resolvable_by=STAFF,
        remedies=(Remedy.ATTEST, Remedy.OTHER_PICTURE),
    ),
    Code.PERSON_WITHOUT_FACE: Entry(
        "A person without a face",
        "There seems to be a person whose face was not found: from behind, cut off, or missed.",
        ("If you can see the head, mark it.", "Cover or crop them.", "Or confirm that they cannot be recognised."),
        YOU,
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
        resolvable_by=STAFF,
        remedies=(Remedy.ATTEST, *HIDE),
    ),
    Code.TOO_MANY_FACES: Entry(
        "Too many faces",
        "Each face has to be looked at, and these are too many.",
        ("Crop the picture into parts.", "Use a picture with fewer people."),
        YOU,
        means="more than the policy examines",
        can="crop, another picture",
        remedies=(Remedy.CROP, Remedy.OTHER_PICTURE),
    ),
}
