"""Suggested column mapping of a school's own file, by its headings alone.

The headings are those that school information systems and forms are known to
export (SIMS, Arbor, Bromcom, ScholarPack, Google and Microsoft Forms). A
suggestion is only that: a person looks at it and saves it before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consent_db.roster.layout import OPT_OUT, is_consent, is_ours, letter, plain

# The first heading of a file that is found in the leftmost place of a line wins its meaning.
_KNOWN: Final[dict[str, str]] = {
    "external_id": (
        "adno|adm no|admission no|admission number|admissionnumber|pupil id|student id|arbor student id|mis id|"
        "pupil number|student number|staff id|staff code|staff number|person id|schülernummer|schüler nr|schüler id|"
        "schülerin nr|personalnummer|upn|unique pupil number|id|number|nummer|nr"
    ),
    "first_name": (
        "legal forename|legal first name|forename|forenames|first name|firstname|given name|vorname|vornamen|"
        "prénom|prenom|chosen forename"
    ),
    "last_name": (
        "legal surname|legal last name|surname|last name|lastname|family name|nachname|familienname|zuname|"
        "nom de famille|chosen surname"
    ),
    "known_as": (
        "preferred forename|preferred first name|preferred name|known as|known as first name|preferred given name|"
        "nickname|rufname"
    ),
    "kind": "type|role|person type|art|rolle",
    "group": (
        "reg|reg group|registration group|registration form|form|tutor group|class|class name|house|year|year group|"
        "yeargroup|nc year|national curriculum year|current registration form|current year group|grade|grade level|"
        "homeroom|klasse|klassenname|klassenstufe|jahrgang|jahrgangsstufe|classe|clase"
    ),
    "date_of_birth": (
        "dob|date of birth|birth date|birthdate|d o b|birthday|geburtsdatum|geb datum|geburtstag|geboren am|"
        "date de naissance|fecha de nacimiento"
    ),
    "leaving_date": (
        "leaving date|date of leaving|dol|leave date|end date|date left|exit date|abgangsdatum|austrittsdatum"
    ),
    "do_not_publish": (
        "do not publish|do not photograph|no photos|no photographs|not to be photographed|nicht veröffentlichen|"
        "keine fotos|nicht fotografieren"
    ),
    "consent_expires": (
        "consent expires|consent end date|consent until|consent valid to|consent valid until|valid until|expiry date|"
        "gültig bis"
    ),
    "consent_date": "consent date|date of consent|consent given on|date consent given|date signed|signed on",
    "consent_by": "consent by|consent given by|given by|who gave consent|signed by",
    "evidence": (
        "evidence|form reference|consent form|consent form ref|consent form reference|where the form is kept|"
        "timestamp|nachweis"
    ),
}
_BY_HEADING: Final = {
    heading: (rank, target) for target, headings in _KNOWN.items() for rank, heading in enumerate(headings.split("|"))
}
_WHOSE: Final = re.compile(
    r"^(?:(?:your |the )?child(?: ?s)?|pupils?|students?|learners?|(?:des )?kind(?:es)?)(?: s)? "
)
"""Whose name a heading asks for, where it is the child's alone."""
_OF_THE_CHILD: Final = frozenset({"first_name", "last_name", "known_as", "group", "date_of_birth"})

