"""The operations of TensorArrays and of stacks: lists of tensors that a loop writes and reads.

A handle is the list itself, made anew whenever its operation runs; so nothing outlives a run. The flow of
a TensorArray is a number without meaning that leads its operations one after the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, string, types
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.control_flow import tensor_array_gradients
from graphlog.ops.control_flow.tensor_array_storage import TensorArrayStorage

_HANDLE, _FLOW, _SIZE = dtypes.resource, samples.float32(0.0), samples.int32(2)
_ZERO_FLOW = np.float32(0.0)
_ANY_SHAPE = Attribute("shape", TensorShape(None))


class _Stack:
    """A stack of a run."""

    def __init__(self, max_size: int) -> None:
        self.values: list[Any] = []
        self.max_size = max_size

    def push(self, value: Any) -> Any:
        if 0 <= self.max_size <= len(self.values):
            raise ValueError(f"Stack overflow: its max_size is {self.max_size}")
        self.values.append(value)
        return value

    def pop(self) -> Any:
        if not self.values:
            raise ValueError("Stack[...] is empty when calling Pop().")
        return self.values.pop()


StackV2 = define_op(
    "StackV2",
    ["max_size: int32"],
    ["handle: resource"],
    attributes={"elem_type": types(), "stack_name": string("")},
    shape=lambda op: [(2,)],
    kernel=lambda max_size: _Stack(int(max_size)),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_SIZE,), {"elem_type": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
StackPushV2 = define_op(
    "StackPushV2",
    ["handle: resource", "elem: T"],
    ["output: T"],
    attributes={"T": types(), "swap_memory": boolean(False)},
    shape=lambda op: [op.inputs[1].static_shape],
    kernel=lambda stack, value: stack.push(value),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, samples.float32([1.5, -2.0])), is_runnable=False)],
    is_stateful=True,
    returns_view=True,
)
StackPopV2 = define_op(
    "StackPopV2",
    ["handle: resource"],
    ["elem: elem_type"],
    attributes={"elem_type": types()},
    shape=lambda op: [None],
    kernel=lambda stack: stack.pop(),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), {"elem_type": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
StackCloseV2 = define_op(
    "StackCloseV2",
    ["handle: resource"],
    [],
    shape=shape_rules.no_outputs,
    kernel=lambda stack: stack.values.clear() or (),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)


def _array_kernel(op: Operation) -> Kernel:
    attributes = op.attributes
    dtype = attributes["dtype"].numpy_dtype
    shape = attributes["element_shape"].as_tuple()
    name = attributes["tensor_array_name"].decode() or op.name

    def kernel(size: Any) -> Any:
        if size < 0:
            raise ValueError(f"Size should be >= 0: {size}")
        storage = TensorArrayStorage(
            name,
            dtype,
            int(size),
            shape,
            attributes["dynamic_size"],
            attributes["clear_after_read"],
            attributes["identical_element_shapes"],
        )
        return storage, _ZERO_FLOW

    return kernel


def _write(storage: TensorArrayStorage, index: Any, value: Any, flow: Any) -> Any:
    storage.write(int(index), value)
    return flow


def _scatter(storage: TensorArrayStorage, indices: Any, values: Any, flow: Any) -> Any:
    if len(indices) != len(values):
        raise ValueError(
            f"Expected len(indices) == values.shape[0], but saw: {len(indices)} vs. {len(values)}"
        )
    storage.resize(int(max(indices, default=-1)) + 1, "scatter")
    for index, value in zip(indices, values, strict=True):
        storage.write(int(index), value)
    return flow


def _split(storage: TensorArrayStorage, value: Any, lengths: Any, flow: Any) -> Any:
    if np.ndim(value) == 0 or lengths.sum() != len(value):
        raise ValueError(
            "Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
            f"{lengths.sum()} and value's shape is: {list(np.shape(value))}"
        )
    storage.resize(len(lengths), "split")
    ends = np.cumsum(lengths)
    for index, (start, end) in enumerate(zip(ends - lengths, ends, strict=True)):
        storage.write(index, value[start:end])
    return flow


def _gradient_kernel(op: Operation) -> Kernel:
    source = op.attributes["source"]
    return lambda storage, flow: (storage.gradient(source), flow)


def _element_shape(handle: Tensor) -> TensorShape | None:
    """What the operation that made an array says of its elements' shape; None where it promises nothing.

    The array of gradients has the same; a handle goes through the contexts of loops and conditionals.
    """
    op = handle.op
    while op.type in _PASSING:
        op = op.inputs[0].op
    if op.type != "TensorArrayV3":
        return None
    shape: TensorShape = op.attributes["element_shape"]
    is_known = shape.is_fully_defined() or op.attributes["identical_element_shapes"]
    return shape if is_known else None


_PASSING = frozenset(("Enter", "Identity", "Switch", "TensorArrayGradV3"))


def _read_shape(op: Operation) -> list[StaticShape]:
    element = _element_shape(op.inputs[0])
    return [None if element is None else element.as_tuple()]


def _gathered_shape(op: Operation) -> list[StaticShape]:
    promised = _element_shape(op.inputs[0])
    element = (op.attributes["element_shape"] if promised is None else promised).as_tuple()
    indices = shape_rules.with_rank(op.inputs[1].static_shape, 1)
    return [None if element is None or indices is None else indices + element]


def _concatenated_shape(op: Operation) -> list[StaticShape]:
    rest = op.attributes["element_shape_except0"].as_tuple()
    return [None if rest is None else (None, *rest), (None,)]


TensorArrayV3 = define_op(
    "TensorArrayV3",
    ["size: int32"],
    ["handle: resource", "flow: float"],
    attributes={
        "dtype": types(),
        "element_shape": _ANY_SHAPE,
        "dynamic_size": boolean(False),
        "clear_after_read": boolean(True),
        "identical_element_shapes": boolean(False),
        "tensor_array_name": string(""),
    },
    shape=lambda op: [(2,), ()],
    make_kernel=_array_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_SIZE,), {"dtype": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
TensorArrayGradV3 = define_op(
    "TensorArrayGradV3",
    ["handle: resource", "flow_in: float"],
    ["grad_handle: resource", "flow_out: float"],
    attributes={"source": string()},
    shape=lambda op: [(2,), ()],
    make_kernel=_gradient_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, _FLOW), {"source": "gradients"}, is_runnable=False)],
    is_stateful=True,
)
TensorArrayWriteV3 = define_op(
    "TensorArrayWriteV3",
    ["handle: resource", "index: int32", "value: T", "flow_in: float"],
    ["flow_out: float"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=_write,
    gradient=tensor_array_gradients.write_gradient,
    samples=[Sample((_HANDLE, _SIZE, samples.float32([1.5]), _FLOW), is_runnable=False)],
    is_stateful=True,
)
TensorArrayReadV3 = define_op(
    "TensorArrayReadV3",
    ["handle: resource", "index: int32", "flow_in: float"],
    ["value: dtype"],
    attributes={"dtype": types()},
    shape=_read_shape,
    kernel=lambda storage, index, flow: storage.read(int(index)),
    gradient=tensor_array_gradients.read_gradient,
    samples=[Sample((_HANDLE, _SIZE, _FLOW), {"dtype": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
TensorArrayGatherV3 = define_op(
    "TensorArrayGatherV3",
    ["handle: resource", "indices: int32", "flow_in: float"],
    ["value: dtype"],
    attributes={"dtype": types(), "element_shape": _ANY_SHAPE},
    shape=_gathered_shape,
    kernel=lambda storage, indices, flow: storage.gather(indices),
    gradient=tensor_array_gradients.gather_gradient,
    samples=[Sample((_HANDLE, samples.int32([0, 1]), _FLOW), {"dtype": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
TensorArrayScatterV3 = define_op(
    "TensorArrayScatterV3",
    ["handle: resource", "indices: int32", "value: T", "flow_in: float"],
    ["flow_out: float"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=_scatter,
    gradient=tensor_array_gradients.scatter_gradient,
    samples=[
        Sample((_HANDLE, samples.int32([0, 1]), samples.float32([1.5, -2.0]), _FLOW), is_runnable=False)
    ],
    is_stateful=True,
)
TensorArrayConcatV3 = define_op(
    "TensorArrayConcatV3",
    ["handle: resource", "flow_in: float"],
    ["value: dtype", "lengths: int64"],
    attributes={"dtype": types(), "element_shape_except0": _ANY_SHAPE},
    shape=_concatenated_shape,
    kernel=lambda storage, flow: storage.concat(),
    gradient=tensor_array_gradients.concat_gradient,
    samples=[Sample((_HANDLE, _FLOW), {"dtype": dtypes.float32}, is_runnable=False)],
    is_stateful=True,
)
TensorArraySplitV3 = define_op(
    "TensorArraySplitV3",
    ["handle: resource", "value: T", "lengths: int64", "flow_in: float"],
    ["flow_out: float"],
    attributes={"T": types()},
    shape=shape_rules.scalar,
    kernel=_split,
    gradient=tensor_array_gradients.split_gradient,
    samples=[
        Sample((_HANDLE, samples.float32([1.5, -2.0]), samples.int64([1, 1]), _FLOW), is_runnable=False)
    ],
    is_stateful=True,
)
TensorArraySizeV3 = define_op(
    "TensorArraySizeV3",
    ["handle: resource", "flow_in: float"],
    ["size: int32"],
    shape=shape_rules.scalar,
    kernel=lambda storage, flow: np.int32(len(storage)),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE, _FLOW), is_runnable=False)],
    is_stateful=True,
)
TensorArrayCloseV3 = define_op(
    "TensorArrayCloseV3",
    ["handle: resource"],
    [],
    shape=shape_rules.no_outputs,
    kernel=lambda storage: storage.close() or (),
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_HANDLE,), is_runnable=False)],
    is_stateful=True,
)
