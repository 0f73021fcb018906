"""Large bodies against a real server: what a client manages to send before it is answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.security.requests import arrival, lingering
from tests.support.http import Program
from tests.support.serving import served

CHUNK = 65_536
BUFFERS = 12 * 1024 * 1024
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
    """Of 300 MB what is thrown away behind the 401 is bounded, and the rest never leaves the sender."""
    line, sent = _send_much(port, {})
    assert line in {b"HTTP/1.1 401 Unauthorized", b""}
    assert sent < lingering.MOST + BUFFERS


def test_a_chunked_body_ends_at_the_limit(port: int, scheduler: Program) -> None:
    """With a valid key, reading stops at the limit though no length was declared."""
    started = time.monotonic()
    line, sent = _send_much(port, scheduler.headers)
    assert line in {b"HTTP/1.1 413 Content Too Large", b"HTTP/1.1 413 Request Entity Too Large", b""}
    assert sent < 27 * 1024 * 1024 + lingering.MOST + BUFFERS
    assert time.monotonic() - started < 30


def _send_whole(port: int, headers: dict[str, str], size: int, path: str = "/v1/checks") -> bytes:
    """Send a whole request with a declared length before reading; return the answer's first line."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n{head}"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(f"{start}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        for begin in range(0, size, CHUNK):
            wire.sendall(b"x" * min(CHUNK, size - begin))
        return wire.recv(4096).partition(b"\r\n")[0]


def test_an_early_answer_reaches_a_client_that_reads_late(port: int, scheduler: Program) -> None:
    """A client that sends its whole body before it reads gets the 413, 401 or 404, never a reset."""
    megabyte = 1024 * 1024
    assert b" 413 " in _send_whole(port, scheduler.headers, 28 * megabyte)
    assert b" 401 " in _send_whole(port, {"Authorization": "Bearer gk_wrong"}, 9 * megabyte)
    assert b" 404 " in _send_whole(port, scheduler.headers, 9 * megabyte, "/v1/chekcs")


def test_a_body_that_stalls_is_given_up(port: int, scheduler: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload that sends nothing more is answered 408 and its connection closed."""
    monkeypatch.setattr(arrival, "STALLED", 0.3)
    monkeypatch.setattr(lingering, "PAUSE", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        head = "".join(f"{name}: {value}\r\n" for name, value in scheduler.headers.items())
        start = f"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n{head}"
        wire.sendall(f"{start}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode() + OPENING)
        answer = b"".join(iter(lambda: wire.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:gatekeeper:problem:request-timeout" in answer
    assert scheduler.get("/v1/checks").json()["checks"] == []


def test_a_body_that_trickles_is_given_up(port: int, scheduler: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that come one by one do not hold a connection for ever."""
    monkeypatch.setattr(arrival, "GRACE", 0.5)
    monkeypatch.setattr(lingering, "PAUSE", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        head = "".join(f"{name}: {value}\r\n" for name, value in scheduler.headers.items())
        start = f"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n{head}"
        wire.sendall(f"{start}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode() + OPENING)
        for _ in range(10):
            wire.sendall(b"x")
            time.sleep(0.1)
        assert wire.recv(4096).startswith(b"HTTP/1.1 408 ")
