"""Sentences about a file, in the words of the office."""

from __future__ import annotations

import pytest

from api.web.register.imports.column_words import in_office_words
from consent_db.roster.plan import QUESTIONS


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("date_of_birth lies in the future; correct it.", "“Date of birth” lies in the future; correct it."),
        ("kind has to be one of pupil, staff.", "“Pupil or staff” has to be one of pupil, staff."),
        ("consent_all has to be yes, no or blank.", "“Consent for everything” has to be yes, no or blank."),
        ("Column group is there twice (gatekeeper roster layout).", "Column “Class or club” is there twice."),
        ("A group needs a printable name.", "A group needs a printable name."),
    ],
)
def test_a_column_is_called_as_the_page_calls_it(sentence: str, shown: str) -> None:
    """The names that only files and commands have stay with those."""
    assert in_office_words(sentence) == shown


@pytest.mark.parametrize("question", QUESTIONS.values())
def test_questions_are_asked_in_the_offices_words(question: tuple[str, object]) -> None:
    """No question names a column."""
    assert "_" not in question[0]
