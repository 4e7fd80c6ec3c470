"""SparseMatMul: the product of matrices with many zeros. It is computed like any other product."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import dtypes
from graphlog.core.attributes import boolean, types
from graphlog.core.op_definition import Kernel, Sample, define_op
from graphlog.core.operation import Operation
from graphlog.core.shapes import bracketed
from graphlog.core.tensor import Tensor
from graphlog.ops import samples
from graphlog.ops.array import arrays
from graphlog.ops.linear_algebra import matmul, matrix_shapes
from graphlog.ops.math import casts

_TALL = samples.float32([[1.5, 0.0], [0.0, 4.0], [3.0, -1.0]])
_WIDE = samples.float32([[2.0, 0.5, 0.0, 1.0], [-0.25, 0.0, 1.0, 0.5]])


def _kernel(op: Operation) -> Kernel:
    transpose_a, transpose_b = op.attributes["transpose_a"], op.attributes["transpose_b"]

    def kernel(a: Any, b: Any) -> Any:
        for name, value in (("a", a), ("b", b)):
            if value.ndim != 2:
                raise ValueError(f"{name} is not a matrix")
        left, right = a.T if transpose_a else a, b.T if transpose_b else b
        if left.shape[1] != right.shape[0]:
            raise ValueError(f"Matrix size incompatible: a: {bracketed(a.shape)}, b: {bracketed(b.shape)}")
        return np.matmul(left.astype(np.float32, copy=False), right.astype(np.float32, copy=False))

    return kernel


def _gradient(op: Operation, grad: Tensor) -> Any:
    a, b = op.inputs
    transpose_a, transpose_b = op.attributes["transpose_a"], op.attributes["transpose_b"]
    is_sparse = {
        a: op.attributes["a_is_sparse"],
        b: op.attributes["b_is_sparse"],
        # The gradient of relu has zeros wherever relu has.
        grad: grad.op.type == "ReluGrad",
    }

    def product(first: Tensor, second: Tensor, like: Tensor, turn_first: bool, turn_second: bool) -> Tensor:
        flags = {"a_is_sparse": is_sparse[first], "b_is_sparse": is_sparse[second]}
        second = arrays.transpose(second) if turn_second else second
        return casts.cast(matmul.matmul(first, second, transpose_a=turn_first, **flags), like.dtype)

    if transpose_a:
        of_a = product(b, grad, a, transpose_b, True)
    else:
        of_a = product(grad, b, a, False, not transpose_b)
    if transpose_b:
        of_b = product(grad, a, b, True, transpose_a)
    else:
        of_b = product(a, grad, b, not transpose_a, False)
    return of_a, of_b


SparseMatMul = define_op(
    "SparseMatMul",
    ["a: Ta", "b: Tb"],
    ["product: float32"],
    attributes={
        "transpose_a": boolean(False),
        "transpose_b": boolean(False),
        "a_is_sparse": boolean(False),
        "b_is_sparse": boolean(False),
        "Ta": types(dtypes.float32, dtypes.bfloat16, default=dtypes.float32),
        "Tb": types(dtypes.float32, dtypes.bfloat16, default=dtypes.float32),
    },
    shape=matrix_shapes.product,
    make_kernel=_kernel,
    gradient=_gradient,
    samples=[
        # It knows no double precision, in which derivatives are compared.
        Sample((_TALL, _WIDE), {"a_is_sparse": True}, differentiable=False),
        Sample((_TALL, _WIDE.T.copy()), {"transpose_b": True, "b_is_sparse": True}, differentiable=False),
        Sample((_WIDE, _WIDE), raises="Matrix size incompatible: a: [2,4], b: [2,4]"),
        Sample((_WIDE[0], _WIDE), raises="a is not a matrix"),
    ],
)


def sparse_matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two float32 matrices with many zeros; see ``matmul``.

    Args:
        a: a matrix.
        b: a matrix.
        transpose_a: whether ``a`` is transposed first.
        transpose_b: whether ``b`` is.
        a_is_sparse: whether ``a`` has many zeros.
        b_is_sparse: whether ``b`` has.
        name: the operation's name.

    Returns:
        A matrix.

    Raises:
        ValueError: the sizes do not fit.

    Source: TensorFlow's ``SparseMatMul``.
    """
    return SparseMatMul(
        a,
        b,
        transpose_a=transpose_a,
        transpose_b=transpose_b,
        a_is_sparse=a_is_sparse,
        b_is_sparse=b_is_sparse,
        name=name,
    )
