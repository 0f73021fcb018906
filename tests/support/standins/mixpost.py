"""Mixpost Pro: what https://docs.mixpost.app/api answers; the text as `PostContentParser.php` of df57648 leaves it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.standins.server import Answer, Internet, Request

TOKEN: Final = "mixpost-token"
WORKSPACE: Final = "8eb4e98d-2b93-44bd-a664-7a6438eff67b"
ACCOUNT: Final = 7


@dataclass
class Mixpost:
    """One workspace with one account. A download is pending once, and what goes out now is out at the second look."""

    internet: Internet
    media: dict[int, tuple[bytes, str | None]] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0

    def __call__(self, request: Request) -> Answer:
        core, api, workspace, path = (*request.path.strip("/").split("/", 3), "", "", "")[:4]
        if (core, api) != ("mixpost", "api"):
            return 404, {"message": "Not found."}
        if request.authorization != f"Bearer {TOKEN}":
            return 401, {"message": "Unauthenticated."}
        if workspace != WORKSPACE:
            return 404, {"message": "Workspace not found."}
        if request.method == "GET":
            return self._status() if path.startswith("media/remote/") else self._shown(path.removeprefix("posts/"))
        return self._download(request.body) if path == "media/remote/initiate" else self._create(request.body)

    def _download(self, body: dict[str, Any]) -> Answer:
        if not isinstance(body.get("url"), str):
            return 422, {"message": "Validation errors", "errors": {"url": ["The url field is required."]}}
        status, data = self.internet.take(body["url"])
        if status != 200:
            return 200, {"status": "failed", "error": "Failed to download file from the provided URL."}
        self.media[len(self.media) + 1] = (data, body.get("alt_text"))
        return 200, {"status": "pending", "download_id": "a3f1b2c4"}

    def _status(self) -> Answer:
        return 200, {"status": "completed", "media": {"id": str(len(self.media)), "mime_type": "image/jpeg"}}

    def _create(self, body: dict[str, Any]) -> Answer:
        versions = body.get("versions")
        if not versions or any("account_id" not in one or "content" not in one for one in versions):
            return 422, {"message": "Validation errors", "errors": {"versions": ["The versions field is required."]}}
        if body.get("accounts") != [ACCOUNT]:
            return 422, {"message": "Validation errors", "errors": {"accounts": ["The selected account is invalid."]}}
        (content,) = versions[0]["content"]
        data, alt_text = self.media[content["media"][0]]
        self.posts.append({"text": _plain(content["body"]), "picture": data, "alt_text": alt_text})
        return 200, {"id": len(self.posts), "uuid": f"uuid-{len(self.posts)}"}

    def _shown(self, uuid: str) -> Answer:
        self.looks += 1
        out = self.looks > 1
        url = f"https://social.example/{uuid}" if out else None
        account: dict[str, Any] = {"id": ACCOUNT, "external_url": url, "errors": []}
        return 200, {"uuid": uuid, "status": "published" if out else "scheduled", "accounts": [account]}


def _plain(body: str) -> str:
    text = body.replace("<div>", "\n").replace("</div>", "").removeprefix("\n")
    return re.sub(r"<[^\s>][^>]*>?", "", html.unescape(text))
