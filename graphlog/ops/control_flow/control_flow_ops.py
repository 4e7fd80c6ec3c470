"""The operations of conditionals and loops: what decides which values exist, and in which iteration.

A value that does not exist is ``DEAD``; what a run makes of it is told in ``graphlog.runtime.dead_values``.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphlog.core.attributes import boolean, integer, string, types
from graphlog.core.control_flow import DEAD
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.errors import AbortedError
from graphlog.core.op_definition import NOT_DIFFERENTIABLE, Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape
from graphlog.core.tensor import Tensor
from graphlog.ops import samples, shape_rules
from graphlog.ops.array import arrays
from graphlog.ops.control_flow import control_flow_gradients
from graphlog.ops.name_scopes import colocate_with, name_scope

_VALUE = samples.float32([1.5, -2.0])
_YES = samples.boolean(True)


def _on_both_sides(op: Operation) -> list[StaticShape]:
    shape_rules.with_rank(op.inputs[1].static_shape, 0)
    return [op.inputs[0].static_shape] * 2


def _switch(data: Any, pred: Any) -> Any:
    return (DEAD, data) if pred else (data, DEAD)


def _merged_shape(op: Operation) -> list[StaticShape]:
    return [functools.reduce(shape_rules.common_shape, [tensor.static_shape for tensor in op.inputs]), ()]


def _merge(*values: Any) -> Any:
    for index, value in enumerate(values):
        if value is not DEAD:
            return value, np.int32(index)
    return DEAD, DEAD


def _entered_shape(op: Operation) -> list[StaticShape]:
    return [op.inputs[0].static_shape if op.attributes["is_constant"] else None]


def _abort_kernel(op: Operation) -> Kernel:
    message = op.attributes["error_msg"].decode()

    def kernel() -> Any:
        # TensorFlow ends the process here; an error leaves that to the caller.
        raise AbortedError(op.node_def, op, message or "Abort was run.")

    return kernel


def _define(type: str, **options: Any) -> tuple[OpDefinition, OpDefinition]:
    """Defines an operation and the one of the same kind that passes on a reference to a variable."""
    plain = define_op(type, **options)
    texts = {key: [text.replace("T", "Ref(T)") for text in options[key]] for key in ("inputs", "outputs")}
    # A reference is no value that a sample could give.
    return plain, define_op("Ref" + type, **{**options, **texts})


Switch, RefSwitch = _define(
    "Switch",
    inputs=["data: T", "pred: bool"],
    outputs=["output_false: T", "output_true: T"],
    attributes={"T": types()},
    shape=_on_both_sides,
    kernel=_switch,
    gradient=control_flow_gradients.switch_gradient,
    samples=[Sample((_VALUE, _YES), is_runnable=False)],
    returns_view=True,
)
Merge, RefMerge = _define(
    "Merge",
    inputs=["inputs: N * T"],
    outputs=["output: T", "value_index: int32"],
    attributes={"T": types(), "N": integer(minimum=1)},
    shape=_merged_shape,
    kernel=_merge,
    gradient=control_flow_gradients.merge_gradient,
    samples=[Sample(([_VALUE, _VALUE],), is_runnable=False)],
    returns_view=True,
)
Enter, RefEnter = _define(
    "Enter",
    inputs=["data: T"],
    outputs=["output: T"],
    attributes={
        "T": types(),
        "frame_name": string(),
        "is_constant": boolean(False),
        "parallel_iterations": integer(10),
    },
    shape=_entered_shape,
    kernel=lambda value: value,
    gradient=control_flow_gradients.enter_gradient,
    samples=[Sample((_VALUE,), {"frame_name": "loop"}, is_runnable=False)],
    returns_view=True,
)
Exit, RefExit = _define(
    "Exit",
    inputs=["data: T"],
    outputs=["output: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=control_flow_gradients.exit_gradient,
    samples=[Sample((_VALUE,), is_runnable=False)],
    returns_view=True,
)
NextIteration, RefNextIteration = _define(
    "NextIteration",
    inputs=["data: T"],
    outputs=["output: T"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=lambda op, grad: grad,
    samples=[Sample((_VALUE,), is_runnable=False)],
    returns_view=True,
)
LoopCond = define_op(
    "LoopCond",
    ["input: bool"],
    ["output: bool"],
    shape=lambda op: [shape_rules.with_rank(op.inputs[0].static_shape, 0)],
    kernel=lambda value: value,
    gradient=NOT_DIFFERENTIABLE,
    samples=[Sample((_YES,))],
    returns_view=True,
)
ControlTrigger = define_op(
    "ControlTrigger", [], [], shape=shape_rules.no_outputs, kernel=lambda: (), samples=[Sample()]
)
Abort = define_op(
    "Abort",
    [],
    [],
    attributes={"error_msg": string(""), "exit_without_error": boolean(False)},
    shape=shape_rules.no_outputs,
    make_kernel=_abort_kernel,
    samples=[Sample(is_runnable=False)],
)
RefIdentity = define_op(
    "RefIdentity",
    ["input: Ref(T)"],
    ["output: Ref(T)"],
    attributes={"T": types()},
    shape=shape_rules.unchanged,
    kernel=lambda value: value,
    gradient=lambda op, grad: grad,
    samples=[Sample((_VALUE,))],
    returns_view=True,
)


def switch(data: Any, pred: Any, dtype: Any = None, name: str | None = None) -> tuple[Tensor, Tensor]:
    """A tensor on one of two sides.

    Args:
        data: a tensor.
        pred: a boolean scalar.
        dtype: the dtype of ``data`` where it is no tensor yet.
        name: the operation's name.

    Returns:
        ``(output_false, output_true)``, of which only one exists in a run.

    Source: TensorFlow's ``Switch``.
    """
    with name_scope(name, "Switch", [data, pred]) as scope:
        data = convert_to_tensor(data, dtype, name="data", as_ref=True)
        pred = convert_to_tensor(pred, name="pred")
        false, true = Switch.operation(data, pred, name=scope).outputs
    return false, true


def switch_value(data: Tensor, pred: Tensor, name: str = "Switch") -> tuple[Tensor, Tensor]:
    """``switch``, placed with ``data``; a reference to a variable stays one."""
    with colocate_with(data, ignore_existing=True):
        if data.dtype.is_reference:
            false, true = RefSwitch.operation(data, pred, name=name).outputs
            return false, true
        return switch(data, pred, name=name)


def merge(inputs: Sequence[Any], name: str | None = None) -> tuple[Tensor, Tensor]:
    """The one of several tensors that exists.

    Args:
        inputs: tensors of one dtype, of which a run computes one.
        name: the operation's name.

    Returns:
        ``(output, value_index)``: the tensor, and which one it is.

    Raises:
        ValueError: one of them is None.

    Source: TensorFlow's ``Merge``.
    """
    if any(value is None for value in inputs):
        raise ValueError(f"At least one of the merge inputs is None: {inputs}")
    with name_scope(name, "Merge", inputs) as scope:
        tensors = [convert_to_tensor(value, as_ref=True) for value in inputs]
        are_references = all(tensor.dtype.is_reference for tensor in tensors)
        output, index = (RefMerge if are_references else Merge).operation(tensors, name=scope).outputs
    return output, index


def enter(
    data: Any,
    frame_name: str,
    is_constant: bool = False,
    parallel_iterations: int = 10,
    use_ref: bool = True,
    use_input_shape: bool = True,
    name: str | None = None,
) -> Tensor:
    """A tensor inside a loop.

    Args:
        data: a tensor outside.
        frame_name: the name of the loop.
        is_constant: whether it is there in every iteration, and not in the first alone.
        parallel_iterations: how many iterations TensorFlow may run at once.
        use_ref: whether a reference to a variable stays one.
        use_input_shape: whether the shape is that of ``data``.
        name: the operation's name.

    Returns:
        The tensor inside.

    Source: TensorFlow's ``Enter``.
    """
    data = convert_to_tensor(data, as_ref=True)
    definition = RefEnter if data.dtype.is_reference and use_ref else Enter
    result = definition(
        data,
        frame_name=frame_name,
        is_constant=is_constant,
        parallel_iterations=parallel_iterations,
        name=name,
    )
    if use_input_shape:
        result.set_shape(data.static_shape)
    return result


def exit(data: Any, name: str | None = None) -> Tensor:
    """A tensor of a loop's last iteration, outside the loop (TensorFlow's ``Exit``)."""
    data = convert_to_tensor(data, as_ref=True)
    return (RefExit if data.dtype.is_reference else Exit)(data, name=name)


def next_iteration(data: Any, name: str | None = None) -> Tensor:
    """A tensor in the iteration after this one (TensorFlow's ``NextIteration``)."""
    data = convert_to_tensor(data, as_ref=True)
    return (RefNextIteration if data.dtype.is_reference else NextIteration)(data, name=name)


def identity_value(data: Any, name: str | None = None) -> Tensor:
    """The tensor itself; a reference to a variable stays one."""
    data = convert_to_tensor(data, as_ref=True)
    return RefIdentity(data, name=name) if data.dtype.is_reference else arrays.identity(data, name=name)
