"""A Plan: which operations a run needs and in which order, interpreted one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from graphlog.core.control_flow import DEAD
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.core.session_state import SessionState, VariableCell
from graphlog.core.tensor import Tensor
from graphlog.core.traversal import add_after_needs
from graphlog.runtime.dead_values import ControlFlowPlan
from graphlog.runtime.failures import cannot_run, cause, failed
from graphlog.runtime.frames import MERGES, has_control_flow, is_back_edge, waited_for
from graphlog.runtime.late_reads import late_reads
from graphlog.runtime.observation import observable
from graphlog.runtime.own_values import copy_of, own
from graphlog.runtime.planned_steps import NOBODY, PlannedStep, run_steps, with_freeing
from graphlog.runtime.user_kernels import checked


class Plan:
    """How to compute some elements of a graph from some fed tensors.

    Every value of a run has a slot in a list. An operation reads its inputs' slots and writes its
    outputs'; a slot is cleared after its last use, so that memory is free as soon as it can be.

    Args:
        elements: the tensors and operations that are fetched.
        feeds: the tensors whose values are given.
        state: the state of the session.
        done: operations that are not to run again.

    Attributes:
        kernels: the operations and their kernels, in the order in which they run.
        late_readers: the operations that read a variable when they run.

    Raises:
        OpError: an operation that is needed cannot be run.
    """

    def __init__(
        self,
        elements: Sequence[Tensor | Operation],
        feeds: Collection[Tensor],
        state: SessionState,
        done: Collection[Operation] = (),
    ) -> None:
        order = [op for op in needed_operations(elements, feeds) if op not in done]
        late = late_reads(order, feeds)
        self.late_readers = late.keys()
        self._control_flow: ControlFlowPlan | None = None
        if has_control_flow(order):
            self._control_flow = ControlFlowPlan(
                elements,
                frozenset(feeds),
                order,
                lambda op: _kernel(op, state, late.get(op, ())),
                lambda op: op in late or any(tensor.dtype.is_reference for tensor in op.inputs),
            )
            return
        self._slots: dict[Tensor, int] = {}
        self._fed = [(tensor, self._slot(tensor)) for tensor in feeds]
        self._fetched = [self._slot(element) if isinstance(element, Tensor) else None for element in elements]
        self.kernels = [(op, _kernel(op, state, late.get(op, ()))) for op in order]
        fed = frozenset(feeds)
        steps = [self._step(op, kernel, fed) for op, kernel in self.kernels]
        self._steps = with_freeing(steps, {slot for slot in self._fetched if slot is not None})
        self._slot_count = len(self._slots)

    def _slot(self, tensor: Tensor) -> int:
        return self._slots.setdefault(tensor, len(self._slots))

    @property
    def is_straight(self) -> bool:
        """Whether every operation runs once, since there are no branches and no loops."""
        return self._control_flow is None

    def _step(self, op: Operation, kernel: Kernel, feeds: frozenset[Tensor]) -> PlannedStep:
        inputs = tuple([self._slot(tensor) for tensor in op.inputs])
        # A fed output keeps the fed value: what the operation computes goes to a slot of nobody.
        outputs = tuple([self._slot(tensor) if tensor not in feeds else NOBODY for tensor in op.outputs])
        return PlannedStep(kernel, inputs, outputs, op)

    def run(self, feeds: dict[Tensor, Any]) -> list[Any]:
        """Computes the elements.

        Args:
            feeds: an array for each fed tensor.

        Returns:
            For each element its value, which the caller may change at will; None for an operation.

        Raises:
            OpError: an operation failed.
        """
        borrowed = {id(array) for array in feeds.values()}
        if self._control_flow is not None:
            with np.errstate(all="ignore"):
                return _own_values(self._control_flow.run(feeds), borrowed)
        # One slot more, for outputs that nobody reads.
        values: list[Any] = [None] * (self._slot_count + 1)
        for tensor, slot in self._fed:
            value = feeds[tensor]
            is_variable = tensor.dtype.is_reference
            values[slot] = VariableCell(tensor.op.name).assign(value) if is_variable else value
        with np.errstate(all="ignore"):
            run_steps(self._steps, values)
        fetched = [None if slot is None else values[slot] for slot in self._fetched]
        return _own_values(fetched, borrowed)


def _own_values(values: Sequence[Any], borrowed: set[int]) -> list[Any]:
    """The values, copied where the caller could change something else by changing them."""
    results = []
    for value in values:
        if isinstance(value, VariableCell):
            value = value.read()
        results.append(copy_of(value) if id(value) in borrowed else own(value))
        borrowed.add(id(value))
    return results


def _kernel(op: Operation, state: SessionState, late: Sequence[tuple[int, Operation]] = ()) -> Kernel:
    if op.definition is None:
        raise cannot_run(op)
    try:
        kernel = observable(op, checked(op, op.definition.make_kernel(op, state)))
    except Exception as error:
        raise failed(op, (), error) from cause(error)
    declared = op.definition.input_references(op.attributes)
    # What is given as a reference is read from there, and what was read before a second time.
    reads: list[tuple[int, VariableCell | None]] = [
        (index, None)
        for index, (tensor, is_reference) in enumerate(zip(op.inputs, declared, strict=True))
        if tensor.dtype.is_reference and not is_reference
    ]
    reads += [(index, state.variable(variable)) for index, variable in late]
    return _reading(kernel, reads) if reads else kernel


def _reading(kernel: Kernel, reads: Sequence[tuple[int, VariableCell | None]]) -> Kernel:
    """The kernel with the present values of variables.

    Args:
        kernel: the kernel.
        reads: positions among its inputs, and whose value to put there; None where the input is a reference
            to the variable.
    """

    def reading(*arguments: Any) -> Any:
        values = list(arguments)
        for position, cell in reads:
            if values[position] is not DEAD:
                values[position] = (values[position] if cell is None else cell).read()
        return kernel(*values)

    return reading


def needed_operations(elements: Sequence[Tensor | Operation], feeds: Collection[Tensor]) -> list[Operation]:
    """The operations that the elements need, each after those it needs itself.

    Args:
        elements: the tensors and operations that are fetched.
        feeds: the tensors whose values are given.

    Returns:
        The operations in an order in which they can be run. In a loop, what leads to the next iteration
        may come after what uses it there.
    """
    fed = frozenset(feeds)
    order: dict[Operation, None] = {}
    back_edges: list[Operation] = []

    def needs(op: Operation) -> list[Operation]:
        inputs = [tensor for tensor in op.inputs if tensor not in fed]
        if op.type in MERGES:
            back_edges.extend(tensor.op for tensor in inputs if is_back_edge(op, tensor))
            inputs = [tensor for tensor in inputs if not is_back_edge(op, tensor)]
        return [*(tensor.op for tensor in inputs), *waited_for(op, fed)]

    roots = [
        element if isinstance(element, Operation) else element.op
        for element in elements
        if isinstance(element, Operation) or element not in fed
    ]
    while roots:
        add_after_needs(order, roots, needs)
        roots, back_edges = back_edges, []
    return list(order)
