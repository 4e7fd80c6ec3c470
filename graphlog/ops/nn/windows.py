"""Windows that slide over a tensor: the geometry that convolutions and poolings share.

Shapes here are those of the axes over which windows slide, the batch and the channels left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from graphlog.core.operation import Operation
from graphlog.core.shapes import RankedShape, is_fully_defined

Sizes = Sequence[int]
Paddings = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Windows:
    """How windows slide, for each axis.

    Attributes:
        strides: the step from one window to the next.
        dilations: the step from one element of a window to the next.
        padding: ``"SAME"``, ``"VALID"`` or ``"EXPLICIT"``.
        explicit: how many elements are put before and after, where the padding is ``"EXPLICIT"``.
    """

    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: str
    explicit: Paddings = ()

    def output_shape(self, shape: RankedShape, window: RankedShape) -> RankedShape:
        """How many windows there are along each axis.

        Args:
            shape: the sizes of what they slide over, as far as they are known.
            window: the sizes of a window, as far as they are known.

        Returns:
            The numbers, as far as they follow.

        Raises:
            ValueError: a window is larger than what it slides over.
        """
        return tuple(
            [self._count(axis, *sizes) for axis, sizes in enumerate(zip(shape, window, strict=True))]
        )

    def _count(self, axis: int, size: int | None, window: int | None) -> int | None:
        if size is None or (window is None and self.padding != "SAME"):
            return None
        stride = self.strides[axis]
        if window is None or self.padding == "SAME":
            return -(-size // stride)
        extent = (window - 1) * self.dilations[axis] + 1
        padded = size + sum(self.explicit[axis]) if self.padding == "EXPLICIT" else size
        if padded < extent - (stride - 1):
            raise ValueError(f"Negative dimension size caused by subtracting {extent} from {padded}")
        return (padded - extent + stride) // stride

    def output_sizes(self, sizes: Sizes, window: Sizes) -> tuple[int, ...]:
        """How many windows there are along each axis, where all sizes are known (see ``output_shape``)."""
        try:
            counts = self.output_shape(tuple(sizes), tuple(window))
        except ValueError:
            raise ValueError(
                f"Computed output size would be negative: windows of {list(window)} do not fit into "
                f"{list(sizes)}"
            ) from None
        assert is_fully_defined(counts)
        return counts

    def paddings(self, sizes: Sizes, window: Sizes) -> Paddings:
        """How many elements are put before and after, along each axis.

        What ``"SAME"`` needs is put on both sides alike; the odd one comes after.
        """
        if self.padding == "EXPLICIT":
            return self.explicit
        if self.padding == "VALID":
            return ((0, 0),) * len(self.strides)
        result = []
        for count, size, length, stride, dilation in zip(
            self.output_sizes(sizes, window), sizes, window, self.strides, self.dilations, strict=True
        ):
            missing = max(0, (count - 1) * stride + (length - 1) * dilation + 1 - size)
            result.append((missing // 2, missing - missing // 2))
        return tuple(result)

    def image_paddings(self, shape: Sizes, window: Sizes) -> Paddings:
        """``paddings`` for an array ``(batch, *sizes, channels)``, of which batch and channels get none."""
        return ((0, 0), *self.paddings(shape[1:-1], window), (0, 0))

    def view(self, padded: Any, window: Sizes) -> Any:
        """The windows of an array.

        Args:
            padded: an array of shape ``(batch, *sizes, channels)``, padded already.
            window: the sizes of a window.

        Returns:
            A read-only view of shape ``(batch, *counts, *window, channels)``.
        """
        batch, *sizes, channels = padded.shape
        counts = [
            (size - (length - 1) * rate - 1) // stride + 1
            for size, length, rate, stride in zip(sizes, window, self.dilations, self.strides, strict=True)
        ]
        over = padded.strides[1:-1]
        starts = [step * stride for step, stride in zip(over, self.strides, strict=True)]
        steps = [step * rate for step, rate in zip(over, self.dilations, strict=True)]
        # Quicker to set up than sliding_window_view, which counts where images are small.
        return as_strided(
            padded,
            (batch, *counts, *window, channels),
            (padded.strides[0], *starts, *steps, padded.strides[-1]),
            writeable=False,
        )

    def taps(self, window: Sizes, counts: Sizes) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
        """Each element of a window, and where all windows have theirs.

        Args:
            window: the sizes of a window.
            counts: how many windows there are along each axis.

        Yields:
            The element's index, and slices of the padded array: one for each axis.
        """
        for index in itertools.product(*map(range, window)):
            starts = [position * step for position, step in zip(index, self.dilations, strict=True)]
            yield (
                index,
                tuple(
                    [
                        slice(start, start + (count - 1) * stride + 1, stride) if count else slice(0, 0)
                        for start, count, stride in zip(starts, counts, self.strides, strict=True)
                    ]
                ),
            )


def is_channels_first(op: Operation) -> bool:
    """Whether attribute ``data_format`` puts the channels right after the batch."""
    layout: bytes = op.attributes.get("data_format", b"NHWC")
    return layout.startswith(b"NC")


def padded(value: Any, paddings: Paddings, fill: Any = 0) -> Any:
    """An array with elements put around it.

    Args:
        value: the array.
        paddings: how many, before and after, along each axis.
        fill: what is put there.

    Returns:
        The array itself where nothing is to be put, else a new one.
    """
    if not any(map(any, paddings)):
        return value
    shape = padded_shape(value.shape, paddings)
    result = np.zeros(shape, value.dtype) if fill == 0 else np.full(shape, fill, value.dtype)
    result[inside(value.shape, paddings)] = value
    return result


class PaddedParts:
    """Arrays with elements put around them, some examples at a time and all in the same memory.

    Args:
        value: the arrays, of one shape; the first axis is theirs.
        paddings: how many elements are put before and after, along each axis of ``value``.
        most: how many examples are asked for at a time.
        fill: what is put there.
    """

    def __init__(self, value: Any, paddings: Paddings, most: int, fill: Any = 0) -> None:
        self._value = value
        self._inside = inside(value.shape, paddings)[1:]
        self._memory = None
        if any(map(any, paddings)) or not value.flags.c_contiguous:
            shape = padded_shape(value.shape, paddings)
            shape = (min(most, shape[0]), *shape[1:])
            self._memory = np.zeros(shape, value.dtype) if fill == 0 else np.full(shape, fill, value.dtype)
        self._last: slice | None = None

    def examples(self, which: slice) -> Any:
        """These examples with the elements around them, or without where none are to be put."""
        value = self._value[which]
        if self._memory is None:
            return value
        result = self._memory[: len(value)]
        if which != self._last:
            self._last = which
            result[(slice(None), *self._inside)] = value
        return result


def padded_shape(sizes: Sizes, paddings: Paddings) -> tuple[int, ...]:
    """The sizes after padding, from those before."""
    return tuple([size + before + after for size, (before, after) in zip(sizes, paddings, strict=True)])


def inside(sizes: Sizes, paddings: Paddings) -> tuple[slice, ...]:
    """The part of a padded array that is not padding, from its sizes before."""
    return tuple([slice(before, before + size) for size, (before, _) in zip(sizes, paddings, strict=True)])


def channels_last(value: Any, channels_first: bool) -> Any:
    """A view of an array in which the channels come last, wherever they are; None of None."""
    return np.moveaxis(value, 1, -1) if channels_first and value is not None else value


def channels_second(value: Any, out: Any = None) -> Any:
    """An array whose channels come last, with the channels second; in ``out`` unless that is None."""
    moved = np.moveaxis(value, -1, 1)
    if out is None:
        return np.ascontiguousarray(moved)
    np.copyto(out, moved)
    return out


def laid_out(value: Any, channels_first: bool) -> Any:
    """An array whose channels come last, with the channels where they are wanted."""
    return channels_second(value) if channels_first else value


def split_shape(shape: RankedShape, channels_first: bool) -> tuple[int | None, RankedShape, int | None]:
    """The batch size, the sizes in between, and the number of channels of a shape of known rank."""
    if channels_first:
        return shape[0], shape[2:], shape[1]
    return shape[0], shape[1:-1], shape[-1]


def joined_shape(
    batch: int | None, sizes: RankedShape, channels: int | None, channels_first: bool
) -> RankedShape:
    """The opposite of ``split_shape``."""
    return (batch, channels, *sizes) if channels_first else (batch, *sizes, channels)
