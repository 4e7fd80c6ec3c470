"""Elements and slices of a tensor chosen by index vectors: gathered, scattered, replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.attributes import types
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, axes, batch_gathering, filling, shape_queries
from graphlog.ops.dtype_groups import INDICES
from graphlog.ops.shape_rules import merged_shape, with_rank_at_least
from graphlog.ops.static_values import constant_shape, constant_value

_MATRIX = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])
_ROWS = samples.int32([[2], [0], [2]])
_ELEMENTS = samples.int64([[[2, 1], [0, 0]]])
_UPDATES = samples.float32([[1.0, 2.0], [-3.0, 4.0], [0.5, 0.25]])


def _positions(indices: Any, shape: Sequence[int], what: str) -> tuple[Any, tuple[int, ...]]:
    """Where each index vector points, once the axes it counts along are flattened into one.

    Args:
        indices: index vectors in the last axis.
        shape: the shape of what they point into.
        what: what that is called in the error.

    Returns:
        The positions, of the shape of ``indices`` without its last axis; and the sizes of the axes that
        the vectors do not count along.

    Raises:
        ValueError: a vector points outside, or is longer than the shape.
    """
    depth = indices.shape[-1]
    if depth > len(shape):
        raise ValueError(
            f"index innermost dimension length must be <= params rank; saw: {depth} vs. {len(shape)}"
        )
    sizes = np.array(shape[:depth], np.int64)
    wrong = ((indices < 0) | (indices >= sizes)).any(axis=-1)
    if wrong.any():
        where = tuple(np.argwhere(wrong)[0].tolist())
        position = f"[{','.join(map(str, where))}]" if where else ""
        listed = ", ".join(map(str, indices[where].tolist()))
        raise ValueError(
            f"indices{position} = [{listed}] does not index into {what} {shapes.bracketed(tuple(shape))}"
        )
    strides = np.array([np.prod(sizes[axis + 1 :]) for axis in range(depth)], np.int64)
    return indices.astype(np.int64) @ strides, tuple(shape[depth:])


def _gathered_shape(op: Operation) -> list[StaticShape]:
    params, indices = op.inputs[0].static_shape, with_rank_at_least(op.inputs[1].static_shape, 1)
    if params is None or indices is None or indices[-1] is None:
        return [None]
    depth = indices[-1]
    if depth > len(params):
        raise ValueError(
            "indices.shape[-1] must be <= params.rank, but saw indices shape: "
            f"{shapes.bracketed(indices)} and params shape: {shapes.bracketed(params)}"
        )
    return [indices[:-1] + params[depth:]]


def _gather(params: Any, indices: Any) -> Any:
    positions, rest = _positions(indices, np.shape(params), "param shape")
    return np.take(np.reshape(params, (_count(params, rest), *rest)), positions, axis=0)


def _count(value: Any, rest: tuple[int, ...]) -> int:
    """How many slices of shape ``rest`` a tensor holds."""
    return int(np.prod(np.shape(value)[: np.ndim(value) - len(rest)], dtype=np.int64))


def _gather_gradient(op: Operation, grad: Tensor) -> Any:
    params, indices = op.inputs
    sizes = shape_queries.shape(params, out_type=indices.dtype)
    if indices.static_shape is not None and len(indices.static_shape) == 2 and indices.static_shape[1] == 1:
        return IndexedSlices(grad, axes.squeeze(indices, axis=-1), sizes), None
    return scatter_nd(indices, grad, sizes), None


GatherNd = define_op(
    "GatherNd",
    ["params: Tparams", "indices: Tindices"],
    ["output: Tparams"],
    attributes={"Tparams": types(), "Tindices": types(*INDICES)},
    shape=_gathered_shape,
    kernel=_gather,
    gradient=_gather_gradient,
    samples=[
        Sample((_MATRIX, _ROWS)),
        Sample((_MATRIX, _ELEMENTS)),
        Sample((_MATRIX, np.zeros((2, 0), np.int32))),
        Sample((samples.int32([5, 6]), samples.int32([1]))),
        Sample((_MATRIX, samples.int32([[0], [3]])), raises="indices[1] = [3] does not index into param"),
    ],
)


def _check_updates(indices: StaticShape, updates: StaticShape, output: StaticShape) -> None:
    """Raises ValueError where updates, chosen by indices, do not fit into an output."""
    indices, updates = with_rank_at_least(indices, 1), with_rank_at_least(updates, 1)
    if 0 == shapes.element_count(output) and (shapes.element_count(indices) or shapes.element_count(updates)):
        raise ValueError("Indices and updates specified for empty output")
    if indices is None or updates is None or indices[-1] is None:
        return
    outer, depth = len(indices) - 1, indices[-1]
    try:
        merged_shape(indices[:-1], updates[:outer])
    except ValueError as error:
        raise ValueError(
            f"The outer {outer} dimensions of indices.shape={shapes.bracketed(indices)} must match the outer "
            f"{outer} dimensions of updates.shape={shapes.bracketed(updates)}: {error}"
        ) from None
    if output is None:
        return
    if depth > len(output):
        raise ValueError(f"Shape must be at least rank {depth} but is rank {len(output)}")
    try:
        merged_shape(output[depth:], updates[outer:])
    except ValueError as error:
        raise ValueError(
            f"The inner {len(output) - depth} dimensions of output.shape={shapes.bracketed(output)} must "
            f"match the inner {len(updates) - outer} dimensions of updates.shape="
            f"{shapes.bracketed(updates)}: {error}"
        ) from None


def _scattered_shape(op: Operation) -> list[StaticShape]:
    indices, updates, sizes = op.inputs
    shape = constant_shape(sizes)
    _check_updates(indices.static_shape, updates.static_shape, shape)
    return [shape]


def _changed_shape(op: Operation) -> list[StaticShape]:
    value, indices, updates = op.inputs
    _check_updates(indices.static_shape, updates.static_shape, value.static_shape)
    return [value.static_shape]


def _scattered(result: Any, indices: Any, updates: Any, change: Callable[[Any, Any, Any], None]) -> Any:
    """``result`` after ``change`` has applied the updates to the slices that indices choose."""
    _check_updates(np.shape(indices), np.shape(updates), np.shape(result))
    positions, rest = _positions(indices, np.shape(result), "shape")
    slices = result.reshape(_count(result, rest), *rest)
    change(slices, positions.ravel(), np.reshape(updates, (positions.size, *rest)))
    return result


def _replace(slices: Any, positions: Any, updates: Any) -> None:
    slices[positions] = updates


def _scatter(indices: Any, updates: Any, sizes: Any) -> Any:
    if sizes.size and sizes.min() < 0:
        raise ValueError(f"Shape must be non-negative, got {sizes.tolist()}")
    return _scattered(np.zeros(sizes.tolist(), updates.dtype), indices, updates, np.add.at)


def _changing(change: Callable[[Any, Any, Any], None]) -> Kernel:
    return lambda value, indices, updates: _scattered(np.array(value, order="C"), indices, updates, change)


ScatterNd = define_op(
    "ScatterNd",
    ["indices: Tindices", "updates: T", "shape: Tindices"],
    ["output: T"],
    attributes={"T": types(), "Tindices": types(*INDICES)},
    shape=_scattered_shape,
    kernel=_scatter,
    gradient=lambda op, grad: (None, gather_nd(grad, op.inputs[0]), None),
    samples=[
        Sample((_ROWS, _UPDATES, samples.int32([4, 2]))),
        Sample((_ELEMENTS, samples.float32([[1.0, 2.0]]), samples.int64([3, 2]))),
        Sample((samples.int32([[0]]), samples.int32([7]), samples.int32([2]))),
        Sample((_ROWS, _UPDATES, samples.int32([2, 2])), raises="indices[0] = [2] does not index into shape"),
        Sample(
            (_ROWS, _UPDATES, samples.int32([4, 3])), raises="The inner 1 dimensions of output.shape=[4,3]"
        ),
    ],
)


def _tensor_scatter_update_gradient(op: Operation, grad: Tensor) -> Any:
    _, indices, updates = op.inputs
    updates_grad = gather_nd(grad, indices)
    kept = arrays.identity(grad)
    zeros = filling.zeros_like(updates, dtype=grad.dtype)
    return TensorScatterUpdate(kept, indices, zeros), None, updates_grad


def _tensor_scatter_add_gradient(op: Operation, grad: Tensor) -> Any:
    updates_grad = gather_nd(grad, op.inputs[1])
    return arrays.identity(grad), None, updates_grad


def _tensor_scatter_sub_gradient(op: Operation, grad: Tensor) -> Any:
    updates_grad = gather_nd(grad, op.inputs[1])
    kept = arrays.identity(grad)
    return kept, None, -updates_grad


_CHANGE = (["tensor: T", "indices: Tindices", "updates: T"], ["output: T"])
_CHANGE_ATTRIBUTES = {"T": types(), "Tindices": types(*INDICES)}
_DISTINCT = Sample((_MATRIX, samples.int32([[2], [0]]), _UPDATES[:2]))
_CHANGE_SAMPLES = [
    _DISTINCT,
    Sample((samples.int32([1, 2, 3]), samples.int64([[1]]), samples.int32([5]))),
    Sample(
        (_MATRIX, samples.int32([[3]]), _UPDATES[:1]), raises="indices[0] = [3] does not index into shape"
    ),
]

TensorScatterUpdate: OpDefinition = define_op(
    "TensorScatterUpdate",
    *_CHANGE,
    attributes=_CHANGE_ATTRIBUTES,
    shape=_changed_shape,
    kernel=_changing(_replace),
    gradient=_tensor_scatter_update_gradient,
    samples=_CHANGE_SAMPLES,
)
TensorScatterAdd: OpDefinition = define_op(
    "TensorScatterAdd",
    *_CHANGE,
    attributes=_CHANGE_ATTRIBUTES,
    shape=_changed_shape,
    kernel=_changing(np.add.at),
    gradient=_tensor_scatter_add_gradient,
    samples=[*_CHANGE_SAMPLES, Sample((_MATRIX, _ROWS, _UPDATES))],
)
TensorScatterSub: OpDefinition = define_op(
    "TensorScatterSub",
    *_CHANGE,
    attributes=_CHANGE_ATTRIBUTES,
    shape=_changed_shape,
    kernel=_changing(np.subtract.at),
    gradient=_tensor_scatter_sub_gradient,
    samples=[*_CHANGE_SAMPLES, Sample((_MATRIX, _ROWS, _UPDATES))],
)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: Any = 0) -> Tensor:
    """The elements or slices of a tensor that index vectors choose.

    Args:
        params: a tensor.
        indices: index vectors in the last axis, as long as ``params`` has axes or shorter.
        name: the operation's name.
        batch_dims: how many leading axes of both tensors belong together.

    Returns:
        A Tensor in which what each vector chooses stands in the vector's place.

    Source: TensorFlow's ``GatherNd``.
    """
    if isinstance(batch_dims, Tensor):
        known = constant_value(batch_dims)
        batch_dims = batch_dims if known is None else int(known)
    if batch_dims == 0 and not isinstance(params, Tensor) and hasattr(params, "gather_nd"):
        return params.gather_nd(indices, name=name)  # type: ignore[no-any-return]
    if batch_dims == 0:
        return GatherNd(params, indices, name=name)
    return batch_gathering.batch_gather_nd(params, indices, batch_dims, name)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros, to which updates are added where index vectors say.

    Args:
        indices: index vectors in the last axis.
        updates: an element or slice for each of them.
        shape: the shape of the result.
        name: the operation's name.

    Returns:
        A Tensor of that shape; updates of the same place are added up.

    Source: TensorFlow's ``ScatterNd``.
    """
    return ScatterNd(indices, updates, shape, name=name)


def tensor_scatter_update(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """A tensor in which index vectors' elements or slices are replaced (``TensorScatterUpdate``)."""
    return TensorScatterUpdate(tensor, indices, updates, name=name)


def tensor_scatter_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """A tensor with updates added where index vectors say (``TensorScatterAdd``)."""
    return TensorScatterAdd(tensor, indices, updates, name=name)


def tensor_scatter_sub(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """A tensor with updates subtracted where index vectors say (``TensorScatterSub``)."""
    return TensorScatterSub(tensor, indices, updates, name=name)
