"""Which operations a gradient passes on its way back, and what each does with it, as tensors of the graph."""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphlog.autodiff.aggregation import Gradient, aggregate
from graphlog.autodiff.gradients import Visit, gradients, is_trainable
from graphlog.core import shapes
from graphlog.core.dtypes import resource
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.inspect.explanation.formulas import expression, local_derivative
from graphlog.ops.array import filling
from graphlog.ops.control_flow.control_flow_contexts import operation_context, output_context
from graphlog.ops.name_scopes import name_scope

# Operations whose results exist only inside of a branch or a loop, or that are a part of one.
_PARTS = ("Switch", "RefSwitch", "Merge", "RefMerge", "Enter", "RefEnter", "Exit", "RefExit", "NextIteration")
_INNER = ("Switch", "RefSwitch", "Enter", "RefEnter", "NextIteration", "RefNextIteration")


@dataclass(frozen=True)
class GradientEdge:
    """The way of a gradient from an output of an operation to one of its inputs.

    Attributes:
        op: the operation; one of a loop or a conditional stands for all of it.
        type: its type, or ``"while loop"`` or ``"conditional"``.
        output: the output.
        input: the input.
        input_index: which input it is; None for a loop or conditional.
        is_repeated: whether the operation takes that input more than once.
        arriving: the gradient of the output.
        passed_on: the part of the gradient of the input that comes from this output.
        local: the derivative of the output, where it has one element; None where it cannot have.
    """

    op: Operation
    type: str
    output: Tensor
    input: Tensor
    input_index: int | None
    is_repeated: bool
    arriving: Gradient
    passed_on: Gradient
    local: Gradient | None

    def expression(self, label: Callable[[Tensor], str]) -> str:
        """What computes the output, in the words of who calls tensors so."""
        if self.input_index is None:
            return f"{self.type} {self.op.name.rpartition('/')[0] or self.op.name!r}"
        return expression(self.op, label)

    def formula(self, label: Callable[[Tensor], str]) -> str:
        """The local derivative by the input, in the words of who calls tensors so."""
        if self.input_index is None:
            return f"rule of the {self.type}"
        return local_derivative(self.op, self.input_index, label)


@dataclass
class _Unit:
    """An operation that is visited, or all those of one loop or conditional."""

    visits: list[Visit]
    is_construct: bool
    outputs: dict[Tensor, Gradient] = field(default_factory=dict)
    inputs: dict[Tensor, list[Gradient]] = field(default_factory=dict)


def is_outside(tensor: Tensor) -> bool:
    """Whether a tensor has one value in a run: it is in no branch and no loop."""
    return tensor.op.type not in _INNER and output_context(tensor.op) is None


def find_edges(visits: Sequence[Visit], y: Tensor, xs: Sequence[Tensor]) -> list[GradientEdge]:
    """The edges that lead to ``xs``, those of earlier visits first.

    Args:
        visits: the operations that a gradient has passed.
        y: where it began.
        xs: where it was to go.

    Raises:
        ValueError: what several results of a loop pass on cannot be told apart.
    """
    units = _units(visits)
    _leave_out_zeros(units, y)
    wanted = _leading_to(units, xs)
    found: list[GradientEdge] = []
    ones = _Ones()
    for unit in units:
        inputs = [tensor for tensor in unit.inputs if tensor in wanted]
        if inputs and unit.is_construct:
            found += _edges_of_construct(unit, inputs)
        elif inputs:
            found += _edges_of_operation(unit.visits[0], wanted, ones)
    return found


def in_order(edges: Sequence[GradientEdge]) -> list[Tensor]:
    """The tensors that edges join, each after all those whose gradients it takes part of."""
    sorter: graphlib.TopologicalSorter[Tensor] = graphlib.TopologicalSorter()
    for edge in edges:
        sorter.add(edge.input, edge.output)
    return list(sorter.static_order())


def _units(visits: Sequence[Visit]) -> list[_Unit]:
    groups = _groups(visits)
    units: dict[Any, _Unit] = {}
    for visit in visits:
        key = groups.get(visit.op, visit.op)
        unit = units.setdefault(key, _Unit([], visit.op in groups))
        unit.visits.append(visit)
        for output, grad in zip(visit.op.outputs, visit.arriving, strict=True):
            if grad is not None and is_outside(output):
                unit.outputs[output] = grad
        for tensor, grad in zip(visit.op.inputs, visit.passed_on, strict=False):
            if grad is not None and is_outside(tensor):
                unit.inputs.setdefault(tensor, []).append(grad)
    return list(units.values())


def _leave_out_zeros(units: Sequence[_Unit], y: Tensor) -> None:
    """Forgets the results of loops that nothing depends on: they were given zeros."""
    reached = {tensor for unit in units for tensor in unit.inputs} | {y}
    for unit in units:
        unit.outputs = {tensor: grad for tensor, grad in unit.outputs.items() if tensor in reached}


