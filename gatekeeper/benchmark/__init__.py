"""How well the gate sees, measured on a folder of labelled photographs.

`benchmark` is the whole of it. What it measures is the product's own finding,
enrolling, matching and deciding; the folder never leaves the machine.
"""

from gatekeeper.benchmark.pictures import FolderUnusable
from gatekeeper.benchmark.report import Cost, Curve, Gate, Identification, Point, Rate, Report
from gatekeeper.benchmark.run import Findings, Kept, Meter, Protocol, benchmark

__all__ = [
    "Cost",
    "Curve",
    "Findings",
    "FolderUnusable",
    "Gate",
    "Identification",
    "Kept",
    "Meter",
    "Point",
    "Protocol",
    "Rate",
    "Report",
    "benchmark",
]
