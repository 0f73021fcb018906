"""Requests whose head never ends are hung up on; others are not disturbed."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.security.requests import http_protocol
from tests.support.serving import served

SOON = 1.0
"""Seconds for which a head may take in these tests."""
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def port(http: TestClient, free_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", SOON)
    with served(http.app, free_tcp_port):
        yield free_tcp_port


def ended(wire: socket.socket) -> bytes:
    """Return what comes until the other side hangs up."""
    wire.settimeout(20)
    found = b""
    while piece := wire.recv(65_536):
        found += piece
    return found


@pytest.mark.parametrize("sent", [b"", b"GET /heal", HEAD, HEAD + b"X-Long: " + b"a" * 1_000])
def test_a_head_that_does_not_end_is_hung_up_on(port: int, sent: bytes) -> None:
    """Whether nothing comes, half a request line, or headers without their end."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(sent)
        assert ended(wire) == b""
    assert time.monotonic() - started >= SOON * 0.9


def test_a_head_that_trickles_gets_no_more_time(port: int) -> None:
    """A byte now and then does not begin the time anew."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(HEAD)
        with pytest.raises(OSError):  # noqa: PT011 -- reset or broken pipe
            trickle(wire)
    assert time.monotonic() - started < 15


def trickle(wire: socket.socket) -> None:
    """Send a header now and then for twenty seconds."""
    for _ in range(200):
        wire.sendall(b"X-More: 1\r\n")
        time.sleep(0.1)


def test_a_head_that_is_too_long_is_refused(port: int) -> None:
    """At 32 KiB, whatever it holds."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(HEAD + b"X-Long: " + b"a" * 2 * http_protocol.HEAD_BYTES)
        assert ended(wire).startswith(b"HTTP/1.1 400")


def test_the_second_head_on_a_connection_has_its_time_too(port: int) -> None:
    """A whole request is answered, the half one behind it is given up; a pause between the two is none of its time."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        for _ in range(2):
            wire.sendall(HEAD + b"\r\n")
            answer = b""
            while b"}" not in answer:
                answer += wire.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(SOON * 1.5)
        wire.sendall(b"GET /heal")
        assert ended(wire) == b""


def test_a_request_that_takes_longer_than_its_head_may_is_answered(port: int) -> None:
    """The time is that of the head; a body that follows slowly has its own."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.settimeout(20)
        head = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1:8000\r\nContent-Length: 9\r\n"
        wire.sendall(head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        time.sleep(SOON * 1.5)
        wire.sendall(b"email=a%4")
        assert wire.recv(65_536).startswith(b"HTTP/1.1 ")
