"""Pooling with NumPy: kernels that slide windows over all axes at once.

The layout of the axes makes no difference to them. They loop over the elements of a window, of which there
are few.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from graphlog.core import shapes
from graphlog.core.op_definition import Kernel
from graphlog.core.operation import Operation
from graphlog.ops.nn.windows import PaddedParts, Paddings, Windows, inside, padded, padded_shape

# How many elements are worked on at a time: so few that they stay in the cache.
_BLOCK = 1 << 18


def rank_of(op: Operation) -> int:
    """How many axes a pooling slides windows over."""
    return 5 if "3D" in op.type else 4


def pooling_windows(op: Operation) -> tuple[Windows, tuple[int, ...]]:
    """How the windows of a pooling slide over all axes, and their sizes.

    Raises:
        ValueError: an attribute has another length than it should, or a stride is not positive.
    """
    size, strides, rank = op.attributes["ksize"], op.attributes["strides"], rank_of(op)
    for name, values in (("ksize", size), ("stride", strides)):
        if len(values) != rank:
            raise ValueError(
                f"{op.type} requires the {name} attribute to contain {rank} values, but got: {len(values)}"
            )
    for stride in strides:
        if stride <= 0:
            raise ValueError(f"Stride must be > 0, but got {stride}")
    windows = Windows(tuple(strides), (1,) * rank, op.attributes["padding"].decode())
    return windows, tuple(size)


class Pooling:
    """A pooling that is about to run on arrays.

    Args:
        op: the operation.

    Raises:
        ValueError: it pools over the batch, or its windows have no elements.
    """

    def __init__(self, op: Operation) -> None:
        self.windows, self.size = pooling_windows(op)
        if self.size[0] != 1 or self.windows.strides[0] != 1:
            raise ValueError("Pooling is not yet supported on the batch dimension.")
        if min(self.size) < 1:
            raise ValueError(f"Sliding window ksize must be positive, not {list(self.size)}.")

    def check(self, shape: Any) -> None:
        """Raises ValueError where an array of this shape has another rank than the windows."""
        if len(shape) != len(self.size):
            raise ValueError(
                f"tensor_in must be {len(self.size)}-dimensional, but has shape {shapes.bracketed(shape)}"
            )

    def counts(self, shape: Any) -> tuple[int, ...]:
        """The shape of the result for an array of this shape."""
        self.check(shape)
        return self.windows.output_sizes(shape, self.size)

    def paddings(self, shape: Any) -> Paddings:
        """How many elements are put around an array of this shape."""
        return self.windows.paddings(shape, self.size)

    def taps(self, counts: Any) -> Any:
        """For each element of a window, where all windows have theirs (see ``Windows.taps``)."""
        every = [slices for _, slices in self.windows.taps(self.size, counts)]
        # The batch is left whole, so that they fit a part of it as well.
        return [(slice(None), *slices[1:]) for slices in every]

    @property
    def is_disjoint(self) -> bool:
        """Whether no element is in several windows."""
        return all(map(operator.ge, self.windows.strides, self.size))

    def blocks(self, shape: Any) -> Iterator[slice]:
        """Some examples at a time of an array of this shape: so many that they stay in the cache."""
        if 0 not in shape:
            step = max(1, _BLOCK // math.prod(shape[1:]))
            for start in range(0, shape[0], step):
                yield slice(start, start + step)

    def parts(self, value: Any, fill: Any = 0) -> Iterator[tuple[slice, Any]]:
        """Some examples of an array at a time: which they are, and the array with its padding."""
        padded_parts = None
        for part in self.blocks(value.shape):
            if padded_parts is None:
                padded_parts = PaddedParts(value, self.paddings(value.shape), part.stop, fill)
            yield part, padded_parts.examples(part)

    def combine(self, function: np.ufunc, around: Any, result: Any) -> None:
        """Puts into ``result`` what a function of two makes of each window of a padded array."""
        # One axis after the other: that takes fewer steps than one for each element of a window.
        around = around[self._starts(result.shape)]
        axes = [axis for axis, size in enumerate(self.size) if size > 1]
        if not axes:
            np.copyto(result, around)
        for axis in axes:
            first, second, *rest = self._along(axis, result.shape[axis])
            combined = function(around[first], around[second], out=result if axis == axes[-1] else None)
            for slices in rest:
                function(combined, around[slices], out=combined)
            around = combined

    def share(self, shared: Any, target: Any) -> None:
        """Adds a number for each window to all its elements, in an array of zeros."""
        target = target[self._starts(shared.shape)]
        axes = [axis for axis, size in enumerate(self.size) if size > 1]
        if not axes:
            np.copyto(target, shared)
        for axis in reversed(axes):
            wide = target
            if axis != axes[0]:
                shape = (*shared.shape[:axis], target.shape[axis], *shared.shape[axis + 1 :])
                wide = np.zeros(shape, shared.dtype)
            for slices in self._along(axis, shared.shape[axis]):
                if self.windows.strides[axis] >= self.size[axis]:
                    wide[slices] = shared
                else:
                    wide[slices] += shared
            shared = wide

    def _starts(self, counts: Any) -> tuple[slice, ...]:
        """The first elements of all windows along the axes on which they have but one, and all others."""
        return tuple(
            [
                slice(None) if size > 1 else slice(0, max(0, (count - 1) * stride + 1), stride)
                for size, count, stride in zip(self.size, counts, self.windows.strides, strict=True)
            ]
        )

    def _along(self, axis: int, count: int) -> list[tuple[slice, ...]]:
        """For each element of a window along an axis, where all windows have theirs."""
        stride = self.windows.strides[axis]
        extent = max(0, (count - 1) * stride + 1)
        return [
            (*[slice(None)] * axis, slice(start, start + extent, stride)) for start in range(self.size[axis])
        ]

    def spread(self, shape: Any, dtype: Any, out: Any) -> Spread:
        """Where the gradient of an array of this shape comes together; in ``out`` unless that is None."""
        return Spread(self, shape, dtype, out)

    def check_gradient(self, shape: Any, grad_shape: Any) -> tuple[int, ...]:
        """The shape of the result; ValueError where a gradient has another."""
        counts = self.counts(shape)
        if tuple(grad_shape) != counts:
            raise ValueError(
                f"Expected grad shape to be {shapes.bracketed(counts)}, but got "
                f"{shapes.bracketed(tuple(grad_shape))}"
            )
        return counts


class Spread:
    """An array to whose elements, and to the padding around them, numbers are given.

    Args:
        pooling: the pooling whose windows give them.
        shape: the shape of the array.
        dtype: its dtype.
        out: the array, laid out row by row; None for a new one.

    Attributes:
        result: the array.
    """

    def __init__(self, pooling: Pooling, shape: Any, dtype: Any, out: Any) -> None:
        self.result = np.empty(shape, dtype) if out is None else out
        paddings = pooling.paddings(shape)
        self._inside = inside(shape, paddings)[1:]
        self._shape = padded_shape(shape, paddings)[1:]
        self._is_padded = any(map(any, paddings))
        self._memory: Any = None
        covered = [count * size for count, size in zip(pooling.counts(shape), pooling.size, strict=True)]
        # Where each element is in one window, all of them are overwritten.
        self._is_covered = pooling.is_disjoint and tuple(covered[1:]) == self._shape

    def target(self, part: slice) -> Any:
        """Zeros, or what is to be overwritten, for some examples and their padding."""
        target = self.result[part]
        if self._is_padded:
            if self._memory is None:
                self._memory = np.empty((len(target), *self._shape), target.dtype)
            target = self._memory[: len(target)]
        if not self._is_covered:
            target[...] = 0
        return target

    def done(self, part: slice) -> None:
        """Puts the examples of the last target where they belong."""
        if self._is_padded:
            target = self.result[part]
            target[...] = self._memory[: len(target)][(slice(None), *self._inside)]


def lowest(dtype: Any) -> Any:
    """The least value of a dtype, which no maximum takes."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def max_kernel(op: Operation) -> Kernel:
    """The kernel of max pooling."""
    pooling = Pooling(op)

    def kernel(value: Any, out: Any = None) -> Any:
        counts = pooling.counts(value.shape)
        result = np.empty(counts, value.dtype) if out is None else out
        if result.size:
            for part, around in pooling.parts(value, lowest(value.dtype)):
                pooling.combine(np.maximum, around, result[part])
        return result

    return kernel


