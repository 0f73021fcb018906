"""The gate's side of the adapters here: look a check up, ask whether it may go out now, report the post.

Settings: GATE, its address; GATE_KEY, a key that may `check` and `publish`; GATE_PUBLIC, the address at which
the scheduler reaches the gate, if that is another one.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2

Check = dict[str, Any]
Found = TypeVar("Found")

PATIENCE = float(os.environ.get("PATIENCE", "300"))
"""Seconds to wait for a scheduler to publish."""
PAUSE = float(os.environ.get("PAUSE", "5"))
"""Seconds between two looks."""


class Gate:
    """What an adapter asks the gate; whatever the gate refuses ends the program with the gate's own sentence."""

    def __init__(self) -> None:
        self._http = httpx2.Client(base_url=os.environ["GATE"], timeout=60)
        self._http.headers["Authorization"] = f"Bearer {os.environ['GATE_KEY']}"

    def approved(self, check_id: str) -> Check:
        """Return a check whose approval stands."""
        check = answer(self._http.get(f"/v1/checks/{check_id}"))
        if check["decision"] != "approve":
            sys.exit("\n".join(finding["message"] for finding in check["findings"]) or "The approval ended.")
        return check

    def may_go_out(self, check: Check, publish_at: str | None = None) -> None:
        """Ask whether exactly this may be published, at a moment (ISO 8601, with time zone) or now."""
        offer = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text", "credit")}
        offer |= {"sha256": check["release"]["sha256"], "publish_at": publish_at}
        once = {"Idempotency-Key": f"verify-{check['id']}"}  # so that a lost answer can be asked for again
        answer(self._http.post("/v1/receipts/verify", json=offer, headers=once))

    def report(self, check_id: str, post_id: str, url: str | None) -> str:
        """Write a post into the ledger; return its id there. A post whose approval has ended needs it most."""
        now = datetime.now(UTC).isoformat()
        post = {"check": check_id, "post_id": post_id, "url": url, "published_at": now}
        return str(answer(self._http.post("/v1/publications", json=post))["id"])


def address(check: Check) -> str:
    """Return where a scheduler takes the picture: it answers 410 from the moment that the approval ends."""
    return os.environ.get("GATE_PUBLIC", os.environ["GATE"]) + str(check["release"]["url"])


def words(check: Check) -> str:
    """Return the text of the post: the caption and the credit, as they were approved."""
    return "\n".join(text for text in (check["caption"], check["credit"]) if text)


def answer(response: httpx2.Response) -> Any:
    """Return what was answered; end with the reason if it was a refusal."""
    if response.is_error:
        said = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        why = said.get("detail") or said.get("message") or said.get("msg") or response.reason_phrase
        sys.exit(f"{response.request.url.host} refused ({response.status_code}): {why}")
    return response.json()


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """Look again and again until there is something; end if there is nothing within PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > deadline:
            sys.exit(f"{what} has not happened within {PATIENCE:.0f} seconds. Look there, and report the post by hand.")
        time.sleep(PAUSE)
    return found
