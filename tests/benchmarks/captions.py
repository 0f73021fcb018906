"""How well names are recognised in captions, and how often ordinary posts are taken to hold one.

    python -m tests.benchmarks.captions [--show 20]

Each of 200 made-up pupils is written in every way of `WAYS`, each in a sentence; a name counts
as recognised if the review does not let the text through as it stands and a full name, a
surname or the pupil's own name is among what it found, and if nothing of the surname goes out.
The ordinary posts are those of `school_posts`.
"""

from __future__ import annotations

import argparse
import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from gatekeeper.caption import Rules, review_text
from gatekeeper.caption.text.words import clean, fold
from gatekeeper.types import Words
from tests.benchmarks.pupils import CALLED, Name, pupils, register_of
from tests.benchmarks.school_posts import ordinary_posts
from tests.gatekeeper.corpus import by_hand, identifying
from tests.gatekeeper.corpus.identifying import lines, said_of

CONSOLE = Console()
Way = Callable[[str, str], str]


def _plain(text: str) -> str:
    """Return `text` without its accents, as it is typed on a British keyboard."""
    marked = unicodedata.normalize("NFD", text).translate(str.maketrans("łŁøØıŞş", "lLoOiSs"))
    return "".join(char for char in marked if not unicodedata.combining(char))


def _between(sign: str) -> Way:
    return lambda first, last: f"{sign.join(first)} {sign.join(last)}"


def _swapped(signs: str, letters: str) -> Way:
    table = str.maketrans(letters, signs)
    return lambda first, last: f"{first} {last}".translate(table)


def _shifted(capital: int, small: int) -> Way:
    """Return a way that writes ASCII letters in another alphabet of Unicode."""

    def shift(char: str) -> str:
        if not ("A" <= char <= "Z" or "a" <= char <= "z"):
            return char
        return chr(ord(char) - ord("A") + capital) if char.isupper() else chr(ord(char) - ord("a") + small)

    return lambda first, last: "".join(map(shift, _plain(f"{first} {last}")))


def _camel(first: str, last: str) -> str:
    return _tight(first).capitalize() + _tight(last).capitalize()


def _tight(name: str) -> str:
    return "".join(char for char in _plain(name) if char.isalpha())


def _with_emoji(first: str, last: str) -> str:
    return (
        f"{first[:2]}\U0001f31f{first[2:]} {last[:2]}\u2764\ufe0f{last[2:]}"
        if len(first) > 2
        else f"{first}\u2b50{last}"
    )


_CYRILLIC: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
)
_GREEK: Final = "\u03b1\u03bf\u03b9\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7"

