"""The operations through which a derivative flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext

from graphlog.autodiff.loop_state import LoopStates
from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow.control_flow_contexts import is_exit


class OperationsBetween:
    """The operations on a path from some operations to others along tensors that carry derivatives.

    Args:
        to_ops: the operations of the tensors to differentiate.
        from_ops: the operations of the tensors to differentiate by.
        colocate: whether what is added to a loop is to be placed with it.

    Attributes:
        pending_counts: for each operation in between, how many inputs of others it provides.
        loops: the gradients of the loops in between, which are begun here; None where there are none.
    """

    def __init__(
        self, to_ops: Sequence[Operation], from_ops: Sequence[Operation], colocate: bool = False
    ) -> None:
        reached = _reachable(from_ops)
        between: dict[Operation, None] = {}
        queue = deque(to_ops)
        while queue:
            op = queue.popleft()
            if op in reached and op not in between:
                between[op] = None
                queue.extend(tensor.op for tensor in op.inputs)
        self._between = between
        self._ends = {op for op in to_ops if op in reached}
        self._from_ops = from_ops
        self.loops = self._begin_loops(colocate)
        self.pending_counts: dict[Operation, int] = {}
        for op in between:
            for tensor in op.inputs:
                if tensor.op in between:
                    self.pending_counts[tensor.op] = self.pending_counts.get(tensor.op, 0) + 1

    def _begin_loops(self, colocate: bool) -> LoopStates | None:
        exits = [op for op in self._between if is_exit(op)]
        if not exits:
            return None
        loops = LoopStates()
        for op in exits:
            with op.graph.colocate_with(op) if colocate else nullcontext():
                # All results of a loop take part, whatever depends on them.
                self._between.update(dict.fromkeys(loops.add_loop(op)))
        return loops

    def starting_operations(self) -> set[Operation]:
        """Where the walk back ends: the ``from_ops`` with no other operation of interest before them."""
        return {
            op for op in self._from_ops if not any(self.pending_counts.get(tensor.op) for tensor in op.inputs)
        }

    def ends_at(self, op: Operation) -> bool:
        """Whether an operation is one to differentiate that depends on what is differentiated by."""
        return op in self._ends


def _reachable(from_ops: Sequence[Operation]) -> set[Operation]:
    reached: set[Operation] = set()
    queue = deque(from_ops)
    while queue:
        op = queue.popleft()
        if op not in reached:
            reached.add(op)
            for output in op.outputs:
                if _carries_derivative(output):
                    queue.extend(output.consumers())
    return reached


def _carries_derivative(tensor: Tensor) -> bool:
    dtype = tensor.dtype.base_dtype
    return dtype.is_floating or dtype.is_complex or dtype in (dtypes.resource, dtypes.variant)
