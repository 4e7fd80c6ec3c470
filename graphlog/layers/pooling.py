"""Pooling: the maximum or the mean of each window."""

from __future__ import annotations

from typing import Any

from graphlog.core.partials import partial_of
from graphlog.core.shapes import TensorShape
from graphlog.core.tensor import Tensor
from graphlog.layers.base import Layer
from graphlog.layers.input_specs import InputSpec
from graphlog.layers.sizes import checked_format, checked_padding, length_after, short_format, size_tuple
from graphlog.ops.array import arrays, axes
from graphlog.ops.nn import pooling_functions


class Pooling(Layer):
    """What all kinds of pooling have in common.

    Args:
        pool_size: the size of the window, one number or one for each dimension.
        strides: the step of the window, likewise.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: the layer's name.
        **kwargs: nothing that users give.

    Raises:
        ValueError: the strides are None.
    """

    rank = 2
    takes_maximum = True

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str | None = "channels_last",
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(name=name, **kwargs)
        self.pool_size = size_tuple(pool_size, self.rank, "pool_size")
        self.strides = size_tuple(strides, self.rank, "strides")
        self.padding = checked_padding(padding)
        self.data_format = checked_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """See ``Layer``."""
        if self.rank == 1:
            return self._of_sequences(inputs)
        is_first = self.data_format == "channels_first"
        if self.rank == 3 and is_first:
            # As TensorFlow does, which has no such pooling of volumes on a processor.
            inputs = arrays.transpose(inputs, perm=(0, 2, 3, 4, 1))
            outputs = self._pooled(inputs, self.pool_size, self.strides, False)
            return arrays.transpose(outputs, perm=(0, 4, 1, 2, 3))
        return self._pooled(inputs, self.pool_size, self.strides, is_first)

    def _of_sequences(self, inputs: Tensor) -> Tensor:
        is_first = self.data_format == "channels_first"
        axis = 3 if is_first else 2
        images = axes.expand_dims(inputs, axis)
        if is_first:
            images = arrays.transpose(images, perm=(0, 2, 3, 1))
        pooled = self._pooled(images, (*self.pool_size, 1), (*self.strides, 1), False)
        if is_first:
            pooled = arrays.transpose(pooled, perm=(0, 3, 1, 2))
        return axes.squeeze(pooled, axis)

    def _pooled(self, inputs: Tensor, window: Any, strides: Any, is_first: bool) -> Tensor:
        sizes, steps = ((1, 1, *v) if is_first else (1, *v, 1) for v in (window, strides))
        data_format = short_format("channels_first" if is_first else "channels_last", len(sizes))
        pool: Any
        if len(sizes) == 5:
            pool = pooling_functions.max_pool3d if self.takes_maximum else pooling_functions.avg_pool3d
        else:
            pool = pooling_functions.max_pool if self.takes_maximum else pooling_functions.avg_pool
        pooled: Tensor = pool(inputs, sizes, steps, padding=self.padding.upper(), data_format=data_format)
        return pooled

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """See ``Layer``."""
        sizes = TensorShape(input_shape).as_list()
        first = 2 if self.data_format == "channels_first" else 1
        for index, (window, stride) in enumerate(zip(self.pool_size, self.strides, strict=True)):
            sizes[first + index] = length_after(sizes[first + index], window, self.padding, stride)
        return TensorShape(sizes)


class MaxPooling1D(Pooling):
    """The maximum of each window of sequences; see ``Pooling`` (``tf.layers.MaxPooling1D``)."""

    rank = 1


class AveragePooling1D(Pooling):
    """The mean of each window of sequences; see ``Pooling`` (``tf.layers.AveragePooling1D``)."""

    rank = 1
    takes_maximum = False


class MaxPooling2D(Pooling):
    """The maximum of each window of images; see ``Pooling`` (``tf.layers.MaxPooling2D``)."""


class AveragePooling2D(Pooling):
    """The mean of each window of images; see ``Pooling`` (``tf.layers.AveragePooling2D``)."""

    takes_maximum = False


class MaxPooling3D(Pooling):
    """The maximum of each window of volumes; see ``Pooling`` (``tf.layers.MaxPooling3D``)."""

    rank = 3


class AveragePooling3D(Pooling):
    """The mean of each window of volumes; see ``Pooling`` (``tf.layers.AveragePooling3D``)."""

    rank = 3
    takes_maximum = False


def _output_of(
    kind: type[Pooling],
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: Any = None,
) -> Any:
    return kind(pool_size, strides, padding, data_format, name)(inputs)


@partial_of(_output_of, MaxPooling1D)
def max_pooling1d() -> None:
    """The output of a ``MaxPooling1D`` layer (``tf.layers.max_pooling1d``)."""


@partial_of(_output_of, AveragePooling1D)
def average_pooling1d() -> None:
    """The output of an ``AveragePooling1D`` layer (``tf.layers.average_pooling1d``)."""


@partial_of(_output_of, MaxPooling2D)
def max_pooling2d() -> None:
    """The output of a ``MaxPooling2D`` layer (``tf.layers.max_pooling2d``)."""


@partial_of(_output_of, AveragePooling2D)
def average_pooling2d() -> None:
    """The output of an ``AveragePooling2D`` layer (``tf.layers.average_pooling2d``)."""


@partial_of(_output_of, MaxPooling3D)
def max_pooling3d() -> None:
    """The output of a ``MaxPooling3D`` layer (``tf.layers.max_pooling3d``)."""


@partial_of(_output_of, AveragePooling3D)
def average_pooling3d() -> None:
    """The output of an ``AveragePooling3D`` layer (``tf.layers.average_pooling3d``)."""
