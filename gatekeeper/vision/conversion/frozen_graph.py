"""A frozen graph of TensorFlow written as an ONNX file, for the operations of convolutional detectors.

The net for people is published as a graph of TensorFlow with its weights, which ONNX Runtime
computes in a fraction of the time that OpenCV takes, once it has an ONNX file. That is written in memory,
after the SHA-256 of the graph was checked: every weight as it is, channels before rows
and columns as ONNX has them. What follows the last convolutions is left to the caller.

Field numbers are those of `graph.proto`, `attr_value.proto` and `tensor.proto`
(https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gatekeeper.vision.conversion.onnx_writing import Constant, OnnxFile, Setting
from gatekeeper.vision.onnx_wire import every, first

_KINDS: Final[Mapping[bytes, str]] = {b"\x01": "<f4", b"\x03": "<i4"}
"""Numbers of a constant, by TensorFlow's number for their type."""
_CONTENT: Final = (4, 5, 7)
"""Where a constant's numbers may be: as they lie in memory, or encoded one by one."""

_PLAIN: Final[Mapping[str, str]] = {"AddV2": "Add", "BiasAdd": "Add", "Mul": "Mul", "Relu": "Relu"}
_DEPTHWISE: Final = "DepthwiseConv2dNative"


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a graph: its inputs by name, and its settings as they are encoded."""

    name: str
    operation: str
    sources: tuple[str, ...]
    settings: Mapping[str, bytes]


class FrozenGraph:
    """The operations and constants of one graph."""

    def __init__(self, data: bytes) -> None:
        """Read the graph.

        Raises:
            ValueError: it is none.
        """
        self.nodes = {node.name: node for node in map(_node, every(data, 1))}
        if not self.nodes:
            raise ValueError("This is not a frozen graph of TensorFlow.")

    def behind(self, name: str) -> Node:
        """Return the node that is meant by a name; those that only hand on their input are passed over."""
        while self.nodes[name].operation == "Identity":
            name = self.nodes[name].sources[0]
        return self.nodes[name]

    def constant(self, name: str) -> Constant:
        """Return a constant with the shape that the graph gives it."""
        tensor = first(self.behind(name).settings["value"], 8)
        shape = [_integer(first(side, 1)) for side in every(first(tensor, 2), 2)]
        held = next(content for content in (first(tensor, field) for field in _CONTENT) if content)
        kind = _KINDS[first(tensor, 1)]
        numbers = np.frombuffer(held, kind) if len(held) % 4 == 0 else np.array([_integer(held)], kind)
        return np.broadcast_to(numbers.reshape(shape if numbers.size > 1 else ()), shape)


def as_onnx(graph: FrozenGraph, image: str, outputs: Sequence[str], shape: Sequence[int]) -> bytes:
    """Return an ONNX file that takes an image of this shape (1, 3, height, width) and gives these nodes' output.

    Raises:
        ValueError: an operation on the way to an output has no counterpart here.
    """
    writer = _Writer(graph)
    for name in outputs:
        writer.write(name, image)
    return writer.file.encoded(image, shape, [graph.behind(one).name for one in outputs])


class _Writer:
    """ONNX nodes and weights, written for whatever leads to an output, sources first."""

    def __init__(self, graph: FrozenGraph) -> None:
        self._graph = graph
        self._known: set[str] = set()
        self.file = OnnxFile()

    def write(self, name: str, image: str) -> None:
        """Write a node after all that it takes; the depth of a detector is far below the limit of recursion."""
        node = self._graph.behind(name)
        if node.name in self._known or node.name == image or node.operation == "Const":
            return
        for source in node.sources:
            self.write(source, image)
        self._known.add(node.name)
        self._translate(node)

    def _translate(self, node: Node) -> None:
        if node.operation in ("Conv2D", _DEPTHWISE):
            self._convolution(node)
        elif node.operation == "FusedBatchNormV3":
            epsilon = struct.unpack("<f", node.settings["epsilon"][1:])[0]
            self._add(node, "BatchNormalization", node.sources, {"epsilon": epsilon})
        elif node.operation == "Relu6":
            self._add(
                node, "Clip", (*node.sources, self._tensor(node.name, "low", 0), self._tensor(node.name, "high", 6))
            )
        elif node.operation == "Mean":
            self._add(node, "GlobalAveragePool", node.sources[:1])
        elif node.operation == "Reshape":
            self._reshaped(node)
        elif node.operation == "ConcatV2":
            self._add(node, "Concat", node.sources[:-1], {"axis": int(self._graph.constant(node.sources[-1]))})
        elif node.operation in _PLAIN:
            self._add(node, _PLAIN[node.operation], node.sources)
        else:
            raise ValueError(f"The operation {node.operation} has no counterpart in this program.")

    def _convolution(self, node: Node) -> None:
        picture, name = node.sources
        weights = self._graph.constant(name)
        depthwise = node.operation == _DEPTHWISE
        order = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
        weights = weights.transpose(order)
        groups = weights.shape[0] if depthwise else 1
        if depthwise:
            weights = weights.reshape(-1, 1, *weights.shape[2:])
        strides = list(first(first(node.settings["strides"], 1), 3)[1:3])
        if first(node.settings["padding"], 2) != b"SAME" or first(first(node.settings["dilations"], 1), 3) != b"\1" * 4:
            raise ValueError("Only convolutions without dilation that keep the size are read.")
        own = self._tensor(node.name, "weights", weights)
        self._add(node, "Conv", (picture, own), {"auto_pad": b"SAME_UPPER", "group": groups, "strides": strides})

    def _reshaped(self, node: Node) -> None:
        """Write a change of shape, which TensorFlow means with the channels last."""
        last = Node(f"{node.name}/last", "", (), {})
        self._add(last, "Transpose", node.sources[:1], {"perm": [0, 2, 3, 1]})
        shape = self._tensor(node.name, "sides", self._graph.constant(node.sources[1]).astype("<i8"))
        self._add(node, "Reshape", (last.name, shape))

    def _add(
        self, node: Node, operation: str, sources: Iterable[str], settings: Mapping[str, Setting] | None = None
    ) -> None:
        self.file.add(operation, [self._source(node, source) for source in sources], node.name, settings)

    def _source(self, node: Node, source: str) -> str:
        if source not in self._graph.nodes:
            return source
        behind = self._graph.behind(source)
        if behind.operation != "Const":
            return behind.name
        held = self._graph.constant(source)
        return self._tensor(
            node.name, behind.name, held[:, np.newaxis, np.newaxis] if node.operation == "BiasAdd" else held
        )

    def _tensor(self, owner: str, name: str, value: Constant | float) -> str:
        return self.file.tensor(f"{owner}:{name}", value)


def _node(data: bytes) -> Node:
    settings = {first(one, 1).decode(): first(one, 2) for one in every(data, 5)}
    sources = tuple(source.decode() for source in every(data, 3))
    return Node(first(data, 1).decode(), first(data, 2).decode(), sources, settings)


def _integer(encoded: bytes) -> int:
    """Return an encoded number of one side or one axis: never negative, seven bits a byte, the lowest first."""
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(encoded))
