"""Words that go out with a picture: first names only, of people who are in it."""

from gatekeeper.caption.compose import compose_caption
from gatekeeper.caption.review import NOTHING_SAID, Reviewed, ReviewedWords, Rules, review_text

__all__ = ["NOTHING_SAID", "Reviewed", "ReviewedWords", "Rules", "compose_caption", "review_text"]
