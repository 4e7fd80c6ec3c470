"""The gradients of conditionals and loops: a Merge for a Switch, an Exit for an Enter, and the reverse."""

from __future__ import annotations

from typing import Any

from graphlog.core import dtypes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.control_flow import (
    composite_control_flow,
    cond_context,
    control_flow_contexts,
    control_flow_ops,
    while_context,
)
from graphlog.ops.math import comparisons


def _current_loop() -> Any:
    context = control_flow_contexts.current_context(get_default_graph())
    return None if context is None else context.while_context()


def _merge(grads: Any, name: str | None = None) -> Any:
    if any(isinstance(grad, IndexedSlices) for grad in grads):
        return composite_control_flow.merge(grads, name)
    return control_flow_ops.merge(grads, name)


def _switch(grad: Any, pred: Tensor, name: str = "Switch") -> Any:
    if isinstance(grad, IndexedSlices):
        return composite_control_flow.switch(grad, pred, name)
    return control_flow_ops.switch_value(grad, pred, name)


def _tensors(grad: Any) -> list[Tensor]:
    return composite_control_flow.parts(grad) if isinstance(grad, IndexedSlices) else [grad]


def switch_gradient(op: Operation, *grads: Any) -> Any:
    """A Merge. The Switch of a loop variable is met twice: from the Exit, and from the body."""
    context = control_flow_contexts.operation_context(op)
    if isinstance(context, while_context.WhileContext):
        return _loop_switch_gradient(op, grads)
    if isinstance(context, cond_context.CondContext):
        of_branch, of_other = grads[context.branch], grads[1 - context.branch]
        if of_other is None:
            if op.inputs[0].dtype.base_dtype is dtypes.resource:
                return _merge([of_branch] * 2, name="cond_resource_grad")[0], None
            return None, None
        return _merge(grads, name="cond_grad")[0], None
    false = control_flow_ops.switch(grads[0], op.inputs[1])[0]
    true = control_flow_ops.switch(grads[1], op.inputs[1])[1]
    return _merge([false, true])[0], None


def _loop_switch_gradient(op: Operation, grads: Any) -> Any:
    switch_map = _current_loop().grad_state.switch_map
    known = switch_map.get(op)
    if known is not None:
        if grads[1] is not None:
            _add_back_edges(known, grads[1])
    elif grads[0] is not None:
        # The second input becomes the back edge, when the walk comes here from the body.
        switch_map[op] = _merge([grads[0], grads[0]], name="b_switch")[0]
        return switch_map[op], None
    return None, None


def _add_back_edges(merged: Any, grad: Any) -> None:
    if isinstance(merged, IndexedSlices):
        grad = composite_control_flow.as_indexed_slices(grad)
    for merge, part in zip(_tensors(merged), _tensors(grad), strict=True):
        while_context.add_back_edge(merge, part, keeps_shape=False)


def merge_gradient(op: Operation, grad: Tensor, _: Any) -> Any:
    """A Switch."""
    context = control_flow_contexts.output_context(op.inputs[0].op)
    loop = _current_loop()
    if isinstance(context, while_context.WhileContext):
        return _switch(grad, loop.pivot)
    if isinstance(context, cond_context.CondContext):
        pred = context.pred
        if loop is not None and loop.grad_state is not None:
            pred = loop.grad_state.real_predicate(pred)
        return _switch(grad, pred, name="cond_grad")
    conditions = [comparisons.equal(op.outputs[1], index) for index in range(len(op.inputs))]
    return [_switch(grad, condition)[1] for condition in conditions]


def exit_gradient(op: Operation, grad: Tensor) -> Any:
    """An Enter of the gradient's loop."""
    context = control_flow_contexts.operation_context(op)
    loop = _current_loop()
    if loop is None or not loop.back_prop:
        return None
    if context is not None and context.grad_state is not None:
        raise TypeError("Second-order gradient for while loops not supported.")
    loop.values.update(_tensors(grad))
    with control_flow_contexts.inside(loop):
        if isinstance(grad, IndexedSlices):
            result: Any = composite_control_flow.map_parts(loop.entered, grad)
        else:
            result = loop.entered(grad, name="b_exit")
    loop.loop_enters += _tensors(result)
    return result


def enter_gradient(op: Operation, grad: Tensor) -> Any:
    """An Exit of the gradient's loop; for a loop invariant, the sum of its iterations."""
    loop = _current_loop()
    if loop is None or not loop.back_prop or loop.grad_state is None:
        return grad
    if op.attributes["is_constant"]:
        return loop.grad_state.accumulated(op, grad)
    if isinstance(grad, IndexedSlices):
        result: Any = composite_control_flow.map_parts(control_flow_ops.exit, grad)
    else:
        result = control_flow_ops.exit(grad)
    loop.loop_exits += _tensors(result)
    loop.add_result(_tensors(result))
    return result
