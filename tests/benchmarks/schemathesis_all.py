"""Every operation of the interface against its own description: every check of schemathesis, as each kind of client.

    python -m tests.benchmarks.schemathesis_all [--examples 200] [--as check,publish ...] [--seed N]

A small school is served on a real socket. For each kind of client (its scopes) the
examples, the edges of every schema, random right and wrong requests, and chains of
requests along the description's links are tried. Nothing is left out; that a request
of the right shape is refused for what it means (an event that is not there, a receipt
that is none) is what 404, 409, 410 and 422 are for.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from api.app import create_app
from api.application.opening import now
from api.platform.rate_limit import Rate
from api.security.scopes import Scope
from consent_db.accounts.records import NewClient
from tests.support.school import Clock, School, founded
from tests.support.serving import served

CLIENTS: Final = (",".join(Scope), *Scope, "")
"""The scopes of each kind of client: all, each alone, and none."""

MANY: Final = 1_000_000
"""Requests a minute: what is too many is tried elsewhere."""

CONFIG: Final = """
[auth.openapi.key]
bearer = "{key}"

[auth.openapi.token]
bearer = "{key}"

[auth.openapi.basic]
username = "{client}"
password = "{key}"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "410", "422"]
"""
HOOKS: Final = {"SCHEMATHESIS_HOOKS": "tests.benchmarks.schemathesis_hooks"}

CONSOLE: Final = Console()


def main() -> int:
    """Try each kind of client and say how many requests failed; 1 if any did."""
    options = _options()
    failed = {scopes: _tried(scopes, options) for scopes in options.clients}
    CONSOLE.print({scopes or "nothing": "failed" if bad else "0 failures" for scopes, bad in failed.items()})
    return int(any(failed.values()))


def _tried(scopes: str, options: argparse.Namespace) -> bool:
    """Serve a school and try everything as a client with these scopes; say whether something failed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, founded(Path(folder) / "data", Clock(now())) as school:
        services = replace(school.services, rate=Rate("minute", MANY, now), reads=Rate("reads", MANY, now))
        client = _client(school, scopes)
        config = Path(folder) / "schemathesis.toml"
        config.write_text(CONFIG.format(client=client.id, key=client.key), "utf-8")
        with socket.create_server(("127.0.0.1", 0)) as anywhere:
            port = anywhere.getsockname()[1]
        app = create_app(services.settings, services)
        (Path(folder) / "openapi.json").write_text(json.dumps(app.openapi()), "utf-8")
        with served(app, port):
            bad = _run(config, port, options) != 0
    CONSOLE.print(f"{scopes or 'nothing'}: {time.monotonic() - began:.0f} s")
    return bad


def _client(school: School, scopes: str) -> NewClient:
    with school.services.store.transaction("user:admin", now()) as tx:
        allowed = [scope for scope in scopes.split(",") if scope]
        return tx.clients.add("A program", allowed, ("website",), now() + timedelta(days=30))


def _run(config: Path, port: int, options: argparse.Namespace) -> int:
    """Run schemathesis in a process of its own; 0 if nothing failed."""
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "--no-color",
        "run", str(config.with_name("openapi.json")), "--url", f"http://127.0.0.1:{port}",
        "--request-timeout", "120", "--checks", "all", "--mode", "all",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(options.examples),
        "--suppress-health-check", "all", "--continue-on-failure", "--generation-database", "none",
        *(["--seed", str(options.seed)] if options.seed is not None else []),
    ]  # fmt: skip
    where = os.environ | HOOKS | {"PYTHONPATH": str(Path.cwd())}
    return subprocess.run(command, check=False, env=where, cwd=config.parent).returncode  # noqa: S603 -- our own words


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=200, help="for each operation")
    parser.add_argument("--as", dest="clients", nargs="+", default=CLIENTS, help="scopes, separated by commas")
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
