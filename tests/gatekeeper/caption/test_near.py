"""Names with a letter wrong, or with stars in them, are asked about and not cut."""

from __future__ import annotations

import pytest

from gatekeeper.caption import Rules, review_text
from gatekeeper.caption.near import find_near
from gatekeeper.caption.text.words import clean
from gatekeeper.types import FindingCode, Severity, Words
from tests.gatekeeper.corpus.school import index, people

RULES = Rules(index(), {person.id: person.first_name for person in people()})


@pytest.mark.parametrize(
    "name",
    [
        "Amira Kahn",
        "Amria Khan",
        "Amria Kahn",
        "Amira Khxn",
        "Khxn Amira",
        "Am*ra K**n",
        "A***a Khan",
        "Am\u2022ra Kh\u2022n",
        "Jürgen Mullr",
        "Jurgen Mulelr",
        "Zofia Kowlaska",
        "Temitope Balagon",
    ],
)
def test_asked_about(name: str) -> None:
    """A name that is nearly a pupil's does not go out before the school has said that it is another's."""
    found = review_text(f"Well done {name} for a brilliant assembly", Words.CAPTION, RULES)
    assert (FindingCode.CAPTION_OTHER_NAME, Severity.BLOCK) in {(one.code, one.severity) for one in found.findings}
    assert found.text == f"Well done {name} for a brilliant assembly"


@pytest.mark.parametrize(
    "text",
    [
        "Amira and her friends",
        "Green hills and summer rain",
        "Will came",
        "Ten brave knights",
        "Well done Year 4",
        "* * *",
    ],
)
def test_left_alone(text: str) -> None:
    """Ordinary words beside a first name are no misspelt surname."""
    assert list(find_near(clean(text), index())) == []
