"""Loop variables that gradients add to loops: counters of iterations, and sums over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlog.core import shapes
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.array import filling, joining, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow import control_flow_ops
from graphlog.ops.control_flow.control_flow_contexts import inside
from graphlog.ops.control_flow.while_context import WhileContext
from graphlog.ops.math import arithmetic, comparisons

if TYPE_CHECKING:
    from graphlog.autodiff.loop_state import GradientLoopState


def count_forward(context: WhileContext, outer_index: Tensor | None) -> tuple[Tensor, Tensor]:
    """Adds a counter of iterations to a loop.

    Args:
        context: the loop.
        outer_index: that counter of the loop around it, if there is one.

    Returns:
        The number of iterations once the loop has ended, and the number that the next iteration begins
        with.
    """
    count = constant(0, name="f_count")
    if outer_index is not None:
        # What one run of an inner loop pushes comes before what the next one does.
        count.op.add_control_inputs([outer_index.op.inputs[0].op])
    context.enter()
    context.values.add(count)
    entered = context.entered(count, name="f_count")
    context.loop_enters.append(entered)
    merge = control_flow_ops.merge([entered, entered])[0]
    assert context.pivot is not None
    ended, goes_on = control_flow_ops.switch(merge, context.pivot)
    following = control_flow_ops.next_iteration(arithmetic.add(goes_on, 1))
    merge.op.update_input(1, following)
    total = control_flow_ops.exit(ended, name="f_count")
    context.loop_exits.append(total)
    context.add_result([total])
    context.exit()
    return total, following


def count_backward(context: WhileContext, count: Tensor) -> tuple[Tensor, Tensor]:
    """Makes a loop run a number of iterations.

    Args:
        context: the loop, which has nothing in it yet.
        count: how many.

    Returns:
        How many are left, as the next iteration sees it, and zero once the loop has ended.
    """
    one = constant(1, name="b_count")
    context.enter()
    context.values.add(count)
    entered = context.entered(count, name="b_count")
    context.loop_enters.append(entered)
    merge = control_flow_ops.merge([entered, entered])[0]
    context.pivot_for_pred = merge
    context.pivot = control_flow_ops.LoopCond(comparisons.greater_equal(merge, one), name="b_count")
    ended, goes_on = control_flow_ops.switch(merge, context.pivot)
    left = arithmetic.subtract(goes_on, one)
    context.pivot_for_body = left
    following = control_flow_ops.next_iteration(left)
    merge.op.update_input(1, following)
    finished = control_flow_ops.exit(ended, name="b_count")
    context.loop_exits.append(finished)
    context.exit()
    return following, finished


def accumulate(state: GradientLoopState, op: Operation, grad: Tensor) -> Tensor:
    """Adds a sum over all iterations to the gradient of a loop.

    Args:
        state: how that gradient is built; it is the current context.
        op: the Enter of the loop invariant whose gradient is summed.
        grad: the gradient of one iteration.

    Returns:
        The sum, once the loop has ended.
    """
    context = state.grad_context
    context.exit()
    zeros = _zeros(state, op, grad)
    context.enter()
    context.values.add(zeros)
    entered = context.entered(zeros, name="b_acc")
    context.loop_enters.append(entered)
    merge = control_flow_ops.merge([entered, entered], name="b_acc")[0]
    assert context.pivot is not None
    ended, goes_on = control_flow_ops.switch(merge, context.pivot)
    merge.op.update_input(1, control_flow_ops.next_iteration(arithmetic.add(goes_on, grad)))
    total = control_flow_ops.exit(ended, name="b_acc")
    context.loop_exits.append(total)
    context.add_result([total])
    return total


def _zeros(state: GradientLoopState, op: Operation, grad: Tensor) -> Tensor:
    """The sum of no iterations."""
    outer = state.grad_context.outer_context
    if shapes.is_fully_defined(grad.static_shape):
        with inside(outer):
            return constant(0, grad.dtype, shape=grad.static_shape, name="b_acc")
    value = op.inputs[0]
    if state.outer is None or not isinstance(outer, WhileContext) or outer.grad_state is None:
        with inside(outer):
            return filling.zeros(shape_queries.shape(value, optimize=False), grad.dtype)
    with inside(state.forward_context.outer_context):
        sizes = shape_queries.shape(value, optimize=False)
    history = state.outer.add_forward_accumulator(sizes)
    with inside(outer):
        return filling.zeros(state.outer.add_backprop_value(history, sizes), grad.dtype)


def accumulate_slices(state: GradientLoopState, op: Operation, grad: IndexedSlices) -> IndexedSlices:
    """``accumulate`` for IndexedSlices: those of all iterations, one after the other."""
    context = state.grad_context
    context.exit()
    with inside(context.outer_context):
        initial = _no_slices(state, op, grad)
    context.enter()
    context.values.update(initial)
    entered = [context.entered(tensor, use_input_shape=False, name="b_acc") for tensor in initial]
    entered[0].set_shape((None,))
    if initial[1].static_shape is not None:
        entered[1].set_shape((None, *initial[1].static_shape[1:]))
    context.loop_enters += entered
    merges = [control_flow_ops.merge([tensor, tensor], name="b_acc")[0] for tensor in entered]
    assert context.pivot is not None
    switches = [control_flow_ops.switch(merge, context.pivot) for merge in merges]
    following = [
        joining.concat([switch[1], part], 0)
        for switch, part in zip(switches, (grad.indices, grad.values), strict=False)
    ]
    if grad.dense_shape is not None:
        following.append(arithmetic.maximum(grad.dense_shape, switches[2][1]))
    for merge, value in zip(merges, [control_flow_ops.next_iteration(x) for x in following], strict=True):
        merge.op.update_input(1, value)
    exits = [control_flow_ops.exit(switch[0], name="b_acc") for switch in switches]
    context.loop_exits += exits
    context.add_result(exits)
    return IndexedSlices(exits[1], exits[0], exits[2] if grad.dense_shape is not None else None)


def _no_slices(state: GradientLoopState, op: Operation, grad: IndexedSlices) -> list[Tensor]:
    """Index 0 with a row of zeros, and the smallest of all shapes."""
    values: Tensor = grad.values
    if shapes.is_fully_defined(values.static_shape):
        assert values.static_shape is not None
        with inside(state.grad_context.outer_context):
            rows = constant(0, values.dtype, shape=(1, *values.static_shape[1:]), name="b_acc")
    else:
        sizes = shape_queries.shape(op.inputs[0], optimize=False)[1:]
        rows = filling.zeros(joining.concat([[1], sizes], 0), values.dtype)
    initial = [constant([0], grad.indices.dtype), rows]
    if grad.dense_shape is None:
        return initial
    if shapes.is_fully_defined(grad.dense_shape.static_shape):
        with inside(state.grad_context.outer_context):
            initial.append(constant(0, grad.dense_shape.dtype, shape=grad.dense_shape.static_shape))
    else:
        dtype = grad.dense_shape.dtype
        sizes = shape_queries.shape(op.inputs[0], out_type=dtype, optimize=False)
        initial.append(filling.zeros_like(sizes, optimize=False))
    return initial
