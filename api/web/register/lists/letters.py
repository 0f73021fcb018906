"""Letters to those who answer for the selected people: one a page, to be printed, with a slip to return.

A letter has a name, a class, the school's own words and empty boxes: never what was said before, nor why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from fastapi import Form, Request
from starlette.responses import Response

from api.http.dependencies import Use, Writing
from api.platform import labels
from api.security.access import KEEPERS, allow
from api.security.routing import Router
from api.web import choices
from api.web.register.lists.selection import selected
from api.web.register.lists.selection_forms import LETTER, ManyLetters
from api.web.register.people import open_channels
from api.web.templating import Page, render
from consent_db.people.records import PersonRecord
from gatekeeper.consent.permission import Subject
from gatekeeper.types import Kind

router = Router(prefix="/admin/people/selection")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: whom it is to, and about whom; `own` if they answer for themselves."""

    name: str
    about: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage(Page):
    """All letters, each on a page of its own."""

    template: ClassVar[str] = "letters.html"
    nav: str = "people"
    letters: tuple[Letter, ...] = field(repr=False)
    sender: str
    today: str
    answer_by: str
    paragraphs: tuple[str, ...]
    channels: tuple[str, ...]
    subjects: tuple[str, ...]
    recognition: bool


@router.post("/letters")
@allow(KEEPERS)
def print_letters(request: Request, services: Use, tx: Writing, sent: Annotated[ManyLetters, Form()]) -> Response:
    """Show a letter for each who is selected; the audit has how many."""
    records = selected(tx, sent.people)
    tx.hand_outs.letters_printed(len(records))
    text = (sent.letter.strip() or LETTER).replace("\r\n", "\n")
    titles = choices.channel_titles(tx)
    page = LettersPage(
        title="Letters",
        letters=tuple(map(_letter, records)),
        sender=sent.sender.strip(),
        today=labels.date(tx.today),
        answer_by=labels.date(sent.answer_by) if sent.answer_by else "",
        paragraphs=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        channels=tuple(titles[one.name] for one in open_channels(tx)),
        subjects=tuple(one.label for one in Subject.of_channels()),
        recognition=services.policy.biometrics,
    )
    return render(page, request.scope)


def _letter(record: PersonRecord) -> Letter:
    groups = ", ".join(choices.groups_of(record.profile))
    return Letter(choices.full_name(record.profile), groups, own=record.profile.kind is not Kind.PUPIL)
