"""Plan an approved picture in Buffer, and report it when it is out.

    plan CHECK CHANNEL 2026-11-20T15:00:00Z     prints the id of Buffer's post
    report CHECK POST                           waits until it is out

Buffer takes no file: it fetches the picture from its address when the post goes out. So the gate's address is all
it gets, and a post whose approval has ended by then fails instead of publishing. CHANNEL is the channel's id.

Settings: those of gate.py; BUFFER_KEY, from https://publish.buffer.com/settings/api.

Sources: https://developers.buffer.com, `guides/hosting-media` (the address has to answer until the post is out),
`guides/error-handling`, `types/CreatePostInput`, `types/ImageAssetInput`, `types/Post`.
"""

import os
import sys
from typing import Any

import httpx2
from gate import Gate, address, answer, wait_for, words

CREATE = """
mutation Plan($input: CreatePostInput!) {
  createPost(input: $input) {
    ... on PostActionSuccess { post { id dueAt } }
    ... on MutationError { message }
  }
}"""
LOOK = "query Look($input: PostInput!) { post(input: $input) { status externalLink error { message } } }"

buffer = httpx2.Client(base_url=os.environ.get("BUFFER", "https://api.buffer.com"), timeout=60)
buffer.headers["Authorization"] = f"Bearer {os.environ['BUFFER_KEY']}"


def asked(query: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return one answer; GraphQL says what is wrong in the body, with status 200."""
    said = answer(buffer.post("/", json={"query": query, "variables": {"input": given}}))
    if said.get("errors"):
        sys.exit(f"Buffer refused: {said['errors'][0]['message']}")
    found: dict[str, Any] = said["data"][name]
    if "message" in found:
        sys.exit(f"Buffer refused: {found['message']}")
    return found


def plan(check: dict[str, Any], channel: str, due_at: str) -> str:
    """Put the post into the calendar; return its id."""
    image: dict[str, Any] = {"url": address(check)}
    if check["alt_text"]:
        image["metadata"] = {"altText": check["alt_text"]}
    post = {"channelId": channel, "text": words(check), "assets": [{"image": image}], "dueAt": due_at}
    created = asked(CREATE, "createPost", post | {"schedulingType": "automatic", "mode": "customScheduled"})
    return str(created["post"]["id"])


def published(post_id: str) -> dict[str, Any] | None:
    """Return the post if it is out; None if it waits; end if it failed."""
    post = asked(LOOK, "post", {"id": post_id})
    if post["status"] == "error":
        sys.exit(f"Buffer could not publish {post_id}: {post['error']['message']}")
    return post if post["status"] == "sent" else None


if __name__ == "__main__":
    gate = Gate()
    if sys.argv[1] == "plan":
        check = gate.approved(sys.argv[2])
        gate.may_go_out(check, publish_at=sys.argv[4])
        print(plan(check, sys.argv[3], sys.argv[4]))
    else:
        post = wait_for(lambda: published(sys.argv[3]), f"Publishing {sys.argv[3]} by Buffer")
        print(gate.report(sys.argv[2], sys.argv[3], post["externalLink"]))
