"""Search bytes for secrets in every form in which they could have been written down."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from gatekeeper.types import Vector

SHORTEST = 8
"""Letters of base64 that chance does not bring forth."""

ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def forms(secret: bytes) -> Iterator[bytes]:
    """Yield the ways in which bytes could be written down."""
    yield secret
    yield secret.hex().encode()
    for shift in range(3):  # base64 depends on where among three bytes it begins; its ends on what is beside
        encoded = base64.b64encode(b"\0" * shift + secret)[4:-4]
        if len(encoded) >= SHORTEST:
            yield encoded


def of_words(words: str) -> Iterator[bytes]:
    for spelled in {words, words.upper(), words.lower()}:
        for coding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield from forms(spelled.encode(coding))


def of_vector(vector: Vector) -> Iterator[bytes]:
    """Yield three neighbouring numbers of an embedding, as any program would keep them."""
    part = vector[:3]
    for kind in ("<f4", ">f4", "<f8", ">f8", "<f2"):
        yield from forms(part.astype(kind).tobytes())
    for digits in (6, 8):
        yield f"{part[0]:.{digits}f}".encode()


def of_picture(file: bytes) -> Iterator[bytes]:
    """Yield pieces out of the middle of a file."""
    middle = len(file) // 2
    yield from (piece for at in (middle, middle + 40) for piece in forms(file[at : at + 24]))


def inflated(data: bytes) -> Iterator[bytes]:
    """Yield whatever in these bytes can be inflated."""
    for found in ZLIB.finditer(data):
        try:
            yield zlib.decompressobj(47).decompress(data[found.start() :], 1 << 20)
        except zlib.error:
            continue


def leaks(data: bytes, secrets: set[bytes]) -> list[bytes]:
    """Return the secrets that are in these bytes, as they are or deflated."""
    parts = [data, *inflated(data)]
    return [secret for secret in sorted(secrets) if any(secret in part for part in parts)]


def secrets_of(words: Iterable[str], vectors: Iterable[Vector], pictures: Iterable[bytes] = ()) -> set[bytes]:
    """Return every form of all of these."""
    secrets = {form for one in words for form in of_words(one)}
    secrets |= {form for vector in vectors for form in of_vector(vector)}
    return secrets | {form for picture in pictures for form in of_picture(picture)}
