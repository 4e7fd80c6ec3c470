"""The gradients of loops, which are loops themselves.

The gradient of a loop runs as many iterations as the loop did, the last one first. The loop gets a counter
for that, and a stack for each of its values that the gradient needs: it pushes the value in each
iteration, and the gradient pops it. Source: ``control_flow_state.py`` of TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

from graphlog.autodiff import loop_accumulators
from graphlog.core import dtypes, shapes
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import control_flow_ops, tensor_array_ops
from graphlog.ops.control_flow.cond_context import CondContext
from graphlog.ops.control_flow.control_flow_contexts import (
    Context,
    current_context,
    inside,
    is_constant_enter,
    is_loop_switch,
    is_switch,
    operation_context,
    output_context,
)
from graphlog.ops.control_flow.while_context import WhileContext


class GradientLoopState:
    """How the gradient of one loop is built.

    Args:
        forward_context: the loop.
        outer: the same for the loop around it, where that has a gradient too.

    Attributes:
        forward_context: the loop.
        forward_index: how many iterations it has begun, as the next iteration sees it.
        grad_context: the gradient.
        grad_index: how many iterations are left.
        history: what the gradient uses for a tensor of the loop.
        switch_map: the Merge of the gradient for each Switch of the loop.
        unused_exits: the loop's results on which nothing depends.
        deferred_exits: those whose gradients have arrived.
        pending_exits: how many gradients of results are still to come.
    """

    def __init__(self, forward_context: WhileContext, outer: GradientLoopState | None) -> None:
        self.outer = outer
        self.forward_context = forward_context
        self.history: dict[Tensor, Tensor] = {}
        self.switch_map: dict[Operation, Tensor] = {}
        self.unused_exits: list[Tensor] = []
        self.deferred_exits: list[Tensor] = []
        self.forward_loop_exits = list(forward_context.loop_exits)
        self.pending_exits = len(self.forward_loop_exits)
        self.forward_index: Tensor
        self.grad_context: WhileContext
        self.grad_index: Tensor
        self._forward_sync: Operation | None = None
        self._grad_sync: Operation | None = None
        around = outer.forward_context if outer is not None else forward_context.outer_context
        with inside(around):
            count, self.forward_index = loop_accumulators.count_forward(
                forward_context, None if outer is None else outer.forward_index
            )
        if outer is not None:
            assert around is not None
            around.values.add(count)
            history = outer.add_forward_accumulator(count)
            around = outer.grad_context
        with inside(around):
            self.grad_context = WhileContext(
                forward_context.maximum_iterations,
                forward_context.parallel_iterations,
                forward_context.back_prop,
                forward_context.swap_memory,
                forward_context.name,
                grad_state=self,
            )
            if outer is not None:
                count = outer.add_backprop_value(history, count)
            self.grad_index, finished = loop_accumulators.count_backward(self.grad_context, count)
            if outer is not None:
                # The pops of one run of an inner loop come before those of the next.
                outer.grad_sync.add_control_inputs([finished.op])
            self.grad_context.add_result([finished])

    @property
    def forward_sync(self) -> Operation:
        """What an iteration of the loop waits for before the next one counts."""
        if self._forward_sync is None:
            self._forward_sync = _sync("f_sync", self.forward_context, self.forward_index)
        return self._forward_sync

    @property
    def grad_sync(self) -> Operation:
        """What an iteration of the gradient waits for before the next one counts."""
        if self._grad_sync is None:
            self._grad_sync = _sync("b_sync", self.grad_context, self.grad_index)
        return self._grad_sync

    # The loop's values, as the gradient uses them

    def real_value(self, value: Tensor) -> Tensor:
        """What the gradient uses for a tensor of the loop: its value in the same iteration.

        It is called while the gradient is the current context.
        """
        if value not in self.history:
            self.history[value] = self._real_value(value)
        return self.history[value]

    def _real_value(self, value: Tensor) -> Tensor:
        current, state = value, self
        while (enter := _constant_enter(current)) is not None:
            # A loop invariant needs no stack: it enters the gradient too.
            current = enter.inputs[0]
            if state.outer is None:
                return self.grad_context.add_value(current)
            state = state.outer
        if current.op.type == "Const":
            return constant(current.op.attributes["value"], current.dtype)
        self.grad_context.exit()
        history = state.add_forward_accumulator(current)
        self.grad_context.enter()
        result = state.add_backprop_value(history, current)
        return result if state is self else self.grad_context.add_value(result)

    def real_predicate(self, pred: Tensor) -> Tensor:
        """What the gradient uses for the condition of a cond in the loop."""
        if pred not in self.history:
            self.grad_context.exit()
            history = self.add_forward_accumulator(pred)
            self.grad_context.enter()
            self.history[pred] = self.add_backprop_value(history, pred)
        return self.history[pred]

    def accumulated(self, op: Operation, grad: Any) -> Any:
        """The sum over all iterations of the gradient of a loop invariant, by its Enter."""
        if isinstance(grad, IndexedSlices):
            return loop_accumulators.accumulate_slices(self, op, grad)
        return loop_accumulators.accumulate(self, op, grad)

    def add_forward_accumulator(self, value: Tensor, in_dead_branch: bool = False) -> Tensor:
        """Makes the loop push a value onto a stack in each iteration.

        It is called in the context in which ``gradients`` is called.

        Args:
            value: the value.
            in_dead_branch: whether it exists where the branch of its Switch is not taken.

        Returns:
            The stack.
        """
        graph = self.forward_index.graph
        calling_context = current_context(graph)
        with graph.control_dependencies(None):
            with inside(calling_context), graph.colocate_with(value):
                stack = tensor_array_ops.StackV2(
                    constant(-1, dtypes.int32), elem_type=value.dtype.base_dtype, name="f_acc"
                )
            entered = self.forward_context.add_value(stack)
            context = output_context(value.op)
            if context is self.forward_context:
                with inside(context):
                    push = self._push(entered, value)
                self.forward_index.op.add_control_inputs([push])
            else:
                if not isinstance(context, CondContext):
                    raise TypeError(f"value_ctxt is not a CondContext: {context}")
                with inside(context.outer_context if in_dead_branch else context):
                    push = self._push(entered, value)
                push.control_flow_context = context
                self.forward_sync.add_control_inputs([push])
            counted = self.forward_index.op.inputs[0].op
            push.add_control_inputs([counted])
        return stack

    def _push(self, stack: Tensor, value: Tensor) -> Operation:
        swaps = self.forward_context.swap_memory
        return tensor_array_ops.StackPushV2(stack, value, swap_memory=swaps).op

    def add_backprop_value(self, stack: Tensor, value: Tensor, in_dead_branch: bool = False) -> Tensor:
        """Makes the gradient pop a value that the loop has pushed, in each iteration.

        Args:
            stack: the stack.
            value: the value that was pushed.
            in_dead_branch: as for ``add_forward_accumulator``.

        Returns:
            The value in the gradient.
        """
        cond = self._cond_between(value, operation_context(stack.op))
        with stack.graph.control_dependencies(None), inside(self.grad_context):
            if cond is not None:
                pred = self._known_predicate(cond)
                branch = 1 - cond.branch if in_dead_branch else cond.branch
                stack = control_flow_ops.switch_value(stack, pred)[branch]
            popped = tensor_array_ops.StackPopV2(stack, elem_type=value.dtype.base_dtype)
            popped.set_shape(value.static_shape)
        if self.grad_context.parallel_iterations > 1:
            self.grad_sync.add_control_inputs([popped.op])
        return popped

    def _cond_between(self, value: Tensor, outer: Context | None) -> CondContext | None:
        """The innermost cond that a value is in, within a context."""
        context = operation_context(value.op)
        while context is not None and context is not outer:
            if isinstance(context, CondContext):
                return context
            context = context.outer_context
        return None

    def _known_predicate(self, cond: CondContext) -> Tensor:
        state: GradientLoopState | None = self
        while state is not None:
            if cond.pred in state.history:
                return state.history[cond.pred]
            state = state.outer
        return cond.pred


class LoopStates:
    """The gradients of all loops that one call of ``gradients`` meets."""

    def __init__(self) -> None:
        self._states: dict[WhileContext, GradientLoopState] = {}

    def state_of(self, op: Operation, before: bool) -> GradientLoopState | None:
        """How the gradient of the loop that an operation is in is built.

        Args:
            op: the operation.
            before: whether an Exit counts as outside of its loop.
        """
        context = output_context(op) if before else operation_context(op)
        loop = None if context is None else context.while_context()
        return None if loop is None else self._states.get(loop)

    def inside_gradient(self, op: Operation, before: bool) -> AbstractContextManager[None]:
        """The gradient of the loop that an operation is in, as the current context of a ``with`` block."""
        state = self.state_of(op, before)
        return inside(None if state is None else state.grad_context)

    def add_loop(self, op: Operation) -> list[Operation]:
        """Begins the gradient of the loop that an Exit is of, if there is none yet.

        Returns:
            The Exits of that loop, if it is new.
        """
        context = operation_context(op)
        if context is None:
            raise ValueError(
                "Failed to call gradients on a while loop without properly serializing graph via "
                f"MetaGraphDef: nothing is known of the loop of '{op.name}'."
            )
        forward = context.while_context()
        assert forward is not None
        if forward in self._states:
            return []
        state = GradientLoopState(forward, self._state_around(forward))
        self._states[forward] = state
        return [tensor.op for tensor in state.forward_loop_exits]

    def _state_around(self, forward: WhileContext) -> GradientLoopState | None:
        outer = forward.outer_context
        loop = None if outer is None else outer.while_context()
        return None if loop is None else self._states.get(loop)

    def unused_exits(self, pending: dict[Operation, int], to_ops: Collection[Operation]) -> list[Tensor]:
        """The results of loops to begin with, since nothing that has a gradient depends on them."""
        found: list[Tensor] = []
        for state in self._states.values():
            for tensor in state.forward_loop_exits:
                if not pending.get(tensor.op):
                    state.pending_exits -= 1
                    if tensor.op not in to_ops:
                        state.unused_exits.append(tensor)
                    if state.pending_exits == 0:
                        found += state.unused_exits
            for tensor in state.forward_context.loop_enters:
                if not pending.get(tensor.op):
                    pending[tensor.op] = 1
        return found

    def exits_after(
        self, tensor: Tensor, has_gradient: Callable[[Operation], bool]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The results of a loop by which its gradient begins, once the last of them is reached.

        Args:
            tensor: the result that is reached now.
            has_gradient: whether the gradient of an Exit has arrived.

        Returns:
            Those with a gradient and those without; nothing as long as some are not reached.
        """
        state = self.state_of(tensor.op, before=False)
        assert state is not None
        state.deferred_exits.append(tensor)
        state.pending_exits -= 1
        if state.pending_exits:
            return [], []
        arrived = [item for item in state.deferred_exits if has_gradient(item.op)]
        state.unused_exits += [item for item in state.deferred_exits if not has_gradient(item.op)]
        return arrived, state.unused_exits

    def zeros_for_exit(self, tensor: Tensor) -> Tensor:
        """Zeros for the gradient of a loop's result that is not used."""
        context = operation_context(tensor.op)
        assert isinstance(context, WhileContext)
        outer = self._state_around(context)
        is_known = shapes.is_fully_defined(tensor.static_shape)
        if outer is None:
            if is_known:
                return filling.zeros(tensor.shape, tensor.dtype)
            return filling.zeros_like(tensor, optimize=False)
        if is_known:
            with inside(outer.grad_context):
                return filling.zeros(tensor.shape, tensor.dtype)
        with inside(context.outer_context):
            sizes = shape_queries.shape(tensor, optimize=False)
        history = outer.add_forward_accumulator(sizes)
        with inside(outer.grad_context):
            return filling.zeros(outer.add_backprop_value(history, sizes), tensor.dtype)

    def finish(self) -> None:
        """Gives the loop variables that do not depend on themselves zeros for all iterations but one."""
        for state in self._states.values():
            for merge in state.switch_map.values():
                if merge.op.inputs[0] is merge.op.inputs[1]:
                    _add_zero_back_edge(state.grad_context, merge)


