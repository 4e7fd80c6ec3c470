"""Iterators over datasets: their state in a session, and the operations that begin and go on."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, Function, string
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples
from graphlog.ops.datasets import definitions
from graphlog.ops.datasets.dataset_values import DatasetValue, IteratorResource, as_component
from graphlog.ops.datasets.definitions import DATASET, ELEMENTS, FUNCTION, ONE_FLOAT
from graphlog.ops.datasets.functions import FunctionCaller, library_function

_ITERATOR = dtypes.resource
# What a handle begins with; the name of the operation follows.
_HANDLE = b"iterator:"


def _resource(op: Operation, state: SessionState) -> IteratorResource:
    """The state of an iterator, shared by all of one ``container`` and ``shared_name``."""
    shared = op.attributes["container"], op.attributes["shared_name"]
    if shared[1]:
        for other in op.graph.get_operations():
            attributes = other.attributes
            if other.type == op.type and (attributes["container"], attributes["shared_name"]) == shared:
                op = other
                break
    return state.of_operation(op, lambda: IteratorResource(op.name))


def _iterator_kernel(op: Operation, state: SessionState) -> Kernel:
    return lambda: _resource(op, state)


IteratorV2 = define_op(
    "IteratorV2",
    [],
    ["handle: resource"],
    attributes={"shared_name": string(), "container": string(), **ELEMENTS},
    shape=definitions.scalar,
    make_stateful_kernel=_iterator_kernel,
    samples=[definitions.sample(shared_name="", container="", **ONE_FLOAT)],
    is_stateful=True,
)


def _one_shot_kernel(op: Operation, state: SessionState) -> Kernel:
    factory = FunctionCaller(library_function(op, "dataset_factory"), state)

    def kernel() -> IteratorResource:
        resource = _resource(op, state)
        resource.initialize_once(factory.without_arguments, state)
        return resource

    return kernel


OneShotIterator = define_op(
    "OneShotIterator",
    [],
    ["handle: resource"],
    attributes={"dataset_factory": FUNCTION, **ELEMENTS, "container": string(""), "shared_name": string("")},
    shape=definitions.scalar,
    make_stateful_kernel=_one_shot_kernel,
    samples=[definitions.sample(dataset_factory=Function("make_dataset"), **ONE_FLOAT)],
    is_stateful=True,
    calls_users_code=True,
)


def _make_iterator_kernel(op: Operation, state: SessionState) -> Kernel:
    def kernel(dataset: DatasetValue, iterator: IteratorResource) -> tuple[()]:
        iterator.initialize(dataset, state)
        return ()

    return kernel


MakeIterator = define_op(
    "MakeIterator",
    ["dataset: variant", "iterator: resource"],
    [],
    shape=lambda op: [],
    make_stateful_kernel=_make_iterator_kernel,
    samples=[definitions.sample(DATASET, _ITERATOR)],
    is_stateful=True,
    calls_users_code=True,
)


def _element_shapes(op: Operation) -> list[StaticShape]:
    return [shape.as_tuple() for shape in op.attributes["output_shapes"]]


IteratorGetNext = define_op(
    "IteratorGetNext",
    ["iterator: resource"],
    ["components: output_types"],
    attributes=ELEMENTS,
    shape=_element_shapes,
    kernel=lambda iterator: iterator.get_next(),
    samples=[definitions.sample(_ITERATOR, **ONE_FLOAT)],
    is_stateful=True,
    calls_users_code=True,
)
IteratorToStringHandle = define_op(
    "IteratorToStringHandle",
    ["resource_handle: resource"],
    ["string_handle: string"],
    shape=definitions.scalar,
    kernel=lambda iterator: as_component(_HANDLE + iterator.name.encode()),
    samples=[definitions.sample(_ITERATOR)],
    is_stateful=True,
)


def _from_handle_kernel(op: Operation, state: SessionState) -> Kernel:
    def kernel(string_handle: Any) -> IteratorResource:
        handle = np.asarray(string_handle, object).item()
        try:
            if not handle.startswith(_HANDLE):
                raise KeyError(handle)
            iterator = op.graph.get_operation_by_name(handle[len(_HANDLE) :].decode())
        except (KeyError, ValueError):
            raise ValueError(
                f"Could not parse string_handle {handle!r} into a valid ResourceHandle: an iterator's is "
                "what a run of its string_handle() gives."
            ) from None
        return _resource(iterator, state)

    return kernel


IteratorFromStringHandleV2 = define_op(
    "IteratorFromStringHandleV2",
    ["string_handle: string"],
    ["resource_handle: resource"],
    attributes={
        "output_types": Attribute("list(type)", [], minimum=0),
        "output_shapes": Attribute("list(shape)", [], minimum=0),
    },
    shape=definitions.scalar,
    make_stateful_kernel=_from_handle_kernel,
    samples=[definitions.sample(samples.text("iterator:IteratorV2"), **ONE_FLOAT)],
    is_stateful=True,
)


def _single_kernel(op: Operation, state: SessionState) -> Kernel:
    def kernel(dataset: DatasetValue) -> Any:
        iterator = IteratorResource(op.name)
        iterator.initialize(dataset, state)
        return iterator.only_element()

    return kernel


DatasetToSingleElement = define_op(
    "DatasetToSingleElement",
    ["dataset: variant"],
    ["components: output_types"],
    attributes=ELEMENTS,
    shape=_element_shapes,
    make_stateful_kernel=_single_kernel,
    samples=[Sample((DATASET,), ONE_FLOAT, is_runnable=False)],
    is_stateful=True,
    calls_users_code=True,
)
