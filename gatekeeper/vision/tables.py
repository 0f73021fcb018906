"""The measured thresholds of each engine; how they were measured is in `docs/accuracy.md`."""

from __future__ import annotations

from typing import Final

from gatekeeper.vision.thresholds import Thresholds

PEOPLE: Final = (1, 10, 30, 100, 200, 1000)
REFERENCES: Final = (1, 2, 3, 5)

SFACE: Final = Thresholds(
    people=PEOPLE,
    references=REFERENCES,
    match=(
        (0.40, 0.40, 0.40, 0.40),
        (0.46, 0.46, 0.46, 0.46),
        (0.49, 0.49, 0.49, 0.49),
        (0.52, 0.52, 0.52, 0.52),
        (0.54, 0.54, 0.54, 0.54),
        (0.58, 0.58, 0.58, 0.58),
    ),
    margin=0.05,
    listed_slack=0.15,
    smallest_face=20.0,
)

DLIB: Final = Thresholds(
    people=PEOPLE,
    references=REFERENCES,
    match=(
        (0.95, 0.95, 0.95, 0.95),
        (0.96, 0.96, 0.96, 0.96),
        (0.965, 0.965, 0.965, 0.965),
        (0.97, 0.97, 0.97, 0.97),
        (0.975, 0.975, 0.975, 0.975),
        (0.98, 0.98, 0.98, 0.98),
    ),
    margin=0.005,
    listed_slack=0.02,
    smallest_face=40.0,
)
