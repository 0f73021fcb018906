"""`face_recognition` beside the gate: the same pictures, judged in another process."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Self

from gatekeeper.benchmark import Gate
from gatekeeper.benchmark.gate import Ruling, Tick, point, summed
from gatekeeper.benchmark.remembering import Memory
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


def compare(rounds: Sequence[Round], memory: Memory, tick: Tick) -> Gate:
    """Return what `face_recognition` makes of the rounds.

    Raises:
        RivalFailed: it cannot be run here.
    """
    with _Rival() as rival:
        judged = [(shown, *pair) for shown in rounds for pair in _looked(shown, rival, memory, tick)]

    def at(tolerance: float) -> list[tuple[Scene, bool]]:
        return [(scene, passes(finds, shown.consented, tolerance)) for shown, scene, finds in judged]

    tradeoff = tuple(point(tolerance, at(tolerance)) for tolerance in TOLERANCES)
    return summed(rounds, [Ruling(scene, approved) for scene, approved in at(TOLERANCE)], tradeoff)


def passes(finds: Finds, consented: frozenset[str], tolerance: float) -> bool:
    """Return whether there is a face, and every face is matched to a person who may be shown."""
    return bool(finds) and all(distance <= tolerance and person in consented for person, distance in finds)


class _Rival:
    """The other process, started when first asked and then asked about one round after the other."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def ask(self, shown: Round) -> Iterator[bytes]:
        """Yield the answer to each scene as it comes."""
        command = [sys.executable, "-W", "ignore", "-m", "api.application.evaluation.rival"]
        if self._child is None:
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603 (our module)
        questions, answers = self._child.stdin, self._child.stdout
        if questions is None or answers is None:
            raise RivalFailed(f"{NAME} could not be asked.")
        try:
            questions.write(json.dumps(shown.as_dict(), default=str).encode() + b"\n")
            questions.flush()
        except BrokenPipeError as error:
            raise _ended() from error
        for _ in shown.scenes:
            line = answers.readline()
            if not line:
                raise _ended()
            yield line.strip()


def _ended() -> RivalFailed:
    return RivalFailed(f"{NAME} ended too soon. Leave it out of --engine, or install it again.")


def _looked(shown: Round, rival: _Rival, memory: Memory, tick: Tick) -> Iterator[tuple[Scene, Finds]]:
    enrolled = json.dumps(shown.as_dict()["references"], default=str, sort_keys=True)
    keys = {scene: _key(enrolled, scene) for scene in shown.scenes}
    new = [scene for scene, key in keys.items() if key not in memory]
    if new:
        for scene, line in zip(new, rival.ask(replace(shown, scenes=tuple(new))), strict=True):
            memory[keys[scene]] = line
            tick()
    return ((scene, json.loads(memory[key])) for scene, key in keys.items())


def _key(enrolled: str, scene: Scene) -> str:
    return f"{NAME} {hashlib.sha256(f'{enrolled} {scene}'.encode()).hexdigest()}"
