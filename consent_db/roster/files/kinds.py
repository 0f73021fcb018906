"""What a file is that is neither CSV, a workbook nor a zip, told by its first bytes.

Each kind is named for what it is, with what to do: a PDF that is read as columns
would otherwise ask what the column "%PDF-1.7" means.
"""

from __future__ import annotations

import re
from typing import Final

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip file (or of an empty one), so of a workbook and of a OneRoster bundle too."""

_HEAD: Final = 2048
_SAVE: Final = "Open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8."
_EXPORT: Final = "Export the list as .xlsx or as CSV UTF-8."
_OLE: Final = b"\xd0\xcf\x11\xe0"
_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF-", "a PDF", _EXPORT),
    (b"{\\rtf", "a text document (RTF)", _EXPORT),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)", "Unpack it first."),
    (b"Rar!", "a compressed file (RAR)", "Unpack it first."),
    (b"SQLite format 3", "a database", _EXPORT),
    (b"\xff\xd8\xff", "a picture", _EXPORT),
    (b"\x89PNG", "a picture", _EXPORT),
    (b"GIF8", "a picture", _EXPORT),
    (b"BM\x00", "a picture", _EXPORT),
    (b"II*\x00", "a picture", _EXPORT),
    (b"MM\x00*", "a picture", _EXPORT),
    (b"\x09\x08", "an old Excel file (.xls)", _SAVE),
    (b"\x09\x04\x06\x00", "an old Excel file (.xls)", _SAVE),
    (b"\x09\x02\x06\x00", "an old Excel file (.xls)", _SAVE),
    (b"ID;P", "a spreadsheet of an old kind (SYLK)", _SAVE),
    (b"From:", "an e-mail", "Save the list that is attached to it."),
    (b"MIME-Version:", "a web page or an e-mail", _SAVE),
    (b"BEGIN:V", "a list of contacts or dates", _EXPORT),
)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|style|tr)\b", re.IGNORECASE)
_MARKUP: Final = re.compile(rb"<(?:\?xml|!--|!doctype|[a-z][\w.-]*(?:[:\s/>]))", re.IGNORECASE)
_JSON: Final = re.compile(rb"(?:\{\s*[\"}]|\[\s*[\[{\"\]])")


def refusal(data: bytes) -> str | None:
    """Return why a file of this kind is not read, with what to do; None if it may be text or a zip."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_OLE):
        return _old_office(data)
    for magic, name, advice in _MAGIC:
        if head.startswith(magic):
            return _sentence(name, advice)
    if b"%PDF-" in head[:1024]:
        return _sentence("a PDF", _EXPORT)
    if head[4:8] == b"ftyp":
        return _sentence("a picture or a film", _EXPORT)
    return _marked_up(_plain(head))


def _plain(head: bytes) -> bytes:
    """Return the letters of a head in UTF-16 as those of UTF-8 would be; markup is ASCII in its beginning."""
    return head.replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n") if b"\0" in head[:4] else head


def _marked_up(head: bytes) -> str | None:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return _sentence("a spreadsheet saved as XML", _SAVE)
    if _HTML.search(head[:512]) and head.startswith(b"<"):
        return _sentence("a web page, even if its name ends in .xls", _SAVE)
    if _MARKUP.match(head):
        return _sentence("an XML file", _EXPORT)
    if _JSON.match(head):
        return _sentence("JSON", _EXPORT)
    return None


def _old_office(data: bytes) -> str:
    """Tell the kinds of the container that Office used until 2007, and uses for passwords still."""
    if _wide("EncryptedPackage") in data or _wide("EncryptionInfo") in data:
        return "The workbook has a password. Open it, take the password away (File, Info), and save it again."
    if _wide("WordDocument") in data:
        return _sentence("a Word document", _EXPORT)
    if _wide("PowerPoint Document") in data:
        return _sentence("a presentation", _EXPORT)
    return _sentence("an old Excel file (.xls)", _SAVE)


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _sentence(name: str, advice: str) -> str:
    return f"This is {name}, which is not read. {advice}"
