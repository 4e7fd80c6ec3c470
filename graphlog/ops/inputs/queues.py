"""Queues of tensors (``tf.FIFOQueue`` and its neighbours)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from graphlog.core.dtypes import DType, as_dtype, int64
from graphlog.core.shapes import TensorShape
from graphlog.ops.inputs import queue_ops
from graphlog.ops.inputs.queue_base import QueueBase
from graphlog.ops.random.random_seeds import get_seed

__all__ = ["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"]

_LARGEST_SEED = 0x7FFFFFFF


class FIFOQueue(QueueBase):
    """A queue that gives its elements in the order in which they came.

    Args:
        capacity: how many elements it holds; any number if negative.
        dtypes: the dtype of each component of an element.
        shapes: their shapes, fully known; None where they differ from element to element, which then
            can be taken one by one only.
        names: names of the components.
        shared_name: all queues of one shared name are one queue.
        name: the operation's name.

    Source: ``tf.FIFOQueue``, TensorFlow's ``FIFOQueueV2``.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        types = _type_list(dtypes)
        known = _shape_list(shapes)
        names = _name_list(names, types)
        handle = queue_ops.FIFOQueueV2(
            component_types=types,
            shapes=known or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(types, known, names, handle)


class RandomShuffleQueue(QueueBase):
    """A queue that gives its elements in random order.

    Args:
        capacity: how many elements it holds; any number if negative.
        min_after_dequeue: how many must stay in it, until it is closed.
        dtypes: the dtype of each component of an element.
        shapes: see ``FIFOQueue``.
        names: names of the components.
        seed: the seed of the order.
        shared_name: all queues of one shared name are one queue.
        name: the operation's name.

    Source: ``tf.RandomShuffleQueue``, TensorFlow's ``RandomShuffleQueueV2``.
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        types = _type_list(dtypes)
        known = _shape_list(shapes)
        names = _name_list(names, types)
        seed1, seed2 = get_seed(seed)
        if seed1 is None and seed2 is None:
            seed1, seed2 = 0, 0
        elif seed is None and shared_name is not None:
            # All queues of that name get one seed, wherever they stand in the graph.
            digest = hashlib.md5(f"{seed1}{shared_name}".encode(), usedforsecurity=False).hexdigest()
            seed2 = int(digest[:8], 16) & _LARGEST_SEED
        handle = queue_ops.RandomShuffleQueueV2(
            component_types=types,
            shapes=known or [],
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            seed=seed1,
            seed2=seed2,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(types, known, names, handle)


class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue whose elements may differ in size; those taken together are filled up with zeros.

    Args:
        capacity: how many elements it holds; any number if negative.
        dtypes: the dtype of each component of an element.
        shapes: their shapes, of which some sizes may be None.
        names: names of the components.
        shared_name: all queues of one shared name are one queue.
        name: the operation's name.

    Source: ``tf.PaddingFIFOQueue``, TensorFlow's ``PaddingFIFOQueueV2``.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        types = _type_list(dtypes)
        known = _shape_list(shapes, may_be_partial=True)
        names = _name_list(names, types)
        if known is None or len(types) != len(known):
            raise ValueError(
                f"Shapes must be provided for all components, but received {len(types)} dtypes and "
                f"{len(known or ())} shapes."
            )
        handle = queue_ops.PaddingFIFOQueueV2(
            component_types=types,
            shapes=known,
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        super().__init__(types, known, names, handle)


class PriorityQueue(QueueBase):
    """A queue that gives the element of the smallest priority first.

    Args:
        capacity: how many elements it holds; any number if negative.
        types: the dtype of each component of an element, besides the first, which is its priority
            (int64).
        shapes: see ``FIFOQueue``, for the same components.
        names: names of all components.
        shared_name: all queues of one shared name are one queue.
        name: the operation's name.

    Source: ``tf.PriorityQueue``, TensorFlow's ``PriorityQueueV2``.
    """

    def __init__(
        self,
        capacity: int,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        types = _type_list(types)
        known = _shape_list(shapes)
        handle = queue_ops.PriorityQueueV2(
            component_types=types,
            shapes=known or [],
            capacity=capacity,
            shared_name=shared_name or "",
            name=name,
        )
        all_shapes = [TensorShape([]), *known] if known else None
        super().__init__([int64, *types], all_shapes, names, handle)


def _type_list(types: Any) -> list[DType]:
    return [as_dtype(item) for item in (types if isinstance(types, list | tuple) else [types])]


def _shape_list(shapes: Any, may_be_partial: bool = False) -> list[TensorShape] | None:
    if may_be_partial and (
        not isinstance(shapes, Sequence)
        or not shapes
        or any(shape is None or isinstance(shape, int) for shape in shapes)
    ):
        raise ValueError("When providing partial shapes, a list of shapes must be provided.")
    if shapes is None:
        return None
    if isinstance(shapes, TensorShape):
        shapes = [shapes]
    if not isinstance(shapes, list | tuple):
        raise TypeError("shapes must be a TensorShape or a list or tuple of TensorShapes.")
    if all(shape is None or isinstance(shape, int) for shape in shapes):
        # One shape, and not a list of them.
        shapes = [shapes]
    found = [TensorShape(shape) for shape in shapes]
    if not may_be_partial and not all(shape.is_fully_defined() for shape in found):
        raise ValueError(f"All shapes must be fully defined: {found}")
    if any(shape.ndims is None for shape in found):
        raise ValueError(f"All shapes must have a defined rank: {found}")
    return found


def _name_list(names: Any, types: Sequence[DType]) -> list[Any] | None:
    if names is None:
        return None
    listed = list(names) if isinstance(names, list | tuple) else [names]
    if len(listed) != len(types):
        raise ValueError("List of names must have the same length as the list of dtypes")
    return listed
