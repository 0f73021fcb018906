"""Words: those that go out with the picture, and those that can be read in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.decision.findings.entry import CROP, HIDE, OTHER, STAFF, YOU, Entry, Topic
from gatekeeper.types import FindingCode as Code

_WORDS: Final = "Change the words under the picture, or use the caption that is proposed, and check again."

WORDS: Final[Mapping[Code, Entry]] = {
    Code.CAPTION_FULL_NAME: Entry(
        "A full name in the words",
        "Only first names are published. A surname or initials beside a picture help a stranger to find the person.",
        (_WORDS,),
        YOU,
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
        YOU,
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
        YOU,
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
        YOU,
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
        YOU,
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
        YOU,
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
        ("Cover the place: one button beside it does.", CROP, OTHER),
        YOU,
        means=(
            "a name of the register can be read in the picture, at `region`; or more writing than can be read. As a "
            "`note`: by policy a first name, the school's name beside a child, or that nothing was read"
        ),
        can="cover, crop, another picture",
        plain="A name can be read in the picture.",
        place="Writing in the picture",
        resolvable_by=STAFF,
        remedies=HIDE,
    ),
}