def _groups(visits: Sequence[Visit]) -> dict[Operation, Operation]:
    """For each operation of a loop or conditional the one that stands for all of it."""
    parents: dict[Operation, Operation] = {}

    def root(op: Operation) -> Operation:
        while parents[op] is not op:
            parents[op] = parents[parents[op]]
            op = parents[op]
        return op

    for visit in visits:
        if visit.op.type in _PARTS or operation_context(visit.op) is not None:
            parents[visit.op] = visit.op
    for op in list(parents):
        for tensor in op.inputs:
            if tensor.op in parents and not is_outside(tensor):
                parents[root(tensor.op)] = root(op)
    return {op: root(op) for op in parents}


def _leading_to(units: Sequence[_Unit], xs: Sequence[Tensor]) -> set[Tensor]:
    """The tensors from which a gradient goes on to ``xs``."""
    wanted = set(xs)
    size = -1
    while len(wanted) != size:
        size = len(wanted)
        for unit in reversed(units):
            if not wanted.isdisjoint(unit.inputs):
                wanted.update(unit.outputs)
    return wanted


# Single operations


class _Ones(dict[Any, Tensor]):
    """Ones for outputs, shared by all of one shape and dtype."""

    def of(self, tensor: Tensor) -> Tensor:
        key = tensor.static_shape, tensor.dtype.base_dtype
        if not shapes.is_fully_defined(key[0]):
            return filling.ones_like(tensor)
        if key not in self:
            self[key] = filling.ones(*key)
        return self[key]


def _edges_of_operation(visit: Visit, wanted: set[Tensor], ones: _Ones) -> list[GradientEdge]:
    op = visit.op
    outputs = [index for index, grad in enumerate(visit.arriving) if grad is not None]
    found = []
    for output in outputs:
        arriving = visit.arriving[output]
        assert arriving is not None
        parts = visit.passed_on if len(outputs) == 1 else _applied(visit, output, arriving)
        local = _local(visit, output, ones)
        for index, (tensor, part) in enumerate(zip(op.inputs, parts, strict=True)):
            if part is not None and tensor in wanted:
                repeated = op.inputs.count(tensor) > 1
                edge = (op, op.type, op.outputs[output], tensor, index, repeated, arriving, part)
                found.append(GradientEdge(*edge, local[index]))
    return found


def _local(visit: Visit, output: int, ones: _Ones) -> Sequence[Gradient | None]:
    """The gradients of the inputs where that of an output of one element is 1."""
    op = visit.op
    if not _may_have_local(op, op.outputs[output]):
        return [None] * len(op.inputs)
    return _applied(visit, output, ones.of(op.outputs[output]))


def _may_have_local(op: Operation, output: Tensor) -> bool:
    """Whether an output may have one element, and what its rule does has no effect elsewhere."""
    if op.type.startswith("TensorArray") or any(tensor.dtype.is_complex for tensor in [*op.inputs, output]):
        return False
    return output.dtype.base_dtype is not resource and _may_be_one(output)


def _may_be_one(tensor: Tensor) -> bool:
    shape = tensor.static_shape
    return shape is None or all(size in (1, None) for size in shape)


def _applied(visit: Visit, output: int, grad: Gradient) -> list[Gradient | None]:
    """What the rule of an operation makes of the gradient of one output alone."""
    assert visit.rule is not None
    op = visit.op
    with name_scope(f"gradients/{op.name}_grad/"):
        grads: list[Any] = [
            filling.zeros_like(tensor) if is_trainable(tensor.dtype) and index != output else None
            for index, tensor in enumerate(op.outputs)
        ]
        grads[output] = grad
        result = visit.rule(op, *grads)
    return list(result) if isinstance(result, list | tuple) else [result]


# Loops and conditionals


def _edges_of_construct(unit: _Unit, inputs: list[Tensor]) -> list[GradientEdge]:
    ops = [visit.op for visit in unit.visits]
    is_loop = any(op.type in ("Exit", "RefExit") for op in ops)
    has_arrays = any(op.type.startswith("TensorArray") for op in ops)
    if has_arrays and len(unit.outputs) > 1:
        names = ", ".join(tensor.name for tensor in unit.outputs)
        raise ValueError(
            f"What the results {names} of one loop pass on cannot be told apart, since it writes to "
            "TensorArrays: explain a y that depends on one of them alone."
        )
    found = []
    for output, arriving in unit.outputs.items():
        if len(unit.outputs) == 1:
            parts: list[Any] = [aggregate(unit.inputs[tensor], tensor.op, None) for tensor in inputs]
        else:
            parts = gradients([output], inputs, [arriving], stop_gradients=inputs)
        local: list[Any] = [None] * len(inputs)
        if not has_arrays and _may_be_one(output) and not output.dtype.is_complex:
            local = gradients([output], inputs, stop_gradients=inputs)
        kind = "while loop" if is_loop else "conditional"
        for tensor, part, own in zip(inputs, parts, local, strict=True):
            if part is not None:
                found.append(GradientEdge(output.op, kind, output, tensor, None, False, arriving, part, own))
    return found
