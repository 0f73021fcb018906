"""A benchmark's numbers as tables for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rich.table import Table

from api.application.evaluation import comparing
from gatekeeper.benchmark import Rate

Results = Mapping[str, Any]
"""What `gatekeeper benchmark --json` writes."""

INTRUDERS: Final = {
    "stranger": "a stranger",
    "no_consent": "a person enrolled without consent",
    "listed": "a person on the do-not-publish list",
    "listed_without_template": "a person on the list without a template",
}


def rate(plain: Mapping[str, Any]) -> Rate:
    """Return the rate that was written down."""
    return Rate(plain["hits"], plain["of"])


def all_wrong(gate: Mapping[str, Any], which: str = "wrong_approvals") -> Rate:
    """Return wrong approvals of all kinds of intruder together."""
    rates = [rate(plain) for plain in gate[which].values()]
    return Rate(sum(one.hits for one in rates), sum(one.of for one in rates))


def tables(results: Results) -> Iterator[Table | str]:
    """Yield what a school reads, in the order in which it should."""
    engines = results["engines"]
    gates = {name: report["gate"] for name, report in engines.items() if report.get("gate")}
    if gates:
        yield _gate(gates)
        yield from (_in_words(name, gate) for name, gate in gates.items())
        yield from _verdicts({name: gate for name, gate in gates.items() if name != comparing.NAME})
    for name, report in engines.items():
        if "identification" in report:
            yield from _single(name, report)


def _gate(gates: Mapping[str, Any]) -> Table:
    first = next(iter(gates.values()))
    title = f"Whole pictures: {first['people']} people, {first['references']} photographs each"
    table = Table("", *gates, title=title)

    def row(what: str, pick: Callable[[Any], Rate | str]) -> None:
        table.add_row(what, *(str(pick(gate)) for gate in gates.values()))

    for kind, words in INTRUDERS.items():
        passed = {name: rate(gate["wrong_approvals"][kind]) for name, gate in gates.items()}
        table.add_row(f"approved although it shows {words}", *map(str, passed.values()))
    row("all four together", all_wrong)
    row("blocked although all may be shown", lambda gate: rate(gate["needless_blocks"]))
    row("  without known bystanders", lambda gate: rate(gate["needless_alone"]))
    row("  because of", lambda gate: _causes(gate["causes_alone"]))
    row("listed people seen as near the list", lambda gate: _unless_none(rate(gate["possible_listed"])))
    row("others seen as near the list", lambda gate: _unless_none(rate(gate["false_listed"])))
    return table


def _in_words(name: str, gate: Mapping[str, Any]) -> str:
    wrong, blocked = all_wrong(gate), rate(gate["needless_alone"])
    return (
        f"{name}: of {wrong.of} pictures with one person who may not be shown it let {wrong.hits} go. With 95 % "
        f"confidence the true share is at most {wrong.high:.2%}. It stops {blocked.share:.0%} of the good pictures."
    )


def _verdicts(gates: Mapping[str, Any]) -> Iterator[str]:
    """Yield for every engine after the first whether a school should change over to it."""
    if not gates:
        return
    (base, before), *others = gates.items()
    was, blocked = all_wrong(before), rate(before["needless_alone"])
    for name, gate in others:
        wrong, now = all_wrong(gate), rate(gate["needless_alone"])
        if wrong.hits > was.hits:
            yield (
                f"Do not change from {base} to {name}: it let {wrong.hits} of {wrong.of} pictures go that had to be "
                f"stopped, {base} {was.hits}. Calibrate it with a lower `wanted`, or leave it."
            )
        elif now.high < blocked.low:
            yield (
                f"{name} gains: it stops {now.share:.1%} of the good pictures, {base} {blocked.share:.1%}, "
                f"and it let no more pictures go that had to be stopped ({wrong.hits} and {was.hits})."
            )
        elif now.low > blocked.high:
            shares = f"{now.share:.1%} of the good pictures, {base} {blocked.share:.1%}"
            yield f"Do not change from {base} to {name}: it stops {shares}."
        else:
            yield (
                f"Whether {name} or {base} stops fewer good pictures ({now.share:.1%} and {blocked.share:.1%}) may be "
                "chance. Try more pictures (--scenes) or more registers (--registers) before you change."
            )


def _single(name: str, report: Mapping[str, Any]) -> Iterator[Table | str]:
    single = Table(
        "people", "photographs", "missed", "taken for another", "strangers recognised", title=f"Single faces: {name}"
    )
    for line in report["identification"]:
        shares = (str(rate(line[what])) for what in ("missed", "mistaken", "wrong"))
        single.add_row(str(line["people"]), str(line["references"]), *shares)
    found = {**report["recall"], **report["conditions"]}
    if report["false_alarms"]["of"]:
        found["pictures without a face in which one is found"] = report["false_alarms"]
    faces = Table("what", "so many of so many (95 % bounds)", title=f"Faces found: {name}")
    for what, plain in found.items():
        faces.add_row(what, str(rate(plain)))
    yield from (table for table in (single, faces) if table.row_count)
    cost = report["cost"]
    yield (
        f"{name}: {cost['median']:.2f} s a portrait in the middle, {cost['slowest']:.2f} s at most, "
        f"{cost['peak'] / 2**20:.0f} MB at most; refused as references: {rate(report['refused_references'])}."
    )


def _causes(causes: Mapping[str, int]) -> str:
    return "\n".join(f"{count} {cause}" for cause, count in causes.items())


def _unless_none(one: Rate) -> str:
    return str(one) if one.of else ""
