"""What a layer expects of its input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphlog.core.shapes import StaticShape, bracketed
from graphlog.core.tensor import Tensor


@dataclass(frozen=True)
class InputSpec:
    """The shape that a layer expects (``tf.layers.InputSpec``).

    Attributes:
        ndim: the rank.
        min_ndim: the least rank.
        axes: the sizes of some axes.
    """

    ndim: int | None = None
    min_ndim: int | None = None
    axes: Mapping[int, int | None] = field(default_factory=dict)

    def check(self, tensor: Tensor, layer_name: str) -> None:
        """Raises ValueError where a tensor has another shape.

        Args:
            tensor: the input.
            layer_name: the layer's name, for the error message.
        """
        problem = self._problem(tensor.static_shape)
        if problem:
            raise ValueError(f"Input 0 of layer {layer_name} is incompatible with the layer: {problem}")

    def _problem(self, shape: StaticShape) -> str:
        if shape is None:
            is_undemanding = self.ndim is None and self.min_ndim is None and not self.axes
            return "" if is_undemanding else "its rank is undefined, but the layer requires a defined rank."
        full = f"Full shape received: {_listed(shape)}"
        if self.ndim is not None and len(shape) != self.ndim:
            return f"expected ndim={self.ndim}, found ndim={len(shape)}. {full}"
        if self.min_ndim is not None and len(shape) < self.min_ndim:
            return f": expected min_ndim={self.min_ndim}, found ndim={len(shape)}. {full}"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                return (
                    f"expected axis {axis} of input shape to have value {size} but received input with "
                    f"shape {_listed(shape)}"
                )
        return ""


def _listed(shape: StaticShape) -> str:
    assert shape is not None
    return str(list(shape)) if None in shape else bracketed(shape).replace(",", ", ")
