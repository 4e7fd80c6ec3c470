"""SparseToDense: a sparse tensor as a dense one, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import filling, nd_indices, selection, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import comparisons, reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.sparse import index_rules
from graphlog.ops.static_values import constant_shape


def _dense_shape(op: Operation) -> list[StaticShape]:
    return [constant_shape(op.inputs[1])]


def _dense_kernel(op: Operation) -> Kernel:
    validate = op.attributes["validate_indices"]

    def kernel(indices: Any, sizes: Any, values: Any, default: Any) -> Any:
        given = np.shape(indices)
        if len(given) > 2:
            raise ValueError(
                f"sparse_indices should be a scalar, vector, or matrix, got shape {bracketed(given)}"
            )
        if np.ndim(sizes) != 1:
            raise ValueError(f"output_shape should be a vector, got shape {bracketed(np.shape(sizes))}")
        rows = np.reshape(indices, (given[0] if given else 1, given[1] if len(given) > 1 else 1))
        if len(sizes) != rows.shape[1]:
            raise ValueError(
                f"output_shape has incorrect number of elements: {len(sizes)} should be: {rows.shape[1]}"
            )
        if np.ndim(values) and np.shape(values) != (len(rows),):
            raise ValueError(
                f"sparse_values has incorrect shape {bracketed(np.shape(values))}, should be [] or "
                f"[{len(rows)}]"
            )
        if np.ndim(default):
            raise ValueError("default_value should be a scalar.")
        if (sizes < 0).any():
            raise ValueError(f"Dimension {sizes[sizes < 0][0]} must be >= 0")
        if validate:
            index_rules.check_order(rows, sizes)
        elif ((rows < 0) | (rows >= sizes)).any():
            raise ValueError(
                f"Indices are not valid (out of bounds).  Shape: {bracketed(tuple(sizes.tolist()))}"
            )
        dense = np.full(tuple(sizes.tolist()), default, np.asarray(values).dtype)
        dense[tuple(rows.T)] = values
        return dense

    return kernel


def _dense_gradient(op: Operation, grad: Tensor) -> Any:
    indices, sizes = op.inputs[:2]
    values_grad = nd_indices.gather_nd(grad, indices)
    default_grad = reductions.reduce_sum(grad) - reductions.reduce_sum(values_grad)
    return filling.zeros_like(indices), filling.zeros_like(sizes), values_grad, default_grad


_INDICES = samples.int64([[0, 1], [1, 0]])
_VALUES = samples.float32([1.5, -2.0])
_SIZES = samples.int64([2, 3])
_DEFAULT = samples.float32(0.5)
SparseToDense = define_op(
    "SparseToDense",
    ["sparse_indices: Tindices", "output_shape: Tindices", "sparse_values: T", "default_value: T"],
    ["dense: T"],
    attributes={"validate_indices": boolean(True), "T": types(), "Tindices": types(*INDICES)},
    shape=_dense_shape,
    make_kernel=_dense_kernel,
    gradient=_dense_gradient,
    samples=[
        Sample((_INDICES, _SIZES, _VALUES, _DEFAULT)),
        Sample((_INDICES[::-1].copy(), _SIZES, _VALUES, _DEFAULT), {"validate_indices": False}),
        Sample((samples.int32([[0], [2]]), samples.int32([4]), samples.int32([3, 4]), samples.int32(-1))),
        Sample(
            (np.zeros((0, 2), np.int64), _SIZES, np.zeros(0, np.float32), _DEFAULT), differentiable=False
        ),  # No element has a derivative.
        Sample((_INDICES, _SIZES, samples.text(["a", "b"]), samples.text(""))),
        Sample(
            (_INDICES, samples.int64([2, 1]), _VALUES, _DEFAULT),
            raises="indices[0] = [0,1] is out of bounds: need 0 <= index < [2,1]",
        ),
        Sample(
            (_INDICES[::-1].copy(), _SIZES, _VALUES, _DEFAULT),
            raises="indices[1] = [0,1] is out of order. Many sparse ops require sorted indices.",
        ),
        Sample((_INDICES[[0, 0]], _SIZES, _VALUES, _DEFAULT), raises="indices[1] = [0,1] is repeated"),
        Sample(
            (_INDICES, samples.int64([2]), _VALUES, _DEFAULT),
            raises="output_shape has incorrect number of elements: 1 should be: 2",
        ),
    ],
)


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A dense tensor with some elements set.

    Args:
        sparse_indices: where the elements stand: a matrix with a row for each, a vector for a dense
            vector, or a scalar for one element of it.
        output_shape: the shape of the result.
        sparse_values: the elements: a vector, or a scalar for all of them.
        default_value: what stands elsewhere.
        validate_indices: whether the indices must be sorted, and each there once.
        name: the operation's name.

    Returns:
        The Tensor.

    Source: TensorFlow's ``SparseToDense``.
    """
    return SparseToDense(
        sparse_indices,
        output_shape,
        sparse_values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """A sparse tensor as a dense one.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        default_value: what stands where it has no element; 0 (or an empty string) if None.
        validate_indices: whether the indices must be sorted, and each there once.
        name: the operation's name.

    Returns:
        A Tensor of its dense shape.

    Raises:
        TypeError: ``sp_input`` is not sparse.

    Source: ``tf.sparse.to_dense``.
    """
    sparse = as_sparse_tensor(sp_input)
    if default_value is None:
        default_value = filling.zeros([], dtype=sparse.dtype)
    return SparseToDense(
        sparse.indices,
        sparse.dense_shape,
        sparse.values,
        default_value,
        validate_indices=validate_indices,
        name=name,
    )


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of a dense tensor that are not zero, as a sparse one.

    Args:
        tensor: a tensor of numbers.
        name: the scope's name.

    Returns:
        A SparseTensor of the same shape.

    Source: ``tf.sparse.from_dense``.
    """
    with name_scope(name, "dense_to_sparse"):
        dense = convert_to_tensor(tensor)
        indices = selection.where_v2(comparisons.not_equal(dense, constant(0, dense.dtype.base_dtype)))
        values = nd_indices.gather_nd(dense, indices)
        sizes = shape_queries.shape(dense, out_type=dtypes.int64)
        return SparseTensor(indices, values, sizes)
