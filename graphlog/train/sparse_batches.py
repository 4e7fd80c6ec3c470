"""SparseTensors in batches: a number of each goes through the queue, and they themselves around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import axes, filling, gathering, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import conditionals
from graphlog.ops.control_flow.grouping import with_dependencies
from graphlog.ops.inputs.sparse_maps import add_many_sparse, add_sparse, take_many_sparse
from graphlog.ops.sparse.selections import sparse_retain
from graphlog.ops.static_values import constant_value

_MAP_OPERATIONS = ("AddSparseToTensorsMap", "AddManySparseToTensorsMap")


class SparseInfo(NamedTuple):
    """Where a SparseTensor is while its number is in the queue.

    Attributes:
        map_op: the operation that put it into its map.
        rank: its rank in the queue, where it is known.
    """

    map_op: Operation
    rank: int | None


def store_sparse(
    tensors: Sequence[Any],
    enqueue_many: bool,
    choice: Tensor,
    shared: Sequence[SparseInfo | None] | None = None,
) -> tuple[list[Tensor], list[SparseInfo | None]]:
    """Puts numbers in the place of SparseTensors.

    Args:
        tensors: tensors, some of them sparse.
        enqueue_many: whether their rows are the elements.
        choice: which elements are wanted, see ``tf.train.maybe_batch``.
        shared: for each sparse tensor in whose map it is to be; None for maps of their own.

    Returns:
        The tensors for the queue, and for each of them where it is if it is sparse.
    """
    shared = shared or [None] * len(tensors)
    stored = [
        _stored(tensor, enqueue_many, choice, info.map_op.name if info else "")
        if isinstance(tensor, SparseTensor)
        else tensor
        for tensor, info in zip(tensors, shared, strict=True)
    ]
    infos = [
        _info(tensor, number, enqueue_many, info) if isinstance(tensor, SparseTensor) else None
        for tensor, number, info in zip(tensors, stored, shared, strict=True)
    ]
    return [
        axes.expand_dims(item, [-1]) if info else item for item, info in zip(stored, infos, strict=True)
    ], infos


def _stored(sparse: SparseTensor, enqueue_many: bool, choice: Tensor, map_name: str) -> Tensor:
    if choice.shape.ndims == 1:
        kept = sparse_retain(sparse, gathering.gather(choice, sparse.indices[:, 0]))
        return add_many_sparse(kept, map_name)
    add = add_many_sparse if enqueue_many else add_sparse
    known = constant_value(choice)

    def nothing() -> Tensor:
        if not enqueue_many:
            return constant(-1, dtypes.int64)
        return -1 * filling.ones(shape_queries.shape(sparse)[0:1], dtypes.int64)

    if known is None:
        number: Tensor = conditionals.cond(choice, lambda: add(sparse, map_name), nothing)
    else:
        number = add(sparse, map_name) if known else nothing()
    if enqueue_many:
        number.set_shape([None])
    return number


def _info(sparse: SparseTensor, number: Tensor, enqueue_many: bool, shared: SparseInfo | None) -> SparseInfo:
    (rank,) = sparse.dense_shape.shape.with_rank(1).as_list()
    if rank is not None and enqueue_many:
        rank -= 1
    # In a cond it is what leads to the number.
    before = [tensor.op for tensor in number.op.inputs if tensor.op.type in _MAP_OPERATIONS]
    return SparseInfo(shared.map_op if shared else (before or [number.op])[0], rank)


def restore_sparse(dequeued: Any, infos: Sequence[SparseInfo | None]) -> Any:
    """The opposite of ``store_sparse``.

    Args:
        dequeued: a tensor, or a list of several.
        infos: where the sparse ones among them are.

    Returns:
        The same with the SparseTensors.
    """
    is_list = isinstance(dequeued, list | tuple)
    parts = list(dequeued) if is_list else [dequeued]
    if any(infos):
        parts = [
            take_many_sparse(
                info.map_op, axes.squeeze(part, [1]), None if info.rank is None else info.rank + 1
            )
            if info
            else part
            for part, info in zip(parts, infos, strict=True)
        ]
        # All are taken together, so that nothing stays in a map for which nobody asks.
        taken = [part.values if isinstance(part, SparseTensor) else part for part in parts]
        parts = [
            SparseTensor(
                with_dependencies(taken, part.indices),
                with_dependencies(taken, part.values),
                with_dependencies(taken, part.dense_shape),
            )
            if isinstance(part, SparseTensor)
            else with_dependencies(taken, part)
            for part in parts
        ]
    return parts if is_list else parts[0]
