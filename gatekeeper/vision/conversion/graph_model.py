"""A graph model of TensorFlow.js written as an ONNX file, for the operations of a net of keypoints.

Such a model is a description of the graph as JSON and one file of weights, here with 16 bits each.
The ONNX file is written in memory after the SHA-256 of both was checked: every weight as it is, channels before
rows and columns as ONNX has them. What follows the last convolutions is left to the caller.

The description: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (`ModelJSON`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from gatekeeper.vision.conversion.onnx_writing import Constant, OnnxFile, Setting

_BYTES_EACH: Final[Mapping[str, str]] = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}
"""How a weight may be stored, and as what NumPy reads it."""
_BOUNDS: Final = {"Relu6": (0.0, 6.0)}
"""What a rectifier keeps to, where that is not only zero."""
_PLAIN: Final[Mapping[str, str]] = {"AddV2": "Add", "Mul": "Mul", "Sub": "Sub", "Sigmoid": "Sigmoid"}
_CONVOLUTIONS: Final = ("_FusedConv2D", "FusedDepthwiseConv2dNative", "DepthwiseConv2dNative")
_DOUBLE: Final = "ResizeBilinear"
_PADDING: Final[Mapping[str, bytes]] = {"SAME": b"SAME_UPPER", "VALID": b"VALID"}

Node = Mapping[str, Any]


def as_onnx(description: bytes, weights: bytes, image: str, outputs: Sequence[str]) -> bytes:
    """Return an ONNX file that takes an image of any size, shape (1, 3, height, width), and gives these nodes' output.

    Args:
        description: the graph, as JSON.
        weights: its weights, one after the other.
        image: the node from which on the graph is written: the picture as numbers from 0 to 255.
        outputs: the nodes whose output is wanted; channels come before rows and columns.

    Raises:
        ValueError: an operation on the way to an output has no counterpart here, or the files do not belong together.
    """
    writer = _Writer(json.loads(description), weights, image)
    for name in outputs:
        writer.write(name)
    return writer.file.encoded(image, (1, 3, "height", "width"), outputs)


class _Writer:
    """ONNX nodes and weights, written for whatever leads to an output, sources first."""

    def __init__(self, model: Mapping[str, Any], weights: bytes, image: str) -> None:
        self._nodes: dict[str, Node] = {node["name"]: node for node in model["modelTopology"]["node"]}
        self._constants = _constants(model["weightsManifest"], weights)
        self._known = {image}
        self.file = OnnxFile()

    def write(self, name: str) -> None:
        """Write a node after all that it takes; the depth of a net is far below the limit of recursion."""
        if name in self._known or name in self._constants:
            return
        self._known.add(name)
        node = self._nodes[name]
        # A picture is made twice as large; by how much that is in pixels need not be computed.
        sources = node["input"][:1] if node["op"] == _DOUBLE else node["input"]
        for source in sources:
            self.write(source)
        self._translate(node)

    def _translate(self, node: Node) -> None:
        name, operation = node["name"], node["op"]
        if operation in _CONVOLUTIONS:
            self._convolution(node)
        elif operation == _DOUBLE:
            self._doubled(node)
        elif operation in _PLAIN:
            self.file.add(_PLAIN[operation], [self._source(name, source) for source in node["input"]], name)
        else:
            raise ValueError(f"The operation {operation} has no counterpart in this program.")

    def _convolution(self, node: Node) -> None:
        """Write a convolution with what is fused to it: a bias, and a rectifier."""
        name, (picture, own, *bias) = node["name"], node["input"]
        weights, depthwise = self._constants[own], "Depthwise" in node["op"]
        weights = weights.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1))
        groups = weights.shape[0] if depthwise else 1
        if depthwise:
            weights = weights.reshape(-1, 1, *weights.shape[2:])
        if set(_whole_numbers(node, "dilations")) != {1}:
            raise ValueError("Only convolutions without dilation are read.")
        sources = [picture, self.file.tensor(f"{name}:weights", weights)]
        sources += [self.file.tensor(f"{name}:bias", self._constants[one]) for one in bias]
        settings: dict[str, Setting] = {
            "auto_pad": _PADDING[_text(node["attr"]["padding"]["s"])],
            "group": groups,
            "strides": _whole_numbers(node, "strides")[1:3],
        }
        fused = [_text(one) for one in node["attr"].get("fused_ops", {}).get("list", {}).get("s", ())]
        rectifiers = [one for one in fused if one != "BiasAdd"]
        self.file.add("Conv", sources, f"{name}/plain" if rectifiers else name, settings)
        for rectifier in rectifiers:
            self._rectified(rectifier, f"{name}/plain", name)

    def _rectified(self, rectifier: str, source: str, target: str) -> None:
        if rectifier in _BOUNDS:
            low, high = (self.file.tensor(f"{target}:{one}", one) for one in _BOUNDS[rectifier])
            self.file.add("Clip", (source, low, high), target)
        elif rectifier == "Relu":
            self.file.add("Relu", (source,), target)
        else:
            raise ValueError(f"The operation {rectifier} has no counterpart in this program.")

    def _doubled(self, node: Node) -> None:
        how = node["attr"]
        if how["align_corners"]["b"] or not how["half_pixel_centers"]["b"]:
            raise ValueError("Only enlargements by the middles of pixels are read.")
        scales = self.file.tensor(f"{node['name']}:scales", np.array([1, 1, 2, 2], np.float32))
        settings = {"mode": b"linear", "coordinate_transformation_mode": b"half_pixel"}
        self.file.add("Resize", (node["input"][0], "", scales), node["name"], settings)

    def _source(self, owner: str, name: str) -> str:
        """Return what an operation takes; a constant, which has the channels last, with the channels first."""
        if name not in self._constants:
            return name
        held = self._constants[name].reshape(-1)
        return self.file.tensor(f"{owner}:{name}", held[:, np.newaxis, np.newaxis])


def _constants(manifest: Iterable[Mapping[str, Any]], weights: bytes) -> dict[str, Constant]:
    """Return every constant of numbers, shaped as the description says.

    Raises:
        ValueError: the file of weights has another length than the description says.
    """
    found: dict[str, Constant] = {}
    at = 0
    for one in (entry for group in manifest for entry in group["weights"]):
        kind = np.dtype(_BYTES_EACH[one.get("quantization", one)["dtype"]])
        shape = tuple(one["shape"])
        size = int(np.prod(shape, dtype=np.int64))
        if at + size * kind.itemsize > len(weights):
            break
        found[one["name"]] = np.frombuffer(weights, kind, size, at).reshape(shape).astype("<f4")
        at += size * kind.itemsize
    else:
        if at == len(weights):
            return found
    raise ValueError("The weights are not those of this graph.")


def _whole_numbers(node: Node, name: str) -> list[int]:
    return [int(one) for one in node["attr"][name]["list"]["i"]]


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode()
