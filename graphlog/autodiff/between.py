"""The operations through which a derivative flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from graphlog.core import dtypes
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor


class OperationsBetween:
    """The operations on a path from some operations to others along tensors that carry derivatives.

    Args:
        to_ops: the operations of the tensors to differentiate.
        from_ops: the operations of the tensors to differentiate by.

    Attributes:
        pending_counts: for each operation in between, how many inputs of others it provides.
        starting_operations: those of ``from_ops`` with no other operation of interest before them,
            where the walk back ends.
    """

    def __init__(self, to_ops: Sequence[Operation], from_ops: Sequence[Operation]) -> None:
        reached = _reachable(from_ops)
        between: dict[Operation, None] = {}
        queue = deque(to_ops)
        while queue:
            op = queue.popleft()
            if op in reached and op not in between:
                between[op] = None
                queue.extend(tensor.op for tensor in op.inputs)
        self._between = between
        self.pending_counts: dict[Operation, int] = {}
        for op in between:
            for tensor in op.inputs:
                if tensor.op in between:
                    self.pending_counts[tensor.op] = self.pending_counts.get(tensor.op, 0) + 1
        self.starting_operations = {
            op for op in from_ops if not any(self.pending_counts.get(tensor.op) for tensor in op.inputs)
        }

    def __contains__(self, op: Operation) -> bool:
        return op in self._between


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
