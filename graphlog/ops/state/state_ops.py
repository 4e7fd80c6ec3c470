"""Variables' operations: those that hold a value from run to run, and those that assign to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, boolean, integer, string, types
from graphlog.core.errors import OutOfRangeError
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.shape_rules import merged_shape


def _assigned_shape(op: Operation) -> list[StaticShape]:
    variable, value = (tensor.static_shape for tensor in op.inputs)
    return [merged_shape(variable, value) if op.attributes["validate_shape"] else value]


def _merged_shape(op: Operation) -> list[StaticShape]:
    return [merged_shape(op.inputs[0].static_shape, op.inputs[1].static_shape)]


def _counter_shape(op: Operation) -> list[StaticShape]:
    return [shape_rules.with_rank(op.inputs[0].static_shape, 0)]


def _assign_kernel(op: Operation) -> Kernel:
    validates = op.attributes["validate_shape"]
    declared = op.inputs[0].static_shape

    def assign(cell: VariableCell, value: Any) -> VariableCell:
        # A copy: the value may be an array that the caller feeds and goes on changing.
        array = np.array(value)
        expected = declared if cell.value is None else cell.value.shape
        if validates and not shapes.is_compatible(expected, array.shape):
            raise ValueError(
                "Assign requires shapes of both tensors to match. "
                f"lhs shape= {shapes.bracketed(expected)} rhs shape= {shapes.bracketed(array.shape)}"
            )
        return cell.assign(array)

    return assign


def _updating(update: Callable[[Any, Any], Any]) -> Kernel:
    def kernel(cell: VariableCell, delta: Any) -> VariableCell:
        value = cell.read()
        if value.shape != np.shape(delta):
            raise ValueError("Parameters and update must be the same size")
        return cell.assign(update(value, delta))

    return kernel


def _variable_kernel(op: Operation, state: SessionState) -> Kernel:
    cell = state.variable(op)
    return lambda: cell


def count_kernel(op: Operation) -> Kernel:
    """Counts a variable up to a limit; gives its value before."""
    limit = op.attributes["limit"]

    def count(cell: VariableCell) -> Any:
        value = cell.read()
        if value >= limit:
            raise OutOfRangeError(None, None, f"Reached limit of {limit}")
        cell.assign(value + value.dtype.type(1))
        return value.copy()

    return count


def without_output(of_references: OpDefinition) -> Callable[[Operation, SessionState], Kernel]:
    """The kernel of an operation that does by a handle what another does by a reference."""

    def make_kernel(op: Operation, state: SessionState) -> Kernel:
        kernel = of_references.make_kernel(op, state)

        def without_output(*arguments: Any) -> tuple[()]:
            kernel(*arguments)
            return ()

        return without_output

    return make_kernel


VariableV2 = define_op(
    "VariableV2",
    [],
    ["ref: Ref(dtype)"],
    attributes={
        "shape": Attribute("shape"),
        "dtype": types(),
        "container": string(""),
        "shared_name": string(""),
    },
    shape=lambda op: [op.attributes["shape"].as_tuple()],
    make_stateful_kernel=_variable_kernel,
    is_stateful=True,
    samples=[Sample(attributes={"shape": (2, 3), "dtype": dtypes.float32})],
)
Assign = define_op(
    "Assign",
    ["ref: Ref(T)", "value: T"],
    ["output_ref: Ref(T)"],
    attributes={"T": types(), "validate_shape": boolean(True), "use_locking": boolean(True)},
    shape=_assigned_shape,
    make_kernel=_assign_kernel,
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # No derivative flows into a variable, not even where its new value is the output.
        Sample((samples.float32([1.5, -2.0]), samples.float32([0.5, 3.0])), differentiable=False),
        Sample((samples.int32(7), samples.int32([8])), {"validate_shape": False}),
        Sample((samples.int32([7, 8]), samples.int32([9])), raises="Assign requires shapes of both tensors"),
    ],
)
AssignAdd = define_op(
    "AssignAdd",
    ["ref: Ref(T)", "value: T"],
    ["output_ref: Ref(T)"],
    attributes={"T": types(*NUMBERS), "use_locking": boolean(False)},
    shape=_merged_shape,
    kernel=_updating(np.add),
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # As for Assign.
        Sample((samples.float32([1.5, -2.0]), samples.float32([0.5, 3.0])), differentiable=False),
        Sample((samples.int64(7), samples.int64(8))),
        Sample(
            (samples.int32([7, 8]), samples.int32(9)), raises="Parameters and update must be the same size"
        ),
    ],
)
AssignSub = define_op(
    "AssignSub",
    ["ref: Ref(T)", "value: T"],
    ["output_ref: Ref(T)"],
    attributes={"T": types(*NUMBERS), "use_locking": boolean(False)},
    shape=_merged_shape,
    kernel=_updating(np.subtract),
    gradient=NOT_DIFFERENTIABLE,
    samples=[
        # As for Assign.
        Sample((samples.float32([1.5, -2.0]), samples.float32([0.5, 3.0])), differentiable=False),
        Sample((samples.int64(7), samples.int64(8))),
    ],
)
IsVariableInitialized = define_op(
    "IsVariableInitialized",
    ["ref: Ref(dtype)"],
    ["is_initialized: bool"],
    attributes={"dtype": types()},
    shape=shape_rules.scalar,
    kernel=lambda cell: np.bool_(cell.value is not None),
    samples=[Sample((samples.float32([1.5, -2.0]),))],
)
CountUpTo = define_op(
    "CountUpTo",
    ["ref: Ref(T)"],
    ["output: T"],
    attributes={"limit": integer(), "T": types(*INDICES)},
    shape=_counter_shape,
    make_kernel=count_kernel,
    samples=[Sample((samples.int32(7),), {"limit": 8})],
)


def assign(
    ref: Any,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: Any = None,
) -> Tensor:
    """Gives a variable a new value.

    Args:
        ref: a variable, or a reference to one.
        value: the new value, of its dtype.
        validate_shape: whether it must have the variable's shape; yes if None.
        use_locking: accepted for TensorFlow's sake.
        name: the operation's name.

    Returns:
        A reference to the variable, which holds the new value once this has run.

    Raises:
        TypeError: ``ref`` is no variable, or ``value`` is of another dtype.
        ValueError: the shapes differ.

    Source: TensorFlow's ``Assign``.
    """
    if _has_handle(ref):
        return ref.assign(value, name=name)  # type: ignore[no-any-return]
    return Assign(ref, value, name=name, validate_shape=validate_shape, use_locking=use_locking)


def _has_handle(ref: Any) -> bool:
    """Whether something is a resource variable, which changes itself."""
    return not isinstance(ref, Tensor) and hasattr(ref, "handle")


def assign_add(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Adds to a variable's value; see ``assign`` (TensorFlow's ``AssignAdd``)."""
    if _has_handle(ref):
        return ref.assign_add(value)  # type: ignore[no-any-return]
    return AssignAdd(ref, value, name=name, use_locking=use_locking)


def assign_sub(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Subtracts from a variable's value; see ``assign`` (TensorFlow's ``AssignSub``)."""
    if _has_handle(ref):
        return ref.assign_sub(value)  # type: ignore[no-any-return]
    return AssignSub(ref, value, name=name, use_locking=use_locking)


def is_variable_initialized(ref: Any, name: str | None = None) -> Tensor:
    """Whether a variable has a value (TensorFlow's ``IsVariableInitialized``)."""
    if _has_handle(ref):
        return ref.is_initialized(name)  # type: ignore[no-any-return]
    return IsVariableInitialized(ref, name=name)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Tensor:
    """The value of an integer variable, which is raised by one.

    Args:
        ref: a scalar int32 or int64 variable.
        limit: the value at which it stops: a run that finds it there raises OutOfRangeError.
        name: the operation's name.

    Returns:
        A scalar: the value before.

    Source: TensorFlow's ``CountUpTo``.
    """
    if _has_handle(ref):
        return ref.count_up_to(limit)  # type: ignore[no-any-return]
    return CountUpTo(ref, limit=limit, name=name)
