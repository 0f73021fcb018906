"""Request models of version 1: publishing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.application.publishing.receipts import LONGEST, WORDS, Offer
from api.http.problems import Problem
from api.v1.checks.forms import Moment, Name, Text
from api.v1.documents import CHECK_EXAMPLE
from consent_db.publishing.publications import is_web_address
from consent_db.publishing.records import PublicationDraft, TakedownOutcome

Receipt = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


def _on_the_web(url: str) -> str:
    if not is_web_address(url):
        raise ValueError
    return url


Address = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Proof = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]

_AHEAD: Final = timedelta(minutes=5)
"""How far a program's clock may be ahead."""


_OFFER: Final = {
    "receipt": CHECK_EXAMPLE["receipt"],
    "sha256": CHECK_EXAMPLE["release"]["sha256"],
    "channel": "website",
    "caption": CHECK_EXAMPLE["caption"],
    "alt_text": CHECK_EXAMPLE["alt_text"],
}
_POST: Final = {"url": "https://school.example/news/42", "post_id": "42", "published_at": "2026-11-20T10:00:00Z"}


class VerifyForm(BaseModel):
    """What is about to be published, exactly as it will go out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_OFFER]})

    receipt: Receipt = Field(description="The receipt of the check.")
    sha256: Sha256 = Field(description="SHA-256 of the file.")
    channel: Name
    caption: Text | None = None
    alt_text: Text | None = None
    credit: Text | None = None
    publish_at: Moment | None = Field(default=None, description="The moment of publication, if not now.")

    def offer(self) -> Offer:
        """Return it as the use case takes it."""
        words = {name: getattr(self, name) for name in WORDS}
        return Offer(self.receipt, self.sha256, words, self.channel, self.publish_at)


class PublicationForm(BaseModel):
    """A publication of an approved picture."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"check": "chk_9tq3v1", **_POST}]})

    check: Name | None = Field(default=None, description="The check's id; or send `receipt`.")
    receipt: Receipt | None = None
    url: Annotated[Address, AfterValidator(_on_the_web)] | None = Field(
        default=None, description="The address of the post; or send `post_id`, or both."
    )
    post_id: Address | None = Field(default=None, description="Id of the post on the platform or in the scheduler.")
    published_at: Moment
    channel: Name | None = Field(
        default=None,
        description="Where it was published. A post on another channel than the check's gets a take-down.",
    )

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        if (self.check is None) is (self.receipt is None):
            raise Problem("invalid-request", 422, "Send either check or receipt.")
        if self.url is None and self.post_id is None:
            raise Problem("invalid-request", 422, "Send url or post_id, so that the post can be found again.")
        return self

    def draft(self, check: str, now: datetime) -> PublicationDraft:
        """Return it as the ledger takes it; a clock that is a little ahead is forgiven."""
        moment = min(self.published_at, now) if self.published_at - now < _AHEAD else self.published_at
        return PublicationDraft(check, moment, self.url, self.post_id, self.channel)


class DoneForm(BaseModel):
    """How a take-down was closed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"proof": "The page answers 404; looked at 09:10."}]}
    )

    proof: Proof = Field(description="What was seen: a note, the address of an archived page.")
    outcome: Literal["down", "edited"] = Field(
        default="down", description="`edited`: the name was taken out of its text, where that was all there was to do."
    )

    @property
    def how(self) -> TakedownOutcome:
        """How it ended."""
        return TakedownOutcome(self.outcome)
