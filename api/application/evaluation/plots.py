"""A benchmark's numbers as one picture: matplotlib, which is an extra."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.application.evaluation import comparing
from gatekeeper.errors import GatekeeperError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, which people who do not see every colour can tell apart; markers differ as well."""

_MARKERS: Final = "osD^vPX"

_WIDTH, _ROW = 12.0, 4.8
"""Width of the picture and height of a row, in inches; with the dots an inch below, 1,200 pixels wide."""

_DPI: Final = 100

_LEAST: Final = 2e-4
"""Where the axes of shares begin: none of some thousand cannot be drawn on a logarithmic axis at 0."""


class NoPlots(GatekeeperError):
    """The library that draws is not installed."""


def must_be_possible() -> None:
    """Raise `NoPlots` unless something can be drawn, before an hour is spent on measuring."""
    if find_spec("matplotlib") is None:
        raise NoPlots("Drawing needs matplotlib. Install it with: pip install 'gatekeeper-photos[benchmark]'")


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Write a PNG: misses against strangers, the gate's two mistakes, recall by size and by kind."""
    import matplotlib as mpl  # noqa: PLC0415 (an extra)
    from matplotlib.figure import Figure  # noqa: PLC0415

    panels = _panels(results["engines"])
    rows = max(1, -(-len(panels) // 2))
    with mpl.rc_context({"font.size": 11, "axes.grid": True, "grid.alpha": 0.3, "axes.axisbelow": True}):
        figure = Figure(figsize=(_WIDTH, rows * _ROW), dpi=_DPI, layout="constrained")
        for number, panel in enumerate(panels, start=1):
            panel(figure.add_subplot(rows, min(2, len(panels)), number))
        figure.savefig(path, format="png")


def _panels(engines: Mapping[str, Any]) -> list[Callable[[Axes], None]]:
    """Return what can be drawn of these numbers: a part that was not measured leaves no empty frame."""
    first: Mapping[str, Any] = next(iter(engines.values()), {})
    recall = first.get("recall", {})
    kinds = ("all ", "occlusion ", "pose ", "blur ")
    parts: list[tuple[object, Callable[[Axes], None]]] = [
        (first.get("curves"), lambda axes: _curves(axes, first)),
        (first.get("gate"), lambda axes: _trade(axes, engines)),
        (recall, lambda axes: _recall(axes, recall, "width ", "Faces found, by width")),
        (recall, lambda axes: _recall(axes, recall, kinds, "Faces found, by what hides them")),
    ]
    return [draw for measured, draw in parts if measured]


def _curves(axes: Axes, report: Mapping[str, Any]) -> None:
    wanted = [curve for curve in report["curves"] if curve["references"] in {1, 3}][: len(_COLOURS)]
    for number, curve in enumerate(wanted):
        strangers, missed = zip(*curve["points"], strict=True)
        few = curve["references"] == 1
        label = f"{curve['people']:,} people, {curve['references']} photograph{'' if few else 's'}"
        axes.plot(
            strangers, [max(_LEAST, share) for share in missed], "--" if few else "-",
            marker=_MARKERS[number], color=_COLOURS[number], label=label,
        )  # fmt: skip
    axes.axvline(0.001, color="grey", linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="strangers recognised", ylabel="enrolled people missed")
    axes.set_title(f"Single faces ({report['engine']})")
    axes.xaxis.set_major_formatter(_percent)
    _as_percent(axes)
    if wanted:
        axes.legend(fontsize=8)


def _trade(axes: Axes, engines: Mapping[str, Any]) -> None:
    drawn = {name: report["gate"] for name, report in engines.items() if report.get("gate")}
    for number, (name, gate) in enumerate(drawn.items()):
        rival = name == comparing.NAME
        moved = [comparing.TOLERANCE - one["setting"] if rival else one["setting"] for one in gate["tradeoff"]]
        for what, line, label in (("wrong", "-", "lets an intruder pass"), ("needless", "--", "blocks a good picture")):
            shares = [max(_LEAST, point[what]["share"]) for point in gate["tradeoff"]]
            marker, colour = _MARKERS[number], _COLOURS[number]
            axes.plot(moved, shares, line, marker=marker, markersize=4, color=colour, label=f"{name} {label}")
    axes.axvline(0, color="grey", linewidth=1)
    axes.set(yscale="log", ylabel="share of pictures", xlabel="thresholds moved (0: as shipped; right: stricter)")
    axes.set_title("Whole pictures")
    _as_percent(axes)
    if drawn:
        axes.legend(fontsize=8)


def _recall(axes: Axes, recall: Mapping[str, Any], kind: str | tuple[str, ...], title: str) -> None:
    rows = {name: found for name, found in recall.items() if name.startswith(kind)}
    shares = [found["share"] for found in rows.values()]
    below = [max(0.0, found["share"] - found["low"]) for found in rows.values()]
    above = [max(0.0, found["high"] - found["share"]) for found in rows.values()]
    places = list(range(len(rows)))
    axes.barh(places, shares, xerr=[below, above], height=0.6, color=_COLOURS[5], ecolor="black", capsize=4)
    axes.set_yticks(places, [name.removeprefix("width ") for name in rows])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.05), xlabel="found (bars: 95 % bounds)", title=title)
    axes.xaxis.set_major_formatter(_percent)


def _as_percent(axes: Axes) -> None:
    """Tell shares in per cent, and none as none, which a logarithmic axis cannot show."""
    axes.set_ylim(_LEAST / 1.4, 1.2)
    axes.set_yticks([_LEAST, 0.001, 0.01, 0.1, 1.0], ["none", "0.1 %", "1 %", "10 %", "100 %"])


def _percent(share: float, _position: float) -> str:
    return f"{100 * share:g} %"
