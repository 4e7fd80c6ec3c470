"""Operations that change some rows or elements of a variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import boolean, types
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import (
    NOT_DIFFERENTIABLE,
    GradientRule,
    Kernel,
    NotDifferentiable,
    OpDefinition,
    Sample,
    define_op,
)
from graphlog.core.operation import Operation
from graphlog.core.partials import partial_of
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays, axes, filling, gathering, joining, nd_indices, ranges, shape_queries
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import merged_shape

# From an array, the rows or elements to change, and the updates: changes the array.
_Change = Callable[[Any, Any, Any], None]
_INPUTS = ["ref: Ref(T)", "indices: Tindices", "updates: T"]
_MATRIX = samples.float32([[1.5, -2.0], [0.5, 4.0], [3.0, -1.0]])
_ROWS = samples.int32([2, 0, 2])
_UPDATES = samples.float32([[1.0, 2.0], [-3.0, 4.0], [0.5, 0.25]])


def _rows_shape(op: Operation) -> list[StaticShape]:
    variable, indices, updates = (tensor.static_shape for tensor in op.inputs)
    if variable is not None:
        if not variable:
            raise ValueError("Shape must be at least rank 1 but is rank 0")
        if updates != () and indices is not None:
            merged_shape(updates, indices + variable[1:])
    return [variable]


def _rows_kernel(change: _Change) -> Kernel:
    def kernel(cell: VariableCell, indices: Any, updates: Any) -> VariableCell:
        value = cell.read()
        if np.ndim(updates) and np.shape(updates) != np.shape(indices) + value.shape[1:]:
            raise ValueError(
                "Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got "
                f"updates.shape {shapes.bracketed(np.shape(updates))}, indices.shape "
                f"{shapes.bracketed(np.shape(indices))}, params.shape {shapes.bracketed(value.shape)}"
            )
        gathering.check_indices(indices, value.shape[0])
        changed = np.array(value)
        change(changed, indices, updates)
        return cell.assign(changed)

    return kernel


def _replace(rows: Any, indices: Any, updates: Any) -> None:
    rows[indices] = updates


def _divide(rows: Any, indices: Any, updates: Any) -> None:
    if rows.dtype.kind not in "iu":
        np.divide.at(rows, indices, updates)
        return
    if not np.all(updates):
        raise ValueError("Integer division by zero")
    # Whole numbers are divided towards zero: without their signs, which are multiplied.
    signs = np.sign(rows)
    np.multiply.at(signs, indices, np.sign(updates))
    np.absolute(rows, out=rows)
    np.floor_divide.at(rows, indices, np.absolute(updates))
    np.multiply(rows, signs, out=rows)


def _define_scatter(
    type: str,
    change: _Change,
    allowed: tuple[DType, ...],
    gradient: GradientRule | NotDifferentiable | None = NOT_DIFFERENTIABLE,
    locks: bool = False,
) -> OpDefinition:
    return define_op(
        type,
        _INPUTS,
        ["output_ref: Ref(T)"],
        attributes={"T": types(*allowed), "Tindices": types(*INDICES), "use_locking": boolean(locks)},
        shape=_rows_shape,
        kernel=_rows_kernel(change),
        gradient=gradient,
        samples=[
            # No derivative flows into a variable, not even where its new value is the output.
            Sample((_MATRIX, _ROWS, _UPDATES), differentiable=False),
            Sample((_MATRIX, samples.int64([[0, 1]]), samples.float32(2.0)), differentiable=False),
            Sample((samples.int32([7, -7]), samples.int32(1), samples.int32(2))),
            Sample((_MATRIX, samples.int32([0, 3]), _UPDATES[:2]), raises="indices[1] = 3 is not in [0, 3)"),
            Sample((_MATRIX, samples.int32([0]), _UPDATES), raises="Must have updates.shape = indices.shape"),
        ],
    )


ScatterUpdate = _define_scatter("ScatterUpdate", _replace, (), gradient=None, locks=True)
ScatterAdd = _define_scatter("ScatterAdd", np.add.at, NUMBERS)
ScatterSub = _define_scatter("ScatterSub", np.subtract.at, NUMBERS)
ScatterMul = _define_scatter("ScatterMul", np.multiply.at, NUMBERS)
ScatterDiv = _define_scatter("ScatterDiv", _divide, NUMBERS)
_ORDERED = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)
ScatterMin = _define_scatter("ScatterMin", np.minimum.at, _ORDERED, gradient=None)
ScatterMax = _define_scatter("ScatterMax", np.maximum.at, _ORDERED, gradient=None)


def _nd_kernel(on_values: OpDefinition) -> Callable[[Operation, SessionState], Kernel]:
    """The kernel of an operation that does to a variable what another does to a tensor."""

    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        changed = on_values.make_kernel(op, state)
        return lambda cell, indices, updates: cell.assign(changed(cell.read(), indices, updates))

    return make_kernel


def _define_nd(
    type: str, on_values: OpDefinition, allowed: tuple[DType, ...], locks: bool = False
) -> OpDefinition:
    return define_op(
        type,
        _INPUTS,
        ["output_ref: Ref(T)"],
        attributes={"T": types(*allowed), "Tindices": types(*INDICES), "use_locking": boolean(locks)},
        shape=on_values.shape,
        make_stateful_kernel=_nd_kernel(on_values),
        gradient=NOT_DIFFERENTIABLE,
        samples=[
            # As above.
            Sample((_MATRIX, _ROWS[:, None], _UPDATES), differentiable=False),
            Sample(
                (_MATRIX, samples.int64([[2, 1], [0, 0]]), samples.float32([1.0, 2.0])), differentiable=False
            ),
            Sample(
                (_MATRIX, samples.int32([[3]]), _UPDATES[:1]),
                raises="indices[0] = [3] does not index into shape",
            ),
        ],
    )


ScatterNdUpdate = _define_nd("ScatterNdUpdate", nd_indices.TensorScatterUpdate, (), locks=True)
ScatterNdAdd = _define_nd("ScatterNdAdd", nd_indices.TensorScatterAdd, NUMBERS)
ScatterNdSub = _define_nd("ScatterNdSub", nd_indices.TensorScatterSub, NUMBERS)


def _scattered(
    definition: OpDefinition,
    ref: Any,
    indices: Any,
    updates: Any,
    use_locking: bool = False,
    name: str | None = None,
) -> Tensor:
    if not isinstance(ref, Tensor) and hasattr(ref, "handle"):
        # A resource variable, which changes itself.
        return ref.scatter(definition.type, indices, updates, name)  # type: ignore[no-any-return]
    return definition(ref, indices, updates, use_locking=use_locking, name=name)


def scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """Replaces rows of a variable.

    Args:
        ref: a variable, or a reference to one.
        indices: the numbers of the rows.
        updates: the rows, of the shape of ``indices`` followed by that of a row; or a scalar. Of several
            for one row, the last one counts.
        use_locking: accepted for TensorFlow's sake.
        name: the operation's name.

    Returns:
        A reference to the variable, which holds the new value once this has run.

    Source: TensorFlow's ``ScatterUpdate``.
    """
    return _scattered(ScatterUpdate, ref, indices, updates, use_locking, name)


@partial_of(_scattered, ScatterAdd)
def scatter_add() -> None:
    """Adds to rows of a variable, all updates of one row; see ``scatter_update`` (``ScatterAdd``)."""


@partial_of(_scattered, ScatterSub)
def scatter_sub() -> None:
    """Subtracts from rows of a variable; see ``scatter_add`` (TensorFlow's ``ScatterSub``)."""


@partial_of(_scattered, ScatterMul)
def scatter_mul() -> None:
    """Multiplies rows of a variable; see ``scatter_add`` (TensorFlow's ``ScatterMul``)."""


@partial_of(_scattered, ScatterDiv)
def scatter_div() -> None:
    """Divides rows of a variable; see ``scatter_add`` (TensorFlow's ``ScatterDiv``)."""


@partial_of(_scattered, ScatterMin)
def scatter_min() -> None:
    """Lowers rows of a variable to the updates; see ``scatter_add`` (TensorFlow's ``ScatterMin``)."""


@partial_of(_scattered, ScatterMax)
def scatter_max() -> None:
    """Raises rows of a variable to the updates; see ``scatter_add`` (TensorFlow's ``ScatterMax``)."""


def scatter_nd_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """Replaces elements or slices of a variable.

    Args:
        ref: a variable, or a reference to one.
        indices: index vectors in the last axis.
        updates: an element or slice for each of them.
        use_locking: accepted for TensorFlow's sake.
        name: the operation's name.

    Returns:
        A reference to the variable, which holds the new value once this has run.

    Source: TensorFlow's ``ScatterNdUpdate``.
    """
    return _scattered(ScatterNdUpdate, ref, indices, updates, use_locking, name)


@partial_of(_scattered, ScatterNdAdd)
def scatter_nd_add() -> None:
    """Adds to elements or slices of a variable; see ``scatter_nd_update`` (``ScatterNdAdd``)."""


@partial_of(_scattered, ScatterNdSub)
def scatter_nd_sub() -> None:
    """Subtracts from elements or slices of a variable; see ``scatter_nd_update`` (``ScatterNdSub``)."""


def batch_scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """Replaces rows of each part of a variable.

    Args:
        ref: a variable, whose leading axes are those of ``indices`` without the last.
        indices: the numbers of the rows within each part.
        updates: the rows.
        use_locking: accepted for TensorFlow's sake.
        name: the scope of the operations.

    Returns:
        A reference to the variable, which holds the new value once this has run.

    Raises:
        ValueError: the rank of ``indices`` is not known.

    Source: ``tf.batch_scatter_update``.
    """
    with name_scope(name):
        indices = convert_to_tensor(indices, name="indices")
        sizes: Any = shape_queries.shape(indices)
        if indices.static_shape is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        rank = len(indices.static_shape)
        last = axes.expand_dims(indices, axis=-1)
        coordinates: list[Any] = []
        for axis in range(rank - 1):
            size = sizes[axis]
            shape = [size if other == axis else 1 for other in range(rank + 1)]
            numbers: Any = arrays.reshape(ranges.Range(0, size, 1), shape)
            if numbers.dtype.base_dtype is not last.dtype:
                numbers = casts.Cast(numbers, DstT=last.dtype)
            coordinates.append(numbers * filling.ones_like(last))
        places = joining.concat([*coordinates, last], axis=-1)
        return scatter_nd_update(ref, places, updates, use_locking=use_locking)


def slices_of(sparse_delta: Any) -> IndexedSlices:
    """The argument, if it is IndexedSlices; TypeError if not."""
    if not isinstance(sparse_delta, IndexedSlices):
        raise TypeError(f"sparse_delta is not IndexedSlices: {sparse_delta}")
    return sparse_delta
