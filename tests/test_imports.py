"""The graph of imports, where import-linter's contracts (pyproject.toml) do not look."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp


def test_no_module_imports_itself_by_a_detour() -> None:
    """The modules of the three packages can be ordered so that each imports only those before it."""
    graph = grimp.build_graph("api", "consent_db", "gatekeeper", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    ordered = list(TopologicalSorter(imports).static_order())
    assert len(ordered) == len(graph.modules) > 500
