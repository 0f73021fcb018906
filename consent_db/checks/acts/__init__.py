"""What people did with a check: acts of a hand, opinions, hand-outs, words that were let pass."""
