"""Elements collected into batches by queues (``tf.train.batch`` and its neighbours)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.train.batch_queues import as_list, as_lists, fifo_batch, random_batch


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of elements, which a QueueRunner collects in a queue.

    Args:
        tensors: a list or dict of tensors, together one element (or many, see ``enqueue_many``).
        batch_size: how many elements a batch has.
        num_threads: how many threads collect.
        capacity: how many elements the queue holds.
        enqueue_many: whether the rows of the tensors are elements.
        shapes: the shapes of an element; those of the tensors if None.
        dynamic_pad: whether elements may differ in size, and are filled up with zeros.
        allow_smaller_final_batch: whether what is left at the end is a batch too.
        shared_name: all queues of one shared name are one queue.
        name: the name of the scope.

    Returns:
        A Tensor for each of ``tensors``, as a list or dict; alone where there is one.

    Raises:
        ValueError: there is no tensor, or a shape is not known.

    Source: ``tf.train.batch``.
    """
    return maybe_batch(
        *(tensors, True, batch_size, num_threads, capacity, enqueue_many, shapes, dynamic_pad),
        *(allow_smaller_final_batch, shared_name, name),
    )


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of the elements that are wanted.

    Args:
        tensors: see ``batch``, as for all but ``keep_input``.
        keep_input: a boolean scalar, or with ``enqueue_many`` a vector: which elements are wanted.
        batch_size: …
        num_threads: …
        capacity: …
        enqueue_many: …
        shapes: …
        dynamic_pad: …
        allow_smaller_final_batch: …
        shared_name: …
        name: …

    Returns:
        As ``batch`` does.

    Source: ``tf.train.maybe_batch``.
    """
    return fifo_batch(
        *(tensors, [as_list(tensors)], "batch", name, keep_input, batch_size, num_threads, capacity),
        *(enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name),
    )


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of elements from several sources, with a thread for each.

    Args:
        tensors_list: a list of what ``batch`` takes as ``tensors``.
        batch_size: see ``batch``, as for all that follows.
        capacity: …
        enqueue_many: …
        shapes: …
        dynamic_pad: …
        allow_smaller_final_batch: …
        shared_name: …
        name: …

    Returns:
        As ``batch`` does.

    Source: ``tf.train.batch_join``.
    """
    return maybe_batch_join(
        *(tensors_list, True, batch_size, capacity, enqueue_many, shapes, dynamic_pad),
        *(allow_smaller_final_batch, shared_name, name),
    )


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of those elements from several sources that are wanted; see ``batch_join`` and ``maybe_batch``.

    Source: ``tf.train.maybe_batch_join``.
    """
    lists = as_lists(tensors_list)
    return fifo_batch(
        *(tensors_list[0], lists, "batch_join", name, keep_input, batch_size, 1, capacity),
        *(enqueue_many, shapes, dynamic_pad, allow_smaller_final_batch, shared_name),
    )


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of elements in random order, which a QueueRunner collects in a RandomShuffleQueue.

    Args:
        tensors: see ``batch``, as for all that is not explained here.
        batch_size: …
        capacity: how many elements the queue holds; more than ``min_after_dequeue``.
        min_after_dequeue: how many stay in it, so that they are mixed well.
        num_threads: …
        seed: the seed of the order.
        enqueue_many: …
        shapes: …
        allow_smaller_final_batch: …
        shared_name: …
        name: …

    Returns:
        As ``batch`` does.

    Raises:
        ValueError: the capacity is too small, there is no tensor, or a shape is not known.

    Source: ``tf.train.shuffle_batch``.
    """
    return maybe_shuffle_batch(
        *(tensors, batch_size, capacity, min_after_dequeue, True, num_threads, seed, enqueue_many, shapes),
        *(allow_smaller_final_batch, shared_name, name),
    )


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches in random order of the elements that are wanted; see ``shuffle_batch`` and ``maybe_batch``.

    Source: ``tf.train.maybe_shuffle_batch``.
    """
    return random_batch(
        *(tensors, [as_list(tensors)], "shuffle_batch", name, keep_input, batch_size, num_threads, capacity),
        *(min_after_dequeue, seed, enqueue_many, shapes, allow_smaller_final_batch, shared_name),
    )


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches in random order from several sources; see ``shuffle_batch`` and ``batch_join``.

    Source: ``tf.train.shuffle_batch_join``.
    """
    return maybe_shuffle_batch_join(
        *(tensors_list, batch_size, capacity, min_after_dequeue, True, seed, enqueue_many, shapes),
        *(allow_smaller_final_batch, shared_name, name),
    )


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches in random order of what is wanted from several sources; see ``shuffle_batch_join``.

    Source: ``tf.train.maybe_shuffle_batch_join``.
    """
    lists = as_lists(tensors_list)
    return random_batch(
        *(tensors_list[0], lists, "shuffle_batch_join", name, keep_input, batch_size, 1, capacity),
        *(min_after_dequeue, seed, enqueue_many, shapes, allow_smaller_final_batch, shared_name),
    )
