"""What many requests at once cost everybody else, with a real server on a real socket.

    python -m tests.benchmarks.load [--uploads N]

A small school is served by a process of its own; each examination takes a third of a
second. Measured are thumbnails at once, a key's waiting time beside wrong sign-ins and
made-up cookies, and `/healthz` beside resolutions, uploads by page and a thousand uploads
by a key at once, with the memory of the server before, during and after. Ratios within one
run say more than times: the machine may be busy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import structlog

from api.application.checks.submission import build_draft
from api.application.opening import now
from api.cli.serve import run_app
from api.platform.memory import use_few_arenas
from api.platform.settings import Settings
from gatekeeper import vision
from gatekeeper.types import Pixels, Role
from gatekeeper.vision.text.reader import Writing
from tests.support.gate import FakeWords, fake_engine, upload_of
from tests.support.school import AMIRA_HUE, ATTESTED, STRANGER_HUE, School, settle
from tests.support.serving import free_port

PASSWORD: Final = "correct horse battery staple"
OFFICE: Final = "office@school.example"
EXAMINING: Final = 0.33
BOUNDARY: Final = "b0undary"
LONGEST: Final = 120.0


class SlowWords(FakeWords):
    """Takes as long to look for words as a real examination takes."""

    def read(self, pixels: Pixels) -> Writing:
        time.sleep(EXAMINING)
        return super().read(pixels)


# --- the server ----------------------------------------------------------------------


def serve(port: int, data: Path) -> None:
    """Found a school, say on standard output what its client needs, and serve it until it is stopped."""
    from unittest.mock import patch  # noqa: PLC0415 -- the nets are stood in for, nothing else

    from api.application import services as opening  # noqa: PLC0415

    use_few_arenas()
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    settings = Settings(
        data=data,
        base_url=f"http://127.0.0.1:{port}",
        second_factor=frozenset(),
        checks_per_minute=10_000,
        reads_per_minute=100_000,
        log_level="error",
    )
    with opening.open_services(settings, fake_engine(), now, FakeWords()) as services:
        print(json.dumps(_seeded(School(services, now))), flush=True)  # type: ignore[arg-type] # noqa: T201
    with (
        patch.object(vision, "load", lambda *_: fake_engine()),
        patch.object(opening, "PPOCR", lambda *_: SlowWords()),
    ):
        run_app(settings, "127.0.0.1", port)


def _seeded(school: School) -> dict[str, Any]:
    settle(school)
    store = school.services.store
    with store.transaction("tests", now()) as tx:
        office = tx.users.add(OFFICE, PASSWORD, Role.STAFF).id
        made = [
            tx.clients.add(name, {"check", "resolve", "publish"}, {"website"}, now() + timedelta(days=1))
            for name in ("One", "Two")
        ]
    submission = build_draft("website", attestations=ATTESTED)

    def check(actor: str, *hues: float) -> str:
        return school.screener.check(upload_of(*hues), submission, actor).id

    return {
        "key": made[0].key,
        "other": made[1].key,
        "pictures": [check(office, AMIRA_HUE) for _ in range(4)],
        "blocked": [check(made[0].id, AMIRA_HUE, STRANGER_HUE) for _ in range(60)],
    }


# --- the client ----------------------------------------------------------------------


class Client:
    """Asks, each time over a connection of its own."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        self.headers = {"Origin": f"http://127.0.0.1:{port}"} | {k.replace("_", "-"): v for k, v in headers.items()}

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, dict[str, str]]:
        """Return status and headers; 0 if there was no answer."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            wire.request(method, path, body, self.headers | ({"Content-Type": kind} if kind else {}))
            answer = wire.getresponse()
            answer.read()
            given = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
            session = next((one for one in given if one.startswith("sid=")), "")
            return answer.status, {**dict(answer.getheaders()), "cookie": session}
        except OSError:
            return 0, {}
        finally:
            wire.close()

    def form(self, path: str, **fields: str) -> tuple[int, dict[str, str]]:
        """Send a form as a browser does."""
        return self.ask("POST", path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")


def multipart(photo: bytes, **fields: str) -> bytes:
    """Return a form with a picture."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n'
    return "".join([*parts, head]).encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()


MULTIPART: Final = f"multipart/form-data; boundary={BOUNDARY}"


class Health(threading.Thread):
    """Asks `/healthz` twice a second, and looks at the server's memory, until it is stopped."""

    def __init__(self, port: int, pid: int) -> None:
        super().__init__(daemon=True)
        self._client, self._pid = Client(port), pid
        self._over = threading.Event()
        self.times: list[float] = []
        self.memory: list[int] = []

    def run(self) -> None:
        while not self._over.wait(0.5):
            started = time.perf_counter()
            status, _ = self._client.ask("GET", "/healthz")
            self.times.append(time.perf_counter() - started if status == 200 else LONGEST)
            self.memory.append(resident(self._pid))

    def stop(self) -> dict[str, Any]:
        """Return the median and the longest answer in ms, and the most memory in MB."""
        self._over.set()
        self.join()
        times = self.times or [0.0]
        return {"health_ms": [round(statistics.median(times) * 1000), round(max(times) * 1000)]} | {
            "rss_mb": max(self.memory or [0])
        }


