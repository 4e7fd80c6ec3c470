"""Operations on sets that are the rows of tensors, of which at least one is sparse."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.attributes import boolean, string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import RankedShape, StaticShape, bracketed
from graphlog.core.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor, sparse_parts
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array.set_operations import OPERATIONS, VALUE_TYPES, DenseToDenseSetOperation, combined
from graphlog.ops.shape_rules import merged_size, with_rank, with_rank_at_least
from graphlog.ops.sparse import index_rules


def _sparse_rank(parts: list[Tensor]) -> int | None:
    """The rank of a sparse tensor, as far as its parts say."""
    indices = with_rank(parts[0].static_shape, 2)
    values, sizes = with_rank(parts[1].static_shape, 1), with_rank(parts[2].static_shape, 1)
    merged_size(indices[0], values[0])
    return merged_size(indices[1], sizes[0])


def _outputs(rank: int | None) -> list[StaticShape]:
    shape: RankedShape = (rank,)
    return [(None, rank), (None,), shape]


def _dense_sparse_shape(op: Operation) -> list[StaticShape]:
    first = with_rank_at_least(op.inputs[0].static_shape, 2)
    rank = _sparse_rank(list(op.inputs[1:]))
    return _outputs(merged_size(None if first is None else len(first), rank))


def _sparse_sparse_shape(op: Operation) -> list[StaticShape]:
    return _outputs(merged_size(_sparse_rank(list(op.inputs[:3])), _sparse_rank(list(op.inputs[3:]))))


def _check(parts: Any, validate: bool) -> None:
    index_rules.check_parts(*parts)
    (index_rules.check_order if validate else index_rules.check_bounds)(parts[0], parts[2])
    if len(parts[2]) < 2:
        raise ValueError(f"Invalid input rank {len(parts[2])} < 2.")


def _rows(parts: Any) -> Any:
    return index_rules.positions(parts[0][:, :-1], parts[2][:-1])


def _check_leading(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    if first != second:
        raise ValueError(f"Mismatched group shapes {bracketed(first)} vs {bracketed(second)}.")


def _dense_sparse_kernel(op: Operation) -> Kernel:
    combine = OPERATIONS[op.attributes["set_operation"].decode().lower()]
    validate = op.attributes["validate_indices"]

    def kernel(dense: Any, *parts: Any) -> tuple[Any, Any, Any]:
        _check(parts, validate)
        leading = dense.shape[:-1]
        _check_leading(leading, tuple(parts[2][:-1].tolist()))
        rows = np.repeat(np.arange(int(np.prod(leading))), dense.shape[-1])
        return combined(combine, [rows, _rows(parts)], [dense.ravel(), parts[1]], leading)

    return kernel


def _sparse_sparse_kernel(op: Operation) -> Kernel:
    combine = OPERATIONS[op.attributes["set_operation"].decode().lower()]
    validate = op.attributes["validate_indices"]

    def kernel(*inputs: Any) -> tuple[Any, Any, Any]:
        first, second = inputs[:3], inputs[3:]
        _check(first, validate)
        _check(second, validate)
        leading = tuple(first[2][:-1].tolist())
        _check_leading(leading, tuple(second[2][:-1].tolist()))
        return combined(combine, [_rows(first), _rows(second)], [first[1], second[1]], leading)

    return kernel


def _size_kernel(op: Operation) -> Kernel:
    validate = op.attributes["validate_indices"]

    def kernel(*parts: Any) -> Any:
        _check(parts, validate)
        leading = tuple(parts[2][:-1].tolist())
        index, _, _ = combined(np.union1d, [_rows(parts)] * 2, [parts[1]] * 2, leading)
        rows = index_rules.positions(index[:, :-1], parts[2][:-1])
        counts = np.bincount(rows, minlength=int(np.prod(leading)))
        return counts.astype(np.int32).reshape(leading)

    return kernel


_A = (
    samples.int64([[0, 0], [0, 1], [1, 0], [1, 2]]),
    samples.int32([3, 1, 5, 5]),
    samples.int64([2, 3]),
)
_B = (samples.int64([[0, 0], [1, 0]]), samples.int32([3, 7]), samples.int64([2, 1]))
_DENSE = samples.int32([[3, 9], [5, 4]])
_ATTRIBUTES = {
    "set_operation": string(),
    "validate_indices": boolean(True),
    "T": types(*VALUE_TYPES),
}
_NAMES = [{"set_operation": name} for name in OPERATIONS]
DenseToSparseSetOperation = define_op(
    "DenseToSparseSetOperation",
    ["set1: T", "set2_indices: int64", "set2_values: T", "set2_shape: int64"],
    ["result_indices: int64", "result_values: T", "result_shape: int64"],
    attributes=_ATTRIBUTES,
    shape=_dense_sparse_shape,
    make_kernel=_dense_sparse_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        *[Sample((_DENSE, *_A), name) for name in _NAMES],
        Sample((_DENSE[:1], *_A), _NAMES[0], raises="Mismatched group shapes [1] vs [2]"),
    ],
)
SparseToSparseSetOperation = define_op(
    "SparseToSparseSetOperation",
    [
        *("set1_indices: int64", "set1_values: T", "set1_shape: int64"),
        *("set2_indices: int64", "set2_values: T", "set2_shape: int64"),
    ],
    ["result_indices: int64", "result_values: T", "result_shape: int64"],
    attributes=_ATTRIBUTES,
    shape=_sparse_sparse_shape,
    make_kernel=_sparse_sparse_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        *[Sample((*_A, *_B), name) for name in _NAMES],
        Sample((_A[0][::-1].copy(), *_A[1:], *_B), _NAMES[0], raises="is out of order"),
    ],
)
SetSize = define_op(
    "SetSize",
    ["set_indices: int64", "set_values: T", "set_shape: int64"],
    ["size: int32"],
    attributes={"validate_indices": boolean(True), "T": types(*VALUE_TYPES)},
    shape=lambda op: [None],
    make_kernel=_size_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample(_A), Sample((_A[0], samples.text(["a", "b", "c", "c"]), _A[2]))],
)


def _operands(a: Any, b: Any) -> tuple[Any, Any, bool]:
    """Both as tensors, a dense one first; and whether they changed places."""
    a = convert_to_tensor_or_sparse_tensor(a, name="a")
    if a.dtype.base_dtype not in VALUE_TYPES:
        raise TypeError(f"'a' invalid dtype {a.dtype}.")
    b = convert_to_tensor_or_sparse_tensor(b, name="b")
    if a.dtype.base_dtype is not b.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        return b, a, True
    return a, b, False


def _result(a: Any, b: Any, operation: str, validate: bool) -> SparseTensor:
    attributes: dict[str, Any] = {"set_operation": operation, "validate_indices": validate}
    if isinstance(a, SparseTensor):
        op = SparseToSparseSetOperation.operation(*sparse_parts(a), *sparse_parts(b), **attributes)
    elif isinstance(b, SparseTensor):
        op = DenseToSparseSetOperation.operation(a, *sparse_parts(b), **attributes)
    else:
        op = DenseToDenseSetOperation.operation(a, b, **attributes)
    return SparseTensor(*op.outputs)


def set_intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in both of two sets, for each row (along the last dimension) of two tensors.

    Args:
        a: a tensor of integers or strings, dense or sparse.
        b: another of the same dtype, whose shape differs in the last dimension at most.
        validate_indices: whether the indices of sparse tensors are checked for their order.

    Returns:
        A SparseTensor with the elements of each set in increasing order.

    Raises:
        TypeError: the dtypes differ, or are not allowed.

    Source: ``tf.sets.intersection``.
    """
    a, b, _ = _operands(a, b)
    return _result(a, b, "intersection", validate_indices)


