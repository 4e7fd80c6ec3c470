"""``hessians``: second derivatives as matrices."""

from __future__ import annotations

from typing import Any

from graphlog.autodiff.gradients import gradients
from graphlog.core import dtypes
from graphlog.core.tensor import Tensor
from graphlog.ops.array import arrays, joining, shape_queries
from graphlog.ops.constants import constant
from graphlog.ops.control_flow.loops import while_loop
from graphlog.ops.control_flow.tensor_arrays import TensorArray


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list[Tensor]:
    """Adds operations that compute the second derivatives of the sum of ``ys`` by each of ``xs``.

    Args:
        ys: the tensors to differentiate, one or a list.
        xs: the tensors to differentiate by, one or a list.
        name: accepted for TensorFlow's sake, which does not use it either.
        colocate_gradients_with_ops: as for ``gradients``.
        gate_gradients: as for ``gradients``.
        aggregation_method: as for ``gradients``.

    Returns:
        For each ``x`` a Tensor with the axes of ``x`` twice.

    Raises:
        LookupError: an operation in between has no derivative.
        ValueError: the sum does not depend on an ``x``.

    Source: ``tf.hessians`` of TensorFlow 1.15.
    """
    xs = list(xs) if isinstance(xs, list | tuple) else [xs]
    first = gradients(
        ys,
        xs,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
    )
    return [_hessian(grad, x) for grad, x in zip(first, xs, strict=True)]


def _hessian(grad: Any, x: Any) -> Tensor:
    flat = arrays.reshape(grad, [-1])
    count = shape_queries.size(x)

    def add_row(index: Tensor, rows: TensorArray) -> Any:
        return index + 1, rows.write(index, gradients(flat[index], x)[0])

    _, rows = while_loop(
        lambda index, _: index < count,
        add_row,
        [constant(0, dtypes.int32), TensorArray(x.dtype, count)],
    )
    sizes = shape_queries.shape(x)
    return arrays.reshape(rows.stack(), joining.concat((sizes, sizes), 0))
