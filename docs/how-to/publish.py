"""Have a picture checked, publish what was approved, and report it: PHOTO CHANNEL CAPTION ATTESTATIONS WHO_LOOKED."""

import hashlib
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx2

photo, channel, caption, attestations, looked = sys.argv[1:6]  # `looked`: the e-mail address of their account
gate = httpx2.Client(base_url=os.environ["GATE"], timeout=60)
gate.headers["Authorization"] = f"Bearer {os.environ['GATE_KEY']}"

form = {"channel": channel, "caption": caption, "attestations": attestations, "attested_by": looked}
once = {"Idempotency-Key": str(uuid.uuid4())}  # keep it, and send the same again if the answer is lost
check = gate.post("/v1/checks", data=form, files={"photo": Path(photo).read_bytes()}, headers=once)
check = check.raise_for_status().json()
if check["decision"] != "approve":
    sys.exit("\n".join(finding["message"] for finding in check["findings"]))

# Perhaps days later, at the moment of publishing: take the picture, and ask whether it may still go out.
picture = gate.get(check["release"]["url"])
words = {name: check[name] for name in ("receipt", "channel", "caption", "alt_text", "credit")}
may = gate.post("/v1/receipts/verify", json=words | {"sha256": hashlib.sha256(picture.content).hexdigest()})
if picture.is_error or may.is_error:
    sys.exit((picture if picture.is_error else may).json()["detail"])

url = f"https://school.example/{channel}/{check['id']}"  # your platform's own call goes here, with these very bytes
post = {"receipt": check["receipt"], "url": url, "published_at": datetime.now(UTC).isoformat()}
print(gate.post("/v1/publications", json=post).raise_for_status().json()["id"])
