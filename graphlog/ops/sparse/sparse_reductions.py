"""SparseReduceSum and SparseReduceMax: reductions of a sparse tensor along axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.dtypes import DType
from graphlog.core.op_definition import GradientRule, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, nd_indices, ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import NUMBERS, REALS
from graphlog.ops.math import casts, reductions, segment_kernels
from graphlog.ops.renamed_arguments import renamed_argument
from graphlog.ops.sparse import index_rules
from graphlog.ops.static_values import constant_value


def _dense_shape(op: Operation) -> list[StaticShape]:
    sizes, axes = constant_value(op.inputs[2]), constant_value(op.inputs[3])
    if sizes is None or axes is None or not len(sizes):
        return [None]
    # An axis that is too low counts for none here, as in C, and is refused when it runs.
    reduced = {math.fmod(axis + len(sizes), len(sizes)) for axis in axes.ravel().tolist()}
    if op.attributes["keep_dims"]:
        return [tuple([1 if axis in reduced else int(size) for axis, size in enumerate(sizes)])]
    return [tuple([int(size) for axis, size in enumerate(sizes) if axis not in reduced])]


def _kept_axes(axes: Any, rank: int) -> list[int]:
    wrong = (axes < -rank) | (axes >= rank)
    if wrong.any():
        raise ValueError(f"Invalid reduction dimension {axes[wrong][0]}, for input with {rank} dimensions.")
    reduced = set((axes % rank).tolist()) if rank else set()
    return [axis for axis in range(rank) if axis not in reduced]


def _reduction_kernel(op: Operation, ufunc: Any, is_sparse: bool) -> Kernel:
    keeps_rank = op.attributes["keep_dims"]

    def kernel(indices: Any, values: Any, sizes: Any, axes: Any) -> Any:
        index_rules.check_parts(indices, values, sizes)
        index_rules.check_bounds(indices, sizes)
        kept = _kept_axes(np.ravel(axes), len(sizes))
        kept_sizes = sizes[kept]
        if keeps_rank:
            shape = np.ones_like(sizes)
            shape[kept] = kept_sizes
        else:
            shape = kept_sizes
        groups, places = np.unique(index_rules.positions(indices[:, kept], kept_sizes), return_inverse=True)
        totals = segment_kernels.reduced(ufunc, values, places.ravel(), len(groups), 0)
        if not is_sparse:
            result = np.zeros(int(np.prod(kept_sizes)), values.dtype)
            result[groups] = totals
            return result.reshape(tuple(shape.tolist()))
        steps = index_rules.strides(shape.tolist())
        columns = groups[:, None] // np.maximum(steps, 1) % np.maximum(shape, 1)
        return columns.reshape(len(groups), len(shape)), totals, shape.copy()

    return kernel


def _sum_gradient(op: Operation, grad: Tensor) -> Any:
    indices, _, sizes, axes = op.inputs
    kept_sizes = reductions.reduced_shape(sizes, axes)
    grad = arrays.reshape(grad, kept_sizes)
    scale = sizes // casts.cast(kept_sizes, dtypes.int64)
    return None, nd_indices.gather_nd(grad, indices // scale), None, None


_PARTS = (
    samples.int64([[0, 0, 1], [0, 1, 0], [1, 1, 0], [1, 1, 2]]),
    samples.float32([1.5, -2.0, -0.5, 4.0]),
    samples.int64([2, 2, 3]),
)


def _reduction(
    type: str, ufunc: Any, allowed: tuple[DType, ...], gradient: GradientRule | None = None
) -> OpDefinition:
    is_sparse = type.endswith("Sparse")
    # Where the result is sparse, or a maximum, TensorFlow registers no gradient.
    outputs = ["output_indices: int64", "output_values: T", "output_shape: int64"]
    return define_op(
        type,
        ["input_indices: int64", "input_values: T", "input_shape: int64", "reduction_axes: int32"],
        outputs if is_sparse else ["output: T"],
        attributes={"keep_dims": boolean(False), "T": types(*allowed)},
        shape=(lambda op: [None, None, None]) if is_sparse else _dense_shape,
        make_kernel=lambda op: _reduction_kernel(op, ufunc, is_sparse),
        gradient=gradient,
        samples=[
            Sample((*_PARTS, samples.int32([0]))),
            Sample((*_PARTS, samples.int32([-1, 0])), {"keep_dims": True}),
            Sample((*_PARTS, samples.int32([0, 1, 2]))),
            Sample((*_PARTS, samples.int32([]))),
            # Of no elements there is no derivative.
            Sample(
                (
                    np.zeros((0, 2), np.int64),
                    np.zeros(0, np.int32),
                    samples.int64([2, 3]),
                    samples.int32([1]),
                ),
                differentiable=False,
            ),
            Sample((*_PARTS, samples.int32([3])), raises="Invalid reduction dimension 3, for input with 3"),
        ],
    )


SparseReduceSum = _reduction("SparseReduceSum", np.add, NUMBERS, _sum_gradient)
SparseReduceSumSparse = _reduction("SparseReduceSumSparse", np.add, NUMBERS)
SparseReduceMax = _reduction("SparseReduceMax", np.maximum, REALS)
SparseReduceMaxSparse = _reduction("SparseReduceMaxSparse", np.maximum, REALS)


def _axes(sparse: Any, axis: Any, reduction_axes: Any) -> Any:
    if reduction_axes is not None:
        if axis is not None:
            raise ValueError("Can't specify both axis' and 'reduction_indices'.")
        axis = reduction_axes
    if axis is not None:
        return axis
    if isinstance(sparse, SparseTensor):
        rank = sparse.dense_shape.shape[0].value
        if rank is not None:
            return constant(np.arange(rank), dtype=dtypes.int32)
    return ranges.range(0, shape_queries.rank(sparse))


def _keeps_dimensions(keepdims: Any, keep_dims: Any) -> bool:
    return bool(renamed_argument("keepdims", keepdims, "keep_dims", keep_dims))


def _reduced(definition: OpDefinition, sparse: Any, axes: Any, keeps: bool) -> Sequence[Tensor]:
    return definition.operation(
        sparse.indices, sparse.values, sparse.dense_shape, axes, keep_dims=keeps
    ).outputs


def sparse_reduce_sum(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The sums of a sparse tensor's elements along axes, as a dense tensor.

    Args:
        sp_input: a SparseTensor or SparseTensorValue.
        axis: the axes to sum over; all if None.
        keepdims: whether they stay, with size 1.
        reduction_axes: the older name of ``axis``.
        keep_dims: the older name of ``keepdims``.

    Returns:
        A Tensor.

    Source: TensorFlow's ``SparseReduceSum``.
    """
    keeps = _keeps_dimensions(keepdims, keep_dims)
    return _reduced(SparseReduceSum, sp_input, _axes(sp_input, axis, reduction_axes), keeps)[0]