WAYS: Final[dict[str, Way]] = {
    "as it is": lambda first, last: f"{first} {last}",
    "capitals": lambda first, last: f"{first} {last}".upper(),
    "small letters": lambda first, last: f"{first} {last}".lower(),
    "surname in capitals": lambda first, last: f"{first} {last.upper()}",
    "reversed": lambda first, last: f"{last} {first}",
    "reversed with a comma": lambda first, last: f"{last.upper()}, {first}",
    "initial and surname": lambda first, last: f"{first[0]}. {last}",
    "initial without a point": lambda first, last: f"{first[0]} {last}",
    "first name and initial": lambda first, last: f"{first} {last[0].upper()}.",
    "initials": lambda first, last: f"{first[0]}.{last[0].upper()}.",
    "two capitals": lambda first, last: f"(photo by {first[0]}{last[0].upper()})",
    "possessive": lambda first, last: f"{first} {last}'s",
    "curly possessive": lambda first, last: f"{first} {last}\u2019s",
    "possessive without the apostrophe": lambda first, last: f"{first} {last}s",
    "hyphen": lambda first, last: f"{first}-{last}",
    "curly apostrophes": lambda first, last: f"{first} {last}".replace("'", "\u2019"),
    "apostrophes left out": lambda first, last: f"{first} {last}".replace("'", ""),
    "hyphens left out": lambda first, last: f"{first} {last}".replace("-", " "),
    "without accents": lambda first, last: _plain(f"{first} {last}"),
    "accents taken apart": lambda first, last: unicodedata.normalize("NFD", f"{first} {last}"),
    "middle name": lambda first, last: f"{first} Louise {last}",
    "middle initial": lambda first, last: f"{first} J. {last}",
    "emoji within": _with_emoji,
    "emoji between": _between("\U0001f389"),
    "stars between": _between("*"),
    "points between": _between("."),
    "spaces between": lambda first, last: f"{' '.join(_tight(first))}  {' '.join(_tight(last))}",
    "zero-width space": _between("\u200b"),
    "zero-width joiner": _between("\u200d"),
    "soft hyphen": _between("\u00ad"),
    "word joiner": _between("\u2060"),
    "Cyrillic": _swapped(_CYRILLIC, "aeopcxyiABEKMHOPCTX"),
    "Greek": _swapped(_GREEK, "aoiABEZHIKMNOPTX"),
    "full width": _shifted(0xFF21, 0xFF41),
    "mathematical bold": _shifted(0x1D400, 0x1D41A),
    "mathematical script": _shifted(0x1D4D0, 0x1D4EA),
    "encircled": _shifted(0x24B6, 0x24D0),
    "digits for letters": _swapped("4310", "aeio"),
    "digits and signs": _swapped("@3!0$", "aeios"),
    "hashtag": lambda first, last: f"#{_camel(first, last)}",
    "small hashtag": lambda first, last: f"#{_tight(first + last).lower()}",
    "hashtag with a year": lambda first, last: f"#{_camel(first, last)}2026",
    "hashtag with more": lambda first, last: f"#WellDone{_camel(first, last)}",
    "two hashtags": lambda first, last: f"#{_tight(first)} #{_tight(last)}",
    "handle": lambda first, last: f"@{_tight(first).lower()}_{_tight(last).lower()}",
    "file name": lambda first, last: f"IMG_2043_{_tight(first)}_{_tight(last)}.jpg",
    "file name in one": lambda first, last: f"{_tight(first + last).lower()}-sportsday.jpeg",
    "nickname": lambda first, last: f"{CALLED.get(first, first)} {last}",
    "brackets": lambda first, last: f"{first} ({last})",
    "over two lines": lambda first, last: f"{first}\n{last}",
}  # fmt: skip

BY_CONTEXT: Final = frozenset({"initials", "two capitals"})
"""No full names: which letters are somebody's, and which are P.E., only the context can tell."""

