"""What is known of a tensor's value while the graph is built.

TensorFlow folds the shape arithmetic of a graph while it infers shapes; so does this module, as far
as the operations in question depend on constants and static shapes alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.control_flow import DEAD
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor

# Shape arithmetic is shallow. What lies deeper is not worth computing twice, once here and once in a run.
_DEPTH = 32

_Known = dict[Operation, "tuple[Any, ...] | None"]
_KnownShapes = dict[Tensor, StaticShape]


def constant_value(tensor: Tensor) -> Any:
    """The tensor's value, where it follows from constants and static shapes.

    Args:
        tensor: any tensor.

    Returns:
        The value as a read-only array, or None where it is not known before a run.
    """
    outputs = _outputs(tensor.op, {}, _DEPTH)
    return None if outputs is None else outputs[tensor.value_index]


def visible_value(tensor: Tensor) -> Any:
    """The tensor's value, where TensorFlow's Python code sees it: which nodes a gradient has hangs on it.

    Args:
        tensor: any tensor.

    Returns:
        What ``constant_value`` gives, or None where arithmetic leads to the value.

    Source: ``tf.get_static_value`` of TensorFlow 1.15.
    """
    return constant_value(tensor) if _is_visible(tensor.op, _DEPTH) else None


def _is_visible(op: Operation, depth: int) -> bool:
    shape_of_input = _SHAPE_QUERIES.get(op.type)
    if shape_of_input is not None:
        return shape_of_input(op.inputs[0].static_shape) is not None
    if depth == 0 or op.type not in _LOOKED_THROUGH:
        return False
    return all(_is_visible(tensor.op, depth - 1) for tensor in op.inputs)


_LOOKED_THROUGH = frozenset(
    ("Cast", "Concat", "ConcatV2", "Const", "Equal", "Fill", "NotEqual", "Pack", "Range")
)


def constant_shape(tensor: Tensor) -> StaticShape:
    """The static shape that a tensor of sizes describes; -1 and what is not known give None.

    Args:
        tensor: an integer vector, or a scalar for the shape of a vector.

    Returns:
        The shape.

    Raises:
        ValueError: the tensor is neither a vector nor a scalar.
    """
    return _partial_shape(tensor, {}, _DEPTH)


def _partial_shape(tensor: Tensor, known: _KnownShapes, depth: int) -> StaticShape:
    if tensor not in known:
        rule = _PARTIAL_SHAPES.get(tensor.op.type) if depth else None
        found = NotImplemented if rule is None else rule(tensor, known, depth - 1)
        known[tensor] = _sizes_in(tensor) if found is NotImplemented else found
    return known[tensor]


def _sizes_in(tensor: Tensor) -> StaticShape:
    length = shapes.element_count(tensor.static_shape)
    if length is not None and length > shapes.MOST_DIMENSIONS:
        raise ValueError(f"Shape must be at most rank {shapes.MOST_DIMENSIONS} but is rank {length}")
    value = constant_value(tensor)
    if value is None:
        return None if length is None else (None,) * length
    if value.ndim > 1:
        raise ValueError(f"Shape must be rank 1 but is rank {value.ndim}")
    return tuple([None if size < 0 else int(size) for size in np.atleast_1d(value)])


def _shape_of_shape(tensor: Tensor, known: _KnownShapes, depth: int) -> StaticShape:
    return tensor.op.inputs[tensor.value_index].static_shape


def _shape_of_pack(tensor: Tensor, known: _KnownShapes, depth: int) -> StaticShape:
    sizes = [constant_value(item) for item in tensor.op.inputs]
    return tuple([None if size is None or size < 0 else int(size) for size in sizes])


def _shape_of_concat(tensor: Tensor, known: _KnownShapes, depth: int) -> StaticShape:
    inputs = tensor.op.inputs
    vectors = inputs[:-1] if tensor.op.type == "ConcatV2" else inputs[1:]
    parts = [_partial_shape(item, known, depth) if item.static_shape != (0,) else () for item in vectors]
    return None if None in parts else tuple([size for part in parts for size in part or ()])


def _shape_of_strided_slice(tensor: Tensor, known: _KnownShapes, depth: int) -> Any:
    """As TensorFlow, which looks into a slice only where it is one plain range of a vector."""
    op = tensor.op
    masks = op.attributes
    is_plain = masks["begin_mask"] in (0, 1) and masks["end_mask"] in (0, 1)
    if not is_plain or any(masks[name] for name in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")):
        return NotImplemented
    begin, end, step = (constant_value(item) for item in op.inputs[1:])
    begin = [None] if masks["begin_mask"] else begin
    end = [None] if masks["end_mask"] else end
    if any(bound is None or len(bound) != 1 for bound in (begin, end, step)) or not step[0]:
        return NotImplemented
    sizes = _partial_shape(op.inputs[0], known, depth)
    return NotImplemented if sizes is None else sizes[begin[0] : end[0] : step[0]]


# By operation type: what is known of a shape of which not every size is known.
_PARTIAL_SHAPES: dict[str, Any] = {
    "Shape": _shape_of_shape,
    "ShapeN": _shape_of_shape,
    "Pack": _shape_of_pack,
    "Concat": _shape_of_concat,
    "ConcatV2": _shape_of_concat,
    "StridedSlice": _shape_of_strided_slice,
}


def _outputs(op: Operation, known: _Known, depth: int) -> tuple[Any, ...] | None:
    if op not in known:
        known[op] = _fold(op, known, depth)
    return known[op]


def _fold(op: Operation, known: _Known, depth: int) -> tuple[Any, ...] | None:
    if op.type == "Const":
        value = op.attributes["value"]
        # One value, repeated without end, takes no memory in a GraphDef, and time in whoever looks at it.
        return None if value.size > _MOST_REPETITIONS and not any(value.strides) else (value,)
    shape_of_input = _SHAPE_QUERIES.get(op.type)
    if shape_of_input is not None:
        value = shape_of_input(op.inputs[0].static_shape)
        if value is not None:
            return (np.asarray(value, op.outputs[0].dtype.numpy_dtype),)
    if depth == 0 or op.definition is None or op.type not in _FOLDED or not op.inputs:
        return None
    inputs = []
    for tensor in op.inputs:
        outputs = _outputs(tensor.op, known, depth - 1)
        if outputs is None or outputs[tensor.value_index] is None:
            return None
        inputs.append(outputs[tensor.value_index])
    if not _takes_and_gives_little(op, inputs):
        return None
    try:
        with np.errstate(all="ignore"):
            result = op.definition.make_kernel(op, SessionState())(*inputs)
    except Exception:  # The run will fail on it, and say where.
        return None
    results = result if isinstance(result, tuple | list) else (result,)
    return tuple([None if value is DEAD else np.asarray(value) for value in results])


def _takes_and_gives_little(op: Operation, inputs: Sequence[Any]) -> bool:
    input_sizes = [np.size(value) for value in inputs]
    if max(input_sizes) > _MOST_ELEMENTS:
        return False
    counts = [shapes.element_count(tensor.static_shape) for tensor in op.outputs]
    if None in counts:
        # Then broadcasting, at worst, decides how many elements there are.
        count_of = _COUNTS_BY_VALUES.get(op.type)
        if count_of is not None:
            counts = [count_of(inputs)]
        else:
            counts = [math.prod(input_sizes)] if op.type not in _SIZED_BY_VALUES else [None]
    return all(count is not None and count <= _MOST_ELEMENTS for count in counts)


# Shape arithmetic is of small tensors. Whoever sends a graph shall not make its reader compute a huge one.
_MOST_ELEMENTS = 1 << 12
_MOST_REPETITIONS = 1 << 20

# fmt: off
# The operations that shape arithmetic is made of. None of them takes more time or memory than its inputs and
# outputs do; none does anything else than compute, and neither a feed nor an iteration decides what it gives.
_FOLDED = frozenset(
    (
        "Abs", "Add", "AddN", "AddV2", "All", "Any", "ArgMax", "ArgMin", "Bitcast", "BitwiseAnd", "BitwiseOr",
        "BitwiseXor", "BroadcastArgs", "BroadcastGradientArgs", "BroadcastTo", "Cast", "Ceil",
        "Concat", "ConcatOffset", "ConcatV2", "Cumprod", "Cumsum", "Div", "DivNoNan",
        "DynamicPartition", "DynamicStitch", "EnsureShape", "Equal", "Exp", "ExpandDims", "Fill",
        "Floor", "FloorDiv", "FloorMod", "Gather", "GatherNd", "GatherV2", "Greater", "GreaterEqual",
        "Identity", "IdentityN", "Inv", "Invert", "InvertPermutation", "IsFinite", "IsInf", "IsNan",
        "LeftShift", "Less", "LessEqual", "LinSpace", "ListDiff", "Log", "LogicalAnd", "LogicalNot",
        "LogicalOr", "Max", "Maximum", "Mean", "Min", "Minimum", "Mod", "Mul", "Neg", "NotEqual", "OneHot",
        "OnesLike", "Pack", "Pad", "PadV2", "ParallelDynamicStitch", "PopulationCount", "Pow",
        "PreventGradient", "Prod", "Range", "Rank", "RealDiv", "Reciprocal", "Reshape", "ReverseV2",
        "RightShift", "Rint", "Roll", "Round", "Rsqrt", "ScatterNd", "Select", "SelectV2", "Shape",
        "ShapeN", "Sign", "Size", "Slice", "SparseAdd", "SparseConcat", "SparseFillEmptyRows",
        "SparseReorder", "SparseReshape", "SparseSlice", "SparseSplit", "SparseToDense", "Split", "SplitV",
        "Sqrt", "Square", "SquaredDifference", "Squeeze", "StopGradient", "StridedSlice", "StringSplit",
        "StringSplitV2", "Sub", "Sum", "Switch", "Tile", "TopKV2",
        "Transpose", "TruncateDiv", "TruncateMod", "Unique", "UniqueWithCounts", "Unpack",
        "UnravelIndex", "Where", "ZerosLike",
    )
)

# Those of them whose inputs' values say how large the output is.
_SIZED_BY_VALUES = frozenset(
    (
        "BroadcastTo", "DynamicStitch", "Fill", "LinSpace", "OneHot", "Pad", "PadV2",
        "ParallelDynamicStitch", "Range", "ScatterNd", "SparseFillEmptyRows", "SparseToDense", "Tile",
    )
)
# fmt: on

# By operation type: at most how many elements an output has, by the inputs' values.
_COUNTS_BY_VALUES: dict[str, Callable[[Sequence[Any]], int]] = {
    "BroadcastTo": lambda inputs: math.prod(np.ravel(inputs[1]).tolist()),
    "Fill": lambda inputs: math.prod(np.ravel(inputs[0]).tolist()),
    # A row of indices for each value and each row that is empty.
    "SparseFillEmptyRows": lambda inputs: inputs[0].size + math.prod(inputs[2][:1].tolist()) * inputs[2].size,
}

_SHAPE_QUERIES: dict[str, Any] = {
    "Shape": lambda shape: shape if shapes.is_fully_defined(shape) else None,
    "Size": shapes.element_count,
    "Rank": lambda shape: None if shape is None else len(shape),
}
