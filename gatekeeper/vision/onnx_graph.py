"""ONNX model files as ONNX Runtime takes them at any picture size.

YuNet, CenterFace and SFace were exported for one size of picture, name weights among their
inputs (SFace even some that nothing takes), and, quantised, give scalars a block size. OpenCV
overlooks all three; ONNX Runtime takes a file at its word. So the file's text is changed in
memory, after its SHA-256 was checked: no weight and no operation is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatekeeper.vision.onnx_wire import (
    ATTRIBUTE,
    BYTES,
    DIMS,
    GRAPH,
    INITIALIZER,
    INPUT,
    NAME,
    NODE,
    NODE_INPUT,
    NUMBER,
    OPERATION,
    OUTPUT,
    TENSOR_NAME,
    VALUE_INFO,
    Part,
    encoded_number,
    every,
    first,
    joined,
    parts,
)

_TYPE, _TENSOR, _ELEMENT, _SHAPE, _DIMENSION, _VALUE, _SYMBOL = 2, 1, 1, 2, 1, 1, 2
_CHANNELS: Final = 3
_FLOAT: Final = b"\x01"
"""The type of a tensor of 32-bit numbers."""


def any_size(model: bytes) -> bytes:
    """Return an ONNX file whose net takes pictures of shape (n, 3, height, width), whatever the file said.

    Raises:
        ValueError: it is not an ONNX file.
    """
    return joined((number, kind, _graph(held) if number == GRAPH else held) for number, kind, held in parts(model))


def pictures(name: bytes, channels: int) -> bytes:
    """Return an input or output of 32-bit numbers, of any shape (n, channels, height, width)."""
    return _value(name, _FLOAT, _sides(channels))


def _graph(graph: bytes) -> bytes:
    numbers = {first(held, TENSOR_NAME): _is_number(held) for held in every(graph, INITIALIZER)}
    taken = {name for node in every(graph, NODE) for name in every(node, NODE_INPUT)} - numbers.keys()
    return joined(
        (number, kind, _changed(number, held, numbers))
        for number, kind, held in parts(graph)
        if number != VALUE_INFO and not (number == INPUT and first(held, NAME) not in taken)
    )


def _changed(number: int, held: bytes, numbers: Mapping[bytes, bool]) -> bytes:
    if number == NODE:
        return _without_block(held, numbers)
    if number == INPUT:
        return _shaped(held, _sides(_CHANNELS))
    return _shaped(held, []) if number == OUTPUT else held


def _shaped(value: bytes, shape: list[Part]) -> bytes:
    """Return an input or output with another shape; without any, it may have every shape."""
    return _value(first(value, NAME), first(first(first(value, _TYPE), _TENSOR), _ELEMENT), shape)


def _value(name: bytes, element: bytes, shape: list[Part]) -> bytes:
    tensor = joined([(_ELEMENT, NUMBER, element), *shape])
    return joined([(NAME, BYTES, name), (_TYPE, BYTES, joined([(_TENSOR, BYTES, tensor)]))])


def _sides(channels: int) -> list[Part]:
    """Return the shape (n, channels, height, width), all but the channels free."""
    free = [joined([(_SYMBOL, BYTES, name)]) for name in (b"pictures", b"height", b"width")]
    sides = (free[0], joined([(_VALUE, NUMBER, encoded_number(channels))]), *free[1:])
    return [(_SHAPE, BYTES, joined((_DIMENSION, BYTES, side) for side in sides))]


def _without_block(node: bytes, numbers: Mapping[bytes, bool]) -> bytes:
    """Return a node; one that scales a whole tensor by one number names no blocks."""
    inputs = every(node, NODE_INPUT)
    if first(node, OPERATION) != b"DequantizeLinear" or not numbers.get(inputs[1], False):
        return node
    kept = (part for part in parts(node) if not (part[0] == ATTRIBUTE and first(part[2], NAME) == b"block_size"))
    return joined(kept)


def _is_number(tensor: bytes) -> bool:
    """Say whether a tensor is a single number: it has no side, or one of length one."""
    return every(tensor, DIMS) in ([], [b"\x01"])
