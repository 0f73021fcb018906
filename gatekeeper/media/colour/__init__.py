"""Colour: what a file says about its own, and the way from there to 8-bit sRGB."""
