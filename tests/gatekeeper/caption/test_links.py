"""Links and account names are found however they are written, and only the school's own pass."""

from __future__ import annotations

import pytest

from gatekeeper.caption.links import find_links

ALLOWED = ("www.oakfield.example", "@oakfield", "bücher.example")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.oakfield.example",
        "see oakfield.example/news for more",
        "http://www.oakfield.example:8080/a?b=c#d",
        "HTTPS://WWW.OAKFIELD.EXAMPLE/",
        "https://photos.oakfield.example/2026",
        "https://www.b\u00fccher.example and https://xn--bcher-kva.example",
        "@oakfield and @OakField",
    ],
)
def test_the_schools_own(text: str) -> None:
    """A host on the list, what is below it, and an account on the list may be given."""
    assert find_links(text, ALLOWED) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://www.oakfie1d.example",
        "https://oakfield.example.evil.org",
        "https://notoakfield.example",
        "https://o\u0430kfield.example",  # a Cyrillic a
        "https://xn--okfield-2fg.example",
        "https://oakfield.example@evil.org/",
        "https://www.oakfield.example\\@evil.org",
        "https://www.oakfield.example/go?url=https://evil.org",
        "https://www.oakfield.example/go?u=evil",
        "https://www.oakfield.example/go#https%3A%2F%2Fevil.org",
        "https://www.oakfield.example//evil.org",
        "bit.ly/3xyz",
        "tinyurl.com/abc",
        "t.co/x",
        "https://192.168.0.1/x",
        "https://3232235521/",
        "ftp://www.oakfield.example",
        "javascript:alert(1)",
        "mailto:office@oakfield.example",
        "whatsapp://send?text=x",
        "evil[.]org",
        "evil (dot) org",
        "evil dot com",
        "\uff45vil.org",
        "evil\u3002com",
        "b\u00fccher.com",
        "@oakfield_fans",
        "@0akfield_",
        "Snap: amirak",
        "youtube = amirak",
    ],
)
def test_everything_else(text: str) -> None:
    """Look-alike hosts, shorteners, redirects, users before the host and other accounts are found."""
    assert find_links(text, ALLOWED)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://evil.org/a_b?c=d, then come.", "https://evil.org/a_b?c=d"),
        ("(evil.org)", "evil.org"),
        ("by @amira.k!", "@amira.k"),
    ],
)
def test_where_it_is(text: str, link: str) -> None:
    """A find is the whole link, and not the full stop or bracket behind it."""
    (found,) = find_links(text, ())
    assert text[found.start : found.end] == link


@pytest.mark.parametrize(
    "text",
    [
        "Well done.Great day",
        "At 3.30pm",
        "e.g. and i.e.",
        "P.E. kit",
        "St.Peter's",
        "v1.2",
        "5@school",
        "Mr.Smith came",
    ],
)
def test_what_is_no_link(text: str) -> None:
    """Times, abbreviations and a forgotten space are no links."""
    assert find_links(text, ()) == []
