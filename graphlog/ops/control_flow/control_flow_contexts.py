"""The branch of a cond or the body of a loop, while operations are built inside it.

A context makes whatever its operations use from outside available inside: a branch of a cond by a Switch,
a loop by an Enter. Source: ``ControlFlowContext`` of TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from graphlog.core.default_graph import get_default_graph
from graphlog.core.graph import Graph
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor

if TYPE_CHECKING:
    from graphlog.ops.control_flow.while_context import GradientState, WhileContext


class Context:
    """What cond and while have in common.

    Args:
        name: the context's name, made unique.

    Attributes:
        graph: the graph that is built.
        name: its name; a loop's is that of its frame.
        outer_context: the context around it, or None.
        values: the tensors that operations inside may use as they are.
        external_values: what to use inside in place of a tensor from outside.
        is_loop: whether it is a loop.
        is_cond: whether it is a branch of a cond.
    """

    is_loop = False
    is_cond = False

    def __init__(self, name: str) -> None:
        self.graph = get_default_graph()
        self.name = self.graph.unique_name(name)
        self.outer_context = current_context(self.graph)
        self.values: set[Tensor] = set()
        self.external_values: dict[Tensor, Tensor] = {}
        self._entered_from: list[Context | None] = []

    def enter(self) -> None:
        """Makes it the current context of its graph."""
        self._entered_from.append(current_context(self.graph))
        self.graph.control_flow_context = self

    def exit(self) -> None:
        """Goes back to the context that was current before ``enter``."""
        self.graph.control_flow_context = self._entered_from.pop()

    def while_context(self) -> WhileContext | None:
        """The innermost loop that this is, or is inside of."""
        return None if self.outer_context is None else self.outer_context.while_context()

    @property
    def back_prop(self) -> bool:
        """Whether derivatives flow through it."""
        return False

    @property
    def grad_state(self) -> GradientState | None:
        """How the gradient of the loop around it is built, where this is inside of such a gradient."""
        loop = self.while_context()
        return None if loop is None else loop.grad_state

    @property
    def control_pivot(self) -> Tensor | None:
        """What an operation that depends on nothing waits for, so that it runs only where it should."""
        raise NotImplementedError

    def add_value(self, value: Tensor) -> Tensor:
        """What stands for a tensor inside of this context."""
        raise NotImplementedError

    def add_op(self, operation: Operation) -> None:
        """Takes an operation that was just added into the context, and its inputs with it."""
        raise NotImplementedError

    def add_own_op(self, operation: Operation) -> None:
        """Takes an operation into this context and nowhere else."""
        self.add_op(operation)

    def add_result(self, tensors: list[Tensor]) -> None:
        """Makes tensors known to the outer context as values of its own."""
        if self.outer_context is not None:
            self.outer_context.values.update(tensors)

    def remove_external_control_inputs(self, op: Operation) -> tuple[list[Operation], list[Operation]]:
        """Takes those control inputs away that are outside of the innermost loop.

        Returns:
            The control inputs that stay, and those that went.
        """
        loop = self.while_context()
        if loop is None:
            return list(op.control_inputs), []
        internal: list[Operation] = []
        external: list[Operation] = []
        for item in op.control_inputs:
            context = output_context(item)
            inside = context is not None and context.while_context() is loop
            (internal if inside else external).append(item)
        op.control_inputs = tuple(internal)
        return internal, external

    def check_use(self, operation: Operation, source: Operation) -> None:
        """Raises ValueError where an operation may not use what ``source``, of this context, computes."""
        used_in = operation_context(operation)
        computed_in = output_context(source)
        if computed_in is None or computed_in is used_in:
            return
        loop = None if used_in is None else used_in.while_context()
        source_loop = computed_in.while_context()
        if loop is None:
            # Where one or both are in conds alone, a run says which of them does not exist.
            if source_loop is None or is_enter(operation) or is_switch(operation):
                return
            raise ValueError(
                f"Cannot use '{source.name}' as input to '{operation.name}' because '{source.name}' is in "
                "a while loop."
            )
        if not is_inside(loop, source_loop) and not _is_of_gradient(loop, source_loop):
            raise ValueError(
                f"Cannot use '{source.name}' as input to '{operation.name}' because they are in different "
                "while loops."
            )


def _is_of_gradient(loop: WhileContext, source_loop: WhileContext | None) -> bool:
    """Whether one of two loops is the gradient of the other, or of the one around it."""
    assert source_loop is not None
    if loop.grad_state is not None:
        forward = loop.grad_state.forward_context
        if is_inside(forward, source_loop) or forward is source_loop.outer_context:
            return True
    if source_loop.grad_state is None:
        return False
    forward = source_loop.grad_state.forward_context
    return forward is loop or (forward.grad_state is not None and forward.grad_state.forward_context is loop)


@contextmanager
def inside(context: Context | None) -> Iterator[None]:
    """Makes a context the current one of a ``with`` block; None leaves the current one."""
    if context is None:
        yield
        return
    context.enter()
    try:
        yield
    finally:
        context.exit()


def current_context(graph: Graph) -> Context | None:
    """The context in which operations of a graph are built now."""
    return cast("Context | None", graph.control_flow_context)


def operation_context(op: Operation) -> Context | None:
    """The context that an operation belongs to."""
    return cast("Context | None", op.control_flow_context)


def output_context(op: Operation) -> Context | None:
    """The context that the outputs of an operation belong to."""
    context = operation_context(op)
    return context.outer_context if context is not None and is_exit(op) else context


def while_context(op: Operation) -> WhileContext | None:
    """The innermost loop that an operation is in."""
    context = operation_context(op)
    return None if context is None else context.while_context()


def is_inside(context: Context | None, other: Context | None) -> bool:
    """Whether a context is another one or inside of it; all are inside of None."""
    while context is not other:
        if context is None:
            return False
        context = context.outer_context
    return True


def is_switch(op: Operation) -> bool:
    """Whether it is a Switch."""
    return op.type in ("Switch", "RefSwitch")


def is_enter(op: Operation) -> bool:
    """Whether it brings a value into a loop."""
    return op.type in ("Enter", "RefEnter")


def is_exit(op: Operation) -> bool:
    """Whether it brings a value out of a loop."""
    return op.type in ("Exit", "RefExit")


def is_constant_enter(op: Operation) -> bool:
    """Whether it brings a value into every iteration of a loop."""
    return is_enter(op) and bool(op.attributes["is_constant"])


def is_loop_switch(op: Operation) -> bool:
    """Whether it is the Switch of a loop variable, and not that of a cond."""
    context = operation_context(op)
    return is_switch(op) and context is not None and context.is_loop and not _is_cond_switch(op)


def _is_cond_switch(op: Operation) -> bool:
    for output in op.outputs:
        for consumer in output._consumers:
            context = operation_context(consumer)
            if context is not None and is_enter(consumer):
                context = context.outer_context
            if context is None or not context.is_cond:
                return False
    return True
