"""``gradients``: the derivatives of tensors by tensors, built into the graph.

The walk is TensorFlow's, node for node: from ``ys`` back to ``xs``, an operation once all gradients
of its outputs have arrived, in the order in which operations become ready.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from graphlog.autodiff.aggregation import Gradient, aggregate
from graphlog.autodiff.between import OperationsBetween
from graphlog.autodiff.loop_state import LoopStates, check_is_no_loop_variable, zero_gradient
from graphlog.core import dtypes, garbage_collection
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.default_graph import get_default_graph
from graphlog.core.dtypes import DType
from graphlog.core.gradient_registry import gradient_rule
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.op_definition import GradientRule
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.core.user_code import call_stack, called_from, is_users_function
from graphlog.ops import constants
from graphlog.ops.array import arrays, filling, shape_queries
from graphlog.ops.control_flow import grouping
from graphlog.ops.control_flow.control_flow_contexts import is_exit, is_loop_switch
from graphlog.ops.indexed_slices import convert_to_tensor_or_indexed_slices
from graphlog.ops.name_scopes import name_scope


class UnconnectedGradients:
    """What ``gradients`` returns for an ``x`` on which no ``y`` depends (``tf.UnconnectedGradients``)."""

    NONE = "none"
    ZERO = "zero"


class Visit(NamedTuple):
    """How the gradient passes one operation.

    Attributes:
        op: the operation.
        rule: its derivative rule; None where no derivative flows through it.
        arriving: the gradient of each output, summed over its uses; None where none arrives.
        passed_on: what the rule makes of them for each input; nothing without a rule.
    """

    op: Operation
    rule: GradientRule | None
    arriving: tuple[Gradient | None, ...]
    passed_on: tuple[Gradient | None, ...]


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients: Any = None,
    unconnected_gradients: str = UnconnectedGradients.NONE,
) -> list[Any]:
    """Adds operations that compute the derivatives of the sum of ``ys`` by each of ``xs``.

    Args:
        ys: the tensors to differentiate, one or a list.
        xs: the tensors to differentiate by, one or a list.
        grad_ys: the gradient of each ``y``, of its shape; ones if None.
        name: the scope of the operations.
        colocate_gradients_with_ops: whether the gradient of an operation is to be placed with it.
        gate_gradients: whether the gradients of one operation's inputs wait for each other.
        aggregation_method: how gradients of several uses are added (see ``AggregationMethod``).
        stop_gradients: tensors that count as constants.
        unconnected_gradients: ``"none"`` or ``"zero"``, for an ``x`` on which no ``y`` depends.

    Returns:
        For each ``x`` a Tensor of its shape, IndexedSlices of its rows where it is only gathered from, or
        None.

    Raises:
        LookupError: an operation in between has no derivative.
        TypeError: a ``y`` is no number, or a ``grad_y`` is of another kind.
        ValueError: the lists have different lengths, or an option has no such value.

    Source: ``tf.gradients`` of TensorFlow 1.15.
    """
    if unconnected_gradients not in (UnconnectedGradients.NONE, UnconnectedGradients.ZERO):
        raise ValueError(f"Unknown value for unconnected_gradients: {unconnected_gradients!r}")
    options = (aggregation_method, colocate_gradients_with_ops, gate_gradients)
    walk, xs = _walk_back(_as_list(ys), _as_list(xs), grad_ys, name, _as_list(stop_gradients), options)
    return [walk.result(x, unconnected_gradients) for x in xs]


def visited_gradients(ys: Any, xs: Any) -> tuple[list[Any], list[Visit]]:
    """The same as ``gradients``, and what each operation on the way has done with the gradient.

    Args:
        ys: the tensors to differentiate.
        xs: the tensors to differentiate by.

    Returns:
        What ``gradients`` returns, and the operations from ``ys`` back to ``xs``.
    """
    walk, xs = _walk_back(_as_list(ys), _as_list(xs), None, "gradients", [], (None, False, False))
    return [walk.result(x, UnconnectedGradients.NONE) for x in xs], walk.visits


def _walk_back(
    ys: list[Any],
    xs: list[Any],
    grad_ys: Any,
    name: str,
    stops: list[Any],
    options: tuple[int | None, bool, bool],
) -> tuple[_Walk, list[Tensor]]:
    """A walk that is over, and the tensors that it led to."""
    grads = [None] * len(ys) if grad_ys is None else _as_list(grad_ys)
    aggregation_method, colocate, gate = options
    with name_scope(name, "gradients", [*ys, *xs, *stops, *grads]):
        # TensorFlow takes a name here, so the next operation called ``uid`` is ``uid_1``.
        get_default_graph().unique_name("uid")
        ys = [convert_to_tensor(y, name=_numbered("y", index)) for index, y in enumerate(ys)]
        xs = [convert_to_tensor(x, name=_numbered("x", index), as_ref=True) for index, x in enumerate(xs)]
        for stop in stops:
            if not isinstance(stop, Tensor) and not hasattr(stop, "op"):
                raise TypeError(
                    f"stop_gradients must be tensors, got {stop!r} of type {type(stop).__name__}."
                )
        initial = _initial_gradients(ys, grads, colocate)
        walk = _Walk(ys, xs, stops, aggregation_method, colocate, gate)
        with garbage_collection.paused():
            walk.start(ys, initial)
            walk.run()
    return walk, xs


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _numbered(name: str, index: int) -> str:
    return f"{name}_{index}"


class _Walk:
    """One call of ``gradients``: which gradients have arrived where, and which operation is next."""

    def __init__(
        self,
        ys: Sequence[Tensor],
        xs: Sequence[Tensor],
        stops: Sequence[Tensor],
        aggregation_method: int | None,
        colocate: bool,
        gate: bool,
    ) -> None:
        self._between = OperationsBetween([y.op for y in ys], [x.op for x in xs], colocate)
        self._pending = self._between.pending_counts
        self._loops = self._between.loops
        self._stop_ops = {tensor.op for tensor in stops}
        self._arrived: dict[Tensor, list[Gradient]] = {}
        self._aggregated: dict[Tensor, Gradient | None] = {}
        self._ready: deque[Operation] = deque()
        self._aggregation_method = aggregation_method
        self._colocate = colocate
        self._gate = gate
        self._call_stack = call_stack()
        self.visits: list[Visit] = []

    def start(self, ys: Sequence[Tensor], grads: Sequence[Gradient]) -> None:
        """Gives each ``y`` its gradient."""
        for y, grad in zip(ys, grads, strict=True):
            self._arrived.setdefault(y, []).append(grad)
        for op in dict.fromkeys(y.op for y in ys):
            # A y on which another y depends waits for that one's gradient.
            if self._between.ends_at(op) and not self._pending.get(op):
                self._ready.append(op)
        if self._loops is not None:
            exits = self._loops.unused_exits(self._pending, set(self._ready))
            self._ready.extend(item.op for item in self._give_zeros(exits, self._loops))
        self._stop_ops |= self._between.starting_operations()

    def run(self) -> None:
        """Visits every operation from ``ys`` back to ``xs``."""
        while self._ready:
            op = self._ready.popleft()
            if self._colocate:
                with op.graph.colocate_with(op):
                    self._visit(op)
            else:
                self._visit(op)
            for tensor in op.inputs:
                if tensor.op in self._pending:
                    self._pending[tensor.op] -= 1
                    self._continue(tensor)
        if self._loops is not None:
            self._loops.finish()

    def _continue(self, tensor: Tensor) -> None:
        """Makes the operation of a tensor ready once all its gradients have arrived."""
        pending, loops = self._pending[tensor.op], self._loops
        if loops is not None and pending == 0 and is_exit(tensor.op):
            # The gradient of a loop begins when those of all its results are there.
            arrived, unused = loops.exits_after(tensor, self._has_gradient)
            self._ready.extend(item.op for item in arrived)
            if arrived:
                self._give_zeros(unused, loops)
            self._ready.extend(item.op for item in unused)
        elif pending == 0 or (loops is not None and pending > 0 and is_loop_switch(tensor.op)):
            # The Switch of a loop variable is visited from its Exit, and again from the loop's body.
            self._ready.append(tensor.op)

    def _has_gradient(self, op: Operation) -> bool:
        return any(self._arrived.get(output) for output in op.outputs)

    def _give_zeros(self, exits: Sequence[Tensor], loops: LoopStates) -> list[Tensor]:
        """Gives zeros to results of loops that nothing depends on, and returns those that take them."""
        trainable = [tensor for tensor in exits if is_trainable(tensor.dtype)]
        for tensor in trainable:
            self._arrived.setdefault(tensor, []).append(loops.zeros_for_exit(tensor))
        return trainable

    def result(self, x: Tensor, unconnected: str) -> Gradient | None:
        """The gradient by ``x``."""
        is_unconnected = all(self._aggregated.get(output) is None for output in x.op.outputs)
        if is_unconnected and unconnected == UnconnectedGradients.ZERO:
            return filling.zeros_like(x)
        return self._aggregated.get(x)

    def _visit(self, op: Operation) -> None:
        if self._loops is None:
            grads = [self._aggregate(output) for output in op.outputs]
        else:
            with self._loops.inside_gradient(op, before=True):
                grads = [self._aggregate(output) for output in op.outputs]
        if op in self._stop_ops or all(grad is None for grad in grads):
            return
        rule = gradient_rule(op)
        arriving = tuple(grads)
        passed_on: list[Any] = []
        if rule is not None and self._loops is None:
            passed_on = self._apply(rule, op, grads)
        elif rule is not None and self._loops is not None:
            with self._loops.inside_gradient(op, before=False):
                passed_on = self._apply(rule, op, grads)
        self.visits.append(Visit(op, rule, arriving, tuple(passed_on)))

    def _apply(self, rule: GradientRule, op: Operation, grads: list[Any]) -> list[Any]:
        """Gives the inputs of an operation the gradients that its rule makes of those of its outputs."""
        check_is_no_loop_variable(op)
        for index, output in enumerate(op.outputs):
            if grads[index] is None and is_trainable(output.dtype):
                grads[index] = zero_gradient(op, index, self._loops)
        # What a rule of the user's builds is the work of its own lines, all else that of this one call.
        stack = None if is_users_function(rule) else self._call_stack
        with get_default_graph().name_scope(f"{op.name}_grad"), called_from(stack):
            input_grads = _as_gradient_list(rule(op, *grads), op)
            if self._gate and sum(grad is not None for grad in input_grads) > 1:
                with op.graph.device(None), op.graph.colocate_with(None, ignore_existing=True):
                    input_grads = grouping.gated_tuple(input_grads)
        for index, (tensor, grad) in enumerate(zip(op.inputs, input_grads, strict=True)):
            if grad is not None:
                _check_shape(op, index, tensor, grad)
                self._arrived.setdefault(tensor, []).append(grad)
        return input_grads

    def _aggregate(self, output: Tensor) -> Gradient | None:
        grads = self._arrived.pop(output, [])
        if grads:
            self._aggregated[output] = aggregate(grads, output.op, self._aggregation_method)
        return self._aggregated.setdefault(output, None)


def _placed_with(op: Operation, colocate: bool) -> AbstractContextManager[None]:
    """Where the gradient of an operation is to be placed."""
    return op.graph.colocate_with(op) if colocate else nullcontext()


def _as_gradient_list(result: Any, op: Operation) -> list[Any]:
    grads = list(result) if isinstance(result, list | tuple) else [result]
    if len(grads) != len(op.inputs):
        raise ValueError(
            f"Num gradients {len(grads)} generated for op {op.name} (op type: {op.type}) do not match num "
            f"inputs {len(op.inputs)}"
        )
    return grads


def _check_shape(op: Operation, index: int, tensor: Tensor, grad: Gradient) -> None:
    if isinstance(grad, IndexedSlices) or grad.static_shape == tensor.static_shape:
        return
    if tensor.dtype is dtypes.resource:
        # The gradient has the shape of the variable, not of its handle.
        return
    try:
        grad.set_shape(tensor.static_shape)
    except ValueError:
        raise ValueError(
            "Incompatible shapes between op input and calculated input gradient.  Forward operation: "
            f"{op.name}.  Input index: {index}. Original input shape: {tensor.shape}.  Calculated input "
            f"gradient shape: {grad.shape}"
        ) from None


def is_trainable(dtype: DType) -> bool:
    """Whether derivatives by tensors of this dtype are taken as zero where none arrive."""
    base = dtype.base_dtype
    return base.is_complex or base in (dtypes.float16, dtypes.float32, dtypes.float64)


def _initial_gradients(ys: Sequence[Tensor], grads: Sequence[Any], colocate: bool) -> list[Gradient]:
    """The gradient of each ``y``: what the caller gave, or ones."""
    if len(grads) != len(ys):
        raise ValueError(f"Passed {len(grads)} grad_ys for {len(ys)} ys")
    initial: list[Gradient] = []
    for index, (y, grad) in enumerate(zip(ys, grads, strict=True)):
        with _placed_with(y.op, colocate):
            if grad is None:
                initial.append(_ones(y, index))
            else:
                given = convert_to_tensor_or_indexed_slices(grad, name=_numbered("grad_y", index))
                _check_kind(y, given)
                initial.append(_named(given, _numbered("grad_ys", index)))
    return initial


def _ones(y: Tensor, index: int) -> Tensor:
    if y.dtype.is_complex:
        raise TypeError(f"Gradients of complex tensors must set grad_ys (y.dtype = {y.dtype!r})")
    if not (y.dtype.is_floating or y.dtype.is_integer):
        raise TypeError(f"Tensor {y} with type {y.dtype.name} must be numeric to obtain a default gradient")
    sizes = shape_queries.shape(y)
    return filling.fill(sizes, constants.constant(1, y.dtype, name=_numbered("grad_ys", index)))


def _named(grad: Gradient, name: str) -> Gradient:
    if isinstance(grad, Tensor):
        return arrays.identity(grad, name=name)
    shape = grad.dense_shape
    indices = arrays.identity(grad.indices, name=f"{name}_indices")
    values = arrays.identity(grad.values, name=f"{name}_values")
    return IndexedSlices(
        values, indices, None if shape is None else arrays.identity(shape, name=f"{name}_shape")
    )


def _check_kind(y: Tensor, grad: Gradient) -> None:
    if y.dtype.is_complex and not grad.dtype.is_complex:
        kinds = "complex-valued", "complex"
    elif not y.dtype.is_complex and not (grad.dtype.is_floating or grad.dtype.is_integer):
        kinds = "real or integer-valued", "real or integer"
    else:
        return
    raise TypeError(
        f"Gradient type {grad.dtype.name} generated for {kinds[0]} tensor {y} with type {y.dtype.name} "
        f"must be {kinds[1]}"
    )