def resident(pid: int) -> int:
    """Return the resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) // 1024


@contextmanager
def healthy(port: int, pid: int, result: dict[str, Any]) -> Iterator[None]:
    """Look after the server's health while the block lasts."""
    health, started = Health(port, pid), time.perf_counter()
    health.start()
    yield
    result |= {"seconds": round(time.perf_counter() - started, 1)} | health.stop()


def at_once(number: int, ask: Callable[[int], tuple[int, dict[str, str]]]) -> dict[str, Any]:
    """Ask so many times at once; return the statuses, and whether each refusal says when to come again."""
    with ThreadPoolExecutor(number) as together:
        answers = list(together.map(ask, range(number)))
    refused = [headers for status, headers in answers if status in {429, 503}]
    said = all("Retry-After" in {name.title() for name in headers} for headers in refused)
    return {"statuses": dict(Counter(status for status, _ in answers)), "retry_after": said}


def median_of(key: Client, seconds: float = 6.0) -> list[int]:
    """Return the median and the longest answer to a key's question, in ms."""
    times, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        started = time.perf_counter()
        key.ask("GET", "/v1/takedowns")
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    return [round(statistics.median(times) * 1000), round(max(times) * 1000)]


@contextmanager
def meanwhile(number: int, ask: Callable[[int, int], object]) -> Iterator[None]:
    """Have so many threads ask again and again while the block lasts."""
    over = threading.Event()

    def go(thread: int) -> None:
        count = 0
        while not over.is_set():
            count += 1
            ask(thread, count)

    threads = [threading.Thread(target=go, args=(number,), daemon=True) for number in range(number)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    yield
    over.set()
    for thread in threads:
        thread.join()


async def flood(port: int, key: str, number: int, body: bytes) -> Counter[str]:
    """Send so many uploads at once with one key, asking for the answers later."""
    found: Counter[str] = Counter()

    async def one(index: int) -> None:
        head = (
            f"POST /v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nPrefer: respond-async\r\n"
            f"Idempotency-Key: load-{index}\r\nContent-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        try:
            reading, writing = await asyncio.open_connection("127.0.0.1", port)
            writing.write(head.encode() + body)
            data = await asyncio.wait_for(reading.read(), 300)
            found[data.split(b" ", 2)[1].decode() if data else "none"] += 1
            writing.close()
        except (OSError, TimeoutError) as error:
            found[type(error).__name__] += 1

    await asyncio.gather(*(one(index) for index in range(number)))
    return found


def measured(port: int, pid: int, seed: dict[str, Any], uploads: int) -> Iterator[tuple[str, Any]]:
    """Yield each measurement by its name."""
    stranger, key = Client(port), Client(port, Authorization=f"Bearer {seed['key']}")
    other = Client(port, Authorization=f"Bearer {seed['other']}")
    _, headers = stranger.form("/sign-in", email=OFFICE, password=PASSWORD)
    office = Client(port, Cookie=headers["cookie"])
    yield "rss_mb at first", resident(pid)
    for number in (30, 60):
        result: dict[str, Any] = {}
        with healthy(port, pid, result):
            result |= at_once(
                number, lambda i: office.ask("GET", f"/checks/{seed['pictures'][i % 4]}/picture?small=true")
            )
        yield f"{number} thumbnails at once", result
    yield "key, quiet: median, max ms", median_of(key)
    with meanwhile(10, lambda i, n: Client(port, Cookie=f"sid={i:021}{n:022}").ask("GET", "/checks")):
        yield "key, beside 10 made-up cookies", median_of(key)
    with meanwhile(4, lambda i, n: stranger.form("/sign-in", email=f"a{i}-{n}@x.example", password="wrong")):
        yield "key, beside 4 wrong sign-ins", median_of(key)
    result = {}
    with healthy(port, pid, result):
        result |= at_once(
            60,
            lambda i: key.ask(
                "POST", f"/v1/checks/{seed['blocked'][i]}/resolutions", b'{"action": "cover"}', "application/json"
            ),
        )
    yield "60 resolutions at once", result
    attestations = ",".join(sorted(ATTESTED))
    body = multipart(upload_of(AMIRA_HUE, side=600), channel="website")
    result = {}
    with healthy(port, pid, result):
        result |= at_once(60, lambda _: office.ask("POST", "/checks", body, MULTIPART))
    yield "60 uploads by page at once", result
    body = multipart(upload_of(AMIRA_HUE) + b"\0" * 2_000_000, channel="website", attestations=attestations)
    result = {}
    with healthy(port, pid, result), ThreadPoolExecutor(1) as beside:
        another = beside.submit(median_of, other)
        result["statuses"] = dict(asyncio.run(flood(port, seed["key"], uploads, body)))
        result["another key's median, max ms"] = another.result()
    yield f"{uploads} uploads of 2 MB in flight", result
    time.sleep(8)
    yield "rss_mb afterwards", resident(pid)


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("--uploads", type=int, default=1_000)
    parser.add_argument("--serve", nargs=2, metavar=("PORT", "DATA"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(int(options.serve[0]), Path(options.serve[1]))
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.load", "--serve", str(port), f"{folder}/data"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:  # noqa: S603
            try:
                seed = json.loads(server.stdout.readline()) if server.stdout else {}
                while Client(port).ask("GET", "/healthz")[0] == 0:
                    time.sleep(0.2)
                for name, result in measured(port, server.pid, seed, options.uploads):
                    print(f"{name}: {json.dumps(result)}", flush=True)  # noqa: T201 -- the answer
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
