"""What each finding means, for somebody who meets it for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatekeeper.types import FindingCode as Code


@dataclass(frozen=True, slots=True)
class Meaning:
    """One finding in plain words: its name, why it is there, what to do, and who can help."""

    title: str
    why: str
    steps: tuple[str, ...]
    ask: str


_COVER: Final = "Cover the face, or cover everyone: a single covered face points at that child."
_CROP: Final = "Crop the picture so that they are not in it."
_OTHER: Final = "Use another picture."
_NAME: Final = "Say who it is, if you are sure. What you say is kept with the check."
_WORDS: Final = "Change the words under the picture, or use the caption that is proposed, and check again."
_OFFICE: Final = "Whoever keeps the consents at your school, usually the office."
_YOU: Final = "Nobody: you can sort this out yourself."
_LEAD: Final = "The safeguarding lead, who alone knows the reason and will not tell it."
_SECOND: Final = "An approver or the safeguarding lead; the picture waits for them under Approvals."

MEANINGS: Final[Mapping[Code, Meaning]] = {
    Code.DO_NOT_PUBLISH: Meaning(
        "May not be published",
        "The face is somebody who must not be shown, whatever anybody else agreed to. There is no exception.",
        (_CROP, _COVER, _OTHER),
        _LEAD,
    ),
    Code.POSSIBLE_DO_NOT_PUBLISH: Meaning(
        "Possibly somebody who may not be published",
        "The face is like somebody who must not be shown, but not surely theirs. To be wrong here would be worse "
        "than to lose a picture.",
        (_CROP, _COVER, _OTHER),
        _LEAD,
    ),
    Code.NO_CONSENT: Meaning(
        "No consent for this channel",
        "We know who it is. Nobody has agreed that this picture may be shown there, or somebody has objected. "
        "An empty field in the register means no.",
        (_CROP, _COVER, "Ask for the consent to be recorded, then check the picture again.", _OTHER),
        _OFFICE,
    ),
    Code.CONSENT_EXPIRED: Meaning(
        "The consent has ended",
        "There was a consent, and it has run out, or the person has left the school.",
        (_CROP, _COVER, "Ask for the consent to be renewed, then check the picture again.", _OTHER),
        _OFFICE,
    ),
    Code.UNKNOWN_FACE: Meaning(
        "Not recognised",
        "The face is nobody on the register, or nobody of the class or event that you chose. It may be a visitor, "
        "or a pupil without a good reference photo.",
        (_NAME, _COVER, _CROP),
        _YOU,
    ),
    Code.AMBIGUOUS_FACE: Meaning(
        "Could be more than one person",
        "Two or more people would fit, brothers and sisters for instance. The computer does not guess.",
        (_NAME, _COVER, _CROP),
        _YOU,
    ),
    Code.UNREADABLE_FACE: Meaning(
        "Too unclear to recognise",
        "There is a face, but it is too small, too dark or too blurred to be compared with anybody.",
        (_NAME, _COVER, _CROP, "If you have it, check the original instead of a small copy."),
        _YOU,
    ),
    Code.SAME_PERSON_TWICE: Meaning(
        "One person twice",
        "Two faces would be the same person, and nobody is in a picture twice. One of them is somebody else.",
        ("Say for each of the two faces who it is.", "If it is a mirror or a poster, cover one of them."),
        _YOU,
    ),
    Code.NOBODY_FOUND: Meaning(
        "No face was found",
        "That does not mean that nobody can be recognised: a back, a shirt with a name or a place can tell.",
        ("Look, and confirm that nobody can be recognised.", "If somebody’s face was missed, mark it."),
        _YOU,
    ),
    Code.PERSON_WITHOUT_FACE: Meaning(
        "Somebody without a face",
        "There seems to be somebody whose face was not found: from behind, cut off, or missed.",
        ("If you can see the head, mark it.", "Cover or crop them.", "Or confirm that they cannot be recognised."),
        _YOU,
    ),
    Code.TOO_MANY_FACES: Meaning(
        "Too many faces",
        "Nobody could look at each of so many faces, and each has to be looked at.",
        ("Crop the picture into parts.", "Use a picture with fewer people."),
        _YOU,
    ),
    Code.APPROVAL_ENDS_FIRST: Meaning(
        "Planned for after its approval",
        "An approval is for the near future, since consent and policy change. It may be published until it ends.",
        ("Check the picture again nearer to the day.",),
        _YOU,
    ),
    Code.CAPTION_FULL_NAME: Meaning(
        "A full name in the words",
        "Only first names are published. A surname or initials beside a picture tell a stranger whom to look for.",
        (_WORDS,),
        _YOU,
    ),
    Code.CAPTION_NAME_NOT_IN_PHOTO: Meaning(
        "A name that does not belong there",
        "The words name somebody who is not in the picture, or who agreed to the picture but not to the name.",
        (_WORDS,),
        _YOU,
    ),
    Code.CAPTION_CHANGED: Meaning(
        "Other words are proposed",
        "The words cannot go out as they were typed, and a small change would do. Nothing goes out that was not seen: "
        "read the proposed words first.",
        ("Use the proposed words, if they still say what you mean.", "Otherwise change the words yourself."),
        _YOU,
    ),
    Code.CAPTION_PERSONAL_DATA: Meaning(
        "Something that helps to find a person",
        "A telephone number, an address, a birthday or a personal number; or an age, a class, a street or a routine "
        "beside a name.",
        (_WORDS,),
        _YOU,
    ),
    Code.CAPTION_SENSITIVE: Meaning(
        "Something private beside a name",
        "Health, care, special needs and family circumstances of a person who is named are nobody else’s business.",
        (_WORDS,),
        _YOU,
    ),
    Code.CAPTION_OTHER_NAME: Meaning(
        "The name of a person who is not on the register",
        "The words give what reads as a person’s full name. It may be a pupil under another surname, a parent, or a "
        "person of history or of a book.",
        (
            "If it is no pupil of the school, say so: it is remembered and not asked again.",
            "Otherwise take the surname out.",
        ),
        _YOU,
    ),
    Code.CAPTION_LINK: Meaning(
        "A link or an account",
        "Only links and accounts that the school has put on its list may be given: nobody can vouch for the rest.",
        (_WORDS,),
        "Whoever keeps your school’s policy, if a link is missing there.",
    ),
    Code.VISIBLE_NAME: Meaning(
        "A name that can be read in the picture",
        "A badge, a certificate, a peg or a screen shows a name, which is then published with the face.",
        ("Cover the place: one button beside it does.", _CROP, _OTHER),
        _YOU,
    ),
    Code.CHANNEL_NOT_APPROVED: Meaning(
        "The channel is not approved",
        "Pictures go only to accounts that the school owns and the leadership has approved.",
        ("Check the picture for another channel.",),
        "An administrator, who can have the channel approved.",
    ),
    Code.ATTESTATION_MISSING: Meaning(
        "Something is to be confirmed",
        "There are things that only a person can see, such as whether everybody is dressed appropriately.",
        ("Look at the picture, tick the sentences that are true, and check again.",),
        _YOU,
    ),
    Code.ASKED_NOT_TO_BE_SHOWN: Meaning(
        "Somebody asked not to be shown",
        "A person asked not to be photographed at an event. By a description the computer cannot find them; "
        "a person on the register it asks about in every picture near the day of the event.",
        (
            "Read the description, look, and confirm that nobody of it is in the picture.",
            "Of a face: if the picture was taken at the event, cover the face. If not, confirm that.",
            _CROP,
            _OTHER,
        ),
        _YOU,
    ),
    Code.NEEDS_SECOND_PERSON: Meaning(
        "A second person has to look",
        "What was said contradicts what the computer found, or your school’s policy asks for two people. Nobody "
        "approves their own exception.",
        ("Wait: the picture stands in your colleagues’ list.", _OTHER),
        _SECOND,
    ),
    Code.NEEDS_LEADERSHIP: Meaning(
        "The leadership has to agree",
        "Your school’s policy asks somebody of the leadership to look at this picture.",
        ("Wait: the picture stands in their list.",),
        _SECOND,
    ),
    Code.UNSUPPORTED_FORMAT: Meaning(
        "Not a picture that can be opened",
        "The file is no photo, or holds several pictures, such as an animation.",
        ("Open it in your photo app, save it as a JPEG and check that.",),
        _YOU,
    ),
    Code.DAMAGED_FILE: Meaning(
        "The file is damaged",
        "A part of it is missing or wrong. What cannot be opened completely cannot be checked completely.",
        ("Send the original from the camera or the phone.",),
        _YOU,
    ),
    Code.TOO_LARGE: Meaning(
        "The picture is too large",
        "It has more bytes or pixels than any photo needs.",
        ("Export it as a smaller JPEG.",),
        _YOU,
    ),
    Code.REFUSED_BEFORE: Meaning(
        "This picture was deleted before",
        "Somebody deleted it because it must not be shown. It stays refused, smaller or turned too.",
        (_OTHER,),
        "The safeguarding lead, if you think that it was deleted by mistake.",
    ),
    Code.NOT_EXAMINED: Meaning(
        "Something went wrong",
        "The picture could not be examined to the end, and what is not examined does not leave.",
        ("Check the picture again.",),
        "Whoever looks after Gatekeeper at your school, if it happens again.",
    ),
}
