"""What is known of a tensor's value while the graph is built.

TensorFlow folds the shape arithmetic of a graph while it infers shapes; so does this module, as far
as the operations in question depend on constants and static shapes alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor

# Shape arithmetic is shallow. What lies deeper is not worth computing twice, once here and once in a run.
_DEPTH = 32

_Known = dict[Operation, "tuple[Any, ...] | None"]


def constant_value(tensor: Tensor) -> Any:
    """The tensor's value, where it follows from constants and static shapes.

    Args:
        tensor: any tensor.

    Returns:
        The value as a read-only array, or None where it is not known before a run.
    """
    outputs = _outputs(tensor.op, {}, _DEPTH)
    return None if outputs is None else outputs[tensor.value_index]


def constant_shape(tensor: Tensor) -> StaticShape:
    """The static shape that a tensor of sizes describes; -1 and what is not known give None.

    Args:
        tensor: an integer vector, or a scalar for the shape of a vector.

    Returns:
        The shape.

    Raises:
        ValueError: the tensor is neither a vector nor a scalar.
    """
    op = tensor.op
    if op.type == "Shape":
        return op.inputs[0].static_shape
    if op.type == "Pack":
        sizes = [constant_value(item) for item in op.inputs]
        return tuple([None if size is None or size < 0 else int(size) for size in sizes])
    value = constant_value(tensor)
    if value is None:
        length = shapes.element_count(tensor.static_shape)
        return None if length is None else (None,) * length
    if value.ndim > 1:
        raise ValueError(f"Shape must be rank 1 but is rank {value.ndim}")
    return tuple([None if size < 0 else int(size) for size in np.atleast_1d(value)])


def _outputs(op: Operation, known: _Known, depth: int) -> tuple[Any, ...] | None:
    if op not in known:
        known[op] = _fold(op, known, depth)
    return known[op]


def _fold(op: Operation, known: _Known, depth: int) -> tuple[Any, ...] | None:
    if op.type == "Const":
        return (op.attributes["value"],)
    shape_of_input = _SHAPE_QUERIES.get(op.type)
    if shape_of_input is not None:
        value = shape_of_input(op.inputs[0].static_shape)
        return None if value is None else (np.asarray(value, op.outputs[0].dtype.numpy_dtype),)
    if depth == 0 or op.definition is None or op.definition.is_stateful or not op.inputs:
        return None
    inputs = []
    for tensor in op.inputs:
        outputs = _outputs(tensor.op, known, depth - 1)
        if outputs is None:
            return None
        inputs.append(outputs[tensor.value_index])
    try:
        with np.errstate(all="ignore"):
            result = op.definition.make_kernel(op)(*inputs)
    except Exception:  # The run will fail on it, and say where.
        return None
    results = result if isinstance(result, tuple | list) else (result,)
    return tuple([np.asarray(value) for value in results])


_SHAPE_QUERIES: dict[str, Any] = {
    "Shape": lambda shape: shape if shapes.is_fully_defined(shape) else None,
    "Size": shapes.element_count,
    "Rank": lambda shape: None if shape is None else len(shape),
}
