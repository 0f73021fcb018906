"""People in pictures: bodies, heads, and who has no face."""
