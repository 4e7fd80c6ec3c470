"""The operations of queues. A handle is the queue itself, which a session keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, integer, string, type_list
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.inputs.queue_kinds import PaddingFIFOQueue, PriorityQueue, RandomShuffleQueue
from graphlog.ops.inputs.queue_storage import TensorQueue
from graphlog.ops.static_values import constant_value

_HANDLE, _TWO = dtypes.resource, samples.int32(2)
_TYPES = Attribute("list(type)", minimum=1)
_SHAPES = Attribute("list(shape)", [], minimum=0)
_TIMEOUT = {"timeout_ms": integer(-1)}
_SAMPLE = {"component_types": [dtypes.float32, dtypes.string], "shapes": [[2], []]}


def as_queue(handle: Any) -> TensorQueue:
    """The queue of a handle, also of one that was picked from a list of handles."""
    queue = handle.item() if isinstance(handle, np.ndarray) else handle
    if not isinstance(queue, TensorQueue):
        raise ValueError(f"A handle of a queue was expected, not {type(queue).__name__}")
    return queue


def _queue_kernel(kind: Callable[..., TensorQueue]) -> Callable[[Operation, SessionState], Kernel]:
    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        attributes = op.attributes
        types = attributes["component_types"]
        shapes = [shape.as_tuple() for shape in attributes["shapes"]]
        more: dict[str, Any] = {}
        if kind is RandomShuffleQueue:
            more["min_after_dequeue"] = attributes["min_after_dequeue"]
            more["seeds"] = attributes["seed"], attributes["seed2"]
        if kind is PriorityQueue:
            types = [dtypes.int64, *types]
            shapes = [(), *shapes] if shapes else shapes
        capacity = attributes["capacity"]

        def make() -> TensorQueue:
            return kind(attributes["shared_name"].decode(), op.name, capacity, types, shapes, **more)

        def kernel() -> Any:
            queue = state.resource(op, make)
            queue.check_alike(op.type.removesuffix("V2"), capacity, types, shapes)
            return queue

        return kernel

    return make_kernel


def _define_queue(
    type: str, kind: Callable[..., TensorQueue], attributes: dict[str, Attribute], sample: dict[str, Any]
) -> OpDefinition:
    return define_op(
        type,
        [],
        ["handle: resource"],
        attributes={**attributes, "container": string(""), "shared_name": string("")},
        shape=shape_rules.scalar,
        make_stateful_kernel=_queue_kernel(kind),
        gradient=NOT_DIFFERENTIABLE,
        # A queue is no array that could be compared.
        samples=[Sample((), sample, is_runnable=False)],
        is_stateful=True,
    )


_PLAIN = {"component_types": _TYPES, "shapes": _SHAPES, "capacity": integer(-1)}

FIFOQueueV2 = _define_queue("FIFOQueueV2", TensorQueue, _PLAIN, _SAMPLE)
RandomShuffleQueueV2 = _define_queue(
    "RandomShuffleQueueV2",
    RandomShuffleQueue,
    {**_PLAIN, "min_after_dequeue": integer(0), "seed": integer(0), "seed2": integer(0)},
    {**_SAMPLE, "capacity": 9, "min_after_dequeue": 3, "seed": 5},
)
PaddingFIFOQueueV2 = _define_queue(
    "PaddingFIFOQueueV2", PaddingFIFOQueue, _PLAIN, {**_SAMPLE, "shapes": [[2, None], []]}
)
PriorityQueueV2 = _define_queue(
    "PriorityQueueV2",
    PriorityQueue,
    {
        "component_types": Attribute("list(type)", [], minimum=0),
        "shapes": Attribute("list(shape)", minimum=0),
        "capacity": integer(-1),
    },
    _SAMPLE,
)


def _enqueue(handle: Any, *components: Any) -> Any:
    as_queue(handle).enqueue(components)
    return ()


def _enqueue_many(handle: Any, *components: Any) -> Any:
    as_queue(handle).enqueue_many(components)
    return ()


def _dequeue_kernel(op: Operation) -> Kernel:
    types = op.attributes["component_types"]

    def kernel(handle: Any) -> Any:
        queue = as_queue(handle)
        queue.check_output_types(types)
        return queue.dequeue()

    return kernel


def _dequeue_many_kernel(op: Operation) -> Kernel:
    types = op.attributes["component_types"]
    may_be_fewer = op.type == "QueueDequeueUpToV2"

    def kernel(handle: Any, count: Any) -> Any:
        queue = as_queue(handle)
        queue.check_output_types(types)
        return queue.dequeue_many(int(count), may_be_fewer)

    return kernel


def _close_kernel(op: Operation) -> Kernel:
    cancel = op.attributes["cancel_pending_enqueues"]

    def kernel(handle: Any) -> Any:
        as_queue(handle).close(cancel)
        return ()

    return kernel


def _unknown_shapes(op: Operation) -> list[StaticShape]:
    """The shapes lie with the queue, not with this operation."""
    if len(op.inputs) > 1:
        shape_rules.with_rank(op.inputs[1].static_shape, 0)
        count = constant_value(op.inputs[1])
        if count is not None and count < 0:
            raise ValueError(f"Input 'n' must be >= 0, but is {count}")
    return [None] * len(op.attributes["component_types"])


_COMPONENTS = [samples.float32([1.5, -2.0]), samples.text("a")]

QueueEnqueueV2 = define_op(
    "QueueEnqueueV2",
    ["handle: resource", "components: Tcomponents"],
    [],
    attributes={"Tcomponents": type_list(), **_TIMEOUT},
    shape=shape_rules.no_outputs,
    kernel=_enqueue,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, _COMPONENTS), is_runnable=False)],
    is_stateful=True,
)
QueueEnqueueManyV2 = define_op(
    "QueueEnqueueManyV2",
    ["handle: resource", "components: Tcomponents"],
    [],
    attributes={"Tcomponents": type_list(), **_TIMEOUT},
    shape=shape_rules.no_outputs,
    kernel=_enqueue_many,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, [samples.float32([1.5, -2.0])]), is_runnable=False)],
    is_stateful=True,
)
QueueDequeueV2 = define_op(
    "QueueDequeueV2",
    ["handle: resource"],
    ["components: component_types"],
    attributes={"component_types": type_list(), **_TIMEOUT},
    shape=_unknown_shapes,
    make_kernel=_dequeue_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), {"component_types": [dtypes.float32]}, is_runnable=False)],
    is_stateful=True,
)
QueueDequeueManyV2 = define_op(
    "QueueDequeueManyV2",
    ["handle: resource", "n: int32"],
    ["components: component_types"],
    attributes={"component_types": type_list(), **_TIMEOUT},
    shape=_unknown_shapes,
    make_kernel=_dequeue_many_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, _TWO), {"component_types": [dtypes.float32]}, is_runnable=False)],
    is_stateful=True,
)
QueueDequeueUpToV2 = define_op(
    "QueueDequeueUpToV2",
    ["handle: resource", "n: int32"],
    ["components: component_types"],
    attributes={"component_types": type_list(), **_TIMEOUT},
    shape=_unknown_shapes,
    make_kernel=_dequeue_many_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, _TWO), {"component_types": [dtypes.float32]}, is_runnable=False)],
    is_stateful=True,
)
QueueCloseV2 = define_op(
    "QueueCloseV2",
    ["handle: resource"],
    [],
    attributes={"cancel_pending_enqueues": boolean(False)},
    shape=shape_rules.no_outputs,
    make_kernel=_close_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
QueueIsClosedV2 = define_op(
    "QueueIsClosedV2",
    ["handle: resource"],
    ["is_closed: bool"],
    shape=shape_rules.scalar,
    kernel=lambda handle: np.bool_(as_queue(handle).is_closed),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
QueueSizeV2 = define_op(
    "QueueSizeV2",
    ["handle: resource"],
    ["size: int32"],
    shape=shape_rules.scalar,
    kernel=lambda handle: np.int32(len(as_queue(handle))),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
