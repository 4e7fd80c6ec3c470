"""Tensors divided by their norms."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.linear_algebra import norms
from graphlog.ops.math import casts
from graphlog.ops.name_scopes import name_scope


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """A tensor divided by its norms; the arguments are those of ``tf.norm``.

    Returns:
        The normalized Tensor, and the Tensor of norms, with reduced axes of size 1.

    Source: ``tf.linalg.normalize``.
    """
    with name_scope(name, "normalize", [tensor]):
        value: Any = convert_to_tensor(tensor)
        length = norms.norm(value, ord, axis, keepdims=True)
        length = casts.cast(length, value.dtype)
        return value / length, length
