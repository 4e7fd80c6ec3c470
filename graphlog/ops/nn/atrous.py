"""Windows whose elements lie apart: ``tf.nn.convolution``, ``tf.nn.pool``, and what is made of them.

TensorFlow computes them by turning every ``rate``-th element of an image into an image of its own
(``SpaceToBatchND``), using windows without gaps on those, and putting the results together again. So do
the graphs here, although the kernels could do without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphlog.core import dtypes, shapes
from graphlog.core.conversion import convert_to_tensor
from graphlog.core.shapes import StaticShape, TensorShape
from graphlog.core.tensor import Tensor
from graphlog.ops.array import joining, packing, shape_queries, space_batches
from graphlog.ops.static_values import constant_value

# From the images, and the padding that is still to be done, to the result.
WindowFunction = Callable[[Tensor, str], Tensor]


def slid_apart(
    input: Any,
    dilation_rate: Any,
    padding: str,
    function: WindowFunction,
    filter_shape: Any = None,
    spatial_dims: Sequence[int] | None = None,
    data_format: str | None = None,
    filter: Tensor | None = None,
) -> Tensor:
    """What a function of windows without gaps gives for windows whose elements lie apart.

    Args:
        input: a tensor ``(batch, *sizes, channels)``, or with the channels second.
        dilation_rate: the step between the elements of a window, an int32 vector of known length.
        padding: ``"SAME"`` or ``"VALID"``.
        function: the function.
        filter_shape: the sizes of a window come first in it; needed for ``"SAME"``.
        spatial_dims: the axes over which windows slide.
        data_format: ``"NC…"`` where the channels come second.
        filter: the filter of a convolution, from which the number of its channels follows.

    Returns:
        The result; with a rate of 1 everywhere, just what the function gives.

    Raises:
        ValueError: an argument does not fit.

    Source: ``tf.nn.with_space_to_batch``; the nodes are TensorFlow 1.15's.
    """
    input = convert_to_tensor(input, name="input")
    rate = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
    if rate.static_shape is not None and len(rate.static_shape) != 1:
        raise ValueError("rate must be rank 1")
    if not shapes.is_fully_defined(rate.static_shape):
        raise ValueError("rate must have known shape")
    (count,) = rate.static_shape
    channels_first = isinstance(data_format, str) and data_format.startswith("NC")
    dims = _checked_dims(spatial_dims, count, channels_first, input.static_shape)
    known = constant_value(rate)
    if known is not None:
        if np.any(known < 1):
            raise ValueError("dilation_rate must be positive")
        if np.all(known == 1):
            return function(input, padding)
    base = _base_paddings(padding, filter_shape, count, rate if known is None else known)
    paddings, crops = space_batches.required_space_to_batch_paddings(
        input_shape=_sizes(input, dims), base_paddings=base, block_shape=rate
    )
    blocks = _for_all_axes(rate, 1, dims)
    paddings, crops = _for_all_axes(paddings, 0, dims), _for_all_axes(crops, 0, dims)
    apart = space_batches.space_to_batch_nd(input, blocks, paddings)
    result = space_batches.batch_to_space_nd(function(apart, "VALID"), blocks, crops)
    if channels_first and filter is not None:
        _set_channels(result, filter)
    return result


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: str,
    op: Callable[[Tensor, Any, str], Tensor],
    filter_shape: Any = None,
    spatial_dims: Sequence[int] | None = None,
    data_format: str | None = None,
) -> Tensor:
    """As ``slid_apart``, with a function that is also given over how many axes windows slide."""
    rate = convert_to_tensor(dilation_rate, dtypes.int32, name="dilation_rate")
    count = rate.shape.with_rank(1)[0].value

    def function(value: Tensor, inner_padding: str) -> Tensor:
        return op(value, count, inner_padding)

    return slid_apart(input, rate, padding, function, filter_shape, spatial_dims, data_format)


def _checked_dims(
    spatial_dims: Sequence[int] | None, count: Any, channels_first: bool, shape: StaticShape
) -> list[int]:
    first = 2 if channels_first else 1
    given = list(range(first, count + first)) if spatial_dims is None else list(spatial_dims)
    dims = sorted({int(axis) for axis in given})
    if dims != given or any(axis < 1 for axis in dims):
        raise ValueError("spatial_dims must be a montonically increasing sequence of positive integers")
    if not dims:
        raise ValueError("The rate must have at least one element.")
    least = dims[-1] if channels_first else dims[-1] + 1
    if shape is not None and len(shape) < least:
        raise ValueError(f"input tensor must have rank {least} at least")
    return dims


def _base_paddings(padding: str, filter_shape: Any, count: Any, rate: Any) -> Any:
    if padding == "VALID":
        return np.zeros([count, 2], np.int32)
    if padding != "SAME":
        raise ValueError(f"Invalid padding method {padding!r}")
    if filter_shape is None:
        raise ValueError("filter_shape must be specified for SAME padding")
    filter_shape = convert_to_tensor(filter_shape, name="filter_shape")
    known = constant_value(filter_shape)
    window = (filter_shape if known is None else known)[:count]
    extra = (window + (window - 1) * (rate - 1)) - 1
    before = extra // 2
    after = extra - before
    return packing.stack([[before[axis], after[axis]] for axis in range(count)])


def _sizes(input: Tensor, dims: Sequence[int]) -> Any:
    """The sizes of the axes over which windows slide; as a tensor where they are not known."""
    shape = input.static_shape
    known = None if shape is None else [shape[axis] for axis in dims]
    if known is not None and None not in known:
        return known
    sizes = shape_queries.shape(input)
    return packing.stack([sizes[axis] for axis in dims])


def _for_all_axes(values: Tensor, fill: int, dims: Sequence[int]) -> Any:
    """A row for each axis after the batch, of which those that are not in ``dims`` are filled."""
    width = values.shape.as_list()[1:]
    known = constant_value(values)
    rows = values if known is None else known
    parts: list[Any] = []
    previous, index = 0, 0
    while index < len(dims):
        start = index
        if dims[start] > 1:
            parts.append(np.full([dims[start] - 1 - previous, *width], fill, values.dtype.as_numpy_dtype))
        while index + 1 < len(dims) and dims[index + 1] == dims[index] + 1:
            index += 1
        parts.append(rows[start : index + 1])
        previous = dims[index]
        index += 1
    return joining.concat(parts, 0) if known is None else np.concatenate(parts)


def _set_channels(result: Tensor, filter: Tensor) -> None:
    shape = result.static_shape
    if shape is not None and not shape[1]:
        channels = None if filter.static_shape is None else filter.static_shape[-1]
        result.set_shape(TensorShape([shape[0], channels, *shape[2:]]))


def strides_and_rates(count: int, strides: Any, rates: Any) -> tuple[Any, Any]:
    """Strides and dilation rates as int32 arrays of ``count`` numbers; ones where they are None.

    Raises:
        ValueError: there are not as many, one is not positive, or both are given.
    """
    if rates is None:
        rates = [1] * count
    elif len(rates) != count:
        raise ValueError(f"len(dilation_rate)={len(rates)} but should be {count}")
    rates = np.array(rates, np.int32)
    if np.any(rates < 1):
        raise ValueError("all values of dilation_rate must be positive")
    if strides is None:
        strides = [1] * count
    elif len(strides) != count:
        raise ValueError(f"len(strides)={len(strides)} but should be {count}")
    strides = np.array(strides, np.int32)
    if np.any(strides < 1):
        raise ValueError("all values of strides must be positive")
    if np.any(strides > 1) and np.any(rates > 1):
        raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")
    return strides, rates
