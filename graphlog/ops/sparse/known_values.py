"""What TensorFlow's Python part knows of a tensor's value while the graph is built.

It knows less than the shape functions of TensorFlow's C++ part (``static_values`` has what they know), and
which operations stand in the graph depends on it: where a sparse tensor's dense shape is known, it becomes a
constant. Source: ``constant_value`` and ``constant_value_as_shape`` of TensorFlow 1.15's ``tensor_util``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor

# The operations whose value is known where those of all their inputs are.
_COMPUTED = frozenset(("Cast", "Concat", "ConcatV2", "Equal", "Fill", "NotEqual", "Pack", "Range"))


def known_value(tensor: Tensor) -> Any:
    """The tensor's value as an array, or None where it is not known.

    Args:
        tensor: any tensor.

    Returns:
        A read-only array, or None.
    """
    op = tensor.op
    if op.type == "Const":
        return op.attributes["value"]
    if op.type in ("Shape", "Size", "Rank"):
        shape = op.inputs[0].static_shape
        if shape is None or (op.type != "Rank" and not shapes.is_fully_defined(shape)):
            return None
        value = {"Shape": shape, "Size": shapes.element_count(shape), "Rank": len(shape)}[op.type]
        return np.array(value, tensor.dtype.numpy_dtype)
    if op.type not in _COMPUTED or op.definition is None:
        return None
    if op.type == "Pack" and (op.attributes["axis"] != 0 or not op.inputs):
        return None
    if op.type == "Fill" and shapes.is_fully_defined(tensor.static_shape):
        content = known_value(op.inputs[1])
        return None if content is None else np.broadcast_to(content, tensor.static_shape)
    inputs = [known_value(item) for item in op.inputs]
    if any(value is None for value in inputs):
        return None
    return np.asarray(op.definition.make_kernel(op, SessionState())(*inputs))


def known_shape(tensor: Tensor) -> StaticShape:
    """The shape that a vector of sizes describes; -1 and what is not known give None.

    Args:
        tensor: an integer vector.

    Returns:
        The shape.
    """
    op = tensor.op
    if tensor.static_shape == (0,):
        return ()
    if op.type == "Shape":
        return op.inputs[0].static_shape
    if op.type == "Pack":
        return tuple([_size(known_value(item)) for item in op.inputs])
    if op.type in ("Concat", "ConcatV2"):
        vectors = op.inputs[1:] if op.type == "Concat" else op.inputs[:-1]
        parts = [known_shape(item) for item in vectors]
        return None if None in parts else tuple([size for part in parts for size in part or ()])
    if op.type == "StridedSlice":
        part = _slice(tensor)
        if part is not None:
            return part
    value = known_value(tensor)
    if value is not None:
        return tuple([_size(size) for size in value])
    length = None if tensor.static_shape is None else tensor.static_shape[0]
    return None if length is None else (None,) * length


def _size(value: Any) -> int | None:
    return None if value is None or value < 0 else int(value)


def _slice(tensor: Tensor) -> StaticShape:
    """A plain range of a known vector; None where it is something else."""
    masks = tensor.op.attributes
    if masks["begin_mask"] not in (0, 1) or masks["end_mask"] not in (0, 1):
        return None
    if any(masks[name] for name in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")):
        return None
    begin, end, step = (known_value(item) for item in tensor.op.inputs[1:])
    if begin is None or end is None or step is None or not step[0]:
        return None
    sizes = known_shape(tensor.op.inputs[0])
    if sizes is None:
        return None
    first = None if masks["begin_mask"] else int(begin[0])
    last = None if masks["end_mask"] else int(end[0])
    return sizes[first : last : int(step[0])]
