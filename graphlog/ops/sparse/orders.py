"""SparseReorder and SparseReshape: the same elements in another order or shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, gathering, ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import with_rank
from graphlog.ops.sparse import index_rules
from graphlog.ops.sparse.known_values import known_shape, known_value


def _ordered_shape(op: Operation) -> list[StaticShape]:
    with_rank(op.inputs[2].static_shape, 1)
    return [with_rank(op.inputs[0].static_shape, 2), with_rank(op.inputs[1].static_shape, 1)]


def _ordered(indices: Any, values: Any, sizes: Any) -> tuple[Any, Any]:
    index_rules.check_parts(indices, values, sizes)
    order = np.lexsort(indices.T[::-1]) if indices.shape[1] else np.arange(len(indices))
    return indices[order], values[order]


def _ordered_gradient(op: Operation, _: Tensor | None, grad: Tensor) -> Any:
    indices, _, sizes = op.inputs
    count = shape_queries.shape(indices)[0]
    numbered = sparse_reorder(SparseTensor(indices, ranges.range(count), sizes))
    return None, gathering.gather(grad, arrays.invert_permutation(numbered.values)), None


_INDICES = samples.int64([[1, 0], [0, 2], [0, 1]])
_VALUES = samples.float32([1.5, -2.0, 3.0])
_SIZES = samples.int64([2, 3])
SparseReorder = define_op(
    "SparseReorder",
    ["input_indices: int64", "input_values: T", "input_shape: int64"],
    ["output_indices: int64", "output_values: T"],
    attributes={"T": types()},
    shape=_ordered_shape,
    kernel=_ordered,
    gradient=_ordered_gradient,
    samples=[
        Sample((_INDICES, _VALUES, _SIZES)),
        Sample((_INDICES, samples.text(["a", "b", "c"]), _SIZES)),
        Sample((_INDICES, _VALUES[:2], _SIZES), raises="(indices = 3, values = 2)"),
    ],
)


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The elements of a sparse tensor in C order.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        name: the operation's name.

    Returns:
        A SparseTensor of the same shape.

    Raises:
        TypeError: ``sp_input`` is not sparse.

    Source: TensorFlow's ``SparseReorder``.
    """
    sparse = as_sparse_tensor(sp_input)
    indices, values = SparseReorder.operation(
        sparse.indices, sparse.values, sparse.dense_shape, name=name
    ).outputs
    known = sparse.static_shape
    sizes: Any = list(known) if shapes.is_fully_defined(known) else arrays.identity(sparse.dense_shape)
    return SparseTensor(indices, values, sizes)


def _reshaped_shape(op: Operation) -> list[StaticShape]:
    rows = with_rank(op.inputs[0].static_shape, 2)[0]
    with_rank(op.inputs[1].static_shape, 1)
    new = with_rank(op.inputs[2].static_shape, 1)
    return [(rows, new[0]), new]


def _reshaped(indices: Any, sizes: Any, wanted: Any) -> tuple[Any, Any]:
    if indices.ndim != 2:
        raise ValueError(f"Input indices should be a matrix but received shape {bracketed(indices.shape)}")
    if sizes.ndim != 1:
        raise ValueError(f"Input shape should be a vector but received shape {bracketed(sizes.shape)}")
    if wanted.ndim != 1:
        raise ValueError(f"Target shape should be a vector but received shape {bracketed(wanted.shape)}")
    if indices.shape[1] != len(sizes):
        raise ValueError(
            f"Input tensor rank must match input shape length; got {indices.shape[1]} and {len(sizes)}"
        )
    new = _completed(sizes.tolist(), wanted.tolist())
    positions = index_rules.positions(indices, sizes)
    steps = np.maximum(index_rules.strides(new), 1)
    columns = positions[:, None] // steps % np.maximum(np.array(new, np.int64), 1)
    return columns.reshape(len(indices), len(new)), np.array(new, np.int64)


