"""Publish an approved picture by Postiz, now: CHECK INTEGRATION.

Run it at the moment of publishing: Postiz copies a picture when it gets its address, and a copy knows of no
withdrawal. INTEGRATION is the id of the channel in Postiz (`GET /integrations`).

Settings: those of gate.py; POSTIZ, `https://api.postiz.com/public/v1` or `https://your.postiz/api/public/v1`;
POSTIZ_KEY, from Settings > Developers > Public API; POSTIZ_SETTINGS, JSON, what the network asks for besides.

Sources: https://docs.postiz.com/public-api and gitroomhq/postiz-app at 74b01ad, `public.integrations.controller.ts`
(addresses, answers), `upload.dto.ts` (https, on the open internet, ends in a file's suffix), `create.post.dto.ts`.
"""

import html
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from gate import Gate, address, answer, wait_for, words

postiz = httpx2.Client(base_url=os.environ["POSTIZ"], timeout=60)
postiz.headers["Authorization"] = os.environ["POSTIZ_KEY"]  # the bare key, no "Bearer"


def create(check: dict[str, Any], integration: str) -> str:
    """Hand over the picture and the words, to go out now; return the post's id."""
    media = answer(postiz.post("/upload-from-url", json={"url": address(check)}))
    image = {"id": media["id"], "path": media["path"]} | ({"alt": check["alt_text"]} if check["alt_text"] else {})
    # Postiz reads content as HTML: what is not escaped would be taken for tags, and be lost.
    content = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in words(check).split("\n"))
    post = {
        "integration": {"id": integration},
        "value": [{"content": content, "image": [image]}],
        "settings": json.loads(os.environ.get("POSTIZ_SETTINGS", "{}")),
    }
    now = datetime.now(UTC).isoformat()
    body = {"type": "now", "date": now, "shortLink": False, "tags": [], "posts": [post]}
    return str(answer(postiz.post("/posts", json=body))[0]["postId"])


def published(post_id: str) -> dict[str, Any] | None:
    """Return the post if it is out; None if it is still on its way."""
    today = datetime.now(UTC)
    span = {"startDate": (today - timedelta(days=1)).isoformat(), "endDate": (today + timedelta(days=1)).isoformat()}
    posts = answer(postiz.get("/posts", params=span))["posts"]
    post = next((one for one in posts if one["id"] == post_id), {"state": "QUEUE"})
    if post["state"] == "ERROR":
        sys.exit(f"Postiz could not publish {post_id}. Its calendar says why.")
    return post if post["state"] == "PUBLISHED" else None


if __name__ == "__main__":
    gate = Gate()
    check = gate.approved(sys.argv[1])
    gate.may_go_out(check)
    post_id = create(check, sys.argv[2])
    post = wait_for(lambda: published(post_id), f"Publishing {post_id} by Postiz")
    print(gate.report(check["id"], post_id, post["releaseURL"]))
