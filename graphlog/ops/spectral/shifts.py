"""Spectra with their zero frequency in the middle."""

from __future__ import annotations

from typing import Any

from graphlog.core.conversion import convert_to_tensor
from graphlog.core.tensor import Tensor
from graphlog.ops.array import reordering
from graphlog.ops.name_scopes import name_scope
from graphlog.ops.shape_rules import axis_in_range


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """Moves the zero frequency to the middle of the axes.

    Args:
        x: a tensor whose shape is known, as far as the axes go.
        axes: an axis, or several; all if None.
        name: the operation's name.

    Returns:
        A Tensor like ``x``.

    Raises:
        ValueError: there is no such axis, or its size is not known.

    Source: ``tf.signal.fftshift``.
    """
    return _shifted(x, axes, name, "fftshift", 1)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """The inverse of ``fftshift`` (``tf.signal.ifftshift``)."""
    return _shifted(x, axes, name, "ifftshift", -1)


def _shifted(x: Any, axes: Any, name: str | None, default_name: str, sign: int) -> Tensor:
    with name_scope(name, default_name) as scope:
        tensor = convert_to_tensor(x)
        shape = tensor.static_shape
        if shape is None:
            raise ValueError(f"{default_name} needs to know the rank of {tensor}.")
        if axes is None:
            axes = tuple(range(len(shape)))
        sizes = [
            shape[axis_in_range(axis, len(shape))] for axis in ([axes] if isinstance(axes, int) else axes)
        ]
        if None in sizes:
            raise ValueError(f"{default_name} needs to know the sizes of {tensor} along {axes}.")
        shifts = [sign * ((size or 0) // 2) for size in sizes]
        return reordering.roll(tensor, shifts[0] if isinstance(axes, int) else shifts, axes, scope)
