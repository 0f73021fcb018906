"""Words of a text as they can be compared: tokenised, folded, told apart from names."""
