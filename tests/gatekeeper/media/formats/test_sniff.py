import pytest

from gatekeeper.media.formats.sniff import sniff
from gatekeeper.types import Format
from tests.support import samples

KINDS = {format_.name: format_ for format_ in Format}
"""By Pillow's name of the decoder, which is the member's."""

FOREIGN = {
    "nothing": b"",
    "one_byte": b"\xff",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "dos_eps": b"\xc5\xd0\xd3\xc6" + bytes(28),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "pdf": b"%PDF-1.7\n",
    "psd": b"8BPS\x00\x01" + bytes(20),
    "fits": b"SIMPLE  =                    T",
    "zip": b"PK\x03\x04" + bytes(26),
    "html": b"<!doctype html><script>",
    "ico": b"\x00\x00\x01\x00" + bytes(20),
    "jpeg_2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41",
    "heif_sequence": b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00hevcheic",
    "canon_raw_2": b"II*\x00\x10\x00\x00\x00CR\x02\x00",
    "canon_raw_3": b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom",
    "big_tiff": b"II+\x00\x08\x00\x00\x00",
    "text_that_begins_with_bm": b"BMW is a maker of motor cars, as everybody knows.",
    "wave": b"RIFF\x24\x00\x00\x00WAVEfmt ",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_is_recognised_by_its_bytes(kind: str) -> None:
    """Whatever a writer makes is recognised, whatever its name would have been."""
    assert sniff(samples.saved(samples.quarters(), kind)) is KINDS[kind]


@pytest.mark.parametrize("name", FOREIGN)
def test_everything_else_is_not_recognised(name: str) -> None:
    """Vector, document, archive, moving and raw formats never reach a decoder."""
    assert sniff(FOREIGN[name]) is None


def test_a_generic_heif_brand_needs_a_known_one_beside_it() -> None:
    """`mif1` alone says nothing about the coding; the compatible brands decide."""

    def box(*brands: bytes) -> bytes:
        return (16 + 4 * len(brands)).to_bytes(4, "big") + b"ftypmif1" + bytes(4) + b"".join(brands)

    assert sniff(box(b"mif1", b"heic")) is Format.HEIF
    assert sniff(box(b"miaf", b"avif")) is Format.AVIF
    assert sniff(box(b"jpeg")) is None


def test_an_avif_that_moves_is_still_an_avif() -> None:
    """Whether its first frame may be taken is for a rule to say, not for the bytes."""
    assert sniff(b"\x00\x00\x00\x18ftypavis\x00\x00\x00\x00avisavif") is Format.AVIF


def test_a_brand_behind_the_box_does_not_count() -> None:
    """Only brands inside the `ftyp` box speak for the file."""
    assert sniff(b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00miafheic") is None
