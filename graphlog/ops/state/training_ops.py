"""The updates that optimizers make to variables: ``ApplyMomentum``, ``SparseApplyMomentum`` and the rest.

Each rule is written once, in ``training_rules``, as a function from old values to new ones. ``Apply…``
gives it whole variables; ``SparseApply…`` gives it the rows that ``indices`` name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.attributes import Attribute, boolean, types
from graphlog.core.op_definition import Kernel, OpDefinition, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.session_state import VariableCell
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.math.broadcasting import shapes_known_and_equal
from graphlog.ops.state import training_rules
from graphlog.ops.state.state_ops import without_output

Rule = Callable[..., tuple[Any, ...]]

# What an operation calls the gradient: the argument that has the shape of the variable.
_GRADIENTS = ("grad", "delta")


class _Update:
    """The operations of one rule.

    Args:
        name: what follows ``Apply`` in their types.
        rule: the rule.
        variables: how many variables it updates; they come first among its arguments.
    """

    def __init__(self, name: str, rule: Rule, variables: int) -> None:
        self.name = name
        self.rule = rule
        self.variables = variables
        parameters = inspect.signature(rule).parameters.values()
        self.arguments = [item.name for item in parameters if item.kind is not item.KEYWORD_ONLY]
        self.options = [item.name for item in parameters if item.kind is item.KEYWORD_ONLY]
        self.gradient_position = next(
            position for position, name in enumerate(self.arguments) if name in _GRADIENTS
        )

    def define_dense(self) -> OpDefinition:
        """Defines ``Apply…``."""
        return define_op(
            f"Apply{self.name}",
            [self._declared(position) for position in range(len(self.arguments))],
            ["out: Ref(T)"],
            attributes=self._attributes({"T": types(*NUMBERS)}),
            shape=self._dense_shape,
            make_kernel=self._dense_kernel,
            specialize=self._dense_kernel_of_known_shapes,
            samples=[
                Sample(self._sample_inputs(samples.float32([[0.5, -1.5, 0.25], [2.0, -0.75, 1.0]]))),
                Sample(self._sample_inputs(samples.float64(-0.5))),
                Sample(
                    self._sample_inputs(samples.float32([0.5, -1.5]), samples.float32([1.0, 2.0, 3.0])),
                    raises="do not have the same shape",
                ),
            ],
        )

    def define_sparse(self) -> OpDefinition:
        """Defines ``SparseApply…``, which takes the indices after the gradient."""
        declared = [self._declared(position) for position in range(len(self.arguments))]
        declared[self.gradient_position] = "grad: T"
        declared.insert(self.gradient_position + 1, "indices: Tindices")
        rows = samples.float32([[0.5, -1.5], [2.0, -0.75], [1.25, 1.0]])

        def inputs(indices: Any) -> tuple[Any, ...]:
            values = list(self._sample_inputs(rows, rows[: len(indices)] * 0.5))
            values.insert(self.gradient_position + 1, indices)
            return tuple(values)

        return define_op(
            f"SparseApply{self.name}",
            declared,
            ["out: Ref(T)"],
            attributes=self._attributes({"T": types(*NUMBERS), "Tindices": types(*INDICES)}),
            shape=self._sparse_shape,
            make_kernel=self._sparse_kernel,
            samples=[
                Sample(inputs(samples.int32([2, 0]))),
                Sample(inputs(samples.int64([1, 1, 0]))),
                Sample(
                    inputs(samples.int32([0, 3])), raises="Index 3 at offset 1 in indices is out of range"
                ),
            ],
        )

    def define_resource(self, of_references: OpDefinition) -> OpDefinition:
        """Defines the operation that does by handles what another does by references."""
        (sample, *_) = of_references.samples
        inputs = (*[dtypes.resource] * self.variables, *sample.inputs[self.variables :])
        declared = [
            f"{item.name}: {item.dtype.name if item.dtype else item.type_attribute}"
            for item in of_references.inputs[self.variables :]
        ]

        return define_op(
            f"Resource{of_references.type}",
            [*[f"{name}: resource" for name in self.arguments[: self.variables]], *declared],
            [],
            attributes=of_references.attributes,
            shape=lambda op: [],
            make_stateful_kernel=without_output(of_references),
            # There is no handle without a variable.
            samples=[Sample(inputs, is_runnable=False)],
            is_stateful=True,
            keeps_inputs=not of_references.type.startswith("Apply"),
        )

    def _declared(self, position: int) -> str:
        name = self.arguments[position]
        if name == "global_step":
            return f"{name}: int64"
        return f"{name}: Ref(T)" if position < self.variables else f"{name}: T"

    def _attributes(self, first: Mapping[str, Attribute]) -> dict[str, Attribute]:
        defaults = {"use_nesterov": False, "update_slots": True}
        return {**first, "use_locking": boolean(False)} | {
            name: boolean(defaults[name]) for name in self.options
        }

    def _sample_inputs(self, value: Any, grad: Any = None) -> tuple[Any, ...]:
        """The value for every variable that holds a sum of squares too, so it is made positive there."""
        inputs: list[Any] = []
        for position, name in enumerate(self.arguments):
            if position == 0:
                inputs.append(value)
            elif position < self.variables:
                # Running means of gradients are smaller than the roots of those of their squares.
                inputs.append(np.square(value) + 1 if name not in ("mg", "mom", "linear") else value * 0)
            elif position == self.gradient_position:
                inputs.append(value * 0.5 if grad is None else grad)
            elif name == "global_step":
                inputs.append(samples.int64(3))
            else:
                inputs.append(np.asarray(-0.5 if name == "lr_power" else 0.1, value.dtype))
        return tuple(inputs)

    def _dense_shape(self, op: Operation) -> Sequence[StaticShape]:
        shape: StaticShape = None
        for position, tensor in enumerate(op.inputs):
            if position < self.variables or position == self.gradient_position:
                shape = shapes.merge(shape, tensor.static_shape)
            else:
                shape_rules.with_rank(tensor.static_shape, 0)
        return [shape]

    def _sparse_shape(self, op: Operation) -> Sequence[StaticShape]:
        shape: StaticShape = None
        for position, tensor in enumerate(op.inputs):
            if position < self.variables:
                shape = shapes.merge(shape, tensor.static_shape)
            elif position == self.gradient_position + 1:
                shape_rules.with_rank(tensor.static_shape, 1)
            elif position != self.gradient_position:
                shape_rules.with_rank(tensor.static_shape, 0)
        return [shape]

    def _dense_kernel(self, op: Operation) -> Kernel:
        rule, variables, options = self.rule, self.variables, self._chosen(op)
        gradient_position = self.gradient_position

        def kernel_of_one(cell: VariableCell, *others: Any) -> VariableCell:
            value, grad = cell.read(), others[gradient_position - 1]
            if value.shape != grad.shape:
                self._check_shapes([value], grad)
            return cell.replace(rule(value, *others, **options)[0])

        def kernel(*arguments: Any) -> VariableCell:
            cells: Sequence[VariableCell] = arguments[:variables]
            values = [cell.read() for cell in cells]
            shape = arguments[gradient_position].shape
            for value in values:
                if value.shape != shape:
                    self._check_shapes(values, arguments[gradient_position])
            for cell, value in zip(cells, rule(*values, *arguments[variables:], **options), strict=True):
                cell.replace(value)
            return cells[0]

        return kernel_of_one if variables == 1 else kernel

    def _dense_kernel_of_known_shapes(self, op: Operation) -> Kernel | None:
        variable, gradient = op.inputs[0], op.inputs[self.gradient_position]
        if (
            self.rule is not training_rules.gradient_descent
            or not shapes_known_and_equal(variable, gradient)
            or not gradient.static_shape
        ):
            return None
        multiply, subtract = np.multiply, np.subtract

        def kernel(cell: VariableCell, alpha: Any, delta: Any) -> VariableCell:
            change = multiply(delta, alpha)
            return cell.update(subtract(cell.read(), change, change))

        return kernel

    def _sparse_kernel(self, op: Operation) -> Kernel:
        rule, variables, options = self.rule, self.variables, self._chosen(op)
        gradient_position = self.gradient_position - variables

        def kernel(*arguments: Any) -> VariableCell:
            cells: Sequence[VariableCell] = arguments[:variables]
            others = list(arguments[variables:])
            indices = others.pop(gradient_position + 1)
            values = [cell.read().copy() for cell in cells]
            grad = others[gradient_position]
            _check_rows(values[0], grad, indices)
            for chosen in _rounds(indices):
                rows = indices[chosen]
                others[gradient_position] = grad[chosen]
                updated = rule(*[value[rows] for value in values], *others, **options)
                for value, new in zip(values, updated, strict=True):
                    value[rows] = new
            for cell, value in zip(cells, values, strict=True):
                cell.assign(value)
            return cells[0]

        return kernel

    def _chosen(self, op: Operation) -> dict[str, Any]:
        return {name: op.attributes[name] for name in self.options}

    def _check_shapes(self, values: Sequence[Any], grad: Any) -> None:
        names = [*self.arguments[: self.variables], self.arguments[self.gradient_position]]
        for name, value in zip(names[1:], [*values[1:], grad], strict=True):
            if np.shape(value) != values[0].shape:
                raise ValueError(
                    f"var and {name} do not have the same shape"
                    f"{shapes.bracketed(values[0].shape)} {shapes.bracketed(np.shape(value))}"
                )


def _check_rows(var: Any, grad: Any, indices: Any) -> None:
    if indices.ndim != 1:
        raise ValueError("indices must be one-dimensional")
    if np.shape(grad) != (len(indices), *var.shape[1:]):
        raise ValueError(
            f"grad must have the shape of the rows of var that indices name: it has "
            f"{shapes.bracketed(np.shape(grad))}, with {len(indices)} indices and var of shape "
            f"{shapes.bracketed(var.shape)}"
        )
    wrong = (indices < 0) | (indices >= len(var))
    if wrong.any():
        offset = int(np.argmax(wrong))
        raise ValueError(f"Index {indices[offset]} at offset {offset} in indices is out of range")


def _rounds(indices: Any) -> Iterator[Any]:
    """Positions in ``indices``, in rounds without repetition: a row named twice is updated twice."""
    unique, first = np.unique(indices, return_index=True)
    if len(unique) == len(indices):
        yield slice(None)
        return
    remaining = np.arange(len(indices))
    while len(remaining):
        _, first = np.unique(indices[remaining], return_index=True)
        yield remaining[np.sort(first)]
        remaining = np.delete(remaining, first)


_BOTH = [
    _Update("Momentum", training_rules.momentum, 2),
    _Update("RMSProp", training_rules.rms_prop, 3),
    _Update("CenteredRMSProp", training_rules.centered_rms_prop, 4),
    _Update("Adagrad", training_rules.adagrad, 2),
    _Update("Adadelta", training_rules.adadelta, 3),
    _Update("Ftrl", training_rules.ftrl, 3),
    _Update("FtrlV2", training_rules.ftrl_with_shrinkage, 3),
    _Update("ProximalGradientDescent", training_rules.proximal_gradient_descent, 1),
    _Update("ProximalAdagrad", training_rules.proximal_adagrad, 2),
    _Update("AdagradDA", training_rules.adagrad_dual_averaging, 3),
]
_DENSE_ONLY = [
    _Update("GradientDescent", training_rules.gradient_descent, 1),
    _Update("Adam", training_rules.adam, 3),
    _Update("AdaMax", training_rules.ada_max, 3),
    _Update("PowerSign", training_rules.power_sign, 2),
    _Update("AddSign", training_rules.add_sign, 2),
]
_of_references = [
    *[(update, update.define_dense()) for update in (*_BOTH, *_DENSE_ONLY)],
    *[(update, update.define_sparse()) for update in _BOTH],
]
_definitions = {
    definition.type: definition
    for update, of_references in _of_references
    for definition in (of_references, update.define_resource(of_references))
}


def apply_update(type: str, *inputs: Any, **attributes: Any) -> Operation:
    """Adds an operation that updates variables.

    Args:
        type: its type, such as ``"ApplyMomentum"``.
        *inputs: variables and tensors, as the operation takes them.
        **attributes: the attributes that the inputs do not determine.

    Returns:
        The Operation; its output is a reference to the first variable.

    Source: TensorFlow's ``Apply…`` and ``SparseApply…`` operations.
    """
    if getattr(inputs[0], "is_resource", False):
        type = f"Resource{type}"
        handles = sum(item.dtype is dtypes.resource for item in _definitions[type].inputs)
        inputs = (*[item.handle for item in inputs[:handles]], *inputs[handles:])
    return _definitions[type].operation(*inputs, **attributes)
