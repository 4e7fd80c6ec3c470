"""The body of a loop, while it is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from graphlog.core import nest
from graphlog.core.composites import contracted, expanded
from graphlog.core.conversion import convert_n_to_tensor, convert_to_tensor
from graphlog.core.operation import Operation
from graphlog.core.shapes import StaticShape, text
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays
from graphlog.ops.control_flow import control_flow_ops, tensor_arrays
from graphlog.ops.control_flow.control_flow_contexts import (
    Context,
    current_context,
    is_constant_enter,
    is_exit,
    operation_context,
    output_context,
    while_context,
)
from graphlog.ops.sparse.loop_shapes import own_invariants


class GradientState(Protocol):
    """How the gradient of a loop is built (see ``graphlog.autodiff.loop_state``).

    Attributes:
        forward_context: the loop whose gradient it is.
        switch_map: the Merge of the gradient for each Switch of the loop.
    """

    forward_context: WhileContext
    switch_map: dict[Operation, Tensor]

    def real_value(self, value: Tensor) -> Tensor:
        """What the gradient uses for a tensor of the loop: its value in the same iteration."""

    def real_predicate(self, pred: Tensor) -> Tensor:
        """What the gradient uses for the condition of a cond in the loop."""

    def accumulated(self, op: Operation, grad: Any) -> Any:
        """The sum over all iterations of the gradient of a loop invariant, by its Enter."""


class WhileContext(Context):
    """A loop.

    Args:
        maximum_iterations: the most iterations, as a tensor, or None.
        parallel_iterations: how many TensorFlow may run at once.
        back_prop: whether derivatives flow through the loop.
        swap_memory: whether TensorFlow may move what the gradient needs out of a GPU's memory.
        name: the context's name.
        grad_state: for the gradient of a loop, how it is built.

    Attributes:
        pivot: whether there is another iteration.
        pivot_for_pred: what exists when the condition is computed.
        pivot_for_body: what exists when the body is computed.
        loop_enters: the loop variables as they enter.
        loop_exits: the loop variables as they exit.

    Source: ``WhileContext`` of TensorFlow 1.15.
    """

    is_loop = True

    def __init__(
        self,
        maximum_iterations: Tensor | None = None,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
        grad_state: GradientState | None = None,
    ) -> None:
        if not isinstance(parallel_iterations, int) or parallel_iterations <= 0:
            raise ValueError(f"`parallel_iterations` must be a positive integer: {parallel_iterations}")
        super().__init__(name)
        self.maximum_iterations = maximum_iterations
        self.parallel_iterations = parallel_iterations
        self.swap_memory = swap_memory
        self.pivot: Tensor | None = None
        self.pivot_for_pred: Tensor | None = None
        self.pivot_for_body: Tensor | None = None
        self.loop_enters: list[Tensor] = []
        self.loop_exits: list[Tensor] = []
        self._back_prop = back_prop
        self._grad_state = grad_state

    def while_context(self) -> WhileContext:
        """This loop."""
        return self

    @property
    def back_prop(self) -> bool:
        """Whether derivatives flow through the loop."""
        return self._back_prop

    @property
    def grad_state(self) -> GradientState | None:
        """For the gradient of a loop, how it is built."""
        return self._grad_state

    @property
    def control_pivot(self) -> Tensor | None:
        """What an operation that depends on nothing waits for."""
        return self.pivot_for_pred if self.pivot_for_body is None else self.pivot_for_body

    def entered(self, value: Tensor, name: str | None = None, **options: Any) -> Tensor:
        """A tensor as it enters the loop (see ``control_flow_ops.enter``)."""
        return control_flow_ops.enter(
            value, self.name, parallel_iterations=self.parallel_iterations, name=name, **options
        )

    def add_value(self, value: Tensor) -> Tensor:
        """What stands for a tensor inside: an Enter for one from outside."""
        if value in self.values or value.op.control_flow_context is self:
            return self.external_values.get(value, value)
        self.values.add(value)
        saved = self._saved_value(value)
        if saved is not None:
            self.external_values[value] = saved
            return saved
        result = value if self.outer_context is None else self.outer_context.add_value(value)
        with self.graph.control_dependencies(None):
            entered = self.entered(result, is_constant=True)
            self.graph.prevent_feeding(entered)
        self._fix_control_inputs([entered])
        self.values.add(entered)
        self.external_values[value] = entered
        return entered

    def _saved_value(self, value: Tensor) -> Tensor | None:
        """In the gradient of a loop, what the loop has saved of one of its tensors; else None."""
        current = current_context(self.graph)
        grad_state = None if current is None else current.grad_state
        if grad_state is None:
            return None
        context = output_context(value.op)
        forward = None if context is None else context.while_context()
        return grad_state.real_value(value) if forward is grad_state.forward_context else None

    def add_op(self, operation: Operation) -> None:
        """Takes an operation into the loop."""
        if operation.type in ("Shape", "Size", "Rank"):
            # It is computed with the value in the loop, so that a gradient saves the shape alone.
            current, source = current_context(self.graph), operation.inputs[0].op
            grad_state = None if current is None else current.grad_state
            if grad_state is not None and while_context(source) is grad_state.forward_context:
                context = operation_context(source)
                assert context is not None
                operation.control_flow_context = context
                context.add_own_op(operation)
                return
        self.add_own_op(operation)

    def add_own_op(self, operation: Operation) -> None:
        """Takes an operation into the loop and nowhere else."""
        if operation.inputs:
            for index, tensor in enumerate(operation.inputs):
                inside = self.add_value(tensor)
                if inside is not tensor:
                    operation.update_input(index, inside)
            _, external = self.remove_external_control_inputs(operation)
            if not operation.control_inputs and all(is_constant_enter(x.op) for x in operation.inputs):
                # What depends on loop invariants alone must not run where the body does not.
                self._wait_for_pivot(operation)
        else:
            internal, external = self.remove_external_control_inputs(operation)
            if not internal:
                self._wait_for_pivot(operation)
        self.values.update(operation.outputs)
        if external:
            operation.add_control_inputs(self._brought_in(external))
        if self.outer_context is not None or not is_exit(operation):
            self.graph.prevent_fetching(operation)
            for tensor in operation.outputs:
                self.graph.prevent_feeding(tensor)

    def _wait_for_pivot(self, operation: Operation) -> None:
        pivot = self.control_pivot
        assert pivot is not None
        operation.add_control_inputs([pivot.op])

    def _brought_in(self, operations: Sequence[Operation]) -> list[Operation]:
        """Operations inside that wait for some outside, by their first outputs."""
        with self.graph.control_dependencies(None):
            self.enter()
            inside = [arrays.identity(item.outputs[0]).op for item in operations if item.outputs]
            self.exit()
        return inside

    def _fix_control_inputs(self, enters: Sequence[Tensor]) -> None:
        """Gives each Enter the loop as its context, and what it must wait for outside."""
        outer = self.outer_context
        outer_loop = None if outer is None else outer.while_context()
        for tensor in enters:
            op = tensor.op
            waited_for = self.graph.control_inputs_for([op.inputs[0].op])
            kept = [item for item in waited_for if _is_around(output_context(item), outer, outer_loop)]
            op.control_flow_context = self
            op.add_control_inputs(kept)
            self.graph.record(op)

    # Building a loop from its condition and body

    def build(
        self,
        pred: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: Any,
        shape_invariants: list[StaticShape] | None,
        return_same_structure: bool,
    ) -> Any:
        """Adds the loop to the graph (see ``graphlog.ops.control_flow.loops.while_loop``)."""
        given, loop_vars = nest.flatten(loop_vars), expanded(loop_vars)
        tensors = convert_n_to_tensor([tensor_arrays.flow_of(item) for item in nest.flatten(loop_vars)])
        if shape_invariants is None:
            shape_invariants = own_invariants(given, tensors)
        self.enter()
        try:
            result, exits = self._build(pred, body, loop_vars, tensors, shape_invariants)
        finally:
            self.exit()
        packed = _packed(result, nest.flatten(result), exits)
        return packed if return_same_structure or len(exits) > 1 else packed[0]

    def _build(
        self,
        pred: Callable[..., Any],
        body: Callable[..., Any],
        loop_vars: Any,
        tensors: list[Tensor],
        shape_invariants: list[StaticShape] | None,
    ) -> tuple[Any, list[Tensor]]:
        merges = self._entering_variables(tensors, shape_invariants)
        self.pivot_for_pred = merges[0]
        flat_vars = nest.flatten(loop_vars)
        condition = convert_to_tensor(pred(*_packed(loop_vars, flat_vars, merges)))
        self.pivot = control_flow_ops.LoopCond(condition, name="LoopCond")
        switches = [control_flow_ops.switch_value(merge, self.pivot) for merge in merges]

        in_body = [control_flow_ops.identity_value(switch[1]) for switch in switches]
        self.pivot_for_body = in_body[0]
        packed_vars = _packed(loop_vars, flat_vars, in_body)
        result = body(*packed_vars)
        if not nest.is_nested(result):
            result = [result]
        result = expanded(result)
        nest.assert_same_structure(list(expanded(packed_vars)), list(result))
        next_values = convert_n_to_tensor([tensor_arrays.flow_of(item) for item in nest.flatten(result)])
        for merge, value in zip(merges, next_values, strict=True):
            add_back_edge(merge, value)

        self.loop_exits = [control_flow_ops.exit(switch[0]) for switch in switches]
        self.add_result(self.loop_exits)
        return result, list(self.loop_exits)

    def _entering_variables(
        self, tensors: list[Tensor], shape_invariants: list[StaticShape] | None
    ) -> list[Tensor]:
        """The loop variables at the start of an iteration."""
        self.values = set(tensors)
        outside = tensors
        if self.outer_context is not None:
            outside = [self.outer_context.add_value(tensor) for tensor in tensors]
        with self.graph.control_dependencies(None):
            enters = [self.entered(x, use_input_shape=shape_invariants is None) for x in outside]
            for tensor in enters:
                self.graph.prevent_feeding(tensor)
        pivot = self._outer_pivot()
        if pivot is not None:
            for tensor in enters:
                if is_constant_enter(tensor.op.inputs[0].op):
                    tensor.op.add_control_inputs([pivot.op])
        if shape_invariants is not None:
            for initial, tensor, shape in zip(outside, enters, shape_invariants, strict=True):
                _set_invariant(initial, tensor, shape)
        self._fix_control_inputs(enters)
        self.values = set(enters)
        self.loop_enters = enters
        return [control_flow_ops.merge([x, x])[0] for x in enters]

    def _outer_pivot(self) -> Tensor | None:
        context, pivot = self.outer_context, None
        while context is not None and pivot is None:
            pivot, context = context.control_pivot, context.outer_context
        return pivot


def add_back_edge(merge: Tensor, value: Tensor, keeps_shape: bool = True) -> Tensor:
    """Leads a value of one iteration to the Merge at the start of the next.

    Args:
        merge: the output of the Merge.
        value: the value.
        keeps_shape: whether its shape must be within that of ``merge``.

    Returns:
        The output of the NextIteration that is added.

    Raises:
        ValueError: the shape is not.
    """
    following = control_flow_ops.next_iteration(value)
    if keeps_shape and not _is_within(following.static_shape, merge.static_shape):
        initial = merge.op.inputs[0].op.inputs[0]
        raise ValueError(
            f"Input tensor '{initial.name}' enters the loop with shape {text(initial.static_shape)}, but "
            f"has shape {text(following.static_shape)} after one iteration. To allow the shape to vary "
            "across iterations, use the `shape_invariants` argument of tf.while_loop to specify a "
            "less-specific shape."
        )
    if following.dtype.base_dtype is not merge.dtype.base_dtype:
        raise ValueError(
            f"Input 1 of node {merge.op.name} was passed {following.dtype.name} from {following.name} "
            f"incompatible with expected {merge.dtype.name}."
        )
    merge.op.update_input(1, following)
    return following


def _is_around(context: Context | None, inner: Context | None, outer_loop: Context | None) -> bool:
    """Whether a context is ``inner`` or around it, but within the loop around that."""
    while inner is not context:
        if inner is None or inner is outer_loop:
            return False
        inner = inner.outer_context
    return True


def _packed(structure: Any, flat: Sequence[Any], tensors: Sequence[Tensor]) -> Any:
    """Tensors in the form of a nest, with a TensorArray or a sparse tensor where it has one."""
    leaves = [tensor_arrays.with_flow(item, tensor) for item, tensor in zip(flat, tensors, strict=True)]
    return contracted(nest.pack_sequence_as(structure, leaves))


def _is_within(shape: StaticShape, wider: StaticShape) -> bool:
    if wider is None:
        return True
    if shape is None or len(shape) != len(wider):
        return False
    return all(limit is None or size == limit for size, limit in zip(shape, wider, strict=True))


def _set_invariant(initial: Tensor, entered: Tensor, shape: StaticShape) -> None:
    if not _is_within(initial.static_shape, shape):
        raise ValueError(
            f"The shape invariant specified for {initial.name} is not compatible with the initial shape of "
            f"the loop variable. It enters the loop with shape {text(initial.static_shape)}, but the "
            f"specified shape invariant is {text(shape)}."
        )
    entered.set_shape(shape)
