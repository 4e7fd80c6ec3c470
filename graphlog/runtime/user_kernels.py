"""What the kernels of a user's own operations give, checked: graphlog's own are known to keep their word."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.core.tensor import Tensor


def checked(op: Operation, kernel: Kernel) -> Kernel:
    """The kernel of an operation; of one that a user has defined, with its results checked.

    Args:
        op: the operation.
        kernel: its kernel.

    Returns:
        A kernel that raises ValueError where what it computed is not what its outputs are.
    """
    if op.definition is None or not op.outputs or not op.definition.is_users:
        return kernel
    outputs = op.outputs

    def checking(*arguments: Any) -> Any:
        result = kernel(*arguments)
        results = result if isinstance(result, tuple | list) else (result,)
        if len(results) != len(outputs):
            expected = "an array" if len(outputs) == 1 else f"a tuple of {len(outputs)} arrays"
            raise ValueError(
                f"The kernel of '{op.type}' returned a {type(result).__name__} of {len(results)}, but "
                f"expected was {expected}."
            )
        values = tuple([_fitting(op, tensor, value) for tensor, value in zip(outputs, results, strict=True)])
        return values[0] if len(values) == 1 else values

    return checking


def _fitting(op: Operation, tensor: Tensor, value: Any) -> Any:
    dtype = tensor.dtype.base_dtype.numpy_dtype
    if dtype.kind == "O":
        return value
    place = f"The kernel of '{op.type}' returned for output {tensor.value_index}"
    if isinstance(value, bool | int | float | complex):
        value = np.asarray(value, dtype)
    if not isinstance(value, np.ndarray | np.generic):
        raise ValueError(f"{place} an object of {type(value)}, but expected was an array of {dtype}.")
    if value.dtype != dtype:
        raise ValueError(f"{place} an array of {value.dtype}, but expected was {dtype}: use astype.")
    shape = tensor.static_shape
    if not shapes.is_compatible(tuple(value.shape), shape):
        raise ValueError(
            f"{place} an array of shape {list(value.shape)}, but expected was {shapes.bracketed(shape)}, as "
            "its shape rule says."
        )
    return value
