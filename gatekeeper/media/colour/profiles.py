"""An ICC profile for a colour space that is given by numbers, so that littleCMS converts every picture.

A matrix and one curve (ICC.1:2001-04, display profile). Runs in the worker process.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from gatekeeper.media.colour.signals import Point, Primaries

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
_D50: Final = (0.9642, 1.0, 0.8249)
_BRADFORD: Final[Matrix] = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)
_VERSION: Final = 0x02400000
_HEADER: Final = 128
_ONE: Final = 65_536
_FULL: Final = 65_535


def matrix_profile(primaries: Primaries, levels: Sequence[float]) -> bytes:
    """A profile for RGB pictures of 8 bits.

    Args:
        primaries: their chromaticities.
        levels: light of 0 to 1 for each of the 256 levels, which all channels share.

    Raises:
        ValueError: the chromaticities span no colours.
    """
    curve = b"curv" + bytes(4) + struct.pack(">I", len(levels))
    curve += b"".join(struct.pack(">H", round(each * _FULL)) for each in levels)
    red, green, blue = zip(*_to_d50(primaries), strict=True)
    parts = {b"wtpt": _xyz(_D50), b"rXYZ": _xyz(red), b"gXYZ": _xyz(green), b"bXYZ": _xyz(blue), b"rTRC": curve}
    return _assemble(parts)


def _assemble(parts: dict[bytes, bytes]) -> bytes:
    """Header, table of tags, tags; green and blue share the curve of red."""
    start = _HEADER + 4 + 12 * (len(parts) + 2)
    table, body = [], b""
    for name, part in parts.items():
        names = (name, b"gTRC", b"bTRC") if name == b"rTRC" else (name,)
        table += [each + struct.pack(">II", start + len(body), len(part)) for each in names]
        body += part + bytes(-len(part) % 4)
    total = start + len(body)
    header = struct.pack(">I4xI", total, _VERSION) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    header = header.ljust(68, b"\0") + _fixed(_D50)
    return header.ljust(_HEADER, b"\0") + struct.pack(">I", len(table)) + b"".join(table) + body


def _xyz(vector: Vector) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(vector)


def _fixed(vector: Vector) -> bytes:
    return struct.pack(">3i", *(round(each * _ONE) for each in vector))


def _to_d50(primaries: Primaries) -> Matrix:
    """The matrix from linear RGB to XYZ under D50 (Bradford; SMPTE RP 177)."""
    columns = (_white(primaries.red), _white(primaries.green), _white(primaries.blue))
    chroma: Matrix = tuple(zip(*columns, strict=True))  # type: ignore[assignment]
    white = _white(primaries.white)
    gains = _apply(_inverse(chroma), white)
    to_xyz: Matrix = tuple(tuple(a * g for a, g in zip(row, gains, strict=True)) for row in chroma)  # type: ignore[assignment]
    return _product(_adaptation(white), to_xyz)


def _white(point: Point) -> Vector:
    """XYZ of a chromaticity: at luminance 1, or its direction where it has no luminance."""
    x, y = point
    return (x / y, 1.0, (1 - x - y) / y) if y > 0 else (x, y, 1 - x - y)


def _adaptation(white: Vector) -> Matrix:
    here, there = _apply(_BRADFORD, white), _apply(_BRADFORD, _D50)
    ratios = [there[i] / here[i] for i in range(3)]
    scaled: Matrix = tuple(tuple(r * v for v in row) for r, row in zip(ratios, _BRADFORD, strict=True))  # type: ignore[assignment]
    return _product(_inverse(_BRADFORD), scaled)


def _apply(matrix: Matrix, vector: Vector) -> Vector:
    a, b, c = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return a, b, c


def _product(first: Matrix, second: Matrix) -> Matrix:
    columns: Matrix = tuple(zip(*second, strict=True))  # type: ignore[assignment]
    done = [_apply(first, column) for column in columns]
    return tuple(zip(*done, strict=True))  # type: ignore[return-value]


def _inverse(matrix: Matrix) -> Matrix:
    """By cofactors.

    Raises:
        ValueError: the matrix is singular.
    """
    (a, b, c), (d, e, f), (g, h, i) = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if abs(determinant) < 1e-9:  # noqa: PLR2004 - nothing but the noise of floating point
        raise ValueError("the primaries span no colours")
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return tuple(tuple(each / determinant for each in row) for row in rows)  # type: ignore[return-value]