def _sync(name: str, context: WhileContext, index: Tensor) -> Operation:
    with context.graph.control_dependencies(None):
        operation = control_flow_ops.ControlTrigger.operation(name=name)
    operation.control_flow_context = context
    index.op.add_control_inputs([operation])
    return operation


def _constant_enter(value: Tensor) -> Operation | None:
    """The Enter of a loop invariant, where a value is one."""
    op = value.op
    while op.type in ("Switch", "RefSwitch", "Identity", "RefIdentity"):
        op = op.inputs[0].op
    return op if is_constant_enter(op) else None


def check_is_no_loop_variable(op: Operation) -> None:
    """Raises ValueError where a gradient inside of a loop leads to the variables of that loop."""
    context = operation_context(op)
    if is_switch(op) and context is not None and context.is_loop and context is current_context(op.graph):
        raise ValueError(
            f"Cannot compute gradient inside while loop with respect to op '{op.name}'. We do not support "
            "taking the gradient wrt or through the initial value of a loop variable. Gradients can be "
            "computed through loop invariants or wrt the input parameters to the loop body."
        )


def zero_gradient(op: Operation, index: int, loops: LoopStates | None) -> Tensor | None:
    """Zeros for the gradient of an output that is not used.

    Args:
        op: the operation.
        index: which of its outputs.
        loops: the gradients of loops that are built; the current context is that of ``op``.

    Returns:
        A Tensor of the output's shape; None for the Switch of a loop variable.
    """
    if loops is not None and is_loop_switch(op):
        return None
    state = None if loops is None else loops.state_of(op, before=False)
    context = operation_context(op)
    value = op.outputs[index]
    if is_switch(op) and isinstance(context, CondContext):
        if state is None:
            return _zeros_outside(context, op, value)
        return _zeros_of_switch(state, context, op, value)
    if state is None:
        return filling.zeros_like(value, optimize=False)
    return _zeros_in_loop(state, context, value)


