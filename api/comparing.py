"""`face_recognition` beside the gate: the same pictures, judged in another process."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from typing import Final

from gatekeeper.benchmark import Gate
from gatekeeper.benchmark.gate import Ruling, Tick, point, summed
from gatekeeper.benchmark.rounds import Round
from gatekeeper.benchmark.scenes import Scene
from gatekeeper.errors import GatekeeperError

NAME: Final = "face_recognition"

TOLERANCE: Final = 0.6
"""The README's own."""

TOLERANCES: Final = tuple(round(0.3 + 0.02 * step, 2) for step in range(23))

Finds = list[tuple[str, float]]


class RivalFailed(GatekeeperError):
    """The other program could not be run."""


def compare(rounds: Sequence[Round], memory: MutableMapping[str, bytes], tick: Tick) -> Gate:
    """Return what `face_recognition` makes of the rounds.

    Raises:
        RivalFailed: it cannot be run here.
    """
    judged = [(shown, scene, finds) for shown in rounds for scene, finds in _looked(shown, memory, tick)]

    def at(tolerance: float) -> list[tuple[Scene, bool]]:
        return [(scene, passes(finds, shown.consented, tolerance)) for shown, scene, finds in judged]

    tradeoff = tuple(point(tolerance, at(tolerance)) for tolerance in TOLERANCES)
    return summed(rounds, [Ruling(scene, approved) for scene, approved in at(TOLERANCE)], tradeoff)


def passes(finds: Finds, consented: frozenset[str], tolerance: float) -> bool:
    """Say whether there is a face, and every face is taken for somebody who may be shown."""
    return bool(finds) and all(distance <= tolerance and person in consented for person, distance in finds)


def _looked(shown: Round, memory: MutableMapping[str, bytes], tick: Tick) -> Iterator[tuple[Scene, Finds]]:
    enrolled = json.dumps(shown.as_dict()["references"], default=str, sort_keys=True)
    keys = {scene: _key(enrolled, scene) for scene in shown.scenes}
    new = [scene for scene, key in keys.items() if key not in memory]
    if new:
        for scene, line in zip(new, _asked(replace(shown, scenes=tuple(new))), strict=True):
            memory[keys[scene]] = line
            tick()
    return ((scene, json.loads(memory[key])) for scene, key in keys.items())


def _asked(shown: Round) -> Iterator[bytes]:
    """Show a round to a new process and yield its answers as they come."""
    command = [sys.executable, "-W", "ignore", "-m", "api.rival"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603 (our own module)
        if child.stdin is None or child.stdout is None:
            raise RivalFailed(f"{NAME} could not be started.")
        child.stdin.write(json.dumps(shown.as_dict(), default=str).encode() + b"\n")
        child.stdin.close()
        for _ in shown.scenes:
            line = child.stdout.readline()
            if not line:
                raise RivalFailed(f"{NAME} ended too soon. Leave it out of --engine, or install it again.")
            yield line.strip()


def _key(enrolled: str, scene: Scene) -> str:
    return f"{NAME} {hashlib.sha256(f'{enrolled} {scene}'.encode()).hexdigest()}"
