"""Mutation testing of the code that decides: which changes to it does no test notice?

    uv run --with mutmut python -m tests.benchmarks.mutants [--most 120] [--seed 1] [--survivors FILE] [MODULE ...]

mutmut (https://mutmut.readthedocs.io) makes the mutants and runs the tests; it is no
dependency of the project, so it is brought along with `--with`. A module is named by
its path. Each is tried with the quickest tests that are about it (`SUITES`), and where
it has more than `--most` mutants, with that many of them, drawn by `--seed`. Printed
are all mutants, those tried, killed and survived; exit 1 if fewer than 90 % are killed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.paths import ROOT

GOAL: Final = 0.9
_LINKED: Final = ("gatekeeper", "consent_db", "api", "tests", "docs", "sample_images", "README.md")
_UNNOTICED: Final = {0, 33}
"""mutmut's exit codes for a mutant with which every test passes, and for one that no test runs."""

_RULES: Final = ("tests/gatekeeper/decision/rules", "tests/gatekeeper/decision/test_findings.py")
_CAPTION: Final = tuple(
    f"tests/gatekeeper/caption/test_{about}.py"
    for about in ("names", "disguises", "review", "rewrite", "strangers", "words")
)
_NAMING: Final = ("tests/gatekeeper/naming", "tests/gatekeeper/caption/test_names.py")

SUITES: Final[Mapping[str, tuple[str, ...]]] = {
    "gatekeeper/decision/authority.py": ("tests/gatekeeper/decision/test_authority.py",),
    "gatekeeper/decision/rules/annotation_rules.py": _RULES,
    "gatekeeper/decision/rules/__init__.py": (*_RULES, "tests/gatekeeper/decision/test_objections.py"),
    "gatekeeper/decision/traces.py": ("tests/gatekeeper/decision/test_traces.py",),
    "gatekeeper/identity/matching.py": ("tests/gatekeeper/identity",),
    "gatekeeper/consent/permission.py": (
        "tests/gatekeeper/consent/test_permission.py",
        "tests/gatekeeper/consent/test_permission_table.py",
    ),
    "gatekeeper/identity/annotations.py": (
        "tests/gatekeeper/identity/test_annotations.py",
        "tests/gatekeeper/decision/rules",
    ),
    "gatekeeper/decision/objections.py": ("tests/gatekeeper/decision/test_objections.py",),
    "consent_db/roster/identity.py": ("tests/consent_db/roster/test_identity.py",),
    "gatekeeper/naming/*.py": _NAMING,
    "gatekeeper/caption/names.py": _CAPTION,
    "gatekeeper/caption/review.py": _CAPTION,
}
"""The code that decides, and which tests are to notice when it changes. Paths and patterns of paths."""


@dataclass(slots=True)
class Score:
    """How one module fared.

    Attributes:
        module: its path.
        mutants: how many there are.
        killed: names of those that made a test fail, or run out of time.
        survived: names of those that no test noticed.
    """

    module: str
    mutants: int
    killed: list[str] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.killed) + len(self.survived)


def sampled(names: Sequence[str], most: int, seed: int) -> list[str]:
    """Return all of the names, or as many as are wanted, the same ones for the same seed."""
    return list(names) if len(names) <= most else sorted(random.Random(seed).sample(list(names), most))


def scores(pattern: str, most: int, seed: int, survivors: list[str]) -> Iterator[Score]:
    """Yield the score of each module of a pattern, tried together with the tests of the pattern.

    Args:
        pattern: a key of `SUITES`.
        most: how many mutants of a module are tried at most.
        seed: which are drawn where there are more.
        survivors: where a patch for each mutant that survived is added.
    """
    modules = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
    with TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name)
        _lay_out(folder, pattern)
        every = {module: names for module in modules if (names := _names(folder, module))}
        chosen = {name for names in every.values() for name in sampled(names, most, seed)}
        _mutmut(folder, "run", "--max-children", "1", *sorted(chosen))
        for module, names in every.items():
            score = _score(folder, module, len(names), chosen)
            survivors.append(_run(folder, "-c", _SHOW, *score.survived))
            yield score