_ABOUT_CONSENT: Final = re.compile(
    r"consent|permission|permit|agree|allow|may we|photo|image|picture|video|release|opt(?:ed)? ?out|"
    r"\bfotos?\b|bild|einwilligung|zustimmung|erlaubnis|gesichtserkennung|widerspr"
)
_SAYS_NO: Final = re.compile(
    r"\bno\b|\bnot\b|\bnon\b|\bnone\b|refus|withdr|withh|opt(?:ed)? ?out|object|declin|den(?:y|ied)|exclu|restrict|"
    r"without|prohibit|forbid|revok|don t|never|\bkeine?\b|nicht|widerspr|widerruf|ablehn|verweiger|untersagt"
)
"""Words by which a yes in the column may say no."""
_OPT_OUT: Final = re.compile(r"\bopt(?:ed)? ?out\b")
_SPEAKER: Final = {
    "second_parent_": re.compile(
        r"\b(?:second|2nd|other) (?:parent|guardian|carer)\b|\b(?:parent|guardian) (?:2|b|two)\b"
    ),
    "pupil_": re.compile(
        r"\bown (?:consent|permission|agreement)\b|\b(?:by|from) (?:the )?(?:pupil|student|child)\b|"
        r"\b(?:pupil|student|child)(?: s)? (?:agrees|consents|own|said|says)\b"
    ),
}
_PLACES: Final[dict[str, str]] = {
    "website": r"\bweb ?(?:site|page|seite)\b|\bonline\b|\bhomepage\b|\binternet\b",
    "social_media": r"\bsocial\b|\bsocial media\b|\bsoziale (?:medien|netzwerke)\b",
    "facebook": r"\bfacebook\b",
    "instagram": r"\binstagram\b",
    "x": r"\btwitter\b",
    "youtube": r"\byoutube\b",
    "press": r"\bpress\b|\bnewspapers?\b|\blocal media\b|(?<!social )\bmedia\b|\bpresse\b|\bzeitung\b",
    "prospectus": r"\bprospectus\b|\bbrochure\b|\bmarketing\b|\bprospekt\b",
    "newsletter": r"\bnewsletter\b",
    "display": r"\bdisplays?\b|\bin school\b|\binternal\b|\bnotice ?board\b|\baushang\b",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column may mean.

    Attributes:
        heading: as written in the file.
        letter: what a spreadsheet shows above it.
        meaning: one of our columns; None when nothing is known about it.
        certain: whether the heading is our own name for it.
    """

    heading: str
    letter: str
    meaning: str | None
    certain: bool = False


def suggest(headings: Sequence[str]) -> tuple[Suggestion, ...]:
    """Suggest a meaning for each column, in order; each meaning but a group once."""
    ours = {heading.casefold() for heading in headings if is_ours(heading.casefold())}
    best = _best(headings, ours)
    return tuple(_suggestion(place, heading, best.get(place)) for place, heading in enumerate(headings))


def _suggestion(place: int, heading: str, meaning: str | None) -> Suggestion:
    own = is_ours(heading.casefold())
    return Suggestion(heading, letter(place), heading.casefold() if own else meaning, own)


def _best(headings: Sequence[str], taken: set[str]) -> dict[int, str]:
    """Return the meaning of each place; of two headings for one meaning the more usual one has it."""
    found: dict[int, str] = {}
    ranked = sorted(((*_known(plain(heading)), place) for place, heading in enumerate(headings)), key=lambda r: r[0])
    used = set(taken)
    for _, meaning, place in ranked:
        if meaning and (meaning == "group" or meaning not in used):
            found[place] = meaning
            used.add(meaning)
    return found


def is_known(heading: str) -> bool:
    """Say whether a heading is one that files of schools are known to have."""
    return _known(plain(heading))[1] is not None


def _known(heading: str) -> tuple[int, str | None]:
    if heading in _BY_HEADING:
        return _BY_HEADING[heading]
    rank, target = _BY_HEADING.get(_WHOSE.sub("", heading), (0, None))
    if target in _OF_THE_CHILD and heading:
        return rank, target
    return 0, _said_by(heading, _consent(heading)) if _ABOUT_CONSENT.search(heading) else None


def _said_by(heading: str, meaning: str | None) -> str | None:
    """Return a consent's column as the word of the party that the heading names: not every yes is a parent's."""
    if meaning is None or not is_consent(meaning):
        return meaning
    return next((f"{prefix}{meaning}" for prefix, words in _SPEAKER.items() if words.search(heading)), meaning)


def _consent(heading: str) -> str | None:
    """Return what an answer's column is about; nothing where a yes may say no, unless it is an opt-out."""
    if _OPT_OUT.search(heading):
        return _opt_out(heading)
    if _SAYS_NO.search(heading):
        return None
    if re.search(r"biometric|face recognition|facial|gesichtserkennung|biometri", heading):
        return "biometric_consent"
    if re.search(r"\bnames?\b|\bnamed\b|\bnamensnennung\b", heading):
        return "name_consent"
    places = [place for place, words in _PLACES.items() if re.search(words, heading)]
    if len(places) == 1:
        return f"consent_{places[0]}"
    general = re.search(r"\bphoto(graph)?s?\b|\bimages?\b|\bpictures?\b|\bfotos?\b|\bbild(er)?\b", heading)
    return "consent_all" if general and not places else None


def _opt_out(heading: str) -> str | None:
    """Return which opt-out a column is; `media` alone means pictures anywhere."""
    if re.search(r"\bmedia\b|\bphoto(graph)?s?\b|\bimages?\b|\bpictures?\b|\bvideos?\b", heading):
        places = [place for place, words in _PLACES.items() if place != "press" and re.search(words, heading)]
        return f"{OPT_OUT}{places[0]}" if len(places) == 1 else f"{OPT_OUT}all"
    return None
