"""The address of this installation, read strictly: a scheme, a host, perhaps a port, and nothing else."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_USUAL: Final = {"http": 80, "https": 443}


def origin_of(address: str) -> str:
    """Return an address as browsers write its origin: lower case, without the usual port and without a slash.

    Raises:
        ValueError: saying what is wrong with it.
    """
    if address != address.strip() or not address.isascii() or not address.isprintable() or " " in address:
        raise ValueError("there are spaces or letters in it that an address does not have")
    parts, port = _split(address)
    if parts.scheme not in _USUAL or not address.lower().startswith(f"{parts.scheme}://"):
        raise ValueError("it has to begin with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("it must not hold a user or a password")
    if parts.path not in {"", "/"} or "?" in address or "#" in address:
        raise ValueError("it must end behind the host or port, without a path or a query")
    host = parts.hostname or ""
    if not _is_host(host):
        raise ValueError("the host is none")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" if port in {None, _USUAL[parts.scheme]} else f"{parts.scheme}://{host}:{port}"


def _split(address: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError("the host or the port is none") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("the port is none")
    return parts, port


def _is_host(host: str) -> bool:
    """Say whether a host is an address or a name (RFC 1123), not a number that browsers read as an address."""
    try:
        ip_address(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        return len(host) <= 253 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()  # noqa: PLR2004
    return True
