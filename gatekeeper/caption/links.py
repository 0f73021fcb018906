"""Links and account names, and which of them the school allows.

Only a host that is on the school's list may be linked, written as it is: a host with letters
that merely look like it, a shortener, an address with a user's name in front of the host, or an
allowed page that is told to send its readers on are all links outside the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from importlib import resources
from typing import Final

import idna

from gatekeeper.caption.personal import EMAIL, Found, as_plain
from gatekeeper.types import ChangeReason

_DOT: Final = r"(?:[.。]|\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))\s?|\sdot\s)"
LICENCES: Final = ("creativecommons.org",)
"""Hosts of the texts of licences, which a credit line may link."""


def _top_level_domains() -> frozenset[str]:
    content = resources.files("gatekeeper.caption").joinpath("top_level_domains.txt").read_text("utf-8")
    return frozenset(line for line in content.splitlines() if line and not line.startswith("#"))


_TOP: Final = _top_level_domains()
_SURE: Final = frozenset({"com", "org", "net", "edu", "gov", "info", "uk", "school", "academy"})
"""Top-level domains that end no sentence: behind them and before them capitals tell nothing."""
_NO_HOST: Final = frozenset({"e.g", "i.e", "p.m", "a.m", "p.s", "n.b", "v.s", "u.k", "u.s", "p.e", "r.e", "d.t", "q.a"})
_LINK: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)\S+"
    r"|\b(?:mailto|tel|sms|javascript|data):\S+"
    rf"|\bwww\d?{_DOT}\S+"
    rf"|(?<![\w@-])(?P<host>(?:[^\W_][\w-]{{0,62}}{_DOT}){{1,8}}(?P<top>xn--[\w-]+|[^\W\d_]{{2,24}}))(?![\w-])"
    r"(?P<rest>[:/?#\\]\S*)?"
    r"|(?<!\w)(?:\d{1,3}\.){3}\d{1,3}(?=[:/])\S*",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(
    r"(?<![\w.])@(?!\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm|h)?\b)\w[\w.]*\w"
    r"|\b(?:insta|instagram|snap|snapchat|tiktok|discord|twitter|facebook|fb|ig|whatsapp|youtube|roblox|gamertag)"
    r"\s{0,2}[:=]\s{0,2}@?[\w.]*\w",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?)]}'\"»”’"
_ONWARD: Final = re.compile(
    r"//|%2f%2f|\\\\|\bwww\.|[?&#](?:url|u|q|to|next|redirect\w*|dest\w*|return\w*|goto|link)=", re.IGNORECASE
)
"""What sends readers on from an allowed page to somewhere else."""
_SCHEME: Final = re.compile(r"^https?://", re.IGNORECASE)


def find_links(text: str, allowed: Collection[str]) -> list[Found]:
    """Return the links and account names that are not allowed.

    Args:
        text: cleaned.
        allowed: hosts (`www.school.example` stands for itself and what is below it) and
            account names (`@school`), as the policy gives them.
    """
    plain, places = as_plain(text)
    without = EMAIL.sub(_blank, plain)
    hosts = {_host(entry) for entry in allowed if not entry.startswith("@")}
    accounts = {entry.casefold() for entry in allowed if entry.startswith("@")}
    found = [span for span in _links(without) if not _is_allowed(without[slice(*span)], hosts)]
    found += [match.span() for match in _ACCOUNT.finditer(without) if match.group().casefold() not in accounts]
    return [Found(places[start], places[end], ChangeReason.LINK) for start, end in found]


def _links(plain: str) -> Iterator[tuple[int, int]]:
    for match in _LINK.finditer(plain):
        if match["host"] is None or _is_host(match):
            yield match.start(), match.start() + len(match.group().rstrip(_TRAILING))


def _is_host(match: re.Match[str]) -> bool:
    """Say whether words with a point between are a host, and not two sentences without a space: `the end.It`."""
    host, top = match["host"], match["top"]
    lower = top.casefold()
    if not (lower.startswith("xn--") or lower in _TOP) or host.casefold() in _NO_HOST:
        return False
    sentences = top[0].isupper() and not top.isupper() and lower not in _SURE
    return not sentences or bool((match["rest"] or "").strip(_TRAILING + ":"))


def _is_allowed(link: str, hosts: Collection[str]) -> bool:
    rest = _SCHEME.sub("", link)
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "\\" in link or "@" in authority or _ONWARD.search(rest, len(authority)):
        return False
    host = _host(authority.partition(":")[0])
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _blank(address: re.Match[str]) -> str:
    """Return spaces in the place of an e-mail address, but not of a link with a user's name in it."""
    of_link = address.string[: address.start()].endswith(("//", ":"))
    return address.group() if of_link else " " * len(address.group())


def _host(name: str) -> str:
    """Return a host as it is asked for (`xn--...`), so that what only looks like it is another; empty if it is none."""
    try:
        return idna.encode(name.strip().rstrip("."), uts46=True).decode().removeprefix("www.")
    except idna.IDNAError:
        return ""
