"""``gradients``: the derivatives of tensors by tensors, built into the graph.

The walk is TensorFlow's, node for node: from ``ys`` back to ``xs``, an operation once all gradients
of its outputs have arrived, in the order in which operations become ready.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from graphlog.autodiff.aggregation import aggregate
from graphlog.autodiff.between import OperationsBetween
from graphlog.core import dtypes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.dtypes import DType
from graphlog.core.graph import get_default_graph
from graphlog.core.op_definition import GradientRule, NotDifferentiable
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import arrays, constants, filling, shape_queries
from graphlog.ops.name_scopes import name_scope


class UnconnectedGradients:
    """What ``gradients`` returns for an ``x`` on which no ``y`` depends (``tf.UnconnectedGradients``)."""

    NONE = "none"
    ZERO = "zero"


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
) -> list[Tensor | None]:
    """Adds operations that compute the derivatives of the sum of ``ys`` by each of ``xs``.

    Args:
        ys: the tensors to differentiate, one or a list.
        xs: the tensors to differentiate by, one or a list.
        grad_ys: the gradient of each ``y``, of its shape; ones if None.
        name: the scope of the operations.
        colocate_gradients_with_ops: whether the gradient of an operation is to be placed with it.
        gate_gradients: accepted for TensorFlow's sake; a run here has no races that it could prevent.
        aggregation_method: how gradients of several uses are added (see ``AggregationMethod``).
        stop_gradients: tensors that count as constants.
        unconnected_gradients: ``"none"`` or ``"zero"``, for an ``x`` on which no ``y`` depends.

    Returns:
        For each ``x`` a Tensor of its shape, or None.

    Raises:
        LookupError: an operation in between has no derivative.
        TypeError: a ``y`` is no number, or a ``grad_y`` is of another kind.
        ValueError: the lists have different lengths, or an option has no such value.

    Source: ``tf.gradients`` of TensorFlow 1.15.
    """
    if unconnected_gradients not in (UnconnectedGradients.NONE, UnconnectedGradients.ZERO):
        raise ValueError(f"Unknown value for unconnected_gradients: {unconnected_gradients!r}")
    ys, xs, stops = _as_list(ys), _as_list(xs), _as_list(stop_gradients)
    grads = [None] * len(ys) if grad_ys is None else _as_list(grad_ys)
    with name_scope(name, "gradients", [*ys, *xs, *stops, *grads]):
        # TensorFlow takes a name here, so the next operation called ``uid`` is ``uid_1``.
        get_default_graph().unique_name("uid")
        ys = [convert_to_tensor(y, name=_numbered("y", index)) for index, y in enumerate(ys)]
        xs = [convert_to_tensor(x, name=_numbered("x", index)) for index, x in enumerate(xs)]
        walk = _Walk(ys, xs, stops, aggregation_method, colocate_gradients_with_ops)
        walk.start(ys, _initial_gradients(ys, grads, walk))
        walk.run()
    return [walk.result(x, unconnected_gradients) for x in xs]


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
    ) -> None:
        self._between = OperationsBetween([y.op for y in ys], [x.op for x in xs])
        self._pending = dict(self._between.pending_counts)
        self._stop_ops = self._between.starting_operations | {tensor.op for tensor in stops}
        self._arrived: dict[Tensor, list[Tensor]] = {}
        self._aggregated: dict[Tensor, Tensor | None] = {}
        self._ready: deque[Operation] = deque()
        self._aggregation_method = aggregation_method
        self._colocate = colocate

    def placed_with(self, op: Operation) -> AbstractContextManager[None]:
        """Where the gradient of ``op`` is to be placed."""
        return op.graph.colocate_with(op) if self._colocate else nullcontext()

    def start(self, ys: Sequence[Tensor], grads: Sequence[Tensor]) -> None:
        """Gives each ``y`` its gradient."""
        for y, grad in zip(ys, grads, strict=True):
            self._arrived.setdefault(y, []).append(grad)
        for op in dict.fromkeys(y.op for y in ys):
            # A y on which another y depends waits for that one's gradient.
            if op in self._between and not self._pending.get(op):
                self._ready.append(op)

    def run(self) -> None:
        """Visits every operation from ``ys`` back to ``xs``."""
        while self._ready:
            op = self._ready.popleft()
            with self.placed_with(op):
                self._visit(op)
            for tensor in op.inputs:
                if tensor.op in self._pending:
                    self._pending[tensor.op] -= 1
                    if self._pending[tensor.op] == 0:
                        self._ready.append(tensor.op)

    def result(self, x: Tensor, unconnected: str) -> Tensor | None:
        """The gradient by ``x``."""
        is_unconnected = all(self._aggregated.get(output) is None for output in x.op.outputs)
        if is_unconnected and unconnected == UnconnectedGradients.ZERO:
            return filling.zeros_like(x)
        return self._aggregated.get(x)

    def _visit(self, op: Operation) -> None:
        grads = [self._aggregate(output) for output in op.outputs]
        if op in self._stop_ops or all(grad is None for grad in grads):
            return
        rule = _gradient_rule(op)
        if rule is None:
            return
        for index, output in enumerate(op.outputs):
            if grads[index] is None and is_trainable(output.dtype):
                grads[index] = filling.zeros_like(output, optimize=False)
        with get_default_graph().name_scope(f"{op.name}_grad"):
            input_grads = _as_gradient_list(rule(op, *grads), op)
        for index, (tensor, grad) in enumerate(zip(op.inputs, input_grads, strict=True)):
            if grad is not None:
                _check_shape(op, index, tensor, grad)
                self._arrived.setdefault(tensor, []).append(grad)

    def _aggregate(self, output: Tensor) -> Tensor | None:
        grads = self._arrived.pop(output, [])
        self._aggregated[output] = aggregate(grads, output.op, self._aggregation_method) if grads else None
        return self._aggregated[output]


def _as_gradient_list(result: Any, op: Operation) -> list[Any]:
    grads = list(result) if isinstance(result, list | tuple) else [result]
    if len(grads) != len(op.inputs):
        raise ValueError(
            f"Num gradients {len(grads)} generated for op {op.name} (op type: {op.type}) do not match num "
            f"inputs {len(op.inputs)}"
        )
    return grads


def _check_shape(op: Operation, index: int, tensor: Tensor, grad: Tensor) -> None:
    try:
        grad.set_shape(tensor.static_shape)
    except ValueError:
        raise ValueError(
            "Incompatible shapes between op input and calculated input gradient.  Forward operation: "
            f"{op.name}.  Input index: {index}. Original input shape: {tensor.shape}.  Calculated input "
            f"gradient shape: {grad.shape}"
        ) from None


def _gradient_rule(op: Operation) -> GradientRule | None:
    """The derivative rule of an operation; None where no derivative flows through it."""
    if not op.inputs:
        return None
    rule = op.definition.gradient if op.definition is not None else None
    if isinstance(rule, NotDifferentiable):
        return None
    if rule is None:
        raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type})")
    return rule


def is_trainable(dtype: DType) -> bool:
    """Whether derivatives by tensors of this dtype are taken as zero where none arrive."""
    base = dtype.base_dtype
    return base.is_complex or base in (dtypes.float16, dtypes.float32, dtypes.float64)


def _initial_gradients(ys: Sequence[Tensor], grads: Sequence[Any], walk: _Walk) -> list[Tensor]:
    """The gradient of each ``y``: what the caller gave, or ones."""
    if len(grads) != len(ys):
        raise ValueError(f"Passed {len(grads)} grad_ys for {len(ys)} ys")
    initial = []
    for index, (y, grad) in enumerate(zip(ys, grads, strict=True)):
        with walk.placed_with(y.op):
            if grad is None:
                initial.append(_ones(y, index))
            else:
                given = convert_to_tensor(grad, name=_numbered("grad_y", index))
                _check_kind(y, given)
                initial.append(arrays.identity(given, name=_numbered("grad_ys", index)))
    return initial


def _ones(y: Tensor, index: int) -> Tensor:
    if y.dtype.is_complex:
        raise TypeError(f"Gradients of complex tensors must set grad_ys (y.dtype = {y.dtype!r})")
    if not (y.dtype.is_floating or y.dtype.is_integer):
        raise TypeError(f"Tensor {y} with type {y.dtype.name} must be numeric to obtain a default gradient")
    sizes = shape_queries.shape(y)
    return filling.fill(sizes, constants.constant(1, y.dtype, name=_numbered("grad_ys", index)))


def _check_kind(y: Tensor, grad: Tensor) -> None:
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
