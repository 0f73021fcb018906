"""What identifies a person only beside a name: ages, classes, where they live and go, what is sensitive.

`Year 4 at the museum` is fine and so is `Amira at the museum`; both together are not. The sentence of a
name and its neighbours are read, since `Tom is our star. He is 7.` says what `Tom, 7` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeper.caption.personal import Found
from gatekeeper.caption.rewrite import sentences
from gatekeeper.types import ChangeReason

Span = tuple[int, int]

_WORDS: Final = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen"
)
_N: Final = rf"(?:\d{{1,2}}(?:\s?(?:½|1/2)|\.5)?|{_WORDS})"
_ORDINAL: Final = (
    r"(?:\d{1,2}\s?(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth)"
)
_AGE: Final = re.compile(
    rf"\b{_N}(?:\s?and a (?:half|bit|quarter))?[\s-]{{0,2}}(?:years?|yrs?|yr|months?)[\s-]{{0,2}}"
    r"(?:olds?|of age|young)\b"
    rf"|\b(?:aged?|turn(?:s|ed|ing)?|age of|ages)\s{{1,2}}(?:only |just |nearly )?{_N}\b"
    rf"|\b{_ORDINAL}\s{{1,2}}birthday\b|\b\d{{1,2}}\s?y/?o\b|\b{_N}\scandles\b|\bthe big {_N}\b"
    r"|\b\d{1,2}\s?(?:jahre?n?(?:\s?alt)?|ans\b|an\b|años?|anos|anni|jaar|lat\b|oed\b|mlwydd|år\b|vuotta|éves|yaşında)"
    r"|\b\w{3,12}j(?:ä|ae)hrige?[rsnm]?\b|\byn (?:un|ddwy|dair|bedair|bump|chwech|saith|wyth|naw|ddeg)(?: oed)?\b"
    r"|\b(?:born|geboren|geb\.|née?|nacid[oa]|ganwyd|nat[oa])\s{1,2}(?:in|im|en|yn|nel)?\s?(?:19|20)\d\d\b"
    r"|\b(?:a )?(?:toddler|teenager|tween) of \d{1,2}\b|\bunder[- ]?\d{1,2}s? (?:at|aged)\b",
    re.IGNORECASE,
)
_BARE_AGE: Final = re.compile(
    rf"\b(?:is|was|[’']s|turns|ist|wird|est|tiene|ha|mae)\s{{1,2}}"
    rf"(?:now |only |just |nearly |almost |already |erst |schon )?{_N}"
    r"(?=\s*(?:[.,!?;)\n]|$)|\s(?:and|but|today|now|on|this|next|in (?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December))\b)",
    re.IGNORECASE,
)
_AGE_AFTER_NAME: Final = re.compile(
    rf"\s?[,(–—-]\s?(?:aged? |now )?{_N}\s?(?:[),.;!&–—]|and\b|$|\n|\s(?:today|won|came|with|is|has|who|from|at|in)\b)"
)
_AGE_BEFORE_NAME: Final = re.compile(r"(?:^|[,(]\s?|\b(?:our|little|young|big)\s)\d{1,2}[\s,-]{1,2}$", re.IGNORECASE)
_BIRTHDAY: Final = re.compile(
    r"\b(?:happy |belated )?birthday(?:s|[- ](?:boy|girl|child))?\b|\bb-?day\b|\bgeburtstag\w*|\banniversaire\b"
    r"|\bcumplea[nñ]os\b|\b(?:p|ph|m)en-?blwydd\b|\bcompleanno\b|\burodzin\w*|\bverjaardag\b",
    re.IGNORECASE,
)
_NOT_A_BIRTHDAY: Final = re.compile(r"^\s?(?:card|song|of the (?:school|king|queen)|party)", re.IGNORECASE)

_CLASS: Final = re.compile(
    rf"\b(?:{_ORDINAL}[- ](?:grade(?:rs?)?|class|year|form)|sixth form"
    r"|(?:year|yr|class|form|room|tutor group|grade|klasse|blwyddyn|flwyddyn|dosbarth|primary|classe)\s{1,2}"
    rf"(?:\d{{1,2}}\s?[a-z]?|{_WORDS})|(?-i:\d{{1,2}}\s?[A-HK-Z][A-Z]?)|\d{{1,2}}[a-d]|y\d{{1,2}}[a-z]?"
    r"|(?-i:[PS][1-7]|CP|CE[12]|CM[12](?:\s[A-D])?)|\d\s?[ºª°]\s?[A-F]?|reception|nursery|kindergarten)\b"
    r"|\b(?:Miss|Mr|Mrs|Ms|Mx|Dr|Frau|Herr|Mme|M\.)\s[A-Z][\w'’-]+?(?:['’]s|s['’])?\s(?:class|form|tutor group)\b"
    r"|\bclass of 20\d\d\b",
    re.IGNORECASE,
)
_NO_CLASS: Final = re.compile(
    r"\d{1,2}\s?(?:[AP]M|[KMGT]B|KG|CM|MM|KM|ST|ND|RD|TH|[KMPXLVW]|[25]G|[23]D(?=\s(?:print|model|shape|art|design|film)))"
    r"|reception (?:desk|area|room|hall)|nursery (?:rhymes?|plants?)",
    re.IGNORECASE,
)
"""Times, measures, sizes and other senses: `5 M` is no class."""

_DAYS: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_ROUTINE: Final = re.compile(
    r"\b(?:walk|cycle|bike|scoot|run|travel|go)(?:s|es|ing)?\s(?:[\w']+\s){0,3}?(?:home|(?:to|from) school)\b"
    r"|\b(?:gets?|takes?|catch(?:es)?|rides?)\s(?:the|a|his|her|their)\s(?:[\w']+\s){0,2}?(?:bus|train|tram|taxi)\b"
    r"|\blives?\s(?:just |right |over )?(?:in|at|on|near|next|opposite|by|with|close|round|around|down|up|above)\b"
    r"|\bliving\s(?:in|at|on|near|with)\b|\bresides?\s(?:in|at)\b|\b(?:his|her|their)\s(?:home )?address\b"
    r"|\b(?:his|her|their)\s(?:home|house|flat)\s(?:in|at|on|near)\b"
    rf"|\b(?:every|each)\s(?:morning|afternoon|evening|night|day after school|week(?:end)?|{_DAYS})"
    r"(?:\s(?:at|from)\s\d{1,2})?"
    rf"|\b(?:on\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)days\b(?:\s(?:at|from)\s\d)?"
    rf"|\b(?:picked|collected|dropped)\s(?:him |her |them )?(?:up |off )?(?:at|by|from|every)\b|\bhome alone\b"
    r"|\b(?:wohnt|lebt)\s(?:in|im|am|auf|bei)\b|\bhabite\b|\bvive\s(?:en|a|in)\b|\byn byw\b|\bmieszka\b|\bwoont\b"
    r"|\b(?:trains?|practi[sc]es|plays|swims|dances|rides)\s(?:at|with|for)\s(?:[A-Z][\w'’-]+\s?)+",
    re.IGNORECASE,
)
_STREET: Final = re.compile(
    r"\b(?:[A-Z][\w'’-]{1,30}\s{1,2}){1,3}(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Drive|Crescent|Terrace|Gardens"
    r"|Grove|Mews|Boulevard)\b(?!\s(?:Primary|Infant|Junior|School|Academy|Nursery"
    r"|Church|Park|Station|Theatre|Cinema|Stadium|Community|Museum|Library|Surgery|Medical|Hospital|Baptist))"
)
_SENSITIVE: Final = re.compile(
    r"\b(?:foster(?:ed|ing)?(?: (?:child|children|carers?|care|parents?|family|mum|dad|home|placement))?|in care"
    r"|(?:care|children[’']?s) home|care (?:leaver|order|plan)|looked[- ]after|LAC|CLA|adopted|adoption|adoptive"
    r"|(?:special )?guardian(?:ship)?|kinship care|refuge|refugees?|asylum(?: seekers?)?|social workers?"
    r"|social services|child protection|at risk|safeguarding|court order|custody|young carers?|free (?:school )?meals"
    r"|free (?:school )?dinners|FSM|pupil premium|food ?bank|universal credit|SENCO?|SEND|EHCP|EHC plan"
    r"|special (?:educational )?needs|additional (?:learning )?needs|ALN|learning (?:difficult\w+|disabilit\w+)"
    r"|autis\w+|asperger\w*|ASD|ADHD|ADD|dyslexi\w+|dyspraxi\w+|dyscalculi\w+|tourette\w*|epilep\w+|seizures?|asthma\w*"
    r"|diabet\w+|allerg\w+|an(?:a|e)?phyla\w+|epi-?pen|inhaler|eczema|coeliac|cancer|leuk(?:a)?emia|chemo\w*|tumou?r"
    r"|cerebral palsy|cystic fibrosis|down[’']?s? syndrome|sickle cell|muscular dystrophy|wheelchair|disab\w+"
    r"|hearing (?:aids?|impair\w+)|deaf|blind|visually impaired|partially sighted|speech (?:therap\w+|delay)|stammer\w*"
    r"|selective mutism|anxiety|depress\w+|mental health|eating disorder|anorexi\w+|self[- ]harm\w*|suicid\w*"
    r"|counsell?(?:or|ing)|therap(?:y|ist)|CAMHS|medication|hospital\w*|surgery|an operation|diagnos\w+|is ill|was ill"
    r"|poorly|chickenpox|covid|hiv|pregnan\w+|broke(?:n)? (?:his|her|their|an?) (?:arm|leg|wrist|ankle|collarbone|foot)"
    r"|bereav\w+|(?:mum|mother|dad|father|parent|brother|sister|gran\w*|nan) (?:died|passed away|is ill|in prison)"
    r"|passed away|in prison|divorc\w+|domestic (?:abuse|violence)|excluded from school|suspended from school"
    r"|permanently excluded|bullied|English as an additional language|EAL|immigration|undocumented"
    r"|pflegekind|pflegefamilie|adoptiert|autistisch|behindert|placé en foyer|adopté|handicapé|adoptad[oa]"
    r"|discapacidad|mabwysiad\w+|maethu|awtist\w+)\b",
    re.IGNORECASE,
)
_NOT_SENSITIVE: Final = re.compile(
    r"\badopted (?:an? |the |our |new )?(?:\w+ )?(?:donkey|tiger|panda|turtle|penguin|animal|tree|star|beehive|rhino"
    r"|dog|cat|word|motto|policy|approach|pose)|\bblind(?:fold|s\b| tasting)|\ballergy[- ]free|\bhospital(?:ity| radio)"
    r"|\brefuge (?:hut|island)|\bmental health (?:week|day|awareness)|\bautism (?:awareness|acceptance)"
    r"|\b(?:for|to|towards) (?:the )?(?:\w+ ){0,2}(?:refuge|food ?bank|hospital|hospice|cancer research"
    r"|children[’']s home)",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    r"\b(?:he|she|they|his|her|their|him|them|er|sie|il|elle|él|ella|mae (?:o|e|hi)|this (?:child|pupil|boy|girl))\b",
    re.IGNORECASE,
)
_CHILD: Final = 19
"""Up to this number an age in a neighbouring sentence is taken for the age of the person named."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of a text.

    Attributes:
        start, end: where it stands.
        names: the names in it.
        beside: whether there is a name in the sentence before or after it.
        speaks_on: whether it refers to a person by a pronoun.
    """

    start: int
    end: int
    names: tuple[Span, ...]
    beside: bool
    speaks_on: bool


@dataclass(frozen=True, slots=True)
class People:
    """Where people are named in a text, each in reading order.

    Attributes:
        children: names of pupils of the register.
        sure: all names of the register.
        maybe: names of people who are not on the register.
    """

    children: Sequence[Span] = ()
    sure: Sequence[Span] = ()
    maybe: Sequence[Span] = ()


def find_identifying(text: str, people: People) -> list[Found]:
    """Return what identifies a person together with a name.

    A class counts beside a pupil only: `Mrs Patel with Year 4` is fine, and so is a visitor to Year 4.

    Args:
        text: cleaned.
        people: where people are named in it.
    """
    names = sorted({*people.sure, *people.maybe})
    found: list[Found] = []
    for sentence in _sentences(text, names):
        found += _ages(text, sentence)
        if sentence.names or (sentence.beside and sentence.speaks_on):
            found += _spans(_ROUTINE, text, sentence, ChangeReason.ROUTINE)
            found += _sensitive(text, sentence)
    for sentence in _sentences(text, people.children):
        if sentence.names:
            found += _spans(_STREET, text, sentence, ChangeReason.ROUTINE)
            found += _classes(text, sentence)

    def is_name(one: Found) -> bool:
        return any(start <= one.start and one.end <= end for start, end in names)

    return [one for one in found if not is_name(one)]


def _sentences(text: str, names: Sequence[Span]) -> Iterator[_Sentence]:
    places = sentences(text)
    within = [tuple(name for name in names if start <= name[0] < end) for start, end in places]
    for at, (start, end) in enumerate(places):
        beside = any(within[other] for other in (at - 1, at + 1) if 0 <= other < len(places))
        yield _Sentence(start, end, within[at], beside, _PRONOUN.search(text, start, end) is not None)


def _spans(pattern: re.Pattern[str], text: str, sentence: _Sentence, reason: ChangeReason) -> Iterator[Found]:
    for match in pattern.finditer(text, sentence.start, sentence.end):
        yield Found(match.start(), match.end(), reason)


def _ages(text: str, sentence: _Sentence) -> Iterator[Found]:
    with_class = any(True for _ in _classes(text, sentence))
    explicit = list(_AGE.finditer(text, sentence.start, sentence.end))
    if sentence.names or with_class:
        yield from _found(explicit)
    elif sentence.beside:
        yield from _found(match for match in explicit if _is_childs(match.group()))
    if sentence.names or (sentence.beside and sentence.speaks_on):
        yield from _found(_BARE_AGE.finditer(text, sentence.start, sentence.end))
    if sentence.names:
        birthdays = _BIRTHDAY.finditer(text, sentence.start, sentence.end)
        yield from _found(match for match in birthdays if not _NOT_A_BIRTHDAY.match(text[match.end() :]))
    for start, end in sentence.names:
        if behind := _AGE_AFTER_NAME.match(text, end, max(end, sentence.end)):
            yield Found(behind.start(), behind.end(), ChangeReason.AGE)
        if before := _AGE_BEFORE_NAME.search(text[sentence.start : start]):
            yield Found(sentence.start + before.start(), start, ChangeReason.AGE)


def _found(matches: Iterable[re.Match[str]]) -> Iterator[Found]:
    for match in matches:
        yield Found(match.start(), match.end(), ChangeReason.AGE)


def _is_childs(age: str) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", age)]
    return not numbers or numbers[0] <= _CHILD or numbers[0] > 1_900  # noqa: PLR2004 -- a year of birth


def _classes(text: str, sentence: _Sentence) -> Iterator[Found]:
    for found in _spans(_CLASS, text, sentence, ChangeReason.CLASS):
        other = _NO_CLASS.match(text, found.start)
        if other is None or other.end() < found.end:
            yield found


def _sensitive(text: str, sentence: _Sentence) -> Iterator[Found]:
    harmless = [match.span() for match in _NOT_SENSITIVE.finditer(text, sentence.start, sentence.end)]
    for found in _spans(_SENSITIVE, text, sentence, ChangeReason.SENSITIVE):
        if not any(start < found.end and found.start < end for start, end in harmless):
            yield found
