"""A refused file is named for what it is, with what goes instead."""

import pytest
from PIL import Image

from gatekeeper.errors import PhotoRefused
from gatekeeper.media.open import Opener
from gatekeeper.types import FindingCode
from tests.support import samples


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + brand + b"mp42" + bytes(300)


def _zip(name: bytes) -> bytes:
    return b"PK\3\4" + bytes(22) + len(name).to_bytes(2, "little") + bytes(2) + name + bytes(200)


def _moving(kind: str) -> bytes:
    return samples.saved(samples.quarters(), kind, save_all=True, append_images=[Image.new("RGB", (96, 64), "red")])


def _raw(maker: str) -> bytes:
    """A TIFF whose first picture is a preview, as Nikon, Sony and Adobe build theirs."""
    return samples.saved(samples.quarters(), "TIFF", tiffinfo={271: maker, 254: 1, 50706: b"\1\4\0\0"})


NAMED = {
    "Canon CR2": b"II*\0\x10\0\0\0CR\2\0" + bytes(400),
    "Canon CR3": _box(b"crx "),
    "Nikon NEF": _raw("NIKON CORPORATION"),
    "Sony ARW": _raw("SONY"),
    "such as DNG": _raw("Maker"),
    "Fujifilm RAF": b"FUJIFILMCCD-RAW 0201" + bytes(400),
    "Panasonic RW2": b"IIU\0\x18\0\0\0" + bytes(400),
    "PSD": b"8BPS\0\1" + bytes(400),
    "SVG": b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "PDF": b"%PDF-1.4\n" + bytes(300),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "MOV": _box(b"qt  "),
    "MP4": _box(b"mp42"),
    "DOCX": _zip(b"word/document.xml"),
    "PPTX": _zip(b"ppt/presentation.xml"),
    "ZIP": _zip(b"IMG_1.HEIC"),
    "RAR": b"Rar!\x1a\x07\x01\0" + bytes(100),
    "AVI": b"RIFF\x24\0\0\0AVI LIST" + bytes(100),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
    "BigTIFF": b"II+\0\x08\0\0\0" + bytes(100),
    "HTML": b"<!DOCTYPE html><html><title>403</title></html>",
    "AAE": b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"><plist/>',
    "XMP": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    "a text file": b"hello, this is no picture",
    "animated GIF": _moving("GIF"),
    "animated PNG": _moving("PNG"),
    "animated WebP": _moving("WEBP"),
    "several pages": _moving("TIFF"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_refused_file_is_named(opener: Opener, name: str) -> None:
    """The sentence says what the file is and what to do; the code stays the same."""
    with pytest.raises(PhotoRefused) as refused:
        opener.open(NAMED[name])
    assert name in refused.value.message
    assert "JPEG" in refused.value.message
    assert refused.value.code is FindingCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("data", [b"\x01\x02\x03", bytes(1000), b"\xfe" * 60])
def test_what_is_not_known_is_not_guessed(opener: Opener, data: bytes) -> None:
    """Noise is no photo in a format that can be checked, and the formats that go are said."""
    with pytest.raises(PhotoRefused, match="JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF"):
        opener.open(data)
