"""Gradients within a gradient rule: by the rules of the operations that it has just made.

TensorFlow's rule for the gradient of batch normalization writes that gradient out in simple operations and
has a GradientTape differentiate those. This is the part of such a tape that it takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from graphlog.core.op_definition import NotDifferentiable
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops.math import arithmetic
from graphlog.ops.math.broadcasting import first_operand_gradient, shapes_known_and_equal


def local_gradients(
    ys: Sequence[Tensor], xs: Sequence[Tensor], grad_ys: Sequence[Tensor], start: int
) -> list[Tensor | None]:
    """The gradients of ``ys`` by ``xs`` through the operations made since a point in time.

    Args:
        ys: what is differentiated.
        xs: by what.
        grad_ys: the gradient of each ``y``.
        start: the position of the first operation that counts (see ``Operation.position``).

    Returns:
        For each ``x`` a Tensor, or None where no ``y`` depends on it.
    """
    depends = _Dependence(xs, start)
    pending: dict[Tensor, int] = {}
    seen: set[Operation] = set()
    waiting = [y.op for y in ys]
    while waiting:
        op = waiting.pop()
        if op in seen or not depends.of(op):
            continue
        seen.add(op)
        for tensor in filter(depends.on, op.inputs):
            pending[tensor] = pending.get(tensor, 0) + 1
            waiting.append(tensor.op)
    arrived: dict[Tensor, list[Tensor]] = {}
    for y, grad in zip(ys, grad_ys, strict=True):
        arrived.setdefault(y, []).append(grad)
    ready = deque(op for op in dict.fromkeys(y.op for y in ys) if not pending.get(op.outputs[0]))
    while ready:
        op = ready.popleft()
        total = _sum(arrived.pop(op.outputs[0], []))
        parts = [None] * len(op.inputs) if total is None else _parts(op, total, depends)
        for tensor, part in zip(op.inputs, parts, strict=True):
            if not depends.on(tensor):
                continue
            if part is not None:
                arrived.setdefault(tensor, []).append(part)
            pending[tensor] -= 1
            if not pending[tensor] and tensor.op in seen and tensor not in xs:
                ready.append(tensor.op)
    return [_sum(arrived.get(x, [])) for x in xs]


class _Dependence:
    """Which operations depend on which tensors."""

    def __init__(self, xs: Sequence[Tensor], start: int) -> None:
        self._xs = set(xs)
        self._start = start
        self._known: dict[Operation, bool] = {}

    def of(self, op: Operation) -> bool:
        """Whether an operation was made since the start, and depends on any of them."""
        if op.position < self._start:
            return False
        if op not in self._known:
            self._known[op] = any(self.on(tensor) for tensor in op.inputs)
        return self._known[op]

    def on(self, tensor: Tensor) -> bool:
        """Whether a tensor is one of them, or depends on any."""
        return tensor in self._xs or self.of(tensor.op)


def _sum(grads: list[Tensor]) -> Tensor | None:
    if not grads:
        return None
    return grads[0] if len(grads) == 1 else arithmetic.AddN(grads)


def _parts(op: Operation, grad: Tensor, depends: _Dependence) -> list[Any]:
    """The gradient of each input; where only one matters, a tape does not make the other."""
    needed = [depends.on(tensor) for tensor in op.inputs]
    if op.type in ("AddV2", "Sub", "Mul") and needed == [True, False]:
        return [_first_part(op, grad), None]
    rule = op.definition.gradient if op.definition is not None else None
    if rule is None or isinstance(rule, NotDifferentiable):
        return [None] * len(op.inputs)
    result = rule(op, grad)
    return list(result) if isinstance(result, list | tuple) else [result]


def _first_part(op: Operation, grad: Tensor) -> Tensor:
    x, y = op.inputs

    def of_first() -> Tensor:
        return arithmetic.Mul(grad, y) if op.type == "Mul" else grad

    if y.static_shape == () or shapes_known_and_equal(x, y, grad):
        return of_first()
    return first_operand_gradient(op, grad, of_first)
