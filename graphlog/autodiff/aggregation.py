"""Adding up the gradients that arrive at a tensor from its several uses."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from graphlog.core import shapes
from graphlog.core.default_graph import get_default_graph
from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor
from graphlog.ops import indexed_slices
from graphlog.ops.math.accumulation import accumulate_n
from graphlog.ops.math.arithmetic import add_n

# What flows back along a tensor.
Gradient = Tensor | IndexedSlices


class AggregationMethod:
    """How gradients of several uses are added (``tf.AggregationMethod``).

    ``ADD_N`` adds all at once, ``EXPERIMENTAL_TREE`` one after the other, so that each can be freed
    sooner; and ``EXPERIMENTAL_ACCUMULATE_N`` adds into one buffer, where the shape is known.
    """

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def aggregate(grads: Sequence[Gradient], op: Operation, method: int | None) -> Gradient:
    """The sum of gradients of one tensor.

    Args:
        grads: at least one gradient.
        op: the operation that computes the tensor.
        method: one of ``AggregationMethod``, or None for the default.

    Returns:
        The sum; the gradient itself where there is one. It is IndexedSlices where all of them are.

    Raises:
        ValueError: there is no such method.
    """
    known = (
        AggregationMethod.ADD_N,
        AggregationMethod.EXPERIMENTAL_TREE,
        AggregationMethod.EXPERIMENTAL_ACCUMULATE_N,
    )
    if method is not None and method not in known:
        raise ValueError(f"Invalid aggregation_method specified {method}.")
    if len(grads) == 1:
        return grads[0]
    tensors = [grad for grad in grads if isinstance(grad, Tensor)]
    if len(tensors) < len(grads):
        return indexed_slices.added(grads)
    if method in (None, AggregationMethod.ADD_N):
        return _add_by_device(tensors)
    shape = functools.reduce(shapes.merge, (tensor.static_shape for tensor in tensors))
    if (
        method == AggregationMethod.EXPERIMENTAL_ACCUMULATE_N
        and len(tensors) > 2
        and shapes.is_fully_defined(shape)
    ):
        return accumulate_n(tensors)
    with get_default_graph().name_scope(f"{op.name}_gradient_sum"):
        total = tensors[0]
        for grad in tensors[1:]:
            total = add_n([total, grad])
        return total


def _add_by_device(grads: Sequence[Tensor]) -> Tensor:
    """First the gradients of each device, then the sums."""
    by_device: dict[str, list[Tensor]] = {}
    for grad in grads:
        by_device.setdefault(grad.device, []).append(grad)
    sums = []
    for device in sorted(by_device):
        on_device = by_device[device]
        with get_default_graph().colocate_with(on_device[0].op, ignore_existing=True):
            sums.append(add_n(on_device))
    return add_n(sums)
