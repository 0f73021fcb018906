"""A stand-in for S3 on this machine: whole objects, conditional creation, listing in pages, deletion.

It speaks as much of the protocol as obstore asks of it. `GATEKEEPER_TEST_BUCKET` has the contract test run on a
real bucket in its place.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import fromstring
from xml.sax.saxutils import escape

PAGE = 3
"""Objects in a page of a listing: few, so that tests see several pages."""


@dataclass
class BucketStandIn:
    """What is in the bucket: the bytes of each object by its path, and when each was written."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, datetime] = field(default_factory=dict)
    refuses: bool = False
    """Whether it knows no credentials."""
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, path: str, data: bytes, *, if_absent: bool) -> bool:
        """Store an object, unless there is one already and that matters; say whether it was stored."""
        with self.lock:
            if if_absent and path in self.objects:
                return False
            self.objects[path], self.written[path] = data, datetime.now(UTC)
            return True

    def delete(self, path: str) -> None:
        """Remove an object, if it is there."""
        with self.lock:
            self.objects.pop(path, None)
            self.written.pop(path, None)

    def age(self, by: timedelta) -> None:
        """Let every object have been written earlier."""
        for path in self.written:
            self.written[path] -= by

    def page(self, prefix: str, after: str) -> str:
        """Return one page of a listing, as S3 writes it (ListObjectsV2)."""
        with self.lock:
            keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
            rows = "".join(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{self.written[key]:%Y-%m-%dT%H:%M:%S.000Z}"
                f"</LastModified><ETag>{etag(self.objects[key])}</ETag><Size>{len(self.objects[key])}</Size></Contents>"
                for key in keys[:PAGE]
            )
        more = len(keys) > PAGE
        token = f"<NextContinuationToken>{escape(keys[PAGE - 1])}</NextContinuationToken>" if more else ""
        return f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>"


def etag(data: bytes) -> str:
    """Return the entity tag of an object."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


@contextmanager
def bucket_standing_in() -> Iterator[BucketStandIn]:
    """Serve an empty bucket on 127.0.0.1 until the block is left."""
    bucket = BucketStandIn()

    class Handler(_Handler):
        holds = bucket

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    bucket.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that a test cut."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    holds: BucketStandIn

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        stored = self.holds.put(self._path, data, if_absent=self.headers.get("If-None-Match") == "*")
        self._answer(200 if stored else 412, b"", {"ETag": etag(data)} if stored else {})

    def do_GET(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        if "list-type" in query:
            page = self.holds.page(query.get("prefix", ""), query.get("continuation-token", ""))
            self._answer(200, page.encode(), {"Content-Type": "application/xml"})
            return
        data, written = self.holds.objects.get(self._path), self.holds.written.get(self._path)
        if data is None or written is None:
            self._answer(404, b"")
            return
        about = {"ETag": etag(data), "Last-Modified": format_datetime(written, usegmt=True)}
        self._answer(200, data, about)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        asked = fromstring(self.rfile.read(int(self.headers.get("Content-Length") or 0)))  # noqa: S314, a test's own
        keys = [key.text or "" for key in asked.findall(".//{*}Key")]
        if not self.holds.refuses:
            for key in keys:
                self.holds.delete(key)
        rows = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode(), {"Content-Type": "application/xml"})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    @property
    def _path(self) -> str:
        """The object's path, behind the name of the bucket."""
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.holds.requests += 1
        status, body = (403, b"") if self.holds.refuses else (status, body)
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
