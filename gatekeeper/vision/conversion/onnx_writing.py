"""ONNX files written node by node, for nets that are published in another form.

Field numbers are those of `onnx.proto` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.vision.onnx_wire import BYTES, NUMBER, Part, encoded_number, joined

_FIXED: Final = 5
"""Wire type of a number in four bytes."""
_FLOAT, _INTEGERS = 1, 7
"""ONNX's numbers for such types of tensor and attribute."""
_LONG: Final = 7
_IR, _OPSET = 8, 13
"""Versions of the file and of its operations."""

Constant = NDArray[Any]
Setting = float | int | bytes | Sequence[int]


class OnnxFile:
    """A file in the making: operations in the order in which they are computed, and weights."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._tensors: list[bytes] = []

    def add(
        self, operation: str, sources: Iterable[str], target: str, settings: Mapping[str, Setting] | None = None
    ) -> None:
        """Add an operation that makes `target` of its sources, all by name."""
        fields: list[Part] = [(1, BYTES, source.encode()) for source in sources]
        fields += [(2, BYTES, target.encode()), (4, BYTES, operation.encode())]
        fields += [(5, BYTES, _attribute(name, value)) for name, value in (settings or {}).items()]
        self._nodes.append(joined(fields))

    def tensor(self, name: str, value: Constant | float) -> str:
        """Add weights, whole numbers of 64 bits as such and all others as numbers of 32 bits; return their name."""
        held = np.asarray(value)
        kind = _LONG if held.dtype == np.int64 and held.ndim else _FLOAT
        raw = np.ascontiguousarray(held, "<i8" if kind == _LONG else "<f4").tobytes()
        sides = [(1, NUMBER, encoded_number(side)) for side in held.shape]
        self._tensors.append(joined([*sides, (2, NUMBER, bytes([kind])), (8, BYTES, name.encode()), (9, BYTES, raw)]))
        return name

    def encoded(self, image: str, shape: Sequence[int | str], outputs: Iterable[str]) -> bytes:
        """Return the file of a net that takes an image of this shape and gives these outputs.

        Args:
            image: the name of the input.
            shape: its sides, in numbers; those that may change, by a name.
            outputs: what it gives, by name.
        """
        parts = [(1, BYTES, node) for node in self._nodes] + [(2, BYTES, b"net")]
        parts += [(5, BYTES, tensor) for tensor in self._tensors]
        parts += [(11, BYTES, _value(image, shape)), *((12, BYTES, _value(one)) for one in outputs)]
        opset = joined([(2, NUMBER, encoded_number(_OPSET))])
        return joined([(1, NUMBER, encoded_number(_IR)), (8, BYTES, opset), (7, BYTES, joined(parts))])


def _attribute(name: str, value: Setting) -> bytes:
    if isinstance(value, float):
        held = [(2, _FIXED, struct.pack("<f", value)), (20, NUMBER, b"\1")]
    elif isinstance(value, int):
        held = [(3, NUMBER, encoded_number(value)), (20, NUMBER, b"\2")]
    elif isinstance(value, bytes):
        held = [(4, BYTES, value), (20, NUMBER, b"\3")]
    else:
        held = [*((8, NUMBER, encoded_number(one)) for one in value), (20, NUMBER, bytes([_INTEGERS]))]
    return joined([(1, BYTES, name.encode()), *held])


def _value(name: str, shape: Sequence[int | str] = ()) -> bytes:
    tensor: list[Part] = [(1, NUMBER, bytes([_FLOAT]))]
    if shape:
        tensor.append((2, BYTES, joined((1, BYTES, _side(side)) for side in shape)))
    return joined([(1, BYTES, name.encode()), (2, BYTES, joined([(1, BYTES, joined(tensor))]))])


def _side(side: int | str) -> bytes:
    return joined([(2, BYTES, side.encode()) if isinstance(side, str) else (1, NUMBER, encoded_number(side))])
