"""Write the generated half of the caption corpus: each name of the school in every way of each kind.

    python -m tests.gatekeeper.corpus.generate

The transformations are stated here, by hand and apart from the recogniser's tables; each line of
the files is `expected`, tab, `full name`, tab, `caption`. Lines that were written by hand are in
`written.tsv`, and stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Final

from tests.gatekeeper.corpus.school import FOLDER, Member, school

Way = Callable[[str, str], str | None]
Line = tuple[str, str, str]

FRAMES: Final = (
    "Well done {} for a brilliant assembly!",
    "Year 4 with {} at the museum",
    "Our visitors met {} on Friday.",
    "Congratulations to {}, our new captain.",
    "What a day (thank you {}) at the beach",
    "A huge effort by {} on the cross-country course",
)

_DIGRAPHS: Final = str.maketrans(
    {"ü": "ue", "ö": "oe", "ä": "ae", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss", "đ": "dj", "þ": "th", "ð": "d"}
    | {"Ü": "Ue", "Ö": "Oe", "Ä": "Ae", "Ø": "Oe", "Å": "Aa", "Æ": "Ae", "Đ": "Dj", "Þ": "Th"}
)
_SINGLE: Final = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss"}
    | {"þ": "th", "Þ": "Th", "ð": "d", "ħ": "h", "Ħ": "H"}
)
_SMALL_CAPITALS: Final = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_CYRILLIC: Final = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")  # noqa: RUF001 (that they look alike is the point)
_MATHEMATICAL: Final = {
    **{chr(ord("A") + at): chr(0x1D5D4 + at) for at in range(26)},
    **{chr(ord("a") + at): chr(0x1D5EE + at) for at in range(26)},
}


def plain(text: str) -> str:
    """Return text without accents, as it is typed on a British keyboard."""
    decomposed = unicodedata.normalize("NFD", text.translate(_SINGLE))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _if(changed: str, first: str, last: str) -> str | None:
    return changed if changed != f"{first} {last}" else None


def _latin(name: str) -> bool:
    return all(ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00 or not char.isalpha() for char in name)


def _digraphs(first: str, last: str) -> str | None:
    return _if(plain(f"{first} {last}".translate(_DIGRAPHS)), first, last)


def _with(signs: str, sign: str) -> Way:
    def way(first: str, last: str) -> str | None:
        return _if(f"{first} {last}".translate(dict.fromkeys(map(ord, signs), sign)), first, last)

    return way


def _no_particles(first: str, last: str) -> str | None:
    words = last.split()
    small = {"van", "der", "den", "de", "da", "dos", "von", "ap", "ferch", "ibn", "bin", "ní", "ó", "dela"}
    kept = [word for word in words if word.lower() not in small]
    return f"{first} {' '.join(kept)}" if kept and len(kept) < len(words) else None


def _joined_particles(first: str, last: str) -> str | None:
    return f"{first} {''.join(last.split()).capitalize()}" if " " in last and last[0].islower() else None


def _part(at: int) -> Way:
    def way(first: str, last: str) -> str | None:
        parts = [
            part for part in last.replace("-", " ").split() if len(part) > 3 and part[0].isupper() and part != "Saint"
        ]
        return f"{first} {parts[at]}" if len(parts) > 1 else None

    return way


def _mac(first: str, last: str) -> str | None:
    if last.startswith("Mac") and len(last) > 5:
        return f"{first} Mc{last[3:].capitalize()}"
    return f"{first} Mac{last[2:]}" if last.startswith("Mc") else None


def _entities(first: str, last: str) -> str | None:
    name = f"{first} {last}"
    return _if("".join(char if ord(char) < 128 else f"&#{ord(char)};" for char in name), first, last)


def _hexadecimal(first: str, last: str) -> str | None:
    return "".join(f"&#x{ord(char):x};" if char.isalpha() else char for char in f"{first} {last}")


def _percent(first: str, last: str) -> str | None:
    return "".join(f"%{byte:02X}" if byte > 127 or byte == 32 else chr(byte) for byte in f"{first} {last}".encode())


def _override(first: str, last: str) -> str | None:
    return f"\u202e{f'{first} {last}'[::-1]}\u202c"


def _tight(name: str) -> str:
    return "".join(char for char in plain(name) if char.isalpha())


def _camel(first: str, last: str) -> str:
    return "".join(_tight(word).capitalize() for word in f"{first} {last}".replace("-", " ").split())


KINDS: Final[dict[str, dict[str, Way]]] = {
    "letters": {
        "two letters for one": _digraphs,
        "without accents": lambda first, last: _if(plain(f"{first} {last}"), first, last),
        "accents taken apart": lambda first, last: _if(unicodedata.normalize("NFD", f"{first} {last}"), first, last),
        "capitals": lambda first, last: f"{first} {last}".upper(),
    },
    "apostrophes_dashes": {
        "curly apostrophe": _with("'", "\u2019"),
        "turned comma": _with("'", "\u02bb"),
        "modifier apostrophe": _with("'", "\u02bc"),
        "grave": _with("'", "`"),
        "acute": _with("'", "\u00b4"),
        "no apostrophe": _with("'", ""),
        "space for an apostrophe": lambda first, last: (
            _with("'", " ")(first, last) if last.count("'") == 1 and not last.startswith("'") else None
        ),
        "non-breaking hyphen": _with("-", "\u2011"),
        "no hyphen": _with("-", ""),
        "space for a hyphen": _with("-", " "),
    },
    "particles": {
        "without": _no_particles,
        "written together": _joined_particles,
        "capital particles": lambda first, last: (
            _if(f"{first} {last.title()}", first, last) if last[:1].islower() else None
        ),
        "first part": _part(0),
        "last part": _part(-1),
        "Mc and Mac": _mac,
    },
    "order": {
        "surname first": lambda first, last: f"{last} {first}",
        "with a comma": lambda first, last: f"{last.upper()}, {first}",
        "middle name": lambda first, last: f"{first} Louise {last}",
        "two middle names": lambda first, last: f"{first} Louise Maria {last}",
        "possessive": lambda first, last: f"{first} {last}\u2019s",
    },
    "lookalikes": {
        "small capitals": lambda first, last: plain(f"{first} {last}").lower().translate(_SMALL_CAPITALS),
        "Cyrillic": lambda first, last: _if(plain(f"{first} {last}").translate(_CYRILLIC), first, last),
        "mathematical": lambda first, last: "".join(_MATHEMATICAL.get(c, c) for c in plain(f"{first} {last}")),
        "zero width": lambda first, last: "\u200b".join(f"{first} {last}"),
    },
    "encoded": {
        "decimal entities": _entities,
        "hexadecimal entities": _hexadecimal,
        "percent": _percent,
        "right-to-left override": _override,
        "non-breaking space": lambda first, last: f"{first}&nbsp;{last}",
    },
    "joined": {
        "hashtag": lambda first, last: f"#{_camel(first, last)}",
        "file": lambda first, last: f"IMG_2043_{_tight(first)}_{_tight(last)}.jpg",
    },
}
_LONG: Final = {"joined": 8}
"""Letters that a name needs in some kinds: a shorter one in a long run is any word."""


def lines(kind: str, members: list[Member]) -> Iterator[Line]:
    """Yield the lines of a kind: each name that a way changes, each way, sentence by sentence."""
    frames = cycle(FRAMES)
    for member in members:
        if not member.last_name or not _latin(member.full_name):
            continue
        if len(_tight(member.full_name)) < _LONG.get(kind, 0):
            continue
        for way in KINDS[kind].values():
            changed = way(member.first_name, member.last_name)
            if changed is not None:
                yield "full_name", member.full_name, next(frames).format(changed)


def main() -> None:
    """Write the files; every third line, so that the test stays quick."""
    members = list(school().values())
    for kind in KINDS:
        kept = list(lines(kind, members))
        kept = kept if len(kept) < 300 else kept[:: len(kept) // 300]
        text = "".join("\t".join(line) + "\n" for line in kept)
        (FOLDER / f"{kind}.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
