"""Idempotency: `Idempotency-Key`, as draft-ietf-httpapi-idempotency-key-header-07 has it.

The same key with the same request gets the answer of the first; with another request it
is refused (422), and while the first is still worked on the second is answered 409.
Where losing the answer would do harm, a request without a key is refused (400). A key
belongs to the program that sent it, and to one request at one address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Header, Request
from fastapi.responses import Response

from api.application.checks.submission import Claim
from api.http.problems import Problem
from consent_db.checks.idempotency import LONGEST
from consent_db.errors import KeyReused
from consent_db.transaction import Transaction

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST,
        pattern=r"^[!-~]+$",
        description="A unique key per request; send the same key when you retry it.",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]
REPLAYED: Final = {"Idempotent-Replayed": "true"}
_SENT_ALONG: Final = ("location", "content-type")
"""The headers of an answer that belong to what was done."""


@dataclass(frozen=True, slots=True)
class Once:
    """One request that is to be carried out once."""

    request: Request
    tx: Transaction
    owner: str
    key: str | None

    def answer(self, sent: object, carry_out: Callable[[], Response]) -> Response:
        """Return the answer that this request got before; else carry it out and keep its answer.

        Args:
            sent: what tells the request from others at the same address; anything that JSON can say.
            carry_out: does it, in the same transaction; what it raises is not stored.

        Raises:
            Problem: 422, the key came before with another request.
        """
        if self.key is None:
            return carry_out()
        print_ = fingerprint(self.request, sent)
        try:
            before = self.tx.idempotency.answered(self.owner, self.key, print_)
        except KeyReused as error:
            raise reused() from error
        if before is not None:
            return Response(before["body"], before["status"], before["headers"] | REPLAYED)
        response = carry_out()
        headers = {name: response.headers[name] for name in _SENT_ALONG if name in response.headers}
        answer = {"status": response.status_code, "headers": headers, "body": bytes(response.body).decode()}
        self.tx.idempotency.keep(self.owner, self.key, print_, answer)
        return response


def claim(key: str | None, request: Request, sent: object) -> Claim | None:
    """Return the claim of a request that makes a check; None without a key."""
    return None if key is None else Claim(key, fingerprint(request, sent))


def fingerprint(request: Request, sent: object) -> str:
    """Return a hash that is equal for requests that ask for the same at the same address."""
    said = [request.method, request.url.path, sent]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def needed(key: str | None, detail: str) -> str:
    """Return the key of a request that cannot do without.

    Raises:
        Problem: 400, it has none.
    """
    if key is None:
        raise Problem("idempotency-key-missing", HTTPStatus.BAD_REQUEST, detail)
    return key


def reused() -> Problem:
    """Return the answer for a key that came before with another request."""
    detail = "Use a new Idempotency-Key for a new request."
    return Problem("idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY, detail)
