"""The measured thresholds of each engine; how they were measured is in `docs/accuracy.md`.

Measured on press photographs of 803 adults, every second name of a collection by
a hash of the name; reported accuracy comes from the others. Each cell starts from
the similarity that one in 1,000 strangers' faces reaches with anybody on a
register of that size. On unposed pictures the same safety needs up to 0.04 more
(SFace). Up to 30 people, as in a class, all of it is added; from 100 on half of
it, which on the measured photographs leaves about 5 strangers in 10,000. All of
it would leave 2 to 4 there, and block 14 instead of 11 good pictures in 100 for
a face that is missed or near the list. For dlib the similarity of 2 in 10,000 is taken directly.

More references raise the strangers' similarities a little as well as the
person's own (SFace, 200 people: 0.49 with one photograph, 0.52 with three). A
person with fewer photographs must never be easier to pass for, so each row holds
its largest value throughout. The row for 1,000 people continues the course of
the others; so many could not be measured.
"""

from __future__ import annotations

from typing import Final

from gatekeeper.vision.thresholds import Thresholds

PEOPLE: Final = (1, 10, 30, 100, 200, 1000)
REFERENCES: Final = (1, 2, 3, 5)

SFACE: Final = Thresholds(
    people=PEOPLE,
    references=REFERENCES,
    match=(
        (0.430, 0.430, 0.430, 0.430),
        (0.490, 0.490, 0.490, 0.490),
        (0.520, 0.520, 0.520, 0.520),
        (0.535, 0.535, 0.535, 0.535),
        (0.545, 0.545, 0.545, 0.545),
        (0.585, 0.585, 0.585, 0.585),
    ),
    # Fewer than 1 in 1,000 faces are recognised with a smaller lead and rightly.
    margin=0.05,
    # Near the list is from 0.41 on: so are 97.8 to 99.9 % of the faces of listed people, and of
    # strangers' 0.1 to 0.4 % (5 to 10 people listed, 1 to 3 photographs each). 0.04 lower
    # gains 0.3 to 0.8 points of the one and costs four times as many strangers: with it 6 of
    # 294 faces in good pictures were taken as near the list.
    listed_slack=0.08,
    smallest_face=20.0,
)

DLIB: Final = Thresholds(
    people=PEOPLE,
    references=REFERENCES,
    match=(
        (0.944, 0.944, 0.944, 0.944),
        (0.957, 0.957, 0.957, 0.957),
        (0.960, 0.960, 0.960, 0.960),
        (0.968, 0.968, 0.968, 0.968),
        (0.968, 0.968, 0.968, 0.968),
        (0.975, 0.975, 0.975, 0.975),
    ),
    margin=0.005,
    # 86 to 99.5 % of the faces of listed people are near the list; of strangers' 0.2 to 3 %.
    listed_slack=0.025,
    smallest_face=40.0,
)
