"""How NumPy divides as TensorFlow does: integers towards zero, and never by zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphlog.core.op_definition import Kernel


def integer_division(function: Kernel) -> Kernel:
    """A division that refuses integers divided by zero, where NumPy would give 0."""

    def kernel(x: Any, y: Any) -> Any:
        if y.dtype.kind in "iu" and not np.all(y) and np.broadcast(x, y).size:
            raise ZeroDivisionError("Integer division by zero")
        return function(x, y)

    return kernel


def true_quotient(x: Any, y: Any) -> Any:
    """``x / y``; integers are rounded towards zero, as in C."""
    if y.dtype.kind in "iu":
        return _truncated_quotient(x, y)
    return np.true_divide(x, y)


@integer_division
def _truncated_quotient(x: Any, y: Any) -> Any:
    quotient = np.floor_divide(x, y)
    return (quotient + ((quotient < 0) & (quotient * y != x))).astype(quotient.dtype)
