"""One branch of a cond, while it is built."""

from __future__ import annotations

from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import control_flow_ops
from graphlog.ops.control_flow.control_flow_contexts import Context, is_exit, is_inside, operation_context


class CondContext(Context):
    """One branch of a cond.

    Args:
        pred: the condition, as the branch uses it.
        pivot: what exists only where this branch is taken.
        branch: 1 for the true branch and 0 for the false one.

    Source: ``CondContext`` of TensorFlow 1.15.
    """

    is_cond = True

    def __init__(self, pred: Tensor, pivot: Tensor, branch: int) -> None:
        super().__init__("cond_text")
        self.pred = pred
        self.pivot = pivot
        self.branch = branch
        self.values |= {pred, pivot}
        self.external_values[pred] = pred
        pivot.op.control_flow_context = self

    @property
    def control_pivot(self) -> Tensor | None:
        """What exists only where this branch is taken."""
        return self.pivot

    def add_value(self, value: Tensor) -> Tensor:
        """What stands for a tensor inside: a side of a Switch for one from outside."""
        if value in self.values:
            return self.external_values.get(value, value)
        self.values.add(value)
        result = self._from_outside(value)
        with self.graph.control_dependencies(None):
            result = control_flow_ops.switch_value(result, self.pred)[self.branch]
        self.graph.prevent_fetching(result.op)
        result.op.control_flow_context = self
        self._mark_as_seen([result])
        self.external_values[value] = result
        return result

    def _from_outside(self, value: Tensor) -> Tensor:
        if self.outer_context is None:
            return value
        result = self.outer_context.add_value(value)
        self.values.add(result)
        self.external_values[result] = result
        return result

    def _mark_as_seen(self, tensors: list[Tensor]) -> None:
        context: Context | None = self
        while context is not None:
            context.values.update(tensors)
            context = context.outer_context

    def add_op(self, operation: Operation) -> None:
        """Takes an operation into the branch."""
        if operation.inputs:
            for index, tensor in enumerate(operation.inputs):
                if operation.type == "Merge" and tensor.op.type == "NextIteration":
                    continue  # The back edge of a loop that is imported into this branch.
                inside = self.add_value(tensor)
                if inside is not tensor:
                    operation.update_input(index, inside)
            self.remove_external_control_inputs(operation)
        else:
            self.remove_external_control_inputs(operation)
            if not any(is_inside(operation_context(item), self) for item in operation.control_inputs):
                operation.add_control_inputs([self.pivot.op])
        self._mark_as_seen(list(operation.outputs))
        if self.outer_context is not None or not is_exit(operation):
            self.graph.prevent_fetching(operation)

    def result(self, value: Tensor) -> Tensor:
        """A tensor that the branch returns; one from outside passes through a Switch."""
        if value in self.values:
            return self.external_values.get(value, value)
        self.values.add(value)
        inside = control_flow_ops.switch_value(self._from_outside(value), self.pred)[self.branch]
        self.external_values[value] = inside
        return inside
