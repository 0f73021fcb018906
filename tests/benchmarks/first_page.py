"""What the first pages weigh, and how long the service takes for them.

    python -m tests.benchmarks.first_page [--times 30]

Serves a small school on a real socket and asks as a browser that comes for the first
time: the sign-in page, and the upload page after signing in, each with everything that
it links to. Prints one JSON object; fails where a page weighs 100 kB or more, or takes
200 ms or more in the middle of its runs.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import statistics
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from api.app import create_app
from api.platform.logs import configure
from gatekeeper.types import Role
from tests.support.school import Clock, founded
from tests.support.serving import served

MOST_BYTES: Final = 100_000
LONGEST: Final = 0.2
EMAIL, PASSWORD = "head@school.example", "correct horse battery staple"
_LINKED: Final = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def main() -> int:
    """Serve, ask, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.first_page", description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    configure("error")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder, founded(Path(folder) / "data", Clock()) as school:
        with school.services.store.transaction("benchmark", school.clock()) as tx:
            tx.users.add(EMAIL, PASSWORD, Role.STAFF)
        with served(create_app(school.services.settings, school.services), port):
            browser = Browser(port)
            pages = {"sign-in": browser.weighed("/sign-in", times)}
            browser.sign_in()
            pages["upload"] = browser.weighed("/", times)
    sys.stdout.write(json.dumps(pages) + "\n")
    return int(any(page["bytes"] >= MOST_BYTES or page["median_seconds"] >= LONGEST for page in pages.values()))


class Browser:
    """Asks for pages, one connection each, and keeps one cookie."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""

    def sign_in(self) -> None:
        """Sign in; every later request is made as this person."""
        form = urlencode({"email": EMAIL, "password": PASSWORD})
        _, _, cookie = self._ask("POST", "/sign-in", form)
        self._cookie = cookie.partition(";")[0]

    def weighed(self, path: str, times: int) -> dict[str, Any]:
        """Return the bytes of a page with all that it links to, headers too, and the seconds for the page alone."""
        seconds = []
        for _ in range(times):
            begin = time.perf_counter()
            body, size, _ = self._ask("GET", path)
            seconds.append(time.perf_counter() - begin)
        parts = {path: size} | {linked: self._ask("GET", linked)[1] for linked in dict.fromkeys(_LINKED.findall(body))}
        return {
            "bytes": sum(parts.values()),
            "parts": {name.partition("?")[0]: size for name, size in parts.items()},
            "median_seconds": round(statistics.median(seconds), 4),
            "slowest_seconds": round(max(seconds), 4),
        }

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[str, int, str]:
        """Return the body, the bytes that came with headers, and the cookie that was set."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self._port}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status not in {200, 303}:
            message = f"{path} answered {answer.status}"
            raise RuntimeError(message)
        size = len(content) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return content.decode(), size, answer.getheader("Set-Cookie") or ""


if __name__ == "__main__":
    sys.exit(main())
