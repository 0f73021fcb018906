"""Captions written by hand for a second made-up school, and ordinary posts, each with its kind.

The captions of `by_hand.tsv` hold a full name of one of the 150 people of `other_school.csv`; the posts
of `unseen_posts.tsv` hold none of either school. Neither was made by `generate.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from consent_db.people.profiles import Profile
from gatekeeper.caption import Reviewed, Rules, review_text
from gatekeeper.caption.index import NameIndex
from gatekeeper.types import Kind, Person, PersonId, Words
from tests.gatekeeper.corpus import identifying
from tests.gatekeeper.corpus.school import FOLDER


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption with a full name in it.

    Attributes:
        kind: language, or way of writing.
        person: whose name it is.
        text: as it would be typed.
    """

    kind: str
    person: PersonId
    text: str

    def reviewed(self) -> Reviewed:
        """Return what the review says, though everybody of the school may be called by first name."""
        words = Words.CREDIT if self.kind == "credit" else Words.CAPTION
        return review_text(self.text, words, rules())


def captions() -> Iterator[Caption]:
    """Yield every caption of the file."""
    for kind, number, text in _rows("by_hand.tsv"):
        yield Caption(kind, PersonId(f"per_{number}"), text.replace("\\n", "\n"))


def posts() -> Iterator[tuple[str, str]]:
    """Yield kind and text of every ordinary post."""
    for row in _rows("unseen_posts.tsv"):
        yield row[0], row[1]


def says(post: str) -> str:
    """Return what the review says of a post at the first school: `nothing`, `note` or `block`."""
    return identifying.said_of(identifying.Line("nothing", "post", post))[0]


@cache
def people() -> tuple[Person, ...]:
    """Return the people of the second school as the gate knows them."""
    with (FOLDER / "other_school.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Profile(row["first_name"], row["last_name"], None, None, None).person(
                PersonId(f"per_{row['number']}"), Kind.PUPIL
            )
            for row in csv.DictReader(file)
        )


@cache
def rules() -> Rules:
    """Return rules under which everybody of the second school may be called by first name."""
    return Rules(NameIndex.of(people()), {person.id: person.first_name for person in people()})


def _rows(name: str) -> Iterator[list[str]]:
    for row in (FOLDER / name).read_text("utf-8").splitlines():
        if row and not row.startswith("# "):
            yield row.split("\t")
