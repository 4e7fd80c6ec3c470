"""SparseAdd: the sum of sparse tensors, and of a sparse and a dense one."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, is_compatible, is_fully_defined, text
from graphlog.core.sparse_tensor import SparseTensor, as_sparse_tensor, is_sparse
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array.confusion import SparseTensorDenseAdd
from graphlog.ops.dtype_groups import NUMBERS, REALS
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.shape_rules import broadcast_shape, with_rank
from graphlog.ops.sparse import index_rules


def union(a_indices: Any, b_indices: Any, sizes: Any) -> tuple[Any, Any, Any]:
    """The rows of indices of two sparse tensors, in C order.

    A row that stands several times in one of them is matched by as many in the other.

    Args:
        a_indices: the rows of the one, sorted.
        b_indices: the rows of the other, sorted.
        sizes: the dense shape of both.

    Returns:
        The rows, and for each row of the first and of the second which of them it is.
    """
    keys = [index_rules.positions(indices, sizes) for indices in (a_indices, b_indices)]
    repeats = [np.arange(len(key)) - np.searchsorted(key, key) for key in keys]
    key, repeat = np.concatenate(keys), np.concatenate(repeats)
    order = np.lexsort((repeat, key))
    is_new = np.ones(len(order), bool)
    is_new[1:] = (np.diff(key[order]) != 0) | (np.diff(repeat[order]) != 0)
    places = np.empty(len(order), np.int64)
    places[order] = np.cumsum(is_new) - 1
    rows = np.concatenate([a_indices, b_indices])[order[is_new]]
    return rows, places[: len(a_indices)], places[len(a_indices) :]


def _added_shape(op: Operation) -> list[StaticShape]:
    shape = with_rank(op.inputs[2].static_shape, 1)
    return [(None, shape[0]), (None,), shape]


def _added(
    a_indices: Any, a_values: Any, a_shape: Any, b_indices: Any, b_values: Any, b_shape: Any, threshold: Any
) -> tuple[Any, Any, Any]:
    index_rules.check_parts(a_indices, a_values, a_shape)
    index_rules.check_parts(b_indices, b_values, b_shape)
    index_rules.check_equal_shapes(a_shape, b_shape)
    if np.ndim(threshold):
        raise ValueError("The magnitude threshold must be a scalar")
    rows, a_places, b_places = union(a_indices, b_indices, a_shape)
    total = np.zeros(len(rows), a_values.dtype)
    total[a_places] += a_values
    total[b_places] += b_values
    # What only one of the two has is no sum, and stays.
    is_sum = np.bincount(np.concatenate([a_places, b_places]), minlength=len(rows)) > 1
    is_kept = ~is_sum | (np.abs(total) >= threshold)
    return rows[is_kept], total[is_kept], a_shape.copy()


def _grad_shape(op: Operation) -> list[StaticShape]:
    return [(with_rank(op.inputs[index].static_shape, 2)[0],) for index in (1, 2)]


def _addition_grad(grad: Any, a_indices: Any, b_indices: Any, sum_indices: Any) -> tuple[Any, Any]:
    if len(grad) != len(sum_indices):
        raise ValueError(
            "# elements in backprop_val_grad and # rows in sum_indices should match (#nnz of sum): got "
            f"{len(grad)} and {len(sum_indices)}"
        )
    every = np.concatenate([a_indices, b_indices, sum_indices])
    sizes = every.max(axis=0) + 1 if len(every) else np.ones(every.shape[1], np.int64)
    return (
        index_rules.values_at(grad, sum_indices, a_indices, sizes),
        index_rules.values_at(grad, sum_indices, b_indices, sizes),
    )


def _added_gradient(op: Operation, *grads: Tensor | None) -> Any:
    a_indices, a_values, _, b_indices, b_values = op.inputs[:5]
    a_grad, b_grad = SparseAddGrad.operation(grads[1], a_indices, b_indices, op.outputs[0]).outputs
    a_grad.set_shape(a_values.static_shape)
    b_grad.set_shape(b_values.static_shape)
    return None, a_grad, None, None, b_grad, None, None


_A = (samples.int64([[0, 1], [1, 0], [1, 2]]), samples.float32([1.5, -2.0, 3.0]), samples.int64([2, 3]))
_B = (samples.int64([[0, 2], [1, 0]]), samples.float32([0.5, 4.0]), samples.int64([2, 3]))
# TensorFlow says of the gradient that it has none of its own.
SparseAddGrad = define_op(
    "SparseAddGrad",
    ["backprop_val_grad: T", "a_indices: int64", "b_indices: int64", "sum_indices: int64"],
    ["a_val_grad: T", "b_val_grad: T"],
    attributes={"T": types(*NUMBERS)},
    shape=_grad_shape,
    kernel=_addition_grad,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # It is linear, but TensorFlow lets no derivative through.
        Sample(
            (samples.float32([1.0, 2.0]), _A[0], _B[0], samples.int64([[0, 1], [1, 0]])),
            differentiable=False,
        ),
        Sample(
            (samples.float32([1.0]), _A[0], _B[0], samples.int64([[0, 1], [1, 0]])),
            raises="got 1 and 2",
        ),
    ],
)
SparseAdd = define_op(
    "SparseAdd",
    [
        *("a_indices: int64", "a_values: T", "a_shape: int64"),
        *("b_indices: int64", "b_values: T", "b_shape: int64", "thresh: Treal"),
    ],
    ["sum_indices: int64", "sum_values: T", "sum_shape: int64"],
    attributes={"T": types(*NUMBERS), "Treal": types(*REALS)},
    shape=_added_shape,
    kernel=_added,
    gradient=_added_gradient,
    samples=[
        # Second derivatives stop at SparseAddGrad.
        Sample((*_A, *_B, samples.float32(0.0)), differentiable=False),
        Sample((*_A, *_B, samples.float32(1.75)), differentiable=False),
        Sample((*_A, _B[0], _B[1], samples.int64([2, 4]), samples.float32(0.0)), raises="got 3 and 4 for"),
    ],
)


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> SparseTensor | Tensor:
    """The sum of two tensors, of which one is sparse, or both are.

    Args:
        a: a SparseTensor, a SparseTensorValue or a dense tensor.
        b: likewise, of the same shape and dtype.
        threshold: of two sparse tensors, sums of two elements that are nearer to 0 are left out; 0 if None.
        thresh: the older name of ``threshold``.

    Returns:
        A SparseTensor of two sparse ones, which should be in C order; else a Tensor.

    Raises:
        TypeError: both are dense.
        ValueError: the shapes differ.

    Source: TensorFlow's ``SparseAdd`` and ``SparseTensorDenseAdd``.
    """
    threshold = renamed_argument("threshold", threshold, "thresh", thresh)
    if not is_sparse(a) and not is_sparse(b):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not (is_sparse(a) and is_sparse(b)):
        sparse, dense = (a, b) if is_sparse(a) else (b, a)
        return SparseTensorDenseAdd(sparse.indices, sparse.values, sparse.dense_shape, dense)
    a, b = as_sparse_tensor(a), as_sparse_tensor(b)
    limit = convert_to_tensor(
        0 if threshold is None else threshold, a.dtype.real_dtype.base_dtype, name="threshold"
    )
    indices, values, sizes = SparseAdd.operation(
        a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, limit
    ).outputs
    own, other = a.static_shape, b.static_shape
    if not is_compatible(own, other):
        raise ValueError(f"Shapes {text(own)} and {text(other)} are incompatible")
    known = broadcast_shape(own, other)
    return SparseTensor(indices, values, list(known) if known and is_fully_defined(known) else sizes)
