#!/usr/bin/env python3
"""Set Gatekeeper up on a machine with nothing but Python 3.11 and pip, and run a part of it.

    python3 bootstrap.py demo     set up, check the sample pictures, start the web app
    python3 bootstrap.py test     set up, run every test
    python3 bootstrap.py check    set up, run lint, types, import contracts and the tests
    python3 bootstrap.py cover    set up, run every test and say which lines none of them reaches

Everything goes into .tools and .venv below this folder: `uv` from the package
registry, then exactly the versions of uv.lock. With uv installed already,
`uv run gatekeeper demo` and `uv run pytest` do the same.
"""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE / ".tools"
UV = "uv==0.13.8"
OLDEST = (3, 11)

CHECKS = (
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
    ["deptry", "."],
    ["python", "scripts/licences.py", "check"],
)
# What a file's tests share is made once, and the files that take longest come first (tests/conftest.py).
# Three workers keep two cores busy: a quarter of each one's time is waiting for servers, databases and timers.
PYTEST = ["pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered"]  # makes the tests take a fifth longer


def main(arguments: list[str]) -> int:
    """Do what was asked for and return the exit code of the last command."""
    commands = {"demo": demo, "test": test, "check": check, "cover": cover}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 1
    if sys.version_info < OLDEST:
        print(f"Gatekeeper needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    set_up()
    return commands[arguments[0]](arguments[1:])


def demo(arguments: list[str]) -> int:
    """Check the sample pictures one by one, then start the web app."""
    return uv_run(["gatekeeper", "demo", *arguments])


def test(arguments: list[str]) -> int:
    """Run every test."""
    return uv_run([*PYTEST, *arguments])


def check(arguments: list[str]) -> int:
    """Run lint, types, import contracts and the tests; stop at the first that fails."""
    for command in (*CHECKS, [*PYTEST, *arguments]):
        if code := uv_run(command):
            return code
    return 0


def cover(arguments: list[str]) -> int:
    """Run every test and report what none of them reaches."""
    return uv_run([*PYTEST, *COVERAGE, *arguments])


def set_up() -> None:
    """Install uv beside the project, and with it everything that the lock names."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
    ]
    steps = [] if uv_path().exists() else [[*pip, "--target", str(TOOLS), UV]]
    for step in (*steps, [str(uv_path()), "sync", "--locked", "--quiet", "--compile-bytecode"]):
        if subprocess.run(step, check=False, cwd=HERE, env=environment()).returncode:
            sys.exit("Setting up did not work; the lines above say why. It needs pip and a package registry.")


def uv_run(command: list[str]) -> int:
    """Run a command of the project's environment."""
    whole = [str(uv_path()), "run", "--no-sync", *command]
    return subprocess.run(whole, check=False, cwd=HERE, env=environment()).returncode


def uv_path() -> Path:
    """Return where pip puts uv's program."""
    return TOOLS / "bin" / "uv"


def environment() -> dict[str, str]:
    """Return the environment for uv: this very Python, the lock's versions, the system's trust.

    Schools sit behind proxies with certificates of their own, which only the
    system knows. What is compiled is kept, whatever is usual on this machine: the
    tests start some hundred processes, and each would compile everything again.
    """
    unwanted = {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONDONTWRITEBYTECODE"}
    inherited = {key: value for key, value in os.environ.items() if key not in unwanted}
    wanted = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    trusted = ssl.get_default_verify_paths()
    if trusted.cafile or trusted.capath:
        wanted["UV_SYSTEM_CERTS"] = "true"
    return inherited | wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
