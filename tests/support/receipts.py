"""What the tests of receipts share: verifying one, and reporting a publication."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from tests.support.http import Program


def verify(program: Program, offer: dict[str, Any], **changed: Any) -> Response:
    return program.http.post("/v1/receipts/verify", headers=program.headers, json={**offer, **changed})


def slug(answer: Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def report(program: Program, number: int, **proof: str) -> Response:
    body = {"url": f"https://school.example/news/{number}", "published_at": "2026-03-10T09:00:00Z", **proof}
    return program.http.post("/v1/publications", headers=program.headers, json=body)
