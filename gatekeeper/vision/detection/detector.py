"""Face detection at any size, rotation and light: two nets over an image pyramid, fused into one list.

A single pass of YuNet misses faces that fill the frame (0 % found at 80 % of
2,400 px), faces turned by a quarter (51 %), faces of a few pixels, and pale or
dark pictures; and it takes a fist, a dial or a dog for a face. So the picture is
searched at several sizes, again with its contrast evened out, and by a second
net, CenterFace, and `evidence.weighed` says what that amounts to. Turned copies
are glanced at; where something shows, they are searched as closely as the upright one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import inf
from typing import Final, Protocol

import numpy as np

from gatekeeper.types import Box, Pixels
from gatekeeper.vision.detection.image_pyramid import Copies, is_flat, stretched
from gatekeeper.vision.detection.landmarks import settled
from gatekeeper.vision.detection.non_maximum_suppression import both_sure, displaced, merged, touches
from gatekeeper.vision.detection.portrait import portrait
from gatekeeper.vision.detection.score_fusion import TURNED_BAR, Find, Look, weighed
from gatekeeper.vision.engine import Detection
from gatekeeper.vision.nets import ABREAST

LARGEST: Final = 320.0
"""Boxes of YuNet wider than this in the searched copy are dropped, in pixels: it was made
for smaller ones, and a smaller copy shows the same face better."""

SMALLEST: Final = 10.0
"""Boxes narrower than this in the picture are dropped, in pixels: no face is recognisable."""

NARROWEST: Final = 12.0
"""Boxes narrower than this in a searched copy are dropped where a larger copy is searched too, in
pixels of the copy: the larger one frames the same face exactly."""

FILLS: Final = 0.7
"""A face wider than this share of the picture's short side is cut off by its edges."""

GLANCE: Final = (320, 640, 960)
"""Long sides of the copies that are searched turned, in pixels."""

SHOWS: Final = 0.75
"""From this confidence a find in a turned copy is worth a closer look."""


class Net(Protocol):
    """One pass of a detector."""

    def search(self, pixels: Pixels) -> list[Detection]: ...


@dataclass(frozen=True, slots=True)
class Pass:
    """One search of one copy; boxes narrower or wider than this are dropped, in pixels of the copy."""

    look: Look
    scale: float
    turns: int
    narrowest: float
    widest: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One kind of pass over a picture: what it is evidence of, and the long sides of its copies, in pixels."""

    look: Look
    sizes: tuple[int, ...]

    def passes(self, copies: Copies, turns: int) -> Iterator[Pass]:
        """Return one pass for each copy, turned by quarters against the clock."""
        finest, *smaller = copies.scales(self.sizes)
        widest = inf if self.look is Look.CENTERFACE else LARGEST
        yield Pass(self.look, finest, turns, SMALLEST * finest, widest)
        for scale in smaller:
            yield Pass(self.look, scale, turns, max(NARROWEST, SMALLEST * scale), widest)


SECOND: Final = (320, 640, 960)
"""Long sides of the copies that CenterFace searches: it takes ten times as long as YuNet."""

PLANS: Final = (
    Plan(Look.YUNET, (160, 320, 640, 960, 1280, 2560)),
    Plan(Look.CENTERFACE, SECOND),
    Plan(Look.EVENED, (640,)),
)


class Searcher:
    """The detector of the product: YuNet and CenterFace, looking as often as it takes."""

    name = "yunet+centerface"

    def __init__(self, yunet: Net, centerface: Net) -> None:
        self._nets = {Look.YUNET: yunet, Look.EVENED: yunet, Look.CENTERFACE: centerface}

    def find(self, pixels: Pixels) -> list[Detection]:
        """Return every face in upright sRGB `pixels`, merged, best first; scores are probabilities.

        A flat picture is searched as it is too: it may be a dark one with one bright
        spot, and stretching would burn out a person who stands there.
        """
        pictures = [pixels, stretched(pixels)] if is_flat(pixels) else [pixels]
        with ThreadPoolExecutor(ABREAST) as pool:
            return merged(found for picture in pictures for found in self._find(Copies(picture), pool))

    def portrait(self, pixels: Pixels) -> list[Detection] | None:
        """Return the faces of a photograph of one person, quickly; see `portrait.portrait`."""
        return portrait(pixels, self._nets[Look.YUNET], self._nets[Look.CENTERFACE])

    def _find(self, copies: Copies, pool: Executor) -> list[Detection]:
        passes = self._submit(copies, PLANS, 0, pool)
        glances = {turns: self._submit(copies, [Plan(Look.YUNET, GLANCE)], turns, pool) for turns in (1, 2, 3)}
        # What CenterFace can judge: nothing too small for its largest copy, nothing the frame cuts off.
        reach = (SMALLEST / copies.scales(SECOND)[0], FILLS * min(copies.pixels.shape[:2]))
        upright = list(_collected(passes))
        plain = [find.detection for find in upright if find.look is Look.YUNET]
        found = merged(settled(weighed(upright, reach), upright))
        for turns, glance in glances.items():
            shown = [find.detection for find in _collected(glance) if find.detection.score >= SHOWS]
            if _news(shown, plain):
                # YuNet is surer of it turned: a person is lying, or the whole picture is.
                closely = list(_collected(self._submit(copies, PLANS, turns, pool)))
                shown_so = settled(weighed(closely, reach, TURNED_BAR), closely)
                found = merged([*found, *_news(shown_so, found)])
        return found

    def _submit(self, copies: Copies, plans: Iterable[Plan], turns: int, pool: Executor) -> list[Future[list[Find]]]:
        passes = [one for plan in plans for one in plan.passes(copies, turns)]
        # The largest copies take longest, so they start first.
        passes.sort(key=lambda one: -one.scale)
        return [pool.submit(self._search, copies, one) for one in passes]

    def _search(self, copies: Copies, one: Pass) -> list[Find]:
        copy = copies.at(one.scale, one.turns, evened=one.look is Look.EVENED)
        height, width = copy.shape[:2]
        if one.turns % 2:
            height, width = width, height
        return [
            Find(_in_picture(found, one.turns, width, height, one.scale), one.look, one.scale)
            for found in self._nets[one.look].search(copy)
            if found.score >= one.look.faintest and one.narrowest <= found.box.width <= one.widest
        ]


def _collected(passes: Iterable[Future[list[Find]]]) -> Iterator[Find]:
    for one in passes:
        yield from one.result()


def _news(found: list[Detection], known: list[Detection]) -> list[Detection]:
    """Return the finds that touch no known one that is at least as sure, or have landmarks of their own."""
    touching = touches([new.box for new in found], [old.box for old in known])
    surer = np.array([old.score for old in known]) >= np.array([new.score for new in found])[:, np.newaxis]
    own = displaced(found, known) & both_sure(found, known)
    return [new for new, row in zip(found, touching & surer & ~own, strict=True) if not row.any()]


def _in_picture(found: Detection, turns: int, width: int, height: int, scale: float) -> Detection:
    """Bring a find in the turned copy, `width` x `height` when upright, back to the picture's own pixels."""
    box = found.box
    corners = np.array([(box.x, box.y), (box.x + box.width, box.y + box.height)], np.float32)
    points = np.concatenate([corners, found.landmarks])
    x, y = points[:, 0], points[:, 1]
    unturned = ((x, y), (width - y, x), (width - x, height - y), (y, height - x))[turns]
    points = np.asarray(np.stack(unturned, axis=1) / scale, np.float32)
    low, high = points[:2].min(axis=0), points[:2].max(axis=0)
    place = Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
    return Detection(place, points[2:], found.score)
