"""Publish an approved picture by Mixpost (Pro or Enterprise, which have the API), now: CHECK ACCOUNT.

Run it at the moment of publishing: Mixpost copies a picture when it gets its address, and a copy knows of no
withdrawal. ACCOUNT is the number of the social account (`GET /accounts`).

Settings: those of gate.py; MIXPOST, `https://your.mixpost/mixpost`; MIXPOST_WORKSPACE, its UUID; MIXPOST_TOKEN,
from Access Tokens in the menu of the user.

Sources: https://docs.mixpost.app/api (`media/remote-upload-initiate`, `media/remote-upload-status`, `posts/create`);
inovector/mixpost at df57648, `PostContentParser.php` (what becomes of the text), `AccountResource.php`.
"""

import html
import os
import sys
from typing import Any

import httpx2
from gate import Gate, address, answer, wait_for, words

mixpost = httpx2.Client(base_url=f"{os.environ['MIXPOST']}/api/{os.environ['MIXPOST_WORKSPACE']}", timeout=60)
mixpost.headers |= {"Authorization": f"Bearer {os.environ['MIXPOST_TOKEN']}", "Accept": "application/json"}


def upload(check: dict[str, Any]) -> int:
    """Have Mixpost take the picture; return its number there."""
    alt_text = {"alt_text": check["alt_text"][:255]} if check["alt_text"] else {}
    taken = answer(mixpost.post("/media/remote/initiate", json={"url": address(check), **alt_text}))
    if taken["status"] == "pending":
        status = f"/media/remote/{taken['download_id']}/status"
        taken = wait_for(lambda: _ended(answer(mixpost.get(status))), "Taking the picture by Mixpost")
    if taken["status"] == "failed":
        sys.exit(f"Mixpost could not take the picture: {taken['error']}")
    return int(taken["media"]["id"])


def _ended(download: dict[str, Any]) -> dict[str, Any] | None:
    return download if download["status"] in {"completed", "failed"} else None


def create(check: dict[str, Any], account: int, media: int) -> str:
    """Have the post go out now; return its UUID."""
    if "<" in words(check):
        sys.exit("Mixpost would cut the text off at '<'. Have the picture checked with other words.")
    body = "".join(f"<div>{html.escape(line, quote=False)}</div>" for line in words(check).split("\n"))
    content = [{"body": body, "media": [media]}]
    version = {"account_id": 0, "is_original": True, "content": content, "options": {}}
    post = {"schedule": False, "schedule_now": True, "accounts": [account], "tags": [], "versions": [version]}
    return str(answer(mixpost.post("/posts", json=post))["uuid"])


def published(uuid: str) -> dict[str, Any] | None:
    """Return the post if it is out; None if it is still on its way."""
    post = answer(mixpost.get(f"/posts/{uuid}"))
    if post["status"] == "failed":
        sys.exit(f"Mixpost could not publish {uuid}: {post['accounts'][0].get('errors')}")
    return dict(post) if post["status"] == "published" else None


if __name__ == "__main__":
    gate = Gate()
    check = gate.approved(sys.argv[1])
    gate.may_go_out(check)
    uuid = create(check, int(sys.argv[2]), upload(check))
    post = wait_for(lambda: published(uuid), f"Publishing {uuid} by Mixpost")
    print(gate.report(check["id"], uuid, post["accounts"][0].get("external_url")))
