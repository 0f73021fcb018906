"""What the stand-ins have in common: a real server, and the open internet as they see it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    authorization: str
    body: Any


Answer = tuple[int, Any]


@contextmanager
def standing_in(scheduler: Callable[[Request], Answer]) -> Iterator[str]:
    """Serve a stand-in on 127.0.0.1 until the block is left; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            authorization = self.headers.get("Authorization", "")
            asked = Request(
                self.command, parts.path, dict(parse_qsl(parts.query)), authorization, json.loads(sent or b"null")
            )
            status, said = scheduler(asked)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Internet:
    """The open internet: names of hosts, and where on this machine they are. Anything else is not reached."""

    hosts: Mapping[str, str]

    def take(self, url: str) -> tuple[int, bytes]:
        """Return the status and the body at an https address; 0 if nobody is there."""
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        if scheme != "https" or host not in self.hosts:
            return 0, b""
        try:
            with urllib.request.urlopen(f"{self.hosts[host]}/{path}", timeout=10) as found:  # noqa: S310 -- this machine
                return found.status, found.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