FRAMES: Final = (
    "Well done {} for a brilliant assembly!",
    "Year 4 with {} at the museum",
    "{} won the spelling bee",
    "Congratulations to {}, our new captain.",
    "What a day (thank you {}) at the beach",
    "{}",
    "A huge effort from everybody, and from {}",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One caption with a name in it."""

    way: str
    name: Name
    text: str


def corpus(names: list[Name], every: int = 1) -> Iterator[Line]:
    """Yield every `every`-th line of the corpus, always the same."""
    chance = random.Random(11)
    number = 0
    for first, last in names:
        for way, write in WAYS.items():
            text = chance.choice(FRAMES).format(write(first, last))
            if number % every == 0:
                yield Line(way, (first, last), text)
            number += 1
        for way, text in _of_another(first, names, chance):
            yield Line(way, (first, last), text)


def _of_another(first: str, names: list[Name], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a first name with somebody else's surname."""
    yield "another's surname", f"Well done {first} {chance.choice(names)[1]} in Year 4"


def recognised(line: Line, rules: Rules) -> bool:
    """Say whether a name is found: what goes out, if anything does, is not what was typed."""
    reviewed = review_text(line.text, Words.CAPTION, rules)
    return reviewed.blocks or (
        bool(reviewed.findings) and reviewed.text != clean(line.text) and not _shows(reviewed.text, line)
    )


def _shows(text: str | None, line: Line) -> bool:
    surname = fold(line.name[1])
    return len(surname) > 3 and surname in fold(text or "")


def _by_kind(show: int) -> None:
    """Print how many lines of each kind of the corpus of captions are answered rightly."""
    total, wrong = Counter[str](), Counter[str]()
    for line in (*lines("identifying.tsv"), *lines("ordinary.tsv")):
        kind = f"{line.kind}: {line.right}"
        total[kind] += 1
        said, _ = said_of(line)
        if said != line.right:
            wrong[kind] += 1
            if wrong[kind] <= show:
                CONSOLE.print(f"{said} instead of {kind}: {line.text!r}")
    table = Table("kind", "lines", "right", title="captions that identify, and ordinary ones")
    for kind, count in total.items():
        table.add_row(kind, str(count), f"{(count - wrong[kind]) / count:.1%}")
    CONSOLE.print(table)
    said_of_posts = Counter(said_of(identifying.Line("nothing", "post", post))[0] for post in ordinary_posts())
    CONSOLE.print(f"ordinary posts against the school of the corpus: {dict(said_of_posts)}")


def _by_hand(show: int) -> None:
    """Print recall by kind, and false alarms, of the captions and posts that were written by hand."""
    total, wrong = Counter[str](), Counter[str]()
    for caption in by_hand.captions():
        total[caption.kind] += 1
        if not caption.reviewed().blocks:
            wrong[caption.kind] += 1
            if wrong[caption.kind] <= show:
                CONSOLE.print(f"goes out ({caption.kind}): {caption.text!r}")
    table = Table("kind", "lines", "found", title="full names, written by hand")
    for kind, count in total.items():
        table.add_row(kind, str(count), f"{(count - wrong[kind]) / count:.1%}")
    CONSOLE.print(table)
    said = Counter((kind, by_hand.says(text)) for kind, text in by_hand.posts())
    alarms = Table("posts", "number", "noted", "stopped", title="ordinary posts, written by hand")
    for kind in dict.fromkeys(kind for kind, _ in said):
        number = sum(count for (one, _), count in said.items() if one == kind)
        alarms.add_row(kind, str(number), *(f"{said[kind, way] / number:.1%}" for way in ("note", "block")))
    CONSOLE.print(alarms)


def main() -> None:
    """Print recall by way of writing, and false alarms."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.captions", description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="how many mistakes of each kind to print")
    show = parser.parse_args().show
    _by_kind(show)
    _by_hand(show)
    names = pupils()
    register = register_of(names)
    absent = Rules(register.names, {})
    present = Rules(register.names, {person.id: person.first_name for person in register.people.values()})
    total, missed, shown = Counter[str](), Counter[str](), Counter[str]()
    for line in corpus(names):
        for rules in (absent, present):
            total[line.way] += 1
            if not recognised(line, rules):
                missed[line.way] += 1
                shown[line.way] += 1
                if shown[line.way] <= show:
                    CONSOLE.print(f"missed ({line.way}, {'present' if rules is present else 'absent'}): {line.text!r}")
    posts = ordinary_posts()
    alarms = [post for post in posts if review_text(post, Words.CAPTION, absent).findings]
    for post in alarms[: show * 10]:
        CONSOLE.print(f"alarm: {post!r}")
    table = Table("way", "lines", "missed", title=f"{len(names)} pupils, {len(WAYS) + 1} ways")
    for way, count in total.items():
        table.add_row(way, str(count // 2), str(missed[way]))
    CONSOLE.print(table)
    full = {way: count for way, count in total.items() if way not in BY_CONTEXT}
    lost = sum(missed[way] for way in full)
    CONSOLE.print(f"{sum(full.values()) // 2} full names, each with the pupil absent and present: {lost} missed")
    CONSOLE.print(f"{len(posts)} ordinary posts: {len(alarms)} false alarms ({len(alarms) / len(posts):.1%})")


if __name__ == "__main__":
    main()
