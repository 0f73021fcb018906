"""The same net in operations that ONNX Runtime is quick at.

Two things made nets slow there. Weights below the least normal number of 32 bits (denormals), of
which the finder of lines has 256,000, cost the processor a hundred times as long each; they are far
below the rounding of what they are added to, and become zero. And a parametric rectifier (PReLU)
leaves the layout in which convolutions are computed, and takes longer than they do; it is written
as two of them, with one factor a channel, and a plain rectifier, which differs by rounding alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gatekeeper.vision.onnx_wire import (
    ATTRIBUTE,
    BYTES,
    DIMS,
    FLOATS,
    GRAPH,
    INITIALIZER,
    NAME,
    NODE,
    NODE_INPUT,
    NODE_OUTPUT,
    NUMBER,
    OPERATION,
    RAW,
    TENSOR_NAME,
    TENSOR_TYPE,
    Part,
    encoded_number,
    every,
    first,
    joined,
    parts,
)

_FLOAT: Final = b"\x01"
"""The type of a tensor of 32-bit numbers."""
_LEAST: Final = np.finfo(np.float32).tiny
"""The least normal number."""
_INTEGER, _KIND, _KIND_INTEGER = 3, 20, b"\x02"
"""Fields of an attribute: what it holds and of which kind that is, and the kind of an integer."""
_SIDES: Final = 3
"""Of one factor a channel: channels, height, width."""
_HELD: Final = (RAW, FLOATS)
"""Fields that a tensor may hold its numbers in."""

Floats = NDArray[np.float32]


def quicker(model: bytes) -> bytes:
    """Return an ONNX file of the same net without denormal weights and parametric rectifiers.

    Raises:
        ValueError: it is not an ONNX file.
    """
    return joined((number, kind, _graph(held) if number == GRAPH else held) for number, kind, held in parts(model))


def _graph(graph: bytes) -> bytes:
    slopes = {
        first(held, TENSOR_NAME): found for held in every(graph, INITIALIZER) if (found := _slopes(held)) is not None
    }
    return joined(field for part in parts(graph) for field in _rewritten(part, slopes))


def _rewritten(part: Part, slopes: Mapping[bytes, Floats]) -> Iterator[Part]:
    number, kind, held = part
    if number == INITIALIZER:
        yield number, kind, _normal(held)
    elif number == NODE and first(held, OPERATION) == b"PRelu" and every(held, NODE_INPUT)[1] in slopes:
        source, slope = every(held, NODE_INPUT)
        yield from _rectifier(source, first(held, NODE_OUTPUT), slopes[slope])
    else:
        yield part


def _normal(tensor: bytes) -> bytes:
    """Return a tensor whose denormal numbers are zero."""
    values = _values(tensor)
    denormal = (np.abs(values) < _LEAST) & (values != 0)
    if not denormal.any():
        return tensor
    mended = np.where(denormal, np.float32(0), values).astype("<f4").tobytes()
    return joined((number, kind, mended if number in _HELD else held) for number, kind, held in parts(tensor))


def _slopes(tensor: bytes) -> Floats | None:
    """Return the numbers of a tensor that has one for each channel, shape (channels, 1, 1); None for others."""
    sides, values = every(tensor, DIMS), _values(tensor)
    return values if len(sides) == _SIDES and sides[1:] == [b"\x01", b"\x01"] and values.size else None


def _values(tensor: bytes) -> Floats:
    """Return all numbers of a tensor of 32-bit ones, in one row; of others none."""
    if first(tensor, TENSOR_TYPE) != _FLOAT:
        return np.empty(0, np.float32)
    return np.frombuffer(first(tensor, RAW) or first(tensor, FLOATS), "<f4")


def _rectifier(source: bytes, target: bytes, slopes: Floats) -> Iterator[Part]:
    """Yield slope * x + max(0, (1 - slope) * x); where a slope is above 1 with that factor outside, which is slower."""
    share, rest, bent = (target + end for end in (b"/share", b"/rest", b"/bent"))
    tensors = (_tensor(share + b"/factors", slopes), _tensor(rest + b"/factors", 1 - slopes))
    scaled = _scaling(source, share, len(slopes))
    if slopes.max() <= 1:
        steps = [_scaling(source, rest, len(slopes)), _node(b"Relu", [rest], bent), scaled]
        last = _node(b"Add", [share, bent], target)
    else:
        steps = [_node(b"Relu", [source], bent), _scaling(bent, rest, len(slopes)), scaled]
        last = _node(b"Add", [share, rest], target)
    yield from ((INITIALIZER, BYTES, tensor) for tensor in tensors)
    yield from ((NODE, BYTES, node) for node in (*steps, last))


def _scaling(source: bytes, target: bytes, channels: int) -> bytes:
    """Return a convolution that multiplies each channel by its own factor."""
    group = [(NAME, BYTES, b"group"), (_INTEGER, NUMBER, encoded_number(channels)), (_KIND, NUMBER, _KIND_INTEGER)]
    return _node(b"Conv", [source, target + b"/factors"], target, [(ATTRIBUTE, BYTES, joined(group))])


def _node(operation: bytes, sources: Iterable[bytes], target: bytes, attributes: Iterable[Part] = ()) -> bytes:
    ends = [*((NODE_INPUT, BYTES, name) for name in sources), (NODE_OUTPUT, BYTES, target)]
    return joined([*ends, (OPERATION, BYTES, operation), *attributes])


def _tensor(name: bytes, factors: Floats) -> bytes:
    sides = [(DIMS, NUMBER, encoded_number(side)) for side in (len(factors), 1, 1, 1)]
    values = (RAW, BYTES, factors.astype("<f4").tobytes())
    return joined([*sides, (TENSOR_TYPE, NUMBER, _FLOAT), (TENSOR_NAME, BYTES, name), values])
