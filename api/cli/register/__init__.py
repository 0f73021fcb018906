"""Commands about people, consent and the roster."""