def _completed(sizes: list[int], wanted: list[int]) -> list[int]:
    """The wanted sizes, with a number for -1; ValueError where the element counts differ."""
    count = math.prod(sizes)
    missing = [axis for axis, size in enumerate(wanted) if size == -1]
    if len(missing) > 1:
        raise ValueError(f"only one output dimension may be -1, not both {missing[0]} and {missing[1]}")
    for axis, size in enumerate(wanted):
        if size < -1:
            raise ValueError(f"size {axis} must be non-negative, not {size}")
    ends = f". input_shape={bracketed(tuple(sizes))} output_shape="
    new = list(wanted)
    if missing:
        product = math.prod(size for size in wanted if size != -1)
        if product <= 0:
            raise ValueError(
                "reshape cannot infer the missing input size for an empty tensor unless all specified input "
                "sizes are non-zero"
            )
        # In what the error says of the new shape, the missing size is 1.
        new[missing[0]] = 1 if count % product else count // product
        if count % product:
            raise ValueError(
                f"Input to reshape is a SparseTensor with {count} dense values, but the requested shape "
                f"requires a multiple of {product}{ends}{bracketed(tuple(new))}"
            )
    if math.prod(new) != count:
        raise ValueError(
            f"Input to reshape is a tensor with {count} dense values, but the requested shape has "
            f"{math.prod(new)}{ends}{bracketed(tuple(new))}"
        )
    return new


# TensorFlow registers no gradient either: there are only indices.
SparseReshape = define_op(
    "SparseReshape",
    ["input_indices: int64", "input_shape: int64", "new_shape: int64"],
    ["output_indices: int64", "output_shape: int64"],
    shape=_reshaped_shape,
    kernel=_reshaped,
    samples=[
        Sample((_INDICES, _SIZES, samples.int64([3, 2]))),
        Sample((_INDICES, _SIZES, samples.int64([-1]))),
        Sample((_INDICES, _SIZES, samples.int64([1, 6, -1, 1]))),
        Sample((_INDICES, _SIZES, samples.int64([-1, -1])), raises="may be -1, not both 0 and 1"),
        Sample((_INDICES, _SIZES, samples.int64([4, -1])), raises="requires a multiple of 4"),
        Sample((_INDICES, _SIZES, samples.int64([4])), raises="but the requested shape has 4"),
    ],
)


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The elements of a sparse tensor in another shape.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        shape: the new shape, in which one size may be -1 and follow from the others.
        name: the operation's name.

    Returns:
        A SparseTensor of the new shape.

    Raises:
        TypeError: ``sp_input`` is not sparse.
        ValueError: the shapes have not as many elements, or several sizes are -1.

    Source: TensorFlow's ``SparseReshape``.
    """
    sparse = as_sparse_tensor(sp_input)
    wanted = casts.cast(shape, dtypes.int64)
    with name_scope(name, "SparseReshape", [sparse]) as scope:
        indices, sizes = SparseReshape.operation(
            sparse.indices, sparse.dense_shape, wanted, name=scope
        ).outputs
        known, own = known_shape(wanted), sparse.static_shape
        if known is not None and shapes.is_fully_defined(own):
            _check_inferred(wanted)
            complete = _statically_completed(own, known)
            if complete is not None:
                sizes = constant(complete, dtypes.int64)
        return SparseTensor(indices, arrays.identity(sparse.values), sizes)


def _check_inferred(wanted: Tensor) -> None:
    value = known_value(wanted)
    if value is not None and (value == -1).sum() > 1:
        raise ValueError(f"At most one dimension can be inferred (-1). Found: {value}")


def _statically_completed(own: tuple[int, ...], known: tuple[int | None, ...]) -> list[int] | None:
    """The new sizes where at most one of them is unknown."""
    if known.count(None) > 1:
        return None
    count = math.prod(own)
    others = math.prod(size for size in known if size is not None)
    complete = [(count // others if others else 0) if size is None else size for size in known]
    if math.prod(complete) != count:
        raise ValueError(
            f"Cannot reshape a tensor with {count} elements to shape {list(known)} "
            f"({math.prod(complete)} elements)."
        )
    return complete


def sparse_transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor with its dimensions in another order.

    Args:
        sp_input: a SparseTensor.
        perm: for each dimension of the result which one it was; the reverse order if None.
        name: the scope's name.

    Returns:
        A SparseTensor whose elements are in C order.

    Source: ``tf.sparse.transpose``.
    """
    with name_scope(name, "SparseTranspose", [sp_input]):
        if perm is None:
            rank = shape_queries.rank(sp_input)
            perm = (rank - 1) - ranges.range(0, rank, 1)
        columns = gathering.gather(arrays.transpose(sp_input.indices), perm)
        indices = arrays.transpose(columns)
        order = known_value(convert_to_tensor(perm))
        known = sp_input.static_shape
        sizes: Any
        if order is not None and shapes.is_fully_defined(known):
            sizes = [known[axis] for axis in order]
        else:
            sizes = gathering.gather(sp_input.dense_shape, perm)
        return sparse_reorder(SparseTensor(indices, sp_input.values, sizes))
