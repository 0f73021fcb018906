"""An ONNX net in two: its first layers, which see only the neighbourhood of a place, and the rest.

What is computed is the same, operation by operation; so the first part can be run on tiles
that fit into the processor's cache (`detection/tiles.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from gatekeeper.vision.onnx_graph import pictures
from gatekeeper.vision.onnx_wire import (
    BYTES,
    GRAPH,
    INITIALIZER,
    INPUT,
    NAME,
    NODE,
    NODE_INPUT,
    NODE_OUTPUT,
    OUTPUT,
    TENSOR_NAME,
    Part,
    every,
    first,
    joined,
    parts,
)

_GRAPH_NAME: Final = 2


def cut(model: bytes, tensor: str, channels: int) -> tuple[bytes, bytes]:
    """Return two ONNX files: one whose only output is a tensor, and one that takes it and gives the net's outputs.

    Args:
        model: an ONNX file as `onnx_graph.any_size` returns it.
        tensor: the name of what the layers up to the cut answer, of 32-bit numbers.
        channels: of that tensor, of shape (n, channels, rows, columns).

    Raises:
        ValueError: there is no such tensor, or the rest needs more than it.
    """
    graph, at = first(model, GRAPH), tensor.encode()
    nodes, sources = every(graph, NODE), every(graph, INPUT)
    outputs = every(graph, OUTPUT)
    stem = _needed(nodes, [at], ())
    rest = _needed(nodes, [first(output, NAME) for output in outputs], [at])
    beyond = {first(source, NAME) for source in sources} & _taken(nodes, rest)
    if not stem or beyond:
        raise ValueError(f"The net cannot be cut at {tensor!r}.")
    passed = pictures(at, channels)
    return _net(model, stem, sources, [passed]), _net(model, rest, [passed], outputs)


def _needed(nodes: Sequence[bytes], wanted: Iterable[bytes], given: Collection[bytes]) -> list[int]:
    """Return which nodes compute what is wanted from what is given, in the file's order."""
    made = {output: number for number, node in enumerate(nodes) for output in every(node, NODE_OUTPUT)}
    waiting, needed = list(wanted), set[int]()
    while waiting:
        name = waiting.pop()
        number = None if name in given else made.get(name)
        if number is not None and number not in needed:
            needed.add(number)
            waiting += every(nodes[number], NODE_INPUT)
    return sorted(needed)


def _taken(nodes: Sequence[bytes], chosen: Iterable[int]) -> set[bytes]:
    return {name for number in chosen for name in every(nodes[number], NODE_INPUT)}


def _net(model: bytes, chosen: Sequence[int], sources: Iterable[bytes], outputs: Iterable[bytes]) -> bytes:
    """Return the model with these nodes, the weights that they take, and these inputs and outputs."""
    graph = first(model, GRAPH)
    nodes = every(graph, NODE)
    taken = _taken(nodes, chosen)
    weights = (held for held in every(graph, INITIALIZER) if first(held, TENSOR_NAME) in taken)
    groups: tuple[tuple[int, Iterable[bytes]], ...] = (
        (NODE, (nodes[number] for number in chosen)),
        (_GRAPH_NAME, [first(graph, _GRAPH_NAME)]),
        (INITIALIZER, weights),
        (INPUT, sources),
        (OUTPUT, outputs),
    )
    fields: list[Part] = [(number, BYTES, held) for number, group in groups for held in group]
    part = joined(fields)
    return joined((number, kind, part if number == GRAPH else held) for number, kind, held in parts(model))
