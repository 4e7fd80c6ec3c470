"""``tf.contrib.slim.model_analyzer``: how large a model is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphlog.core.graph import Graph

__all__ = [
    "analyze_ops",
    "analyze_vars",
]


def _described(value: Any) -> str:
    sizes = value.get_shape().as_list()
    return f"({value.dtype.name} {'x'.join('?' if size is None else str(size) for size in sizes)})"


def analyze_ops(graph: Graph, print_info: bool = False) -> int:
    """The number of elements of all tensors whose shape is known; printed one by one if wanted.

    Source: ``tf.contrib.slim.model_analyzer.analyze_ops``.
    """
    if print_info:
        print("---------\nOperations: name -> (type shapes) [size]\n---------")
    total = 0
    for operation in graph.get_operations():
        size = sum(output.get_shape().num_elements() or 0 for output in operation.outputs)
        shapes = [_described(output) for output in operation.outputs if output.get_shape()]
        if print_info:
            print(operation.name, "\t->", ", ".join(shapes), f"[{size}]")
        total += size
    return total


def analyze_vars(variables: Iterable[Any], print_info: bool = False) -> tuple[int, int]:
    """The number of elements of variables, and of their bytes; printed one by one if wanted.

    Source: ``tf.contrib.slim.model_analyzer.analyze_vars``.
    """
    if print_info:
        print("---------\nVariables: name (type shape) [size]\n---------")
    total, total_bytes = 0, 0
    for variable in variables:
        size = variable.get_shape().num_elements() or 0
        size_in_bytes = size * variable.dtype.size
        total += size
        total_bytes += size_in_bytes
        if print_info:
            print(variable.name, _described(variable), f"[{size}, bytes: {size_in_bytes}]")
    if print_info:
        print(f"Total size of variables: {total}\nTotal bytes of variables: {total_bytes}")
    return total, total_bytes
