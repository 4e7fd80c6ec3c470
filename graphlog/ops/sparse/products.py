"""SparseTensorDenseMatMul: the product of a sparse matrix and a dense one."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.sparse_tensor import as_sparse_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, gathering
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.math import reductions
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import merged_size, with_rank
from graphlog.ops.static_values import constant_shape


def _product_shape(op: Operation) -> list[StaticShape]:
    with_rank(op.inputs[0].static_shape, 2)
    with_rank(op.inputs[1].static_shape, 1)
    a_shape = with_rank(constant_shape(op.inputs[2]), 2)
    b_shape = with_rank(op.inputs[3].static_shape, 2)
    left, inner_left = a_shape[::-1] if op.attributes["adjoint_a"] else a_shape
    inner_right, right = b_shape[::-1] if op.attributes["adjoint_b"] else b_shape
    merged_size(inner_left, inner_right)
    return [(left, right)]


def _check(indices: Any, values: Any, sizes: Any, dense: Any) -> None:
    if dense.ndim != 2:
        raise ValueError("Tensor 'b' is not a matrix")
    if sizes.ndim != 1:
        raise ValueError("Tensor 'a_shape' is not a vector")
    if sizes.size != 2:
        raise ValueError("Tensor 'a_shape' must have 2 elements")
    if values.ndim != 1:
        raise ValueError("Tensor 'a_values' is not a vector")
    if indices.ndim != 2:
        raise ValueError("Tensor 'a_indices' is not a matrix")
    if len(indices) != len(values):
        raise ValueError("Number of rows of a_indices does not match number of entries in a_values")
    if indices.shape[1] != 2:
        raise ValueError("Number of columns of a_indices does not match number of entries in a_shape")


def _check_column(indices: Any, column: int, size: int, label: str) -> None:
    wrong = (indices[:, column] < 0) | (indices[:, column] >= size)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"{label} ({indices[row, column]}) from index[{row},{column}] out of bounds (>={size})"
        )


def _product_kernel(op: Operation) -> Kernel:
    adjoint_a, adjoint_b = op.attributes["adjoint_a"], op.attributes["adjoint_b"]
    row_axis, column_axis = (1, 0) if adjoint_a else (0, 1)

    def kernel(indices: Any, values: Any, sizes: Any, dense: Any) -> Any:
        _check(indices, values, sizes, dense)
        right = dense.conj().T if adjoint_b else dense
        count, inner = int(sizes[row_axis]), int(sizes[column_axis])
        if inner != len(right):
            raise ValueError(
                f"Cannot multiply A and B because inner dimension does not match: {inner} vs. {len(right)}.  "
                f"Did you forget a transpose?  Dimensions of A: [{sizes[0]}, {sizes[1]}).  Dimensions of B: "
                f"{bracketed(dense.shape)}"
            )
        _check_column(indices, column_axis, inner, "k")
        _check_column(indices, row_axis, count, "m")
        rows, columns = indices[:, row_axis], indices[:, column_axis]
        weights = values.conj() if adjoint_a else values
        if len(rows) and (rows[1:] < rows[:-1]).any():
            # NumPy sorts numbers of 16 bits much faster.
            keys = rows.astype(np.uint16) if count <= 1 << 16 else rows
            order = np.argsort(keys, kind="stable")
            rows, columns, weights = rows[order], columns[order], weights[order]
        result = np.zeros((count, right.shape[1]), values.dtype)
        if len(rows):
            # The elements of one row stand together now, and are summed at once.
            starts = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
            products = np.take(right, columns, axis=0)
            products *= weights[:, None]
            result[rows[starts]] = np.add.reduceat(products, starts, axis=0)
        return result

    return kernel


def _product_gradient(op: Operation, grad: Tensor) -> Any:
    indices, values, sizes, dense = op.inputs
    adjoint_a, adjoint_b = op.attributes["adjoint_a"], op.attributes["adjoint_b"]
    if values.dtype.is_complex:
        raise NotImplementedError("SparseTensorDenseMatMul op does not support complex gradients.")
    dense_grad = SparseTensorDenseMatMul(indices, values, sizes, grad, adjoint_a=not adjoint_a)
    if adjoint_b:
        dense_grad = arrays.transpose(dense_grad)
    rows, columns = indices[:, 0], indices[:, 1]
    if adjoint_a:
        rows, columns = columns, rows
    from_grad = gathering.gather(grad, rows)
    from_dense = gathering.gather(arrays.transpose(dense) if adjoint_b else dense, columns)
    return None, reductions.reduce_sum(from_grad * from_dense, axis=1), None, dense_grad


_INDICES = samples.int64([[0, 1], [1, 2], [0, 0]])
_VALUES = samples.float32([1.5, -2.0, 0.5])
_SIZES = samples.int64([2, 3])
_TALL = samples.float32([[1.0, -0.5], [2.0, 3.0], [0.25, -1.5]])
_ROWS = samples.float32([[1.0, -0.5, 2.0], [0.25, 3.0, -1.0]])
SparseTensorDenseMatMul = define_op(
    "SparseTensorDenseMatMul",
    ["a_indices: Tindices", "a_values: T", "a_shape: int64", "b: T"],
    ["product: T"],
    attributes={
        "T": types(),
        "Tindices": types(*INDICES, default=dtypes.int64),
        "adjoint_a": boolean(False),
        "adjoint_b": boolean(False),
    },
    shape=_product_shape,
    make_kernel=_product_kernel,
    gradient=_product_gradient,
    samples=[
        Sample((_INDICES, _VALUES, _SIZES, _TALL)),
        Sample((_INDICES, _VALUES, _SIZES, _ROWS), {"adjoint_a": True}),
        Sample((_INDICES.astype(np.int32), _VALUES, _SIZES, _ROWS), {"adjoint_b": True}),
        Sample((_INDICES, _VALUES, _SIZES, _ROWS[:, :2].copy()), {"adjoint_a": True, "adjoint_b": True}),
        # Of no elements there is no derivative.
        Sample((np.zeros((0, 2), np.int64), np.zeros(0, np.float32), _SIZES, _TALL), differentiable=False),
        Sample((_INDICES, _VALUES, _SIZES, _ROWS), raises="inner dimension does not match: 3 vs. 2."),
        Sample((_INDICES + 1, _VALUES, _SIZES, _TALL), raises="k (3) from index[1,1] out of bounds (>=3)"),
        Sample((_INDICES, _VALUES[:2], _SIZES, _TALL), raises="Number of rows of a_indices does not match"),
    ],
)


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse matrix and a dense one.

    Args:
        sp_a: a SparseTensor or SparseTensorValue of rank 2.
        b: a dense matrix of the same dtype.
        adjoint_a: whether the sparse matrix is transposed (and conjugated) first.
        adjoint_b: whether the dense matrix is.
        name: the scope's name.

    Returns:
        A dense Tensor of rank 2.

    Raises:
        TypeError: ``sp_a`` is not sparse.
        ValueError: the sizes do not fit.

    Source: TensorFlow's ``SparseTensorDenseMatMul``.
    """
    sparse = as_sparse_tensor(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [sparse.indices, sparse.values, b]):
        return SparseTensorDenseMatMul(
            sparse.indices,
            sparse.values,
            sparse.dense_shape,
            convert_to_tensor(b, name="b"),
            adjoint_a=adjoint_a,
            adjoint_b=adjoint_b,
        )
