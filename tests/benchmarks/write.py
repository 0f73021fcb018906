"""Write the tables of `docs/accuracy.md` from the numbers of a run, so that the page never drifts from it.

    python -m tests.benchmarks.write [NUMBERS.json]

With a file, its numbers become the page's (`docs/reference/accuracy.json`). The page
keeps its words; what stands between `<!-- name -->` and `<!-- /name -->` is written anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from api.application.evaluation.results import INTRUDERS, all_wrong, rate
from gatekeeper.benchmark import Rate
from tests.support.paths import ROOT

PAGE: Final = ROOT / "docs" / "accuracy.md"
NUMBERS: Final = ROOT / "docs" / "reference" / "accuracy.json"

Results = Mapping[str, Any]

_RIVAL: Final = "face_recognition"
_OWN: Final = "sface"


def written(page: str, results: Results) -> str:
    """Return the page with every block made from the numbers.

    Raises:
        KeyError: the page has a block that nobody can write.
    """

    def block(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- {name} -->\n\n{BLOCKS[name](results)}\n\n<!-- /{name} -->"

    return re.sub(r"<!-- (?P<name>[a-z]+) -->.*?<!-- /(?P=name) -->", block, page, flags=re.DOTALL)


def _gate(results: Results) -> str:
    gates = _gates(results)
    rows = [
        [
            f"approved although it shows {words}",
            *(_told(rate(gate["wrong_approvals"][kind])) for gate in gates.values()),
        ]
        for kind, words in INTRUDERS.items()
    ]
    rows.append(["**all four together**", *(f"**{_told(all_wrong(gate))}**" for gate in gates.values())])
    rows.append(
        ["the same, where nothing but the intruder could block", *(_unless_none(gate) for gate in gates.values())]
    )
    rows.append(
        ["blocked although all may be shown", *(_told(rate(gate["needless_alone"])) for gate in gates.values())]
    )
    rows.append(
        ["the same, known bystanders left in", *(_told(rate(gate["needless_blocks"])) for gate in gates.values())]
    )
    return _table(["", *_titles(gates)], rows)


def _causes(results: Results) -> str:
    gate = results["engines"][_OWN]["gate"]
    names = dict.fromkeys((*gate["causes_alone"], *gate["causes"]))
    rows = [[name, str(gate["causes_alone"].get(name, 0)), str(gate["causes"].get(name, 0))] for name in names]
    without, all_of = gate["needless_alone"]["of"], gate["needless_blocks"]["of"]
    return _table(["blocked for", f"of {without} without known bystanders", f"of {all_of} drawn from all"], rows)


def _tradeoff(results: Results) -> str:
    gate, rival = (results["engines"][name]["gate"]["tradeoff"] for name in (_OWN, _RIVAL))
    ours = [point for point in gate if round(100 * point["setting"]) % 4 == 0 and -0.2 <= point["setting"] <= 0.12]
    theirs = [point for point in rival if round(100 * point["setting"]) % 4 == 2]
    rows = [[f"{point['setting']:+.2f}", _told(rate(point["wrong"])), _told(rate(point["needless"]))] for point in ours]
    rows += [
        [f"`{_RIVAL}`, tolerance {point['setting']:.2f}", _told(rate(point["wrong"])), _told(rate(point["needless"]))]
        for point in theirs
    ]
    return _table(["all thresholds moved by", "approved with an intruder", "good pictures blocked"], rows)


def _single(results: Results) -> str:
    rows = [
        [name, f"{line['people']:,}", str(line["references"]), _told(rate(line["missed"])), _told(rate(line["wrong"]))]
        for name, report in results["engines"].items()
        for line in report.get("identification", ())
    ]
    return _table(["engine", "enrolled", "photographs", "missed", "strangers recognised"], rows)


def _curves(results: Results) -> str:
    rows = [
        [
            name,
            f"{curve['people']:,}" + (f" ({curve['fillers']:,} fill up)" if curve["fillers"] else ""),
            str(curve["references"]),
            _told(rate(curve["at_one_in_a_thousand"])),
            f"{curve['threshold']:.3f}",
        ]
        for name, report in results["engines"].items()
        for curve in report.get("curves", ())
    ]
    return _table(["engine", "enrolled", "photographs", "missed", "at a likeness of"], rows)


def _found(results: Results) -> str:
    report = results["engines"][_OWN]
    return _table(["faces of crowds", "found"], [[name, _told(rate(one))] for name, one in report["recall"].items()])


def _changed(results: Results) -> str:
    report = results["engines"][_OWN]
    rows = [[name, _told(rate(one))] for name, one in report["conditions"].items()]
    rows.append(["pictures without a face, in which one is found", _told(rate(report["false_alarms"]))])
    return _table(["on purpose", "found"], rows)


def _speed(results: Results) -> str:
    sides = results["speed"]
    rows = [
        ["12 megapixels, 10 faces, 200 people: seconds", *(f"{side['seconds']:.2f}" for side in sides.values())],
        ["processor seconds", *(f"{side['processor']:.2f}" for side in sides.values())],
        ["faces found", *(f"{side['faces']:.0f}" for side in sides.values())],
        ["most memory, MB", *(f"{side['peak'] / 1e6:,.0f}" for side in sides.values())],
    ]
    quick, slow = (side["seconds"] for side in sides.values())
    matching, memory = results["matching"], results["memory"]
    words = (
        f"{slow / quick:.1f} times as fast on the clock. Comparing {matching['faces']} faces with "
        f"{matching['people']:,} templates takes {matching['median_ms']:.0f} ms. Opening a photograph of "
        f"{memory['megapixels']:.0f} megapixels, making its release and finding faces takes {memory['seconds']:.1f} s "
        f"and at most {memory['peak'] / 1e6:,.0f} MB, the decoding process included."
    )
    return f"{_table(['', *_titles(sides)], rows)}\n\n{words}"


def _machine(results: Results) -> str:
    machine, protocol = results["machine"], results["protocol"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    models = ", ".join(f"`{file}` {sha256[:12]}" for file, sha256 in machine["models"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory'] / 2**30:.0f} GB; Gatekeeper "
        f"{machine['gatekeeper']}, Python {machine['python']}, {libraries}. Seed {protocol['seed']}. "
        f"Models (SHA-256 begins): {models}."
    )


BLOCKS: Final[Mapping[str, Callable[[Results], str]]] = {
    "gate": _gate,
    "causes": _causes,
    "tradeoff": _tradeoff,
    "single": _single,
    "curves": _curves,
    "found": _found,
    "changed": _changed,
    "speed": _speed,
    "machine": _machine,
}


def _gates(results: Results) -> dict[str, Any]:
    return {name: report["gate"] for name, report in results["engines"].items() if report.get("gate")}


def _titles(names: Iterable[str]) -> list[str]:
    return [f"`{name}`" for name in names]


def _unless_none(gate: Mapping[str, Any]) -> str:
    decisive = all_wrong(gate, "decisive")
    return _told(decisive) if decisive.of else ""


def _told(one: Rate) -> str:
    """Return counts, share and bounds, with thousands set apart."""
    return str(one).replace(f"{one.hits}/{one.of}", f"{one.hits:,}/{one.of:,}").replace("%", " %")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main() -> None:
    """Take in new numbers, if a file is named, and write the page."""
    if len(sys.argv) > 1:
        numbers = json.loads(Path(sys.argv[1]).read_text("utf-8"))
        NUMBERS.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")
    results = json.loads(NUMBERS.read_text("utf-8"))
    PAGE.write_text(written(PAGE.read_text("utf-8"), results), "utf-8")


if __name__ == "__main__":
    main()
