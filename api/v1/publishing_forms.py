"""What version 1 is sent about publishing."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.receipts import LONGEST, WORDS, Offer
from api.v1.forms import Name, Text

Receipt = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


class VerifyForm(BaseModel):
    """What is about to be published: what will go out, not what the check said."""

    model_config = ConfigDict(extra="forbid")

    receipt: Receipt = Field(description="As the check gave it.")
    sha256: Sha256 = Field(description="Of the bytes of the file.")
    channel: Name
    caption: Text | None = None
    alt_text: Text | None = None
    credit: Text | None = None
    publish_at: AwareDatetime | None = Field(default=None, description="When it goes out, if not now.")

    def offer(self) -> Offer:
        """Return it as the use case takes it."""
        words = {name: getattr(self, name) for name in WORDS}
        return Offer(self.receipt, self.sha256, words, self.channel, self.publish_at)


FIELDS: Final = frozenset(VerifyForm.model_fields)
"""The names that may be repeated in an answer about a wrong field."""
