"""Words that go out with a picture: first names only, of people who are in it."""

from gatekeeper.caption.compose import compose_caption
from gatekeeper.caption.review import Reviewed, review_text

__all__ = ["Reviewed", "compose_caption", "review_text"]
