"""The updates that optimizers make to variables: ``ApplyMomentum``, ``SparseApplyMomentum`` and the rest.

Each rule is written once, as a function from old values to new ones. ``Apply…`` gives it whole
variables; ``SparseApply…`` gives it the rows that ``indices`` name.
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
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.shapes import StaticShape
from graphlog.ops import samples, shape_rules
from graphlog.ops.dtype_groups import INDICES, NUMBERS
from graphlog.ops.math.broadcasting import shapes_known_and_equal

Rule = Callable[..., tuple[Any, ...]]

# What an operation calls the gradient: the argument that has the shape of the variable.
_GRADIENTS = ("grad", "delta")


# The rules. Arguments have the names that TensorFlow gives them, in its order; keyword-only ones are
# attributes. A rule returns the new value of each variable that it takes, in the same order.


def _gradient_descent(var: Any, alpha: Any, delta: Any) -> tuple[Any, ...]:
    return (_less(var, alpha * delta),)


def _less(value: Any, change: Any) -> Any:
    """``value - change``, in the memory of ``change``, which nobody else may have."""
    if isinstance(change, np.ndarray):
        return np.subtract(value, change, out=change)
    return value - change


def _towards(value: Any, target: Any, rate: Any) -> Any:
    """``value + (target - value) * rate``: a moving average, in memory of its own."""
    change = target - value
    change *= rate
    change += value
    return change


def _momentum(
    var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    accum = accum * momentum
    accum += grad
    if use_nesterov:
        return _less(var, grad * lr + accum * momentum * lr), accum
    return _less(var, accum * lr), accum


def _adam(
    var: Any,
    m: Any,
    v: Any,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
    *,
    use_nesterov: bool,
) -> tuple[Any, ...]:
    rate = lr * np.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = _towards(m, grad, 1 - beta1)
    v = _towards(v, np.square(grad), 1 - beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    root = np.sqrt(v)
    root += epsilon
    change = ahead * rate
    change /= root
    return _less(var, change), m, v


def _ada_max(
    var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    m = m + (grad - m) * (1 - beta1)
    v = np.maximum(beta2 * v, np.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


def _rms_prop(
    var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    ms = ms + (np.square(grad) - ms) * (1 - rho)
    mom = mom * momentum + grad * lr / np.sqrt(ms + epsilon)
    return var - mom, ms, mom


def _centered_rms_prop(
    var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    ms = ms + (np.square(grad) - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + grad * lr / np.sqrt(ms - np.square(mg) + epsilon)
    return var - mom, mg, ms, mom


def _adagrad(var: Any, accum: Any, lr: Any, grad: Any, *, update_slots: bool) -> tuple[Any, ...]:
    if update_slots:
        accum = accum + np.square(grad)
    return var - grad * lr / np.sqrt(accum), accum


def _adadelta(
    var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    accum = accum * rho + np.square(grad) * (1 - rho)
    update = np.sqrt(accum_update + epsilon) / np.sqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + np.square(update) * (1 - rho)


def _ftrl(
    var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> tuple[Any, ...]:
    return _follow_the_leader(var, accum, linear, grad, grad, lr, l1, l2, lr_power)


def _ftrl_with_shrinkage(
    var: Any,
    accum: Any,
    linear: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    l2_shrinkage: Any,
    lr_power: Any,
) -> tuple[Any, ...]:
    shrunk = grad + 2 * l2_shrinkage * var
    return _follow_the_leader(var, accum, linear, grad, shrunk, lr, l1, l2, lr_power)


def _follow_the_leader(
    var: Any, accum: Any, linear: Any, grad: Any, shrunk: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> tuple[Any, ...]:
    new_accum = accum + np.square(grad)
    scale = np.power(new_accum, -lr_power)
    linear = linear + shrunk - (scale - np.power(accum, -lr_power)) / lr * var
    solution = (l1 * np.sign(linear) - linear) / (scale / lr + 2 * l2)
    return np.where(np.abs(linear) > l1, solution, np.zeros_like(var)), new_accum, linear


def _proximal_gradient_descent(var: Any, alpha: Any, l1: Any, l2: Any, delta: Any) -> tuple[Any, ...]:
    return (_shrunk(var - alpha * delta, alpha * l1) / (1 + alpha * l2),)


def _proximal_adagrad(var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any) -> tuple[Any, ...]:
    accum = accum + np.square(grad)
    rate = lr / np.sqrt(accum)
    return _shrunk(var - grad * rate, rate * l1) / (1 + l2 * rate), accum


def _adagrad_dual_averaging(
    var: Any,
    gradient_accumulator: Any,
    gradient_squared_accumulator: Any,
    grad: Any,
    lr: Any,
    l1: Any,
    l2: Any,
    global_step: Any,
) -> tuple[Any, ...]:
    step = global_step.astype(lr.dtype)
    total = gradient_accumulator + grad
    squares = gradient_squared_accumulator + np.square(grad)
    return -lr * _shrunk(total, l1 * step) / (l2 * step * lr + np.sqrt(squares)), total, squares


def _shrunk(value: Any, by: Any) -> Any:
    """The value moved towards zero, and no further than zero."""
    return np.sign(value) * np.maximum(np.abs(value) - by, 0)


def _power_sign(
    var: Any, m: Any, lr: Any, logbase: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    m = m * beta + grad * (1 - beta)
    return var - lr * np.exp(logbase * sign_decay * np.sign(grad) * np.sign(m)) * grad, m


def _add_sign(
    var: Any, m: Any, lr: Any, alpha: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * np.sign(grad) * np.sign(m)) * grad, m


# From rules to operations.


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

        def make_kernel(op: Operation, state: SessionState) -> Kernel:
            kernel = of_references.make_kernel(op, state)

            def without_output(*arguments: Any) -> tuple[()]:
                kernel(*arguments)
                return ()

            return without_output

        return define_op(
            f"Resource{of_references.type}",
            [*[f"{name}: resource" for name in self.arguments[: self.variables]], *declared],
            [],
            attributes=of_references.attributes,
            shape=lambda op: [],
            make_stateful_kernel=make_kernel,
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
            self.rule is not _gradient_descent
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
    _Update("Momentum", _momentum, 2),
    _Update("RMSProp", _rms_prop, 3),
    _Update("CenteredRMSProp", _centered_rms_prop, 4),
    _Update("Adagrad", _adagrad, 2),
    _Update("Adadelta", _adadelta, 3),
    _Update("Ftrl", _ftrl, 3),
    _Update("FtrlV2", _ftrl_with_shrinkage, 3),
    _Update("ProximalGradientDescent", _proximal_gradient_descent, 1),
    _Update("ProximalAdagrad", _proximal_adagrad, 2),
    _Update("AdagradDA", _adagrad_dual_averaging, 3),
]
_DENSE_ONLY = [
    _Update("GradientDescent", _gradient_descent, 1),
    _Update("Adam", _adam, 3),
    _Update("AdaMax", _ada_max, 3),
    _Update("PowerSign", _power_sign, 2),
    _Update("AddSign", _add_sign, 2),
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