def _zeros_outside(context: CondContext, op: Operation, value: Tensor) -> Tensor:
    """Zeros that exist where the branch of a Switch is not taken, outside of loops."""
    other = control_flow_ops.switch(op.inputs[0], context.pred)[1 - context.branch]
    pivot = arrays.identity(other)
    sizes = shape_queries.shape(other, optimize=False)
    with op.graph.control_dependencies([pivot]):
        return filling.zeros(sizes, value.dtype)


def _zeros_in_loop(state: GradientLoopState, context: Context | None, value: Tensor) -> Tensor:
    if shapes.is_fully_defined(value.static_shape):
        return _constant_zeros(value)
    with inside(context):
        sizes = shape_queries.shape(value, optimize=False)
    return filling.zeros(_saved(state, sizes, in_dead_branch=False), value.dtype)


def _zeros_of_switch(state: GradientLoopState, context: CondContext, op: Operation, value: Tensor) -> Tensor:
    """Zeros that exist where the branch of a Switch is not taken."""
    if shapes.is_fully_defined(value.static_shape):
        zeros = _constant_zeros(value)
        return control_flow_ops.switch_value(zeros, state.history[context.pred])[1 - context.branch]
    with inside(context.outer_context):
        other = control_flow_ops.switch_value(op.inputs[0], context.pred)[1 - context.branch]
        sizes = shape_queries.shape(other, optimize=False)
    other.op.control_flow_context = context
    sizes.op.control_flow_context = context
    return filling.zeros(_saved(state, sizes, in_dead_branch=True), value.dtype)


def _saved(state: GradientLoopState, value: Tensor, in_dead_branch: bool) -> Tensor:
    state.grad_context.exit()
    history = state.add_forward_accumulator(value, in_dead_branch)
    state.grad_context.enter()
    return state.add_backprop_value(history, value, in_dead_branch)


def _constant_zeros(value: Tensor) -> Tensor:
    return constant(0, value.dtype.base_dtype, shape=value.static_shape)


def _add_zero_back_edge(context: WhileContext, merge: Tensor) -> None:
    entered = merge.op.inputs[0]
    if shapes.is_fully_defined(entered.static_shape):
        with inside(context):
            following = control_flow_ops.next_iteration(_constant_zeros(entered))
    else:
        with inside(context.outer_context):
            sizes = shape_queries.shape(entered.op.inputs[0], optimize=False)
            zeros = filling.zeros(sizes, entered.dtype)
        with inside(context):
            following = control_flow_ops.next_iteration(zeros)
    merge.op.update_input(1, following)
