"""Queues of the elements of a tensor, again and again (``tf.train.string_input_producer``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.graph_keys import GraphKeys
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, gathering, ranges, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.debugging import logging_ops, summaries
from graphlog.ops.inputs.file_contents import matching_files
from graphlog.ops.inputs.queues import FIFOQueue
from graphlog.ops.math import casts, comparisons
from graphlog.ops.name_scopes import control_dependencies, name_scope
from graphlog.ops.random import random_functions
from graphlog.ops.state.variables import Variable
from graphlog.train.queue_runners import QueueRunner, add_queue_runner

_NO_STRINGS = "string_input_producer requires a non-null input tensor"


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """A local variable of the files whose paths fit a pattern when it is initialized.

    Args:
        pattern: a path with ``*``, ``?`` and ``[a-c]`` in it, or a vector of such.
        name: the variable's name.

    Returns:
        The variable, a vector of strings.

    Source: ``tf.train.match_filenames_once``.
    """
    with name_scope(name, "matching_filenames", [pattern]) as scope:
        return Variable(
            matching_files(pattern),
            name=scope,
            trainable=False,
            validate_shape=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Any:
    """The tensor, ``num_epochs`` times; then a run raises OutOfRangeError.

    Args:
        tensor: a tensor.
        num_epochs: how often; None for ever. A local variable counts, and must be initialized.
        name: the operation's name.

    Returns:
        A Tensor.

    Raises:
        ValueError: the number is not positive.

    Source: ``tf.train.limit_epochs``.
    """
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with name_scope(name, "limit_epochs", [tensor]) as scope:
        zero = constant(0, dtypes.int64)
        epochs = Variable(zero, name="epochs", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES])
        counter = epochs.count_up_to(num_epochs)
        with control_dependencies([counter]):
            return arrays.identity(tensor, name=scope)


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of the rows of a tensor, which a QueueRunner fills.

    Args:
        input_tensor: the tensor.
        element_shape: the shape of a row, where it is not known.
        num_epochs: how often all rows come, after which a run raises OutOfRangeError; None for ever.
        shuffle: whether the rows come in another order each time.
        seed: the seed of the order.
        capacity: how many rows the queue holds.
        shared_name: all queues of one shared name are one queue.
        summary_name: the name of a summary of how full it is; None for no summary.
        name: the name of the scope.
        cancel_op: see ``QueueRunner``.

    Returns:
        The queue.

    Raises:
        ValueError: the shape of a row is not known.

    Source: ``tf.train.input_producer``.
    """
    with name_scope(name, "input_producer", [input_tensor]):
        tensor = convert_to_tensor(input_tensor, name="input_tensor")
        shape = tensor.shape[1:].merge_with(element_shape)
        if not shape.is_fully_defined():
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified"
            )
        if shuffle:
            tensor = random_functions.random_shuffle(tensor, seed=seed)
        tensor = limit_epochs(tensor, num_epochs)
        queue = FIFOQueue(
            capacity,
            [tensor.dtype.base_dtype],
            [shape],
            shared_name=shared_name,
            name=name,  # type: ignore[arg-type]
        )
        enqueue = queue.enqueue_many([tensor])
        add_queue_runner(QueueRunner(queue, [enqueue], cancel_op=cancel_op))
        if summary_name is not None:
            summaries.scalar(summary_name, casts.cast(queue.size(), dtypes.float32) * (1.0 / capacity))
        return queue


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of strings, such as the names of files, which a QueueRunner fills.

    Args:
        string_tensor: a vector of strings.
        num_epochs: see ``input_producer``, as for all that follows.
        shuffle: …
        seed: …
        capacity: …
        shared_name: …
        name: …
        cancel_op: …

    Returns:
        The queue.

    Raises:
        ValueError: there are no strings. If only a run can tell, it raises InvalidArgumentError.

    Source: ``tf.train.string_input_producer``.
    """
    if not isinstance(string_tensor, Tensor | Variable) and not len(string_tensor):
        raise ValueError(_NO_STRINGS)
    with name_scope(name, "input_producer", [string_tensor]) as scope:
        strings = convert_to_tensor(string_tensor, dtypes.string)
        check = logging_ops.Assert(comparisons.greater(shape_queries.size(strings), 0), [_NO_STRINGS])
        with control_dependencies([check]):
            strings = arrays.identity(strings)
        return input_producer(
            strings,
            [],
            num_epochs,
            shuffle,
            seed,
            capacity,
            shared_name,
            f"fraction_of_{capacity}_full",
            scope,
            cancel_op,
        )


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> FIFOQueue:
    """A queue of the numbers from 0 to ``limit`` - 1, which a QueueRunner fills.

    Args:
        limit: an int32 scalar.
        num_epochs: see ``input_producer``, as for all that follows.
        shuffle: …
        seed: …
        capacity: …
        shared_name: …
        name: …

    Returns:
        The queue.

    Source: ``tf.train.range_input_producer``.
    """
    with name_scope(name, "input_producer", [limit]) as scope:
        summary_name = f"fraction_of_{capacity}_full"
        numbers = ranges.range(limit)
        return input_producer(
            numbers, [], num_epochs, shuffle, seed, capacity, shared_name, summary_name, scope
        )


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """The rows of several tensors, one of each at a time.

    Args:
        tensor_list: tensors with as many rows.
        num_epochs: see ``input_producer``, as for all that follows.
        shuffle: …
        seed: …
        capacity: …
        shared_name: …
        name: …

    Returns:
        A Tensor for each.

    Raises:
        ValueError: there is no tensor.

    Source: ``tf.train.slice_input_producer``.
    """
    with name_scope(name, "input_producer", tensor_list):
        tensors = [convert_to_tensor(item) for item in tensor_list]
        if not tensors:
            raise ValueError("Expected at least one tensor in slice_input_producer().")
        count = shape_queries.shape(tensors[0])[0]
        queue = range_input_producer(count, num_epochs, shuffle, seed, capacity, shared_name)
        index = queue.dequeue()
        return [gathering.gather(item, index) for item in tensors]
