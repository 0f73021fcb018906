"""Buffer: the part of the schema at https://developers.buffer.com/types that creates posts and looks at them.

Every query is executed against the schema, so what the real one refuses as not its own is refused here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from graphql import build_schema, graphql_sync

from tests.support.standins.server import Answer, Internet, Request

KEY: Final = "buffer-key"
CHANNEL: Final = "5f4dcc3b5aa765d61d8327de"
SCHEMA: Final = build_schema("""
scalar DateTime
scalar ChannelId
scalar PostId
enum ShareMode { addToQueue customScheduled shareNext shareNow }
enum SchedulingType { automatic notification }
enum PostStatus { draft error needs_approval scheduled sending sent }
input ImageMetadataInput { altText: String! animatedThumbnail: String }
input ImageAssetInput { url: String! thumbnailUrl: String metadata: ImageMetadataInput }
input AssetInput { image: ImageAssetInput }
input CreatePostInput {
  assets: [AssetInput!]! = []
  channelId: ChannelId!
  dueAt: DateTime
  mode: ShareMode!
  schedulingType: SchedulingType!
  saveToDraft: Boolean
  text: String
}
input PostInput { id: PostId! }
type PostPublishingError { message: String! }
type Post {
  id: PostId!
  dueAt: DateTime
  status: PostStatus!
  text: String!
  externalLink: String
  error: PostPublishingError
}
type PostActionSuccess { post: Post! }
interface MutationError { message: String! }
type InvalidInputError implements MutationError { message: String! }
union PostActionPayload = PostActionSuccess | InvalidInputError
type Query { post(input: PostInput!): Post! }
type Mutation { createPost(input: CreatePostInput!): PostActionPayload! }
""")


@dataclass
class Post:
    """One post in the calendar; `picture` is what was at the address when it went out."""

    id: str
    text: str
    url: str
    dueAt: str  # noqa: N815 -- the schema's own name
    status: str = "scheduled"
    externalLink: str | None = None  # noqa: N815
    error: dict[str, str] | None = None
    picture: bytes = b""
    alt_text: str | None = None


@dataclass
class Buffer:
    """One organisation with one channel. Pictures are fetched when posts go out (`guides/hosting-media`)."""

    internet: Internet
    posts: list[Post] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        if request.authorization != f"Bearer {KEY}":  # `guides/error-handling`: 200, and a code
            return 200, {"data": None, "errors": [_error("Not authorized", "UNAUTHORIZED")]}
        root = {"createPost": self._create, "post": self._look}
        done = graphql_sync(SCHEMA, request.body["query"], root, variable_values=request.body.get("variables"))
        errors = [_error(error.message, "BAD_USER_INPUT") for error in done.errors or ()]
        return 200, {"data": done.data} | ({"errors": errors} if errors else {})

    def send_due(self) -> None:
        """Send what is planned: its time has come."""
        for post in self.posts:
            status, post.picture = self.internet.take(post.url)
            post.status = "sent" if status == 200 else "error"
            if status == 200:
                post.externalLink = f"https://social.example/{post.id}"
            else:
                post.error = {"message": f"The image could not be downloaded (HTTP {status})."}

    def _create(self, _info: object, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 -- the schema's own name
        if input["channelId"] != CHANNEL:
            return {"__typename": "InvalidInputError", "message": "Channel not found."}
        if input["mode"] == "customScheduled" and not input.get("dueAt"):
            return {"__typename": "InvalidInputError", "message": "dueAt is required with customScheduled."}
        datetime.fromisoformat(input["dueAt"])
        (asset,) = input["assets"]
        post = Post(f"post-{len(self.posts) + 1}", input["text"], asset["image"]["url"], input["dueAt"])
        post.alt_text = asset["image"].get("metadata", {}).get("altText")
        self.posts.append(post)
        return {"__typename": "PostActionSuccess", "post": post}

    def _look(self, _info: object, input: dict[str, Any]) -> Post:  # noqa: A002
        return next(post for post in self.posts if post.id == input["id"])


def _error(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}