def max_gradient_kernel(op: Operation) -> Kernel:
    """The gradient goes to the first element of a window that is its maximum; in 3-D to all of them."""
    pooling = Pooling(op)
    to_all = rank_of(op) == 5

    def kernel(value: Any, result: Any, grad: Any, out: Any = None) -> Any:
        counts = pooling.check_gradient(value.shape, grad.shape)
        pooling.check_gradient(value.shape, result.shape)
        taps = pooling.taps(counts)
        spread = pooling.spread(value.shape, grad.dtype, out)
        # Where the maximum is not, there is a zero also where the gradient is infinite.
        bits = _bits(grad.dtype)
        for part, around in pooling.parts(value, lowest(value.dtype)):
            highest, given, target = result[part], grad[part], spread.target(part)
            found, searched = np.empty(given.shape, np.bool_), np.ones(given.shape, np.bool_)
            factors, chosen = np.empty(given.shape, bits), np.empty(given.shape, grad.dtype)
            for slices in taps:
                np.equal(around[slices], highest, out=found)
                if not to_all:
                    found &= searched
                    searched ^= found
                np.copyto(factors, found, casting="unsafe")
                if pooling.is_disjoint:
                    np.multiply(given.view(bits), factors, out=target[slices].view(bits))
                else:
                    np.multiply(given.view(bits), factors, out=chosen.view(bits))
                    target[slices] += chosen
            spread.done(part)
        return spread.result

    return kernel


