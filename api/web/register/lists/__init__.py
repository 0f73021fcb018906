"""The list of people, and what is done for many of them at once."""
