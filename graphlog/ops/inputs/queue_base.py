"""What all queues of tensors can do (``tf.QueueBase``)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.operation import Operation
from graphlog.core.shapes import Dimension, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import gathering, packing
from graphlog.ops.inputs import queue_ops
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.static_values import constant_value


class QueueBase:
    """What all queues can do. One makes one of its kinds: ``FIFOQueue``, ``RandomShuffleQueue`` and so on.

    Args:
        dtypes: the dtypes of the components of an element.
        shapes: their shapes; None if these are not known.
        names: names of the components; None if elements are tuples and no dicts.
        queue_ref: the handle.

    Source: ``tf.QueueBase``.
    """

    def __init__(self, dtypes: Any, shapes: Any, names: Any, queue_ref: Tensor) -> None:
        self._dtypes = list(dtypes)
        if shapes is not None and len(shapes) != len(self._dtypes):
            raise ValueError("Queue shapes must have the same length as dtypes")
        if names is not None and len(names) != len(self._dtypes):
            raise ValueError("Queue names must have the same length as dtypes")
        self._shapes = [TensorShape(shape) for shape in shapes or [None] * len(self._dtypes)]
        self._names = names
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.split("/")[-1]

    @staticmethod
    def from_list(index: Any, queues: list[QueueBase]) -> QueueBase:
        """One of several queues, whose number only a run tells.

        Args:
            index: the number, a scalar tensor.
            queues: queues of the same dtypes and names.

        Returns:
            A queue.

        Raises:
            TypeError: it is no list of queues, or they differ.
        """
        if not queues or not isinstance(queues, list) or not all(isinstance(q, QueueBase) for q in queues):
            raise TypeError("A list of queues expected")
        first = queues[0]
        if any(queue.dtypes != first.dtypes for queue in queues):
            raise TypeError("Queues do not have matching component dtypes.")
        if any(queue.names != first.names for queue in queues):
            raise TypeError("Queues do not have matching component names.")
        shapes = [
            functools.reduce(_common_shape, of_component)
            for of_component in zip(*[queue.shapes for queue in queues], strict=True)
        ]
        handles = packing.stack([queue.queue_ref for queue in queues])
        return QueueBase(first.dtypes, shapes, first.names, gathering.gather(handles, index))

    @property
    def queue_ref(self) -> Tensor:
        """The handle."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """The name of the operation that makes the queue."""
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[DType]:
        """The dtypes of the components."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of the components."""
        return self._shapes

    @property
    def names(self) -> Any:
        """The names of the components, or None."""
        return self._names

    def _components(self, values: Any) -> list[Tensor]:
        if isinstance(values, Mapping):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names, key=str) != sorted(values, key=str):
                raise ValueError(
                    "Keys in dictionary to enqueue do not match names of Queue.  Dictionary: "
                    f"({sorted(values)}), Queue: ({sorted(self._names)})"
                )
            values = [values[name] for name in self._names]
        elif self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        elif not isinstance(values, list | tuple):
            values = [values]
        return [
            convert_to_tensor(value, dtype, f"component_{index}")
            for index, (value, dtype) in enumerate(zip(values, self._dtypes, strict=False))
        ]

    def _scope(self, name: str | None, action: str, values: Any) -> Any:
        if isinstance(values, Mapping):
            given = list(values.values())
        else:
            given = list(values) if isinstance(values, list | tuple) else [values]
        return name_scope(name, f"{self._name}_{action}", given)

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """Puts an element into the queue.

        Args:
            vals: a tensor, a tuple of a tensor for each component, or a dict where these have names.
            name: the operation's name.

        Returns:
            The Operation that does it. A run waits while the queue is full, and raises CancelledError
            where it is closed.

        Raises:
            ValueError: a shape does not fit the queue's.
        """
        with self._scope(name, "enqueue", vals) as scope:
            components = self._components(vals)
            for component, shape in zip(components, self._shapes, strict=False):
                component.shape.assert_is_compatible_with(shape)
            return queue_ops.QueueEnqueueV2.operation(self._queue_ref, components, name=scope)

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """Puts several elements into the queue: the rows of tensors.

        Args:
            vals: as for ``enqueue``, with one dimension more.
            name: the operation's name.

        Returns:
            The Operation that does it, as for ``enqueue``.

        Raises:
            ValueError: a shape does not fit the queue's, or the numbers of rows differ.
        """
        with self._scope(name, "EnqueueMany", vals) as scope:
            components = self._components(vals)
            count = Dimension(None)
            for component, shape in zip(components, self._shapes, strict=False):
                rows = component.shape.with_rank_at_least(1)
                count = count.merge_with(rows[0])
                rows[1:].assert_is_compatible_with(shape)
            return queue_ops.QueueEnqueueManyV2.operation(self._queue_ref, components, name=scope)

    def _dequeued(self, operation: Operation, first_sizes: list[Any]) -> Any:
        for output, shape in zip(operation.outputs, self._shapes, strict=True):
            output.set_shape(TensorShape(first_sizes).concatenate(shape))
        outputs = list(operation.outputs)
        if self._names:
            return dict(zip(self._names, outputs, strict=True))
        return outputs[0] if len(outputs) == 1 else outputs

    def dequeue(self, name: str | None = None) -> Any:
        """Takes an element from the queue.

        Args:
            name: the operation's name.

        Returns:
            A Tensor, a list of one for each component, or a dict where these have names. A run waits
            while the queue is empty, and raises OutOfRangeError where it is closed too.
        """
        operation = queue_ops.QueueDequeueV2.operation(
            self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue"
        )
        return self._dequeued(operation, [])

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """Takes ``n`` elements, which become the rows of a tensor for each component.

        Args:
            n: how many, a scalar.
            name: the operation's name.

        Returns:
            As for ``dequeue``; a run raises OutOfRangeError where the queue is closed and has fewer.
        """
        operation = queue_ops.QueueDequeueManyV2.operation(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueMany"
        )
        count = constant_value(operation.inputs[1])
        return self._dequeued(operation, [None if count is None else int(count)])

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """Takes ``n`` elements, or fewer, though at least one, where the queue is closed.

        Args:
            n: how many, a scalar.
            name: the operation's name.

        Returns:
            As for ``dequeue_many``, of a first size that is not known.
        """
        operation = queue_ops.QueueDequeueUpToV2.operation(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueUpTo"
        )
        return self._dequeued(operation, [None])

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """Lets nothing be put into the queue any more.

        Args:
            cancel_pending_enqueues: whether those that wait to enqueue are cancelled.
            name: the operation's name.

        Returns:
            The Operation that does it.
        """
        return queue_ops.QueueCloseV2.operation(
            self._queue_ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_Close",
        )

    def is_closed(self, name: str | None = None) -> Tensor:
        """Whether the queue is closed, a boolean scalar."""
        return queue_ops.QueueIsClosedV2(self._queue_ref, name=name or f"{self._name}_Is_Closed")

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are in the queue, an int32 scalar."""
        return queue_ops.QueueSizeV2(self._queue_ref, name=name or f"{self._name}_Size")


def _common_shape(first: TensorShape, second: TensorShape) -> TensorShape:
    one, other = first.as_tuple(), second.as_tuple()
    if one is None or other is None or len(one) != len(other):
        return TensorShape(None)
    return TensorShape([size if size == size2 else None for size, size2 in zip(one, other, strict=True)])
