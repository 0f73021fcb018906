"""What the tests of workbooks share: one with a given sheet."""

from __future__ import annotations

from xml.sax.saxutils import escape

HEADER = ("external_id", "first_name", "last_name", "kind", "group", "do_not_publish", "consent_website")
AMIRA = ("1", "Amira", "Quill", "pupil", "4B", "no", "yes")


def text(place: str, content: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(content)}</t></is></c>' if content else ""