def _lay_out(folder: Path, pattern: str) -> None:
    """Write a project that has this one's code and tests, and mutmut's settings."""
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    tests = sorted(str(path.relative_to(ROOT)) for test in SUITES[pattern] for path in ROOT.glob(test))
    settings = {
        "source_paths": [pattern.partition("/")[0]],
        "only_mutate": [pattern],
        "also_copy": [*_LINKED, "pyproject.toml"],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "--hypothesis-profile=ci"],
        "pytest_add_cli_args_test_selection": tests,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    switches = [f"{key} = false" for key in ("track_dependencies", "use_git_change_detection")]
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = "\n".join((own, "[tool.mutmut]", *lines, *switches, ""))
    tomllib.loads(text)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


_SHOW: Final = """
import sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
for name in sys.argv[1:]:
    print("#", name, get_diff_for_mutant(name), sep="\\n")
"""


_NAMING_OF_MUTANTS: Final = """
import json, sys
from mutmut.mutation.file_mutation import mutate_file_contents
print(json.dumps(mutate_file_contents(sys.argv[1], open(sys.argv[1], encoding="utf-8").read()).mutant_names))
"""


def _names(folder: Path, module: str) -> list[str]:
    """Return how mutmut calls each mutant of a module."""
    dotted = module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return [f"{dotted}.{name}" for name in json.loads(_run(folder, "-c", _NAMING_OF_MUTANTS, module))]


def _mutmut(folder: Path, *words: str) -> str:
    return _run(folder, "-m", "mutmut", *words)


def _run(folder: Path, *words: str) -> str:
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    if done.returncode:
        sys.exit(f"mutmut failed.\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def _score(folder: Path, module: str, mutants: int, chosen: AbstractSet[str]) -> Score:
    score = Score(module, mutants)
    read = json.loads((folder / "mutants" / f"{module}.meta").read_text(encoding="utf-8"))
    for name, code in read["exit_code_by_key"].items():
        if name in chosen and code is not None:
            (score.survived if code in _UNNOTICED else score.killed).append(name)
    return score


def _line(score: Score, seconds: float) -> str:
    share = f"{len(score.killed) / score.tried:.0%}" if score.tried else "-"
    numbers = f"{score.mutants} | {score.tried} | {len(score.killed)} | {len(score.survived)}"
    return f"| `{score.module}` | {numbers} | {share} | {seconds:.0f} s |"


def main() -> None:
    """Print the table; exit 1 if fewer mutants are killed than `GOAL` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", default=list(SUITES), help="a path of `SUITES`")
    parser.add_argument("--most", type=int, default=120, help="mutants of a module that are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survivors", type=Path, help="file for a patch of each mutant that survived")
    given = parser.parse_args()
    if strange := set(given.modules) - set(SUITES):
        parser.error(f"no tests are named for {', '.join(sorted(strange))}; choose of {', '.join(SUITES)}")
    if importlib.util.find_spec("mutmut") is None:
        parser.error("mutmut is not installed. Run: uv run --with mutmut python -m tests.benchmarks.mutants")
    patches: list[str] = []
    tried = killed = 0
    print("| module | mutants | tried | killed | survived | share | time |\n|---|---|---|---|---|---|---|")  # noqa: T201
    for pattern in given.modules:
        started = time.monotonic()
        for score in scores(pattern, given.most, given.seed, patches):
            print(_line(score, time.monotonic() - started), flush=True)  # noqa: T201 (the answer)
            tried, killed = tried + score.tried, killed + len(score.killed)
            if given.survivors:
                given.survivors.write_text("\n".join(patches), encoding="utf-8")
    if given.survivors:
        given.survivors.write_text("\n".join(patches), encoding="utf-8")
    sys.exit(killed < GOAL * tried)


if __name__ == "__main__":
    main()