def _bits(dtype: Any) -> Any:
    """Integers as wide as a float: their product with 0 is 0, also that of infinity's bits."""
    return np.dtype(f"i{dtype.itemsize}") if dtype.kind == "f" else dtype


def max_second_gradient_kernel(op: Operation) -> Kernel:
    """From each window, the element of ``grad`` that stands where the maximum is."""
    pooling = Pooling(op)

    def kernel(value: Any, result: Any, grad: Any) -> Any:
        counts = pooling.check_gradient(value.shape, result.shape)
        if grad.shape != value.shape:
            raise ValueError(
                f"Expected grad shape to be {shapes.bracketed(value.shape)}, but got "
                f"{shapes.bracketed(grad.shape)}"
            )
        paddings = pooling.paddings(value.shape)
        around, grad_around = padded(value, paddings, lowest(value.dtype)), padded(grad, paddings)
        chosen = np.zeros(counts, grad.dtype)
        searched = np.ones(counts, np.bool_)
        for slices in pooling.taps(counts):
            found = (around[slices] == result) & searched
            searched ^= found
            chosen += grad_around[slices] * found
        return chosen

    return kernel


def _averages(pooling: Pooling, shape: Any, counts: Any, dtype: Any) -> Any:
    """What each window's sum is divided by: the number of its elements that are no padding."""
    paddings = pooling.paddings(shape)
    if not any(map(any, paddings)):
        return dtype.type(math.prod(pooling.size))
    result = np.ones((1,) * len(shape), dtype)
    for axis, (before, _) in enumerate(paddings):
        starts = np.arange(counts[axis]) * pooling.windows.strides[axis] - before
        ends = np.minimum(starts + pooling.size[axis], shape[axis])
        numbers = (ends - np.maximum(starts, 0)).astype(dtype)
        if pooling.size[axis] > 1:
            result = result * numbers.reshape([-1 if other == axis else 1 for other in range(len(shape))])
    return result


def average_kernel(op: Operation) -> Kernel:
    """The kernel of average pooling."""
    pooling = Pooling(op)

    def kernel(value: Any, out: Any = None) -> Any:
        counts = pooling.counts(value.shape)
        result = np.empty(counts, value.dtype) if out is None else out
        if result.size:
            numbers = _averages(pooling, value.shape, counts, value.dtype)
            for part, around in pooling.parts(value):
                total = result[part]
                pooling.combine(np.add, around, total)
                np.divide(total, numbers, out=total)
        return result

    return kernel


def average_gradient_kernel(op: Operation) -> Kernel:
    """The gradient of each mean is shared among the elements of its window."""
    pooling = Pooling(op)

    def kernel(sizes: Any, grad: Any, out: Any = None) -> Any:
        if sizes.shape != (len(pooling.size),):
            raise ValueError(f"orig_input_shape must be 1-dimensional and {len(pooling.size)} elements")
        shape = tuple(sizes.tolist())
        counts = pooling.check_gradient(shape, grad.shape)
        numbers = _averages(pooling, shape, counts, grad.dtype)
        spread = pooling.spread(shape, grad.dtype, out)
        for part in pooling.blocks(shape):
            pooling.share(grad[part] / numbers, spread.target(part))
            spread.done(part)
        return spread.result

    return kernel
