"""Large bodies against a real server: what a client manages to send before it is answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Program
from tests.serving import served

CHUNK = 65_536
MUCH = 300 * 1024 * 1024
OPENING = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'


@pytest.fixture
def port(http: TestClient, free_tcp_port: int) -> Iterator[int]:
    with served(http.app, free_tcp_port):
        yield free_tcp_port


def _send_much(port: int, headers: dict[str, str]) -> tuple[bytes, int]:
    """Offer 300 MB in chunks; return the answer's first line and how many bytes the kernel took."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n{head}"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(f"{start}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        wire.sendall(b"%x\r\n%s\r\n" % (len(OPENING), OPENING))
        piece = b"%x\r\n%s\r\n" % (CHUNK, b"x" * CHUNK)
        sent = 0
        try:
            while sent < MUCH:
                wire.settimeout(2)
                wire.sendall(piece)
                sent += CHUNK
        except OSError:  # the server has had enough: it answered, and takes no more
            pass
        wire.settimeout(5)
        try:
            return wire.recv(4096).partition(b"\r\n")[0], sent
        except OSError:
            return b"", sent


def test_somebody_unknown_gets_no_body_across(port: int) -> None:
    """Of 300 MB only what fits into the sockets' buffers leaves the sender before the 401."""
    line, sent = _send_much(port, {})
    assert line in {b"HTTP/1.1 401 Unauthorized", b""}
    assert sent < 12 * 1024 * 1024


def test_a_chunked_body_ends_at_the_limit(port: int, scheduler: Program) -> None:
    """With a valid key, reading stops at the limit though no length was declared."""
    started = time.monotonic()
    line, sent = _send_much(port, scheduler.headers)
    assert line in {b"HTTP/1.1 413 Content Too Large", b"HTTP/1.1 413 Request Entity Too Large", b""}
    assert sent < 45 * 1024 * 1024
    assert time.monotonic() - started < 20