def sparse_reduce_sum_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """``sparse_reduce_sum`` as a SparseTensor (TensorFlow's ``SparseReduceSumSparse``)."""
    keeps = _keeps_dimensions(keepdims, keep_dims)
    return SparseTensor(
        *_reduced(SparseReduceSumSparse, sp_input, _axes(sp_input, axis, reduction_axes), keeps)
    )


def sparse_reduce_max(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> Tensor:
    """The greatest of a sparse tensor's elements along axes, as a dense tensor.

    Elements that are not there do not count, except that where there is none at all the result is 0. The
    arguments are those of ``sparse_reduce_sum``. Source: TensorFlow's ``SparseReduceMax``.
    """
    keeps = _keeps_dimensions(keepdims, keep_dims)
    return _reduced(SparseReduceMax, sp_input, _axes(sp_input, axis, reduction_axes), keeps)[0]


def sparse_reduce_max_sparse(
    sp_input: Any, axis: Any = None, keepdims: Any = None, reduction_axes: Any = None, keep_dims: Any = None
) -> SparseTensor:
    """``sparse_reduce_max`` as a SparseTensor (TensorFlow's ``SparseReduceMaxSparse``)."""
    keeps = _keeps_dimensions(keepdims, keep_dims)
    return SparseTensor(
        *_reduced(SparseReduceMaxSparse, sp_input, _axes(sp_input, axis, reduction_axes), keeps)
    )
