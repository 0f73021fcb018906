"""What the pages' forms send: all text, and empty where nothing was filled in."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Form, UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.application.checks.resolve.resolution import Action, NewWords, Resolution, ResolutionRefused
from api.application.checks.submission import MOST_CHARACTERS, build_draft
from consent_db.approvals.records import CheckDraft, CheckRecord
from gatekeeper.types import Box, PersonId

MOST_NAMED: Final = 50
"""How many faces can be named in one form."""


def blank(value: object) -> object:
    """Return None for a field that was left empty."""
    return None if isinstance(value, str) and not value.strip() else value


ShortText = Annotated[str, Form(max_length=300)]
Text = Annotated[Annotated[str, Field(max_length=MOST_CHARACTERS)] | None, BeforeValidator(blank)]
Name = Annotated[Annotated[str, Field(max_length=100)] | None, BeforeValidator(blank)]
Number = Annotated[Annotated[int, Field(ge=1, le=10_000)] | None, BeforeValidator(blank)]
Naming = Annotated[str, Field(pattern=r"^(\d{1,5} \S{1,100})?$")]
"""A face's number and a person's id, or nothing."""
Percent = Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(blank)]
Day = Annotated[date | None, BeforeValidator(blank)]
Moment = Annotated[datetime | None, BeforeValidator(blank)]


_OF_A_FACE: Final = re.compile(r"who_\d{1,5}")
_OF_THE_FILE: Final = frozenset({"photo", "place"})


class CheckFields(BaseModel):
    """The upload form."""

    model_config = ConfigDict(extra="ignore")

    channel: Name = None
    event: Name = None
    caption: Text = None
    alt_text: Text = None
    credit: Text = None
    publish_at: Moment = None
    attestations: list[str] = Field(default=[], max_length=50)
    photo: UploadFile | None = None

    @classmethod
    def of(cls, record: CheckRecord) -> CheckFields:
        """Return the words of an earlier check; what was confirmed is to be confirmed anew."""
        before, anew = record.draft, {"attestations", "publish_at", "photo"}
        places = {name: before if hasattr(before, name) else before.request for name in cls.model_fields.keys() - anew}
        return cls(**{name: getattr(place, name) for name, place in places.items()})

    def draft(self, zone: ZoneInfo) -> CheckDraft:
        """Return it as the use case takes it; a time without a zone is the school's."""
        when = self.publish_at
        asked = {name: value for name, value in self if name not in _OF_THE_FILE}
        here = when.replace(tzinfo=zone) if when and when.tzinfo is None else when
        return build_draft(**asked | {"channel": self.channel or "", "publish_at": here})


class BatchFields(CheckFields):
    """One picture of many that are sent one by one; `place` is that of its file among those chosen, from 0."""

    place: Annotated[Annotated[int, Field(ge=0, le=10_000)] | None, BeforeValidator(blank)] = None


class ResolutionFields(BaseModel):
    """One more fact about a blocked picture."""

    model_config = ConfigDict(extra="ignore")

    action: Action
    face: Number = None
    person: Name = None
    who: list[Naming] = Field(default=[], max_length=MOST_NAMED)
    attestations: list[str] = Field(default=[], max_length=50)
    left: Percent = None
    top: Percent = None
    right: Percent = None
    bottom: Percent = None
    caption: Text = None
    alt_text: Text = None
    credit: Text = None
    phrase: Name = None

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, sent: Any) -> Any:
        """Take the radio buttons of each face, `who_3` and so on, for entries of `who`."""
        if not isinstance(sent, dict):
            return sent
        before = sent.get("who") or []
        several = before if isinstance(before, list) else [before]
        chosen = [value for name, value in sent.items() if _OF_A_FACE.fullmatch(name)]
        return {**sent, "who": [*several, *chosen]}

    def resolution(self) -> Resolution:
        """Return it as the use case takes it.

        Raises:
            ResolutionRefused: two people were chosen for one face.
        """
        person = PersonId(self.person) if self.person else None
        words = NewWords(self.caption, self.alt_text, self.credit)
        return Resolution(
            self.action,
            self.face,
            person,
            frozenset(self.attestations),
            self._box(),
            words,
            self._named(),
            phrase=self.phrase,
        )

    def _named(self) -> dict[int, PersonId]:
        named: dict[int, PersonId] = {}
        for number, person in (naming.split() for naming in self.who if naming):
            if named.setdefault(int(number), PersonId(person)) != person:
                raise ResolutionRefused(f"Two people were chosen for face {number}. Choose one of them.")
        return named

    def _box(self) -> Box | None:
        """Return the rectangle between four edges, each in per cent of the picture."""
        if self.left is None or self.top is None or self.right is None or self.bottom is None:
            return None
        width, height = max(0.0, self.right - self.left), max(0.0, self.bottom - self.top)
        return Box(self.left, self.top, width, height).scaled(0.01, 0.01)
