"""Containers of pictures, read byte by byte without decoding anything."""