def set_difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """What is in one of two sets but not in the other; see ``set_intersection``.

    Args:
        a: as there.
        b: as there.
        aminusb: whether it is ``a`` without ``b``; else ``b`` without ``a``.
        validate_indices: as there.

    Returns:
        A SparseTensor.

    Source: ``tf.sets.difference``.
    """
    a, b, has_changed = _operands(a, b)
    return _result(a, b, "a-b" if aminusb is not has_changed else "b-a", validate_indices)


def set_union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in one of two sets or in both; see ``set_intersection`` (``tf.sets.union``)."""
    a, b, _ = _operands(a, b)
    return _result(a, b, "union", validate_indices)


def set_size(a: Any, validate_indices: bool = True) -> Tensor:
    """The number of distinct elements in each row (along the last dimension) of a sparse tensor.

    Args:
        a: a SparseTensor (or SparseTensorValue) of integers or strings.
        validate_indices: whether its indices are checked for their order.

    Returns:
        An int32 Tensor without the last dimension.

    Raises:
        TypeError: ``a`` is not sparse, or its dtype is not allowed.

    Source: TensorFlow's ``SetSize``.
    """
    sparse = convert_to_tensor_or_sparse_tensor(a, name="a")
    if not isinstance(sparse, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {sparse}.")
    if sparse.dtype.base_dtype not in VALUE_TYPES:
        raise TypeError(f"Invalid dtype {sparse.dtype}.")
    return SetSize(*sparse_parts(sparse), validate_indices=validate_indices)
