"""The operations of resource variables.

The value of a handle is the cell that holds the variable in a session; so it means nothing outside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import Attribute, boolean, integer, string, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import StaticShape, TensorShape, bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays, axes, gathering, joining, nd_indices, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.resources.handles import shape_of
from graphlog.ops.shape_rules import merged_shape
from graphlog.ops.state import scatter_ops, state_ops

_HANDLE, _VECTOR, _INDICES = dtypes.resource, samples.float32([1.5, -2.0]), samples.int32([1, 0])


def _sample(*inputs: Any, **attributes: Any) -> Sample:
    """A sample with a handle, of which there is none without a variable."""
    return Sample(inputs, attributes, is_runnable=False)


def _handle_kernel(op: Operation, state: SessionState) -> Kernel:
    cell = state.variable(op)
    return lambda: cell


def _checked_against_variable(op: Operation) -> list[StaticShape]:
    merged_shape(shape_of(op.inputs[0]), op.inputs[1].static_shape)
    return []


def _assign(cell: VariableCell, value: Any) -> tuple[()]:
    cell.assign(np.array(value))
    return ()


def _updating(update: Callable[[Any, Any], Any]) -> Kernel:
    def kernel(cell: VariableCell, delta: Any) -> tuple[()]:
        value = cell.read()
        if value.shape != np.shape(delta):
            raise ValueError(
                f"Cannot update variable with shape {bracketed(value.shape)} using a Tensor with shape "
                f"{bracketed(np.shape(delta))}, shapes must be equal."
            )
        cell.assign(update(value, delta))
        return ()

    return kernel


VarHandleOp = define_op(
    "VarHandleOp",
    [],
    ["resource: resource"],
    attributes={
        "container": string(""),
        "shared_name": string(""),
        "dtype": types(),
        "shape": Attribute("shape"),
    },
    shape=shape_rules.scalar,
    make_stateful_kernel=_handle_kernel,
    samples=[_sample(dtype=dtypes.float32, shape=TensorShape([2]), shared_name="v")],
    is_stateful=True,
)
ReadVariableOp = define_op(
    "ReadVariableOp",
    ["resource: resource"],
    ["value: dtype"],
    attributes={"dtype": types()},
    shape=lambda op: [shape_of(op.inputs[0])],
    kernel=lambda cell: cell.read(),
    gradient=lambda op, grad: grad,
    samples=[_sample(_HANDLE, dtype=dtypes.float32)],
    is_stateful=True,
    returns_view=True,
)
AssignVariableOp = define_op(
    "AssignVariableOp",
    ["resource: resource", "value: dtype"],
    [],
    attributes={"dtype": types()},
    shape=_checked_against_variable,
    kernel=_assign,
    samples=[_sample(_HANDLE, _VECTOR)],
    is_stateful=True,
)
AssignAddVariableOp = define_op(
    "AssignAddVariableOp",
    ["resource: resource", "value: dtype"],
    [],
    attributes={"dtype": types()},
    shape=_checked_against_variable,
    kernel=_updating(np.add),
    samples=[_sample(_HANDLE, _VECTOR)],
    is_stateful=True,
)
AssignSubVariableOp = define_op(
    "AssignSubVariableOp",
    ["resource: resource", "value: dtype"],
    [],
    attributes={"dtype": types()},
    shape=_checked_against_variable,
    kernel=_updating(np.subtract),
    samples=[_sample(_HANDLE, _VECTOR)],
    is_stateful=True,
)
VarIsInitializedOp = define_op(
    "VarIsInitializedOp",
    ["resource: resource"],
    ["is_initialized: bool"],
    shape=shape_rules.scalar,
    kernel=lambda cell: np.bool_(cell.value is not None),
    gradient=NOT_DIFFERENTIABLE,
    samples=[_sample(_HANDLE)],
    is_stateful=True,
)


def _rank_of_variable(op: Operation) -> list[StaticShape]:
    shape = shape_of(op.inputs[0])
    return [(None if shape is None else len(shape),)]


def _shape_kernel(op: Operation) -> Kernel:
    dtype = op.attributes["out_type"].numpy_dtype
    return lambda cell: np.array(cell.read().shape, dtype)


VariableShape = define_op(
    "VariableShape",
    ["input: resource"],
    ["output: out_type"],
    attributes={"out_type": types(*INDICES, default=dtypes.int32)},
    shape=_rank_of_variable,
    make_kernel=_shape_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[_sample(_HANDLE)],
    is_stateful=True,
)


ResourceCountUpTo = define_op(
    "ResourceCountUpTo",
    ["resource: resource"],
    ["output: T"],
    attributes={"limit": integer(), "T": types(*INDICES)},
    shape=shape_rules.scalar,
    make_kernel=state_ops.count_kernel,
    samples=[_sample(_HANDLE, limit=3, T=dtypes.int32)],
    is_stateful=True,
)


# Some rows


def _gathered_shape(op: Operation) -> list[StaticShape]:
    shape, indices = shape_of(op.inputs[0]), op.inputs[1].static_shape
    batch = op.attributes["batch_dims"]
    if shape is None or indices is None:
        return [None]
    if not shape:
        raise ValueError("Shape must be at least rank 1 but is rank 0")
    return [(*indices[:batch], *indices[batch:], *shape[batch + 1 :])]


def _gather_kernel(op: Operation) -> Kernel:
    batch = op.attributes["batch_dims"]

    def gather(cell: VariableCell, indices: Any) -> Any:
        value, numbers = cell.read(), np.asarray(indices)
        gathering.check_indices(numbers, value.shape[batch])
        if not batch:
            return np.take(value, numbers, axis=0)
        leading = np.ogrid[tuple(slice(size) for size in value.shape[:batch])]
        more = numbers.ndim - batch
        return value[(*(item.reshape(item.shape + (1,) * more) for item in leading), numbers)]

    return gather


def _gather_gradient(op: Operation, grad: Tensor) -> list[Any]:
    handle, indices = op.inputs
    known = shape_of(handle)
    if known is None or None in known:
        shape: Any = VariableShape(handle)
    else:
        shape = constant(list(known), dtype=dtypes.int32)
    size = axes.expand_dims(shape_queries.size(indices), 0)
    values_shape = joining.concat([size, shape[1:]], 0)
    values = arrays.reshape(grad, values_shape)
    return [IndexedSlices(values, arrays.reshape(indices, size), shape), None]


ResourceGather = define_op(
    "ResourceGather",
    ["resource: resource", "indices: Tindices"],
    ["output: dtype"],
    attributes={
        "batch_dims": integer(0),
        "validate_indices": boolean(True),
        "dtype": types(),
        "Tindices": types(*INDICES),
    },
    shape=_gathered_shape,
    make_kernel=_gather_kernel,
    gradient=_gather_gradient,
    samples=[_sample(_HANDLE, _INDICES, dtype=dtypes.float32)],
    is_stateful=True,
)


def _nd_shape(op: Operation) -> list[StaticShape]:
    shape, indices = shape_of(op.inputs[0]), op.inputs[1].static_shape
    if shape is None or indices is None or indices[-1] is None:
        return [None]
    return [(*indices[:-1], *shape[indices[-1] :])]


def _nd_kernel(op: Operation, state: SessionState) -> Kernel:
    gather = nd_indices.GatherNd.make_kernel(op, state)
    return lambda cell, indices: gather(cell.read(), indices)


# TensorFlow 1.15 defines no gradient of it.
ResourceGatherNd = define_op(
    "ResourceGatherNd",
    ["resource: resource", "indices: Tindices"],
    ["output: dtype"],
    attributes={"dtype": types(), "Tindices": types(*INDICES)},
    shape=_nd_shape,
    make_stateful_kernel=_nd_kernel,
    samples=[_sample(_HANDLE, samples.int32([[0]]), dtype=dtypes.float32)],
    is_stateful=True,
)


def _define_scatter(of_references: OpDefinition, allowed: tuple[Any, ...]) -> OpDefinition:
    return define_op(
        f"Resource{of_references.type}",
        ["resource: resource", "indices: Tindices", "updates: dtype"],
        [],
        attributes={"dtype": types(*allowed), "Tindices": types(*INDICES)},
        shape=lambda op: [],
        make_stateful_kernel=state_ops.without_output(of_references),
        samples=[_sample(_HANDLE, _INDICES, _VECTOR)],
        is_stateful=True,
    )


def _define_nd_scatter(of_references: OpDefinition) -> OpDefinition:
    return define_op(
        f"Resource{of_references.type}",
        ["ref: resource", "indices: Tindices", "updates: T"],
        [],
        attributes={"T": types(), "Tindices": types(*INDICES), "use_locking": boolean(True)},
        shape=lambda op: [],
        make_stateful_kernel=state_ops.without_output(of_references),
        samples=[_sample(_HANDLE, _INDICES[:, None], _VECTOR)],
        is_stateful=True,
    )


SCATTERS = {
    definition.type: definition
    for definition in (
        _define_scatter(scatter_ops.ScatterUpdate, ()),
        _define_scatter(scatter_ops.ScatterAdd, NUMBERS),
        _define_scatter(scatter_ops.ScatterSub, NUMBERS),
        _define_scatter(scatter_ops.ScatterMul, NUMBERS),
        _define_scatter(scatter_ops.ScatterDiv, NUMBERS),
        _define_scatter(scatter_ops.ScatterMin, NUMBERS),
        _define_scatter(scatter_ops.ScatterMax, NUMBERS),
        _define_nd_scatter(scatter_ops.ScatterNdUpdate),
        _define_nd_scatter(scatter_ops.ScatterNdAdd),
        _define_nd_scatter(scatter_ops.ScatterNdSub),
    )
}


def assign_of_shape(handle: Tensor, shape: Any, value: Any) -> Operation:
    """An operation that gives a variable a value; ValueError where the static shapes do not fit."""
    tensor = convert_to_tensor(value)
    TensorShape(shape).assert_is_compatible_with(tensor.shape)
    return AssignVariableOp.operation(handle, tensor)
