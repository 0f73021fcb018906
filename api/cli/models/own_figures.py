"""`gatekeeper benchmark --own`: the school's own figures, printed and not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from api.application.register.own_accuracy import OwnAccuracy, measure_own
from api.cli.options import ACTOR, err, out
from api.cli.screening import services
from consent_db.errors import NotPossible
from gatekeeper.benchmark import Rate
from gatekeeper.benchmark.own.figures import FEWEST, Figures, Row

_NONE: Final = (
    "No reference photographs are kept, so nothing can be measured on your own people this way. With "
    "keep_reference_photos = true in the policy they are kept from the next enrolment on; or lay out a folder as "
    "docs/how-to/measure.md says."
)
_CAVEAT: Final = (
    "Reference photographs are posed and of one time: pictures that you publish are harder. The photographs of one "
    "person resemble each other, so the true bounds are wider. Give the people of a class whose figures are poor a "
    "third photograph."
)
_LITTLE: Final = 300


def show_own(data: Path | None) -> dict[str, Any]:
    """Measure, print the tables, and return the same for JSON.

    Raises:
        NotPossible: no reference photograph is kept.
    """
    with services(data) as opened, Progress(console=err, transient=True) as bar:
        task = bar.add_task("reference photographs")

        def steps(people: int) -> Any:
            bar.update(task, total=2 * people)
            return lambda: bar.advance(task)

        found = measure_own(opened, ACTOR, steps)
    if found is None:
        raise NotPossible(_NONE)
    out.print(_table("By class", found.by_class, found.all))
    out.print(_table("By age", found.by_band, found.all))
    for sentence in _sentences(found):
        out.print(sentence, soft_wrap=True, highlight=False, markup=False)
    return _json(found)


def _table(title: str, found: Sequence[Row], total: Figures) -> Table:
    table = Table(
        "who", "people", "not recognised", "with the class chosen", "taken for another", "stranger passes", title=title
    )
    for row in (*found, Row("all", total)):
        if row.figures is None:
            table.add_row(escape(row.name), f"withheld: under {FEWEST} people, or to protect such a row", *[""] * 4)
        else:
            one = row.figures
            rates = (one.missed, one.missed_in_class, one.mistaken, one.passed)
            table.add_row(escape(row.name), str(one.people), *map(_rate, rates))
    return table


def _rate(rate: Rate) -> str:
    return str(rate) if rate.of else "not tried"


def _sentences(found: OwnAccuracy) -> Iterator[str]:
    yield (
        "Not recognised: each photograph against a template of the person's other ones; staff name such a face by a "
        "tap. Stranger passes: each face as that of a person without a template, with their class chosen. Bounds are "
        "95 %."
    )
    if found.single:
        yield f"People with a single photograph, which cannot be left out: {found.single}. Give them a second one."
    tried = found.all.passed.of
    if tried < _LITTLE:
        most = Rate(0, tried).high
        yield f"{tried} photographs are few: even if none of them passes wrongly, up to {most:.1%} of strangers could."
    yield _CAVEAT


def _json(found: OwnAccuracy) -> dict[str, Any]:
    return {
        "all": _figures(found.all),
        "by_class": {row.name: _figures(row.figures) for row in found.by_class},
        "by_age": {row.name: _figures(row.figures) for row in found.by_band},
        "single_photograph": found.single,
    }


def _figures(one: Figures | None) -> dict[str, Any] | None:
    if one is None:
        return None
    names = ("missed", "missed_in_class", "mistaken", "passed")
    rates: dict[str, Rate] = {name: getattr(one, name) for name in names}
    return {"people": one.people} | {
        name: {"hits": rate.hits, "of": rate.of, "low": rate.low, "high": rate.high} for name, rate in rates.items()
    }
