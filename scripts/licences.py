"""The licences of everything that is installed, and a bill of materials made from the lock.

    python scripts/licences.py check          fail if a licence is not on the list of those that are allowed
    python scripts/licences.py sbom FILE      write a bill of materials (CycloneDX 1.6, JSON)
    python scripts/licences.py page FILE      write docs/reference/licences.md

`licences.toml` beside this file says for each package of uv.lock under which licence
(SPDX) it comes, which licences are allowed, and for which package another one is. A package
that is new in the lock has to be added there by a person who read its licence.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Any, Final

from gatekeeper.vision.weights import CATALOGUE, Weights

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = "gatekeeper-photos"
_BUILT: Final = {"dlib-bin", "opencv-python-headless"}
"""Packages with built libraries, in place of those that would be built from source."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the lock: its version, what it needs, and the SHA-256 of each of its files."""

    name: str
    version: str
    needs: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What was said of licences: of each package, which are allowed, and which for one package only."""

    packages: Mapping[str, str]
    allowed: frozenset[str]
    exceptions: Mapping[str, str]


def packages(lock: Mapping[str, Any]) -> dict[str, Package]:
    """Return the packages of a lock by name, the project itself among them."""
    return {one["name"]: _package(one) for one in lock["package"]}


def needed_at_run_time(found: Mapping[str, Package]) -> set[str]:
    """Return the packages that an installation has; the others are for those who develop."""
    names, waiting = set[str](), [ROOT]
    while waiting:
        name = waiting.pop()
        if name in found and name not in names:
            names.add(name)
            waiting += found[name].needs
    return names | {
        "dlib-bin",
        "opencv-python-headless",
    }  # built libraries in place of those that are built from source


def known(text: str) -> Known:
    """Read licences.toml."""
    data = tomllib.loads(text)
    return Known(data["packages"], frozenset(data["allowed"]["licences"]), data["exceptions"])


def problems(found: Mapping[str, Package], said: Known, weights: Sequence[Weights]) -> Iterator[str]:
    """Yield what is wrong: a package or model file without a licence, or with one that is not allowed."""
    for name in sorted(found.keys() - {ROOT}):
        licence = said.packages.get(name)
        if licence is None:
            yield f"{name} is not in licences.toml. Read its licence and add a line."
        elif not is_allowed(licence, said.allowed) and name not in said.exceptions:
            yield f"{name} comes under {licence}, which is not allowed. Use another package, or say why it may stay."
        elif (declared := declared_licence(name)) is not None and declared != licence:
            yield f"{name} now says {declared}, licences.toml says {licence}. Read it and correct the line."
    for name in sorted(said.packages.keys() - found.keys()):
        yield f"{name} is in licences.toml and not in the lock any more. Take the line out."
    for one in weights:
        if not is_allowed(one.licence, said.allowed):
            yield f"The model file {one.file} comes under {one.licence}, which is not allowed. Use another model."


def is_allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Say whether an SPDX expression is met by allowed licences: all parts of AND, one part of OR."""
    if " OR " in expression:
        return any(is_allowed(part, allowed) for part in expression.split(" OR "))
    return all(part.strip("() ") in allowed for part in expression.split(" AND "))


def declared_licence(name: str) -> str | None:
    """Return the SPDX expression that an installed package declares (PEP 639); None if it declares none."""
    try:
        return metadata(name)["License-Expression"]
    except (PackageNotFoundError, KeyError):
        return None


def bill_of_materials(found: Mapping[str, Package], said: Known, weights: Sequence[Weights]) -> dict[str, Any]:
    """Return a bill of materials in CycloneDX 1.6: packages of an installation and model files."""
    names = sorted(needed_at_run_time(found) - {ROOT})
    own = {"type": "application", "bom-ref": ROOT, "name": ROOT, "version": version(ROOT)}
    links = [{"ref": name, "dependsOn": sorted(one for one in found[name].needs if one in names)} for name in names]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own | {"licenses": [{"expression": "Apache-2.0"}]}},
        "components": [*(_component(found[name], said) for name in names), *map(_model, weights)],
        "dependencies": [{"ref": ROOT, "dependsOn": sorted(one for one in found[ROOT].needs if one in names)}, *links],
    }


def page(found: Mapping[str, Package], said: Known, weights: Sequence[Weights]) -> str:
    """Return the list of licences as Markdown."""
    run_time = needed_at_run_time(found) - {ROOT}
    lines = [
        "# Licences",
        "",
        "Made from `uv.lock` and the catalogue of model files by `python scripts/licences.py page`. What built",
        "packages hold inside, and what that means if an installation is passed on: [licences](../licences.md).",
        "",
        "## Model files",
        "",
        "| model | file | licence of the weights | published at |",
        "|---|---|---|---|",
        *(f"| {one.name} | `{one.file}` | {one.licence} | {one.source} |" for one in weights),
    ]
    for title, names in (("Libraries", run_time), ("For development only", found.keys() - run_time - {ROOT})):
        lines += ["", f"## {title}", "", "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {name} | {found[name].version} | {said.packages.get(name, '?')} |" for name in sorted(names)]
    return "\n".join(lines) + "\n"


def _package(one: Mapping[str, Any]) -> Package:
    extras = one.get("optional-dependencies", {})
    needs = [*one.get("dependencies", ()), *(need for needs in extras.values() for need in needs)]
    files = [*one.get("wheels", ()), *([one["sdist"]] if "sdist" in one else [])]
    hashes = {file["url"].rpartition("/")[2]: file["hash"].removeprefix("sha256:") for file in files if "url" in file}
    return Package(one["name"], one["version"], tuple(dict.fromkeys(need["name"] for need in needs)), hashes)


def _component(package: Package, said: Known) -> dict[str, Any]:
    address = f"pkg:pypi/{package.name}@{package.version}"
    files = [
        {
            "type": "distribution",
            "url": f"https://pypi.org/project/{package.name}/{package.version}/#{file}",
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
        for file, digest in package.files.items()
    ]
    licence = [{"expression": said.packages.get(package.name, "NOASSERTION")}]
    facts = {"type": "library", "bom-ref": package.name, "name": package.name, "version": package.version}
    return facts | {"purl": address, "licenses": licence, "externalReferences": files}


def _model(weights: Weights) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"weights/{weights.name}",
        "name": weights.file,
        "description": f"The net that {weights.role}.",
        "hashes": [{"alg": "SHA-256", "content": weights.sha256}],
        "licenses": [{"expression": weights.licence}],
        "externalReferences": [{"type": "website", "url": weights.source}],
    }


def main(arguments: Sequence[str]) -> int:
    """Do what was asked for; return the exit code."""
    found = packages(tomllib.loads((HERE.parent / "uv.lock").read_text("utf-8")))
    said, weights = known((HERE / "licences.toml").read_text("utf-8")), tuple(CATALOGUE.values())
    match arguments:
        case ["check"]:
            wrong = list(problems(found, said, weights))
            sys.stderr.writelines(f"{one}\n" for one in wrong)
            return 1 if wrong else 0
        case ["sbom", file]:
            text = json.dumps(bill_of_materials(found, said, weights), indent=1) + "\n"
        case ["page", file]:
            text = page(found, said, weights)
        case _:
            sys.stderr.write(__doc__ or "")
            return 1
    Path(file).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
