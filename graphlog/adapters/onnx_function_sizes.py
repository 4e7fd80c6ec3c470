"""How many operators a model of ONNX has when its functions stand in the place of their calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

FunctionKey = tuple[str, str, str]  # domain, name, overload


def function_key(item: Any) -> FunctionKey:
    """What an ``onnx.FunctionProto`` is called by."""
    return item.domain, item.name, getattr(item, "overload", "")


def called_key(node: Any) -> FunctionKey:
    """What an ``onnx.NodeProto`` calls, if there is such a function."""
    return node.domain, node.op_type, getattr(node, "overload", "")


def expanded_size(graph: Any, functions: Mapping[FunctionKey, Any], deepest: int) -> int:
    """The number of operators. Functions that call others twice each make it grow without bound.

    Args:
        graph: an ``onnx.GraphProto``.
        functions: the functions of the model.
        deepest: calls within each other beyond so many are not counted.
    """
    sizes = dict.fromkeys(functions, 1)  # of each function's body, with calls up to a depth
    for _ in range(deepest):
        counted = {key: _size(item.node, sizes) for key, item in functions.items()}
        if counted == sizes:
            break
        sizes = counted
    return _size(graph.node, sizes)


def _size(nodes: Iterable[Any], sizes: Mapping[FunctionKey, int]) -> int:
    total = 0
    for node in nodes:
        total += sizes.get(called_key(node), 1)
        for attribute in node.attribute:
            for body in (attribute.g, *attribute.graphs) if attribute.HasField("g") else attribute.graphs:
                total += _size(body.node, sizes)
    return total
