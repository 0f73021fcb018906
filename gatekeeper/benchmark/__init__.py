"""How well the gate sees, measured on a folder of labelled photographs.

`benchmark` is the whole of it. What it measures is the product's own finding,
enrolling and matching; the folder never leaves the machine.
"""

from gatekeeper.benchmark.report import Cost, Gate, Identification, Rate, Report
from gatekeeper.benchmark.run import Meter, Protocol, benchmark

__all__ = ["Cost", "Gate", "Identification", "Meter", "Protocol", "Rate", "Report", "benchmark"]
