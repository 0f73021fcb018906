"""The HTTP interface, version 1, for schedulers and other programs."""
