"""The matrix product and offset that cells of ``tf.contrib.rnn`` share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphlog.core import dtypes, nest
from graphlog.core.tensor import Tensor
from graphlog.ops.array import joining
from graphlog.ops.constants import constant
from graphlog.ops.linear_algebra import matmul
from graphlog.ops.nn import bias
from graphlog.ops.state.initializers import Constant
from graphlog.ops.state.variable_scope import get_variable, get_variable_scope, variable_scope


class Linear:
    """``args @ kernel + bias``, with variables that are made at once and used by each call.

    Args:
        args: a tensor of rank 2, or several.
        output_size: the size of the output.
        build_bias: whether there is a bias.
        bias_initializer: what makes the first value of ``bias``; zeros if None.
        kernel_initializer: what makes that of ``kernel``.

    Raises:
        ValueError: a shape does not fit.
    """

    def __init__(
        self,
        args: Any,
        output_size: int,
        build_bias: bool,
        bias_initializer: Any = None,
        kernel_initializer: Any = None,
    ) -> None:
        if args is None or (nest.is_nested(args) and not args):
            raise ValueError("`args` must be specified")
        self._build_bias = build_bias
        tensors: Sequence[Any] = args if nest.is_nested(args) else [args]
        shapes = [tensor.get_shape() for tensor in tensors]
        depth = 0
        for shape in shapes:
            if shape.ndims != 2:
                raise ValueError(f"linear is expecting 2D arguments: {shapes}")
            if shape[1].value is None:
                raise ValueError(
                    f"linear expects shape[1] to be provided for shape {shape}, but saw {shape[1]}"
                )
            depth += shape[1].value
        dtype = tensors[0].dtype
        with variable_scope(get_variable_scope()) as outer:
            self._weights = get_variable(
                "kernel", [depth, output_size], dtype=dtype, initializer=kernel_initializer
            )
            if build_bias:
                with variable_scope(outer) as inner:
                    inner.set_partitioner(None)
                    first = Constant(0.0, dtype=dtype) if bias_initializer is None else bias_initializer
                    self._biases = get_variable("bias", [output_size], dtype=dtype, initializer=first)

    def __call__(self, args: Any) -> Tensor:
        """The product with these tensors, of the shapes of the first ones."""
        tensors = list(args) if nest.is_nested(args) else [args]
        if len(tensors) == 1:
            product = matmul.matmul(tensors[0], self._weights)
        else:
            axis = constant(1, dtype=dtypes.int32)
            product = matmul.matmul(joining.concat(tensors, axis), self._weights)
        return bias.bias_add(product, self._biases) if self._build_bias else product
