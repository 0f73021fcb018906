"""What is held about one person, as one zip file: to read, for programs, and the pictures.

Pictures that show others too have the others' faces covered: the copy is the
person's to have, the others' faces are not.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from api.storage import NoSuchPicture, Pictures
from consent_db.errors import SealBroken
from consent_db.subject_access import Held, Shown
from gatekeeper.errors import ReleaseNotClean
from gatekeeper.media.cover import cover, head
from gatekeeper.media.encode import make_release, reopen_release

_HEADINGS: Final = {
    "person": "Who you are to the school",
    "tables": "What is written down",
    "events": "Events you are on the list of",
    "checks": "Pictures that were checked with you in them",
    "publications": "Where pictures of you were published",
    "audit": "What was done, and when",
}

_PAGE: Final = """<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><title>What is held about you</title>
<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;margin:.5em 0 1.5em}th,td{border:1px solid #999;padding:.2em .6em;text-align:left;
vertical-align:top}</style>
<h1>What is held about you</h1>
<p>Asked for on %s. The file data.json has the same for programs. Pictures lie in the folder pictures, photographs
that you are recognised by in the folder photographs. Faces and names of others are left out.%s</p>
%s</html>
"""


def as_zip(held: Held, pictures: Pictures) -> bytes:
    """Return the zip file; a picture that is gone or damaged is left out and said so."""
    file, missing = io.BytesIO(), []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, photo in enumerate(held.photos, 1):
            archive.writestr(f"photographs/{number}.jpg", photo)
        for shown in held.pictures:
            data = _without_others(shown, pictures)
            if data is None:
                missing.append(shown.check)
            else:
                archive.writestr(f"pictures/{shown.check}.jpg", data)
        everything = held.data | {"pictures_left_out": missing}
        archive.writestr("data.json", json.dumps(everything, indent=1, ensure_ascii=False))
        archive.writestr("index.html", page(held))
    return file.getvalue()


def page(held: Held) -> str:
    """Return everything as a page that any browser shows, offline."""
    withheld = ""
    if held.withheld:
        withheld = f" {held.withheld} reasons are withheld; ask the school's safeguarding lead about them."
    body = "".join(f"<h2>{heading}</h2>{''.join(_show(held.data[name]))}" for name, heading in _HEADINGS.items())
    return _PAGE % (escape(str(held.data["asked_at"])), withheld, body)


def _show(value: Any) -> Iterator[str]:
    """Yield a value as HTML: things with names as a table of two columns, lists of them as a table."""
    if isinstance(value, Mapping):
        yield "<table>"
        for name, part in value.items():
            yield f"<tr><th>{escape(_words(name))}</th><td>{''.join(_show(part))}</td></tr>"
        yield "</table>"
    elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        columns = dict.fromkeys(name for row in value for name in row)
        yield f"<table><tr>{''.join(f'<th>{escape(_words(name))}</th>' for name in columns)}</tr>"
        for row in value:
            cells = ("".join(_show(row.get(name))) for name in columns)
            yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        yield "</table>"
    elif isinstance(value, list):
        yield escape(", ".join(map(str, value)) or "none")
    else:
        yield escape("" if value is None else str(value))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _without_others(shown: Shown, pictures: Pictures) -> bytes | None:
    try:
        pixels = reopen_release(pictures.get(shown.key)).pixels
    except (NoSuchPicture, SealBroken, ReleaseNotClean):
        return None
    height, width = pixels.shape[:2]
    heads = [head(box.scaled(width, height), turn) for box, turn in shown.others]
    return make_release(cover(pixels, heads)).data
