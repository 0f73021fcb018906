"""Have a picture checked, publish exactly what was approved, and report it: PHOTO CHANNEL CAPTION ATTESTATIONS WHO."""

import hashlib
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx2


def of(answer: httpx2.Response) -> httpx2.Response:
    """Return an answer of success; any other ends the program with the sentence that says what to do."""
    if answer.is_error:
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        sys.exit(f"{answer.status_code}: {answer.json()['detail'] if is_problem else answer.reason_phrase}")
    return answer


def publish(gate: httpx2.Client, photo: bytes, form: dict[str, str]) -> str:
    """Return the id of the post in the ledger."""
    once = {"Idempotency-Key": str(uuid.uuid4())}  # keep it, and send the same again if the answer is lost
    check = of(gate.post("/v1/checks", data=form, files={"photo": photo}, headers=once)).json()
    if check["decision"] != "approve":
        sys.exit("\n".join(finding["message"] for finding in check["findings"]))

    # Perhaps days later, at the moment of publishing: take the picture, and ask whether it may still go out.
    picture = of(gate.get(check["release"]["url"])).content
    words = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text", "credit")}
    offer = words | {"sha256": hashlib.sha256(picture).hexdigest()}
    once = {"Idempotency-Key": f"verify-{check['id']}"}  # a receipt for one post is used up: a repetition needs the key
    of(gate.post("/v1/receipts/verify", json=offer, headers=once))

    url = f"https://school.example/{form['channel']}/{check['id']}"  # your platform's call goes here, with these bytes
    post = {"receipt": check["receipt"], "url": url, "published_at": datetime.now(UTC).isoformat()}
    return str(of(gate.post("/v1/publications", json=post)).json()["id"])


if __name__ == "__main__":
    names = ("photo", "channel", "caption", "attestations", "attested_by")  # the e-mail address of who looked
    if len(sys.argv) - 1 != len(names) or not {"GATE", "GATE_KEY"} <= os.environ.keys():
        sys.exit("Set GATE (the address) and GATE_KEY (the key), and give: PHOTO CHANNEL CAPTION ATTESTATIONS WHO")
    fields = dict(zip(names, sys.argv[1:], strict=True))
    key = {"Authorization": f"Bearer {os.environ['GATE_KEY']}"}
    try:
        with httpx2.Client(base_url=os.environ["GATE"], timeout=60, headers=key) as client:
            print(publish(client, Path(fields.pop("photo")).read_bytes(), fields))
    except httpx2.HTTPError as error:
        sys.exit(f"Gatekeeper cannot be reached at {os.environ['GATE']} ({type(error).__name__}). Is it running there?")
    except (httpx2.InvalidURL, ValueError, OSError) as error:
        sys.exit(f"This cannot be used: {error}")
