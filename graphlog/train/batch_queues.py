"""Queues that collect elements into batches: what ``tf.train.batch`` and its neighbours share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.shapes import TensorShape
from graphlog.core.sparse_tensor import SparseTensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import partitioning
from graphlog.ops.control_flow import conditionals, grouping
from graphlog.ops.debugging import summaries
from graphlog.ops.inputs.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from graphlog.ops.math import arithmetic, casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value
from graphlog.train.queue_runners import QueueRunner, add_queue_runner
from graphlog.train.sparse_batches import restore_sparse, store_sparse


def as_list(tensors: Any) -> list[Any]:
    """The tensors of a list or dict; those of a dict in the order of their keys."""
    if isinstance(tensors, Mapping):
        return [tensors[key] for key in sorted(tensors, key=str)]
    return list(tensors)


def _as_tensor(value: Any) -> Any:
    return value if isinstance(value, SparseTensor) else convert_to_tensor(value)


def as_lists(tensors_list: Sequence[Any]) -> list[list[Any]]:
    """The same for several, which have the same keys.

    Raises:
        ValueError: they have not, or there is none.
    """
    if not tensors_list:
        raise ValueError("Expected at least one set of tensors")
    first = tensors_list[0]
    if isinstance(first, Mapping) and any(item.keys() != first.keys() for item in tensors_list):
        raise ValueError("All dictionaries in tensors_list must have the same keys")
    return [as_list(item) for item in tensors_list]


def _as_given(given: Any, dequeued: Any) -> Any:
    """What was dequeued in the form of what was given: a dict for a dict."""
    if not isinstance(given, Mapping):
        return dequeued
    parts = [dequeued] if len(given) == 1 else dequeued
    return dict(zip(sorted(given, key=str), parts, strict=True))


def _checked_choice(keep_input: Any, enqueue_many: bool) -> Tensor:
    choice = convert_to_tensor(keep_input)
    rank = choice.shape.ndims
    if rank is None:
        raise ValueError("`keep_input` dimensions must be known at graph construction.")
    if rank == 1 and not enqueue_many:
        raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
    if rank > 1:
        raise ValueError("`keep_input` must be 0 or 1 dimensions.")
    return choice


def _types(lists: Sequence[Sequence[Tensor]]) -> list[dtypes.DType]:
    found = [[tensor.dtype for tensor in tensors] for tensors in lists]
    for types in found[1:]:
        if types != found[0]:
            raise TypeError(
                f"Expected types to be consistent: {dtypes.names(found[0])} vs. {dtypes.names(types)}."
            )
    return [dtype.base_dtype for dtype in found[0]]


def _shapes(lists: Sequence[Sequence[Tensor]], shapes: Any, enqueue_many: bool) -> Any:
    if shapes is not None:
        return shapes
    for tensors in lists:
        for tensor in tensors:
            if tensor.shape.ndims is None:
                raise ValueError(f"Cannot infer Tensor's rank: {tensor}")
    return [
        _element_shape([item.shape for item in column], enqueue_many) for column in zip(*lists, strict=True)
    ]


def _element_shape(shapes: Sequence[TensorShape], enqueue_many: bool) -> TensorShape:
    if enqueue_many:
        shapes = [shape.with_rank_at_least(1)[1:] for shape in shapes]
    for shape in shapes[1:]:
        shapes[0].merge_with(shape)
    # That of the first counts, as in TensorFlow.
    return shapes[0]


def _enqueue_operation(
    queue: QueueBase, tensors: Sequence[Tensor], enqueue_many: bool, choice: Tensor
) -> Operation | Tensor:
    enqueue = queue.enqueue_many if enqueue_many else queue.enqueue
    if choice.shape.ndims == 1:
        numbers = casts.cast(choice, dtypes.int32)
        return enqueue(
            [partitioning.dynamic_partition(tensor, numbers, num_partitions=2)[1] for tensor in tensors]
        )
    known = constant_value(choice)
    if known is None:
        chosen: Operation | Tensor = conditionals.cond(choice, lambda: enqueue(tensors), grouping.no_op)
        return chosen
    return enqueue(tensors) if known else grouping.no_op()


def _batched(
    given: Any,
    lists: Sequence[Sequence[Any]],
    batch_size: Any,
    keep_input: Any,
    threads: int,
    enqueue_many: bool,
    shapes: Any,
    make_queue: Callable[[Any, Any], QueueBase],
    summary: Callable[[QueueBase], None],
    may_be_smaller: bool,
    name: str,
) -> Any:
    """What all functions of this module do inside their scope.

    Args:
        given: the first element as it was given, a list or a dict.
        lists: the tensors of the elements, a list for each source of elements.
        batch_size: the size of a batch.
        keep_input: which elements are wanted.
        threads: how many threads enqueue from each source.
        enqueue_many: whether the tensors hold many elements, as rows.
        shapes: the shapes of an element; None to take those of the tensors.
        make_queue: makes the queue, of dtypes and shapes.
        summary: adds a summary of the queue.
        may_be_smaller: whether the last batch may be smaller.
        name: the name of the operation that dequeues, with a slash at its end.
    """
    given_lists = [[_as_tensor(item) for item in tensors] for tensors in lists]
    if not given_lists[0]:
        raise ValueError("Expected at least one tensor in batch().")
    choice = _checked_choice(keep_input, enqueue_many)
    first, infos = store_sparse(given_lists[0], enqueue_many, choice)
    tensor_lists = [first]
    for tensors in given_lists[1:]:
        stored, others = store_sparse(tensors, enqueue_many, choice, infos)
        if [info is None for info in others] != [info is None for info in infos]:
            raise ValueError(f"Inconsistent SparseTensors list: {given_lists[0]} vs. {tensors}")
        tensor_lists.append(stored)
    types = _types(tensor_lists)
    queue = make_queue(types, _shapes(tensor_lists, shapes, enqueue_many))
    operations = [_enqueue_operation(queue, tensors, enqueue_many, choice) for tensors in tensor_lists]
    add_queue_runner(QueueRunner(queue, operations * threads))
    summary(queue)
    dequeue = queue.dequeue_up_to if may_be_smaller else queue.dequeue_many
    return _as_given(given, restore_sparse(dequeue(batch_size, name=name), infos))


def fifo_batch(
    given: Any,
    lists: Sequence[Sequence[Any]],
    scope: str,
    name: str | None,
    keep_input: Any,
    batch_size: Any,
    threads: int,
    capacity: int,
    enqueue_many: bool,
    shapes: Any,
    dynamic_pad: bool,
    may_be_smaller: bool,
    shared_name: str | None,
) -> Any:
    """Batches by a FIFOQueue or a PaddingFIFOQueue.

    Args:
        given: the first element as it was given.
        lists: the tensors of the elements, a list for each source of elements.
        scope: the name of the scope where ``name`` is None.
        name: the name of the scope.
        keep_input: see ``tf.train.maybe_batch``, as for all that follows.
        batch_size: …
        threads: …
        capacity: …
        enqueue_many: …
        shapes: …
        dynamic_pad: …
        may_be_smaller: …
        shared_name: …

    Returns:
        What is dequeued, in the form of ``given``.
    """

    def make_queue(types: Any, element_shapes: Any) -> QueueBase:
        kind = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        return kind(capacity, types, element_shapes, shared_name=shared_name)

    def summary(queue: QueueBase) -> None:
        size = casts.cast(queue.size(), dtypes.float32)
        summaries.scalar(f"fraction_of_{capacity}_full", size * (1.0 / capacity))

    with name_scope(name, scope, [*[item for tensors in lists for item in tensors], keep_input]) as full_name:
        return _batched(
            *(given, lists, batch_size, keep_input, threads, enqueue_many, shapes, make_queue, summary),
            *(may_be_smaller, full_name),
        )


def random_batch(
    given: Any,
    lists: Sequence[Sequence[Any]],
    scope: str,
    name: str | None,
    keep_input: Any,
    batch_size: Any,
    threads: int,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None,
    enqueue_many: bool,
    shapes: Any,
    may_be_smaller: bool,
    shared_name: str | None,
) -> Any:
    """Batches by a RandomShuffleQueue.

    Args:
        given: see ``fifo_batch``, as for all that is not explained here.
        lists: …
        scope: …
        name: …
        keep_input: …
        batch_size: …
        threads: …
        capacity: …
        min_after_dequeue: how many elements stay in the queue.
        seed: the seed of the order.
        enqueue_many: …
        shapes: …
        may_be_smaller: …
        shared_name: …

    Returns:
        As ``fifo_batch`` does.

    Raises:
        ValueError: the capacity is too small.
    """

    def make_queue(types: Any, element_shapes: Any) -> QueueBase:
        return RandomShuffleQueue(
            capacity, min_after_dequeue, types, element_shapes, seed=seed, shared_name=shared_name
        )

    def summary(queue: QueueBase) -> None:
        span = capacity - min_after_dequeue
        over = casts.cast(arithmetic.maximum(0, queue.size() - min_after_dequeue), dtypes.float32)
        summaries.scalar(f"fraction_over_{min_after_dequeue}_of_{span}_full", over * (1.0 / span))

    with name_scope(name, scope, [*[item for tensors in lists for item in tensors], keep_input]) as full_name:
        if capacity <= min_after_dequeue:
            raise ValueError(
                f"capacity {capacity} must be bigger than min_after_dequeue {min_after_dequeue}."
            )
        return _batched(
            *(given, lists, batch_size, keep_input, threads, enqueue_many, shapes, make_queue, summary),
            *(may_be_smaller, full_name),
        )
