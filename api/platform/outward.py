"""HTTP POST to an address chosen by a third party, protected against SSRF.

Only https, and only to addresses of the open internet. The name is looked up once and
the connection goes to exactly what was found, so that a second answer cannot lead
elsewhere; the certificate has to be the name's. Nothing is followed, and of the answer
nothing but the status is read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

PATIENCE: Final = 10.0
"""Seconds that a whole exchange may take, but for the look-up of the name."""

_LONGEST: Final = 2_000
_TRANSLATED: Final = ip_network("64:ff9b::/96")
"""IPv4 addresses behind a translator, private ones too (RFC 6052)."""

Address = IPv4Address | IPv6Address


class NotAllowed(Exception):
    """This address is not one to send to; the message says why and what to do."""


class NotReached(Exception):
    """There was no proper answer in time."""


def allowed(url: str, *, unsafe_to_loopback: bool = False) -> SplitResult:
    """Return the parts of an address that may be sent to, as far as can be told without asking for its name.

    Raises:
        NotAllowed: it is not https, names a user, or is an address inside a network.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("This is no address; give one like https://example.org/hooks.") from None
    strange = any(not "!" <= letter <= "~" for letter in url)
    if strange or len(url) > _LONGEST or not parts.hostname or parts.username is not None or port == 0:
        raise NotAllowed("Give an address like https://example.org/hooks, without a user or password.")
    if parts.scheme != "https" and not (unsafe_to_loopback and parts.scheme == "http"):
        raise NotAllowed("Give an address that begins with https://.")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return parts
    _must_be_open(literal, unsafe_to_loopback=unsafe_to_loopback)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], *, unsafe_to_loopback: bool = False) -> int:
    """Send a body and return the status of the answer.

    Raises:
        NotAllowed: the address leads into a network that is not to be reached.
        NotReached: its name is not known, or there was no proper answer in time.
    """
    parts = allowed(url, unsafe_to_loopback=unsafe_to_loopback)
    found = _look_up(parts, unsafe_to_loopback=unsafe_to_loopback)
    connection = _Connection(parts, found)
    watch = Timer(PATIENCE, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", _target(parts), body, {"Host": parts.netloc, **headers})
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached from error
    finally:
        watch.cancel()
        connection.close()


class _Connection(HTTPConnection):
    """A connection to an address that was looked up, for the name that it was looked up by."""

    def __init__(self, parts: SplitResult, found: str) -> None:
        self._encrypted = parts.scheme == "https"
        self._name = parts.hostname or ""
        super().__init__(found, parts.port or (443 if self._encrypted else 80), timeout=PATIENCE)

    def connect(self) -> None:
        self.sock = socket.create_connection((self.host, self.port), PATIENCE)
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._name)

    def cut(self) -> None:
        """End it, whatever it is waiting for."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _look_up(parts: SplitResult, *, unsafe_to_loopback: bool) -> str:
    """Return one address of a name, all of which have to be such as may be sent to."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        _must_be_open(address, unsafe_to_loopback=unsafe_to_loopback)
    return str(addresses[0])


def _must_be_open(address: Address, *, unsafe_to_loopback: bool) -> None:
    """Refuse addresses that are not of the open internet.

    Raises:
        NotAllowed: it is one.
    """
    inner = _inside(address)
    if unsafe_to_loopback and inner.is_loopback:
        return
    closed = inner.is_multicast or inner.is_reserved or (isinstance(inner, IPv6Address) and inner.is_site_local)
    if closed or not inner.is_global:
        raise NotAllowed("This address lies inside a network. Give one that the whole internet can reach.")


def _inside(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
