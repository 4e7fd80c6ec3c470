"""What counts as a tensor, and what is known of one while the graph is built."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from graphlog.core.indexed_slices import IndexedSlices
from graphlog.core.tensor import Tensor
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.state.variables import Variable
from graphlog.ops.static_values import constant_value


def is_tensor(x: Any) -> bool:
    """Whether something is a tensor, a sparse tensor, IndexedSlices or a variable (``tf.is_tensor``)."""
    if isinstance(x, Tensor | IndexedSlices | Variable) or getattr(x, "is_tensor_like", False):
        return True
    return hasattr(x, "dense_shape") and hasattr(x, "indices") and hasattr(x, "graph")


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor, where it follows from constants and static shapes (``tf.get_static_value``).

    Args:
        tensor: a tensor.
        partial: accepted for TensorFlow's sake.

    Returns:
        An array, or None. What is no tensor comes back as it is.
    """
    if not is_tensor(tensor):
        return tensor
    return constant_value(tensor) if isinstance(tensor, Tensor) else None


def op_scope(values: Any, name: str | None, default_name: str | None = None) -> AbstractContextManager[str]:
    """``tf.name_scope`` with its arguments in an older order (``tf.op_scope``)."""
    return name_scope(name, default_name, values)
