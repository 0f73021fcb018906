"""Postiz: what `public.integrations.controller.ts` of gitroomhq/postiz-app answers, at 74b01ad."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.support.standins.server import Answer, Internet, Request

KEY: Final = "postiz-key"
INTEGRATION: Final = "cm9-mastodon"
SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4")
"""`valid.url.path.ts`: how an address of a picture may end."""


@dataclass
class Post:
    """One post, as its network shows it."""

    text: str
    alt_text: str | None
    picture: bytes


@dataclass
class Postiz:
    """One organisation with one channel. What goes out now is out at once."""

    internet: Internet
    media: dict[str, bytes] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        if request.authorization != KEY:  # `public.auth.middleware.ts`: the bare key
            return 401, {"msg": "Invalid API key" if request.authorization else "No API Key found"}
        routes = {
            "POST /upload-from-url": self._upload,
            "POST /posts": self._create,
            "GET /posts": self._list,
        }
        route = routes.get(f"{request.method} {request.path}")
        return route(request) if route else (404, {"message": f"Cannot {request.method} {request.path}"})

    def _upload(self, request: Request) -> Answer:
        url = request.body.get("url")
        if not isinstance(url, str) or not url.split("?")[0].endswith(SUFFIXES):
            return _bad("File must have a valid extension: .png, .jpg, .jpeg, .gif, .webp, or .mp4")
        if not url.startswith("https://"):
            return _bad("URL must be a public HTTPS URL and cannot point to internal network addresses")
        status, data = self.internet.take(url)
        if status != 200:
            return 400, {"msg": "Failed to fetch URL"}
        if not data.startswith(b"\xff\xd8\xff"):
            return 400, {"msg": "Unsupported file type."}
        path = f"https://uploads.postiz.example/{len(self.media)}.jpg"
        self.media[path] = data
        return 201, {"id": f"media-{len(self.media)}", "name": "upload.jpg", "path": path, "alt": None}

    def _create(self, request: Request) -> Answer:
        if faults := _faults(request.body):
            return _bad(*faults)
        made = []
        for post in request.body["posts"]:
            if post["integration"]["id"] != INTEGRATION:
                return _bad(f"Integration with id {post['integration']['id']} not found")
            (content, *_), (image, *_) = post["value"], post["value"][0]["image"]
            self.posts.append(Post(_plain(content["content"]), image.get("alt"), self.media[image["path"]]))
            made.append({"postId": f"post-{len(self.posts)}", "integration": INTEGRATION})
        return 201, made

    def _list(self, request: Request) -> Answer:
        start, end = (datetime.fromisoformat(request.query[name]) for name in ("startDate", "endDate"))
        if start > end:
            return 200, {"posts": []}
        shown = [
            {"id": f"post-{n}", "state": "PUBLISHED", "releaseURL": f"https://social.example/@school/{n}"}
            for n in range(1, len(self.posts) + 1)
        ]
        return 200, {"posts": shown}


def _faults(body: dict[str, Any]) -> list[str]:
    """Return what `create.post.dto.ts` finds missing or wrong."""
    faults = []
    if body.get("type") not in {"draft", "schedule", "now", "update"}:
        faults.append("type must be one of the following values: draft, schedule, now, update")
    if not isinstance(body.get("shortLink"), bool):
        faults.append("shortLink must be a boolean value")
    if not isinstance(body.get("tags"), list):
        faults.append("tags must be an array")
    if not isinstance(body.get("date"), str):
        faults.append("date must be a valid ISO 8601 date string")
    posts = body.get("posts") or [{}]
    if any("integration" not in post for post in posts):
        faults.append("All posts must have an integration id")
    values = [value for post in posts for value in post.get("value") or [{}]]
    if not all(isinstance(value.get("content"), str) and isinstance(value.get("image"), list) for value in values):
        faults.append("posts.value.content should not be null or undefined")
    return faults


def _bad(*messages: str) -> Answer:
    return 400, {"message": list(messages), "error": "Bad Request", "statusCode": 400}


def _plain(content: str) -> str:
    """Return what `strip.html.validation.ts` leaves of HTML for a network of plain text."""
    if not re.search(r"</?[a-z]", content, re.IGNORECASE):
        return content  # taken for plain text, in which `&amp;` is five letters
    lines = re.sub(r"</p>\s*<p>", "\n", content)
    return html.unescape(re.sub(r"<[^>]*>?", "", lines))
