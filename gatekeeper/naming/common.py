"""Common English words, so that a loose reading of a word is not believed where the word says enough by itself.

The lists are those of `zxcvbn` (Wikipedia's and subtitles' most frequent words, without its
lists of first names and surnames), which the project has for passwords.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Final

_WORDS: Final = ("english_wikipedia", "us_tv_and_film")
_MOST: Final = 12_000
"""Words of each list; further down, more and more are names."""
_THREE_LETTERS: Final = """
    ace act add ado age ago aid ail aim air ale all and ant any ape apt arc are ark arm art ash ask ate awe axe
    bad bag ban bar bat bay bed bee beg bet bid big bin bit boo bow box boy bud bug bun bus but buy bye cab can
    cap car cat cog cop cot cow cry cub cue cup cut dad dam day den dew did die dig dim dip dog dot dry due dug
    dye ear eat ebb egg ego elf elm end era eve eye fan far fat fed fee few fig fin fir fit fix fly fog foe for
    fox fry fun fur gag gap gas gel gem get gig gin god got gum gun gut guy had ham has hat hay hem hen her hey
    hid him hip his hit hog hop hot how hug hum hut ice icy ill imp ink inn ion its ivy jab jam jar jaw jet job
    jog joy jug key kid kin kit lab lad lag lap law lay led leg let lid lie lip lit log lot low mad man map mat
    may men met mix mob mop mud mug nap net new nod nor not now nun nut oak oar oat odd off oil old one opt orb
    our out owl own pad pan par pat paw pay pea peg pen pet pie pig pin pit pod pop pot pub pun put rag ram ran
    rap rat raw red rib rid rig rim rip rob rod rot row rub rug run rut rye sad sap sat saw say sea see set sew
    she shy sin sip sir sit six ski sky sly sob son sow soy spa spy sty sub sum sun tab tag tan tap tar tea ten
    the tie tin tip toe ton too top toy try tub tug two use van vat vet vow wag war was wax way web wed wet who
    why wig win wit woe won yes yet you zip zoo
    """
"""Words of three letters, most of which the lists leave out as too short for a password to matter."""
_NAMES: Final = ("female_names", "male_names", "surnames")


@cache
def common_words() -> frozenset[str]:
    """Return some 15,000 folded English words that are not listed as names."""
    words = {word for name in _WORDS for word in islice(_lists()[name], _MOST)}
    return frozenset(words - known_names()) | frozenset(_THREE_LETTERS.split())


@cache
def known_names() -> frozenset[str]:
    """Return some 13,000 folded first names and surnames that are in use in the United States."""
    return frozenset(word for name in _NAMES for word in _lists()[name])


def _lists() -> Mapping[str, Sequence[str]]:
    """Return the lists by name, each with the most frequent word first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 -- 90,000 words, for few commands

    lists: Mapping[str, Sequence[str]] = FREQUENCY_LISTS
    return lists


def says_enough(folded: str) -> bool:
    """Say whether a folded word is a common word or another well-known name, and so no misspelling."""
    return folded in common_words() or folded in known_names()
