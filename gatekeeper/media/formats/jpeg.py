"""Prove that a JPEG holds its pixels and nothing else.

An allow-list, by the bytes alone (ITU-T T.81, annex B): SOI, one JFIF header,
the standard quantisation tables of one quality, one frame header, Huffman
tables and scans, EOI. Anything else, anything twice, anything unused, and
anything behind the end is an error. Shares no code with any encoder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NoReturn

from gatekeeper.errors import ReleaseNotClean

_HEADER: Final = bytes.fromhex("ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 00 00")
"""SOI and the JFIF header that says nothing: version 1.01, no unit, 1 by 1, no thumbnail."""
_DQT, _BASELINE, _PROGRESSIVE, _DHT, _SOS, _EOI = 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xD9
_CODED_DATA_END: Final = re.compile(rb"\xff[^\x00]", re.DOTALL)
_MOST_SCANS: Final = 10  # libjpeg's own order for three components
_BLOCK: Final = 64
_LAST: Final = 63
_SAMPLINGS: Final = (0x11, 0x21, 0x22)

# T.81, annex K.1, row after row.
_LUMINANCE: Final = bytes.fromhex(
    "100b0a101828333d 0c0c0e131a3a3c37 0e0d101828394538 0e11161d3357503e "
    "12162538446d674d 182337405168715c 31404e5767797865 485c5f6270646763"
)
_CHROMINANCE: Final = bytes.fromhex("1112182f63636363 12151a4263636363 181a386363636363 2f42636363636363" + 32 * "63")
_ZIG_ZAG: Final = sorted(
    range(_BLOCK), key=lambda cell: (sum(divmod(cell, 8)), cell if sum(divmod(cell, 8)) % 2 else -cell)
)


def _scaled(table: bytes, quality: int) -> bytes:
    """The table at a quality from 1 to 100, as the Independent JPEG Group scales it, in zig-zag order as DQT has it."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004 - the rule's own numbers
    return bytes(min(255, max(1, (value * scale + 50) // 100)) for value in (table[cell] for cell in _ZIG_ZAG))


_PAIRS: Final = frozenset((_scaled(_LUMINANCE, q), _scaled(_CHROMINANCE, q)) for q in range(1, 101))
_SINGLES: Final = frozenset(luminance for luminance, _ in _PAIRS)


def verify_jpeg(data: bytes) -> tuple[int, int]:
    """Walk over the whole file; return the picture's width and height.

    Raises:
        ReleaseNotClean: naming what was found and where.
    """
    if not data.startswith(_HEADER):
        _refuse("the file does not begin with the one allowed header", 0)
    return _Walk(data).run()


def _refuse(what: str, position: int) -> NoReturn:
    msg = f"JPEG, byte {position}: {what}."
    raise ReleaseNotClean(msg)


@dataclass(slots=True)
class _Walk:
    data: bytes
    position: int = len(_HEADER)
    quantisation: dict[int, bytes] = field(default_factory=dict)
    frame: int | None = None
    components: int = 0
    size: tuple[int, int] = (0, 0)
    unused: set[int] = field(default_factory=set)
    """Huffman tables given since the last scan, as their class and number in one byte."""
    scans: set[bytes] = field(default_factory=set)

    def run(self) -> tuple[int, int]:
        while (code := self._marker()) != _EOI:
            payload = self._payload()
            if code == _DQT and self.frame is None:
                self._quantisation(payload)
            elif code in {_BASELINE, _PROGRESSIVE} and self.frame is None:
                self._frame(code, payload)
            elif code == _DHT and self.frame is not None:
                self._huffman(payload)
            elif code == _SOS and self.frame is not None:
                self._scan(payload)
            else:
                _refuse(f"marker {code:02X} is not allowed here", self.position)
        if not self.scans or self.unused:
            _refuse("the picture is missing, or tables are there that it does not use", self.position)
        if self.position != len(self.data):
            _refuse("there is something behind the end of the picture", self.position)
        return self.size

    def _marker(self) -> int:
        marker = self.data[self.position : self.position + 2]
        if len(marker) != 2 or marker[0] != 0xFF:  # noqa: PLR2004 - every marker is FF and a code
            _refuse("a marker was expected", self.position)
        self.position += 2
        return marker[1]

    def _payload(self) -> bytes:
        length = int.from_bytes(self.data[self.position : self.position + 2], "big")
        end = self.position + length
        if length < 2 or end > len(self.data):  # noqa: PLR2004 - the length counts its own two bytes
            _refuse("a segment's length is wrong", self.position)
        payload, self.position = self.data[self.position + 2 : end], end
        return payload

    def _quantisation(self, payload: bytes) -> None:
        if len(payload) % (1 + _BLOCK) or not payload:
            _refuse("the quantisation tables have a wrong length", self.position)
        for at in range(0, len(payload), 1 + _BLOCK):
            number = payload[at]
            if number > 1 or number in self.quantisation:
                _refuse("a quantisation table is of a wrong kind or there twice", self.position)
            self.quantisation[number] = payload[at + 1 : at + 1 + _BLOCK]

    def _frame(self, code: int, payload: bytes) -> None:
        greys = tuple(bytes([1, sampling, 0]) for sampling in _SAMPLINGS)
        colours = tuple(bytes([1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1]) for sampling in _SAMPLINGS)
        count, layout = payload[5:6], payload[6:]
        self.size = _number(payload, 3), _number(payload, 1)
        allowed = (count == b"\x01" and layout in greys) or (count == b"\x03" and layout in colours)
        if not allowed or payload[0] != 8 or 0 in self.size:  # noqa: PLR2004 - bits
            _refuse("the frame is not an 8-bit grey or colour picture", self.position)
        tables = tuple(self.quantisation[number] for number in sorted(self.quantisation))
        if not (tables in _PAIRS if count == b"\x03" else len(tables) == 1 and tables[0] in _SINGLES):
            _refuse("the quantisation tables are not the standard ones of one quality", self.position)
        self.frame, self.components = code, count[0]

    def _huffman(self, payload: bytes) -> None:
        at = 0
        while at < len(payload) or at == 0:
            table, counts = payload[at : at + 1], payload[at + 1 : at + 17]
            at += 17
            symbols = payload[at : at + sum(counts)]
            at += sum(counts)
            if len(counts) != 16 or table not in {b"\x00", b"\x01", b"\x10", b"\x11"} or table[0] in self.unused:  # noqa: PLR2004
                _refuse("a Huffman table is of a wrong kind or there twice", self.position)
            if not 0 < len(symbols) == sum(counts) == len(set(symbols)) or not _fits(counts):
                _refuse("a Huffman table is not well formed", self.position)
            self.unused.add(table[0])

    def _scan(self, payload: bytes) -> None:
        if payload in self.scans or len(self.scans) == (_MOST_SCANS if self.frame == _PROGRESSIVE else 1):
            _refuse("there are more scans than the picture needs", self.position)
        self.scans.add(payload)
        count = payload[0] if payload else 0
        if not 1 <= count <= self.components or len(payload) != 4 + 2 * count:
            _refuse("a scan header has a wrong length", self.position)
        numbers, tables = payload[1 : 1 + 2 * count : 2], payload[2 : 2 + 2 * count : 2]
        rising = list(numbers) == sorted(set(numbers)) and numbers[0] >= 1 and numbers[-1] <= self.components
        if not rising or not self._band_is_right(count, tables, *payload[-3:]):
            _refuse("a scan header is not well formed", self.position)
        used = {table >> 4 for table in tables} | {0x10 | table & 15 for table in tables}
        if not self.unused <= used:
            _refuse("a Huffman table is there that the scan does not use", self.position)
        self.unused.clear()
        self._coded_data()

    def _band_is_right(self, count: int, tables: bytes, first: int, last: int, bits: int) -> bool:
        """Whether a scan's coefficients, precision and table numbers are such as an encoder writes."""
        if any(table not in {0x00, 0x01, 0x10, 0x11} for table in tables):
            return False
        if self.frame == _BASELINE:
            return count == self.components and (first, last, bits) == (0, _LAST, 0)
        high, low = bits >> 4, bits & 15
        if low > 13 or high not in {0, low + 1}:  # noqa: PLR2004 - T.81, table B.3
            return False
        if first == 0:
            return last == 0 and all(table & 15 == 0 and (high == 0 or table == 0) for table in tables)
        return count == 1 and first <= last <= _LAST and tables[0] >> 4 == 0

    def _coded_data(self) -> None:
        end = _CODED_DATA_END.search(self.data, self.position)
        if end is None or end.start() == self.position:
            _refuse("a scan is empty or has no end", self.position)
        self.position = end.start()


def _number(payload: bytes, at: int) -> int:
    return int.from_bytes(payload[at : at + 2], "big")


def _fits(counts: bytes) -> bool:
    """Whether codes of these lengths exist, leaving the all-ones code free (T.81, annex C)."""
    room = 1
    for count in counts:
        room = 2 * room - count
        if room < 1:
            return False
    return True
